// Titles of plain text that are underlined with `~~~~` or `****`, which Markdown would take for the start of a fence or
// for a rule. The parser is shown the underline that it knows; the lines and the bytes stay what they are.
import type { Block } from './blocks.ts';
import type { Source } from './source-text.ts';

export interface Underlined {
  /** With underlines that the parser knows. */
  readonly source: Source;
  /** By the line of its underline, counted from 0. */
  readonly titles: ReadonlyMap<number, { readonly level: number; readonly isOverlined: boolean }>;
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
  const none: Underlined = { source, titles: new Map() };
  if (!CANDIDATES.some((candidate) => bytes.includes(candidate))) return none;
  if (!CANDIDATE.test(source.text) || ATX.test(source.text)) return none;
  const lines = source.text.split('\n');
  const shown = Buffer.from(bytes);
  const show = (line: number, character: string) => {
    const start = source.lineStarts[line] ?? 0;
    shown.fill(character, start, start + (lines[line] ?? '').trimEnd().length);
  };
  const marks: string[] = [];
  const titles = new Map<number, { level: number; isOverlined: boolean }>();
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (fence !== undefined) {
      if (line.startsWith(fence) && /^[`~]+\s*$/.test(line)) fence = undefined;
      continue;
    }
    const mark = RULE.exec(line)?.[1];
    if (mark !== undefined && underlines(lines, index)) {
      // A title between two lines is another kind of title than one above a line of the same characters.
      const isOverlined = lines[index - 2]?.trimEnd() === line.trimEnd();
      const kind = isOverlined ? `${mark} over` : mark;
      if (!marks.includes(kind)) marks.push(kind);
      titles.set(index, { level: Math.min(6, marks.indexOf(kind) + 1), isOverlined });
      if (isOverlined) show(index - 2, ' ');
      if (mark !== '=' && mark !== SETEXT) show(index, SETEXT);
    } else fence = FENCE.exec(line)?.[0];
  }
  return { source: { ...source, bytes: shown }, titles };
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

/** The headings at the levels in which their underlines come up, with the lines above them; others as they are. */
export function withLevels(blocks: readonly Block[], { titles }: Underlined): Block[] {
  return blocks.map((block) => {
    const title = block.type === 'heading' ? titles.get(block.end - 1) : undefined;
    if (!title || block.type !== 'heading') return block;
    const { type, end, text } = block;
    return { type, end, text, level: title.level, line: block.line - Number(title.isOverlined) };
  });
}
