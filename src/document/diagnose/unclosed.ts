// What hides text from the cut without a sign on the page: a fence, a comment or an HTML block that nobody closed, and
// lines that the parser did not follow.
import type { Block } from '../blocks.ts';
import { readHeadingLabel } from '../label.ts';
import { isLinkDefinition } from '../links.ts';
import type { Profile } from '../profile.ts';
import { type Source, textOfLine } from '../source-text.ts';
import { bytesOfLines, counted, type Finding, quote } from './finding.ts';

interface Opener {
  readonly code: 'open_fence' | 'open_comment' | 'open_html';
  readonly name: string;
  readonly start: RegExp;
  /** What closes it, given what opened it. */
  readonly isClosed: (text: string, opened: RegExpExecArray) => boolean;
}

const OPENERS: readonly Opener[] = [
  {
    ...{ code: 'open_fence', name: 'code fence', start: /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})/ },
    isClosed: (text, [, fence = '']) => {
      const last = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
      return text.includes('\n') && last.startsWith(fence) && last.replaceAll(fence.charAt(0), '') === '';
    },
  },
  {
    ...{ code: 'open_comment', name: 'comment', start: /^\s*<!--/ },
    isClosed: (text) => text.includes('-->'),
  },
  {
    ...{ code: 'open_html', name: 'HTML block', start: /^\s*<(script|pre|style|textarea)(?=[\s>]|$)/i },
    isClosed: (text) => /<\/(?:script|pre|style|textarea)>/i.test(text),
  },
  {
    ...{ code: 'open_html', name: 'HTML block', start: /^\s*(?:<\?|<!\[CDATA\[|<![A-Za-z])/ },
    isClosed: (text, [start]) =>
      text.includes(start.includes('?') ? '?>' : start.includes('[') ? ']]>' : '>'),
  },
];

const TRIFLE_BYTES = 200;

/** Only the last block of a document can run to its end. */
export function findUnclosed(
  source: Source,
  { blocks, profile }: { blocks: readonly Block[]; profile: Profile },
): Finding[] {
  const last = blocks.at(-1);
  if (last?.type !== 'opaque') return [];
  const at = bytesOfLines(source, { from: last.line, to: source.lineStarts.length - 1 });
  const first = textOfLine(source, last.line);
  for (const { code, name, start, isClosed } of OPENERS) {
    const opened = start.exec(first);
    if (!opened) continue;
    const text = new TextDecoder().decode(source.bytes.subarray(at.byteStart, at.byteEnd));
    if (isClosed(text, opened)) return [];
    const hides = at.byteEnd - at.byteStart > TRIFLE_BYTES || hidesTitle(text, profile);
    const lines = text.trimEnd().split('\n').length - 1;
    const message = `the ${name} ${quote(first.trim())} is never closed, so the rest of the document (${counted(lines, 'line')}) belongs to it and is not cut: close it`;
    return [{ code, severity: hides ? 'blocking' : 'warning', ...at, message }];
  }
  return [];
}

function hidesTitle(text: string, profile: Profile): boolean {
  const [, ...lines] = text.split('\n');
  return lines.some(
    (line) => /^ {0,3}#{1,6} /.test(line) || readHeadingLabel(line.trim(), profile) !== undefined,
  );
}

const MARKERS = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])(?:\s+|$))*$/;
const DEFINITION_START = /^[\s>]*\[[^\]]{1,999}\]:/;

/** Lines with text that no block holds: the parser gives up below a certain depth. */
export function findTooDeep(source: Source, blocks: readonly Block[]): Finding[] {
  const found: number[] = [];
  let end = source.frontMatterLines;
  for (const line of [...blocks.map((block) => block.line), source.lineStarts.length - 1].entries()) {
    const [index, start] = line;
    found.push(...linesOfText(source, { from: end, to: start }));
    end = Math.max(end, blocks[index]?.end ?? 0);
  }
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return [];
  const message = `${counted(found.length, 'line')} nested too deep to be followed, the first ${quote(textOfLine(source, first).trim())}: take levels out of the lists and quotations there`;
  return [
    {
      code: 'too_deep',
      severity: 'blocking',
      ...bytesOfLines(source, { from: first, to: last + 1 }),
      message,
    },
  ];
}

function linesOfText(source: Source, { from, to }: { from: number; to: number }): number[] {
  const found: number[] = [];
  let inDefinition = false;
  for (let line = from; line < to; line += 1) {
    const text = textOfLine(source, line);
    if (text.trim() === '') inDefinition = false;
    else if (DEFINITION_START.test(text) || isLinkDefinition(text)) inDefinition = true;
    else if (!inDefinition && !MARKERS.test(text)) found.push(line);
  }
  return found;
}
