// What hides text from the cut without a sign on the page: a fence, a comment or an HTML block that nobody closed, and
// lines that the parser did not follow.
import type { Block } from '../blocks.ts';
import { readHeadingLabel } from '../label.ts';
import { isLinkDefinition } from '../links.ts';
import type { Profile } from '../profile.ts';
import { isEmptyLine, type Source, textOfLine } from '../source-text.ts';
import { bytesOfLines, counted, type Finding, quote } from './finding.ts';

const NAMES = { fence: 'code fence', comment: 'comment', html: 'HTML block' } as const;

const TRIFLE_BYTES = 200;

/** Only the last block of a document can run to its end. */
export function findUnclosed(
  source: Source,
  { blocks, profile }: { blocks: readonly Block[]; profile: Profile },
): Finding[] {
  const last = blocks.at(-1);
  if (last?.type !== 'opaque' || !last.open) return [];
  const at = bytesOfLines(source, { from: last.line, to: source.lineStarts.length - 1 });
  const text = new TextDecoder().decode(source.bytes.subarray(at.byteStart, at.byteEnd));
  const hides = at.byteEnd - at.byteStart > TRIFLE_BYTES || hidesTitle(text, profile);
  const lines = text.trimEnd().split('\n').length - 1;
  const first = quote(textOfLine(source, last.line).trim());
  const message = `the ${NAMES[last.open]} ${first} is never closed, so the rest of the document (${counted(lines, 'line')}) belongs to it and is not cut: close it`;
  return [{ code: `open_${last.open}`, severity: hides ? 'blocking' : 'warning', ...at, message }];
}

function hidesTitle(text: string, profile: Profile): boolean {
  const [, ...lines] = text.split('\n');
  return lines.some(
    (line) => /^ {0,3}#{1,6} /.test(line) || readHeadingLabel(line.trim(), profile) !== undefined,
  );
}

const MARKERS = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])(?:\s+|$))*$/;
const DEFINITION_START = /^[\s>]*\[[^\]]{1,999}\]:/;

/** Lists and quotations below the depth that is followed, and lines with text that no block holds. */
export function findTooDeep(source: Source, blocks: readonly Block[]): Finding[] {
  const found: number[] = [];
  let end = source.frontMatterLines;
  for (const block of blocks) {
    found.push(...linesOfText(source, { from: end, to: block.line }));
    end = Math.max(end, block.end);
    if (block.type !== 'opaque' || !block.tooDeep) continue;
    for (let line = block.line; line < block.end; line += 1)
      if (textOfLine(source, line).trim() !== '') found.push(line);
  }
  found.push(...linesOfText(source, { from: end, to: source.lineStarts.length - 1 }));
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return [];
  const message = `${counted(found.length, 'line')} nested too deep to be followed, the first ${quote(textOfLine(source, first).trim())}: take levels out of the lists and quotations there`;
  return [
    {
      ...({ code: 'too_deep', severity: 'blocking', message } as const),
      ...bytesOfLines(source, { from: first, to: last + 1 }),
    },
  ];
}

function linesOfText(source: Source, { from, to }: { from: number; to: number }): number[] {
  const found: number[] = [];
  let inDefinition = false;
  for (let line = from; line < to; line += 1) {
    const text = isEmptyLine(source, line) ? '' : textOfLine(source, line);
    if (text.trim() === '') inDefinition = false;
    else if (DEFINITION_START.test(text) || isLinkDefinition(text)) inDefinition = true;
    else if (!inDefinition && !MARKERS.test(text)) found.push(line);
  }
  return found;
}
