// Where on its line something stands, as a reader sees it: a tab reaches to the next multiple of four.
import { type Source, textOfLine } from './source-text.ts';

const TAB = 4;
const FARTHEST = 200;

/** Of the words where they stand on the line, or of the first thing on it. */
export function columnOf(source: Source, line: number, words = ''): number {
  const text = textOfLine(source, line).slice(0, FARTHEST);
  const found = words === '' ? -1 : text.indexOf(words);
  const end = found < 0 ? text.length - text.trimStart().length : found;
  let column = 0;
  for (let at = 0; at < end; at += 1) column += text[at] === '\t' ? TAB - (column % TAB) : 1;
  return column;
}
