// Titles of plain text that are underlined with `~~~~` or `****`, which Markdown would take for the start of a fence or
// for a rule. The parser is shown the underline that it knows; the lines and the bytes stay what they are.
import type { Block } from './blocks.ts';

export interface Underlined {
  readonly text: string;
  /** By the line of its underline, counted from 0. */
  readonly titles: ReadonlyMap<number, { readonly level: number; readonly isOverlined: boolean }>;
}

const ATX = /^ {0,3}#{1,6}[ \t]/m;
const CANDIDATE = /\n(?:~{4,}|\*{4,}|\^{4,}|\+{4,})[ \t]*(?=\n|$)/;
const RULE = /^([~*^+=-])\1{3,}[ \t]*$/;
const FENCE = /^(?:`{3,}|~{3,})/;
const SETEXT = '-';

/** Only for a document without Markdown's own headings: there, a fence is a fence. */
export function readUnderlines(text: string): Underlined {
  if (!CANDIDATE.test(text) || ATX.test(text)) return { text, titles: new Map() };
  const lines = text.split('\n');
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
      if (isOverlined) lines[index - 2] = '';
      if (mark !== '=' && mark !== SETEXT) lines[index] = SETEXT.repeat(line.trimEnd().length);
    } else fence = FENCE.exec(line)?.[0];
  }
  return { text: lines.join('\n'), titles };
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
    return { ...block, level: title.level, line: block.line - Number(title.isOverlined) };
  });
}
