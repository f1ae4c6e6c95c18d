// Comments and prompts of pasted code that no fence holds: `# apt update` is a heading for Markdown, and none for a reader.
import type { Block } from './blocks.ts';
import { type Source, textOfLine } from './source-text.ts';

type Heading = Extract<Block, { type: 'heading' }>;

const COMMAND =
  /^(?:sudo|su|apt|apt-get|aptitude|dpkg|yum|dnf|rpm|cd|ls|cp|mv|rm|ln|mkdir|rmdir|mount|umount|chmod|chown|cat|echo|export|grep|find|tar|gzip|wget|curl|ssh|scp|rsync|git|make|npm|pip|python3?|node|docker|kubectl|systemctl|service|useradd|adduser|usermod|passwd|ifconfig|ip|iptables|modprobe|fdisk|mkfs(?:\.\w+)?|dd|vi|vim|nano|psql|mysql) +(?:-{1,2}\w|[\w./~$"'=-]+(?: |$))/;
const PROSE = /[.;:,!?]$|\b(?:the|of|and|or|is|are)\b/;
const PROMPT = /^\s*(?:[$%>] +\S|[\w.-]+@[\w.-]+[:~\w/.-]*[$#%] ?|#! ?\/)/;
const CODE_LINE =
  /^\s*(?:export +)?[A-Za-z_][\w.-]* ?=\S|[;{}\\]$|^\s*(?:if|for|while) .*; *(?:then|do)$|^\s*(?:fi|done|esac)$/;

/** The headings that are lines of code, by their lines. */
export function findCodeLike(blocks: readonly Block[], source: Source): ReadonlySet<number> {
  const found = new Set<number>();
  let isFirst = true;
  for (const block of blocks) {
    if (block.type !== 'heading') continue;
    if (block.level <= 2 && isCode(block, { source, found, isFirst })) found.add(block.line);
    else isFirst = false;
  }
  for (const block of blocks.toReversed())
    if (found.has(block.end) && isComment(block, source) && !found.has(block.line)) found.add(block.line);
  return found;
}

/** A line of a comment of several, the last of which stands above code. */
function isComment(block: Block, source: Source): boolean {
  return (
    block.type === 'heading' &&
    block.level === 1 &&
    block.line > 0 &&
    COMMENT.test(textOfLine(source, block.line))
  );
}

const COMMENT = /^ {0,3}# /;

interface Context {
  readonly source: Source;
  readonly found: ReadonlySet<number>;
  /** No heading that is one stands above it. */
  readonly isFirst: boolean;
}

function isCode(heading: Heading, { source, found, isFirst }: Context): boolean {
  if (PROMPT.test(heading.text) || isCommand(heading.text)) return true;
  const raw = textOfLine(source, heading.line);
  if (!COMMENT.test(raw)) return false;
  if (found.has(heading.line - 1)) return true;
  const [above, below] = [textOfLine(source, heading.line - 1), textOfLine(source, heading.end)];
  if (isCodeLine(above)) return true;
  if (!isCodeLine(below)) return false;
  return !isFirst || /^\p{Ll}/u.test(heading.text);
}

function isCommand(text: string): boolean {
  return COMMAND.test(text) && !PROSE.test(text);
}

function isCodeLine(line: string): boolean {
  const end = line.slice(0, MAX_CHARS);
  return PROMPT.test(end) || CODE_LINE.test(end) || isCommand(end.trim());
}

const MAX_CHARS = 400;

/** The blocks with those headings as what they are. */
export function withoutCodeLike(blocks: readonly Block[], lines: ReadonlySet<number>): readonly Block[] {
  if (lines.size === 0) return blocks;
  return blocks.map((block) =>
    block.type === 'heading' && lines.has(block.line)
      ? { type: 'opaque', line: block.line, end: block.end, thematicBreak: false }
      : block,
  );
}
