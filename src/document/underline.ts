// Titles of plain text that are underlined with `~~~~` or `****`, which Markdown would take for the start of a fence or
// for a rule. The parser is shown the underline that it knows; the lines and the bytes stay what they are.
import type { Block } from './blocks.ts';
import type { Source } from './source-text.ts';

export interface Underlined {
  /** With underlines that the parser knows. */
  readonly source: Source;
  /** The level of the title whose underline stands on a line, counted from 0. */
  readonly levels: ReadonlyMap<number, number>;
}

const ATX = /^ {0,3}#{1,6}[ \t]/m;
const CANDIDATES = ['\n~~~~', '\n****', '\n^^^^', '\n++++'];
const CANDIDATE = /\n(?:~{4,}|\*{4,}|\^{4,}|\+{4,})[ \t]*(?=\n|$)/;
const RULE = /^([~*^+=-])\1{3,}[ \t]*$/;
const FENCE = /^(?:`{3,}|~{3,})/;
const SETEXT = '-';

/** Only for a document without Markdown's own headings: there, a fence is a fence. Most have no such line in their bytes. */
export function readUnderlines(source: Source): Underlined {
  const bytes = Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.length);
  const none = { source, levels: new Map<number, number>() };
  if (!CANDIDATES.some((candidate) => bytes.includes(candidate))) return none;
  if (!CANDIDATE.test(source.text) || ATX.test(source.text)) return none;
  const lines = source.text.split('\n');
  const shown = Buffer.from(bytes);
  const marks: string[] = [];
  const levels = new Map<number, number>();
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (fence !== undefined) {
      if (line.startsWith(fence) && /^[`~]+\s*$/.test(line)) fence = undefined;
      continue;
    }
    const mark = RULE.exec(line)?.[1];
    if (mark !== undefined && underlines(lines, index)) {
      if (!marks.includes(mark)) marks.push(mark);
      levels.set(index, Math.min(6, marks.indexOf(mark) + 1));
      const start = source.lineStarts[index] ?? 0;
      if (mark !== '=' && mark !== SETEXT) shown.fill(SETEXT, start, start + line.trimEnd().length);
    } else fence = FENCE.exec(line)?.[0];
  }
  return { source: { ...source, bytes: shown }, levels };
}

/** About as long as the one line of text above it, which stands below a blank line or a line like itself. */
function underlines(lines: readonly string[], index: number): boolean {
  const title = lines[index - 1]?.trim() ?? '';
  const above = lines[index - 2]?.trimEnd() ?? '';
  const line = lines[index]?.trimEnd() ?? '';
  if (title === '' || RULE.test(title) || !/^[\p{L}\p{N}§("“„«]/u.test(title)) return false;
  if (above !== '' && above !== line) return false;
  return line.length >= title.length * 0.6 && line.length <= title.length * 1.5 + 3;
}

/** The headings at the levels in which their underlines come up; others as they are. */
export function withLevels(blocks: readonly Block[], { levels }: Underlined): Block[] {
  return blocks.map((block) => {
    const level = block.type === 'heading' ? levels.get(block.end - 1) : undefined;
    if (level === undefined || block.type !== 'heading') return block;
    // Field by field: the text of a block may be read only when it is looked at.
    const { type, line, end, text } = block;
    return { type, line, end, level, text };
  });
}
