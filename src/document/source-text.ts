// A document's bytes, its text for the parser, and the table that leads from a line back to its bytes.
// Invariant: line n of the text is bytes lineStarts[n] up to lineStarts[n + 1]; lines end with LF and nothing else.
import { DocumentFault } from './fault.ts';
import { abridge, plainText } from './inline.ts';
import { findInvalidUtf8 } from './utf8.ts';

export const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

export interface Source {
  readonly bytes: Uint8Array;
  /** As the parser sees it: front matter and BOM blanked, CRLF as LF, a lone CR as a space. Same lines as the bytes. */
  readonly text: string;
  /** Byte offset of every line's start, and one more entry: the size of the document. */
  readonly lineStarts: Uint32Array;
  /** Lines of YAML front matter, its two delimiters included; 0 when there is none. */
  readonly frontMatterLines: number;
  /** The line that shows that a `---` in the first line opens no front matter; undefined when it does, or is not there. */
  readonly refusedFrontMatter: { readonly line: number; readonly text: string } | undefined;
  /** The `title:` of the front matter, when it has one on a single line. */
  readonly frontMatterTitle: string | undefined;
}

/** Throws DocumentFault: `too_large`, `empty`, `nul_byte` or `invalid_utf8`, the last two with the byte offset. */
export function decodeSource(bytes: Uint8Array, options: { maxBytes?: number } = {}): Source {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (bytes.length > maxBytes)
    throw new DocumentFault(
      'too_large',
      `the document has ${bytes.length} bytes, more than the limit of ${maxBytes}: split it into several documents`,
    );
  const text = decode(bytes);
  if (text.trim() === '')
    throw new DocumentFault('empty', 'the document is empty: there is no text in it to cut');
  const lineStarts = indexLines(bytes);
  const fenced = findFrontMatter(text);
  const refusedFrontMatter = findNoMapping(fenced);
  const front = refusedFrontMatter ? '' : fenced;
  return { bytes, text: blank(text, front), lineStarts, refusedFrontMatter, ...describeFrontMatter(front) };
}

const lineDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A line, counted from 0, without its line end. */
export function textOfLine(
  { bytes, lineStarts }: Pick<Source, 'bytes' | 'lineStarts'>,
  line: number,
): string {
  const text = lineDecoder.decode(bytes.subarray(lineStarts[line] ?? bytes.length, lineStarts[line + 1]));
  return text.replace(/\r?\n$/, '');
}

function decode(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    throw new DocumentFault('nul_byte', `byte ${nul} is NUL: the document is not a text file`, {
      byteOffset: nul,
    });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const byteOffset = findInvalidUtf8(bytes);
    if (byteOffset === undefined) throw error;
    const message = `byte ${byteOffset} starts no valid UTF-8 character: save the document as UTF-8`;
    throw new DocumentFault('invalid_utf8', message, { byteOffset });
  }
}

// A plain loop: a call of indexOf for every line costs more.
function indexLines(bytes: Uint8Array): Uint32Array {
  let count = 1;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === LF) count += 1;
  const starts = new Uint32Array(count + 1);
  let line = 1;
  for (let at = 0; at < bytes.length; at += 1)
    if (bytes[at] === LF) {
      starts[line] = at + 1;
      line += 1;
    }
  starts[count] = bytes.length;
  return starts;
}

const LF = 0x0a;

const OPENING = /^\uFEFF?---[ \t]*\r?\n/;
const CLOSING = /^(?:---|\.\.\.)[ \t]*\r?$/gm;

function findFrontMatter(text: string): string {
  const opening = OPENING.exec(text);
  if (!opening) return '';
  CLOSING.lastIndex = opening[0].length;
  const closing = CLOSING.exec(text);
  return closing ? text.slice(0, closing.index + closing[0].length) : '';
}

const ENTRY = /^(?:[\p{L}_][\p{L}\p{M}\p{N}_.-]*|"[^"]*"|'[^']*') *:(?:\s|$)/u;
const CONTINUED = /^(?:\s|- |-$|#|$)/;

/** The first line between the delimiters that is no entry of a mapping: then these are two thematic breaks and text. */
function findNoMapping(fenced: string): { line: number; text: string } | undefined {
  const lines = fenced.split(/\r?\n/).slice(0, -1);
  let entries = 0;
  for (const [line, text] of lines.entries()) {
    if (line === 0) continue;
    if (ENTRY.test(text)) entries += 1;
    else if (entries === 0 ? !/^(?:\s*#.*|\s*)$/.test(text) : !CONTINUED.test(text)) return { line, text };
  }
  return undefined;
}

function describeFrontMatter(front: string) {
  const title = /^title:(.*)$/im
    .exec(front)?.[1]
    ?.trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  return {
    frontMatterLines: front === '' ? 0 : front.split('\n').length,
    frontMatterTitle: title ? abridge(plainText(title), 240) : undefined,
  };
}

// A lone CR ends a line for CommonMark but not for us: units are split on LF only, and the parser must count the same lines.
function blank(text: string, front: string): string {
  const rest = text.slice(front.length).replace(/^\uFEFF/, '');
  const lines = '\n'.repeat(front === '' ? 0 : front.split('\n').length - 1);
  return lines + (rest.includes('\r') ? rest.replace(/\r\n/g, '\n').replaceAll('\r', ' ') : rest);
}
