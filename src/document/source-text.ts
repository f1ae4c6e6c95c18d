// A document's bytes, and the table that leads from a line back to them. Nothing is decoded before somebody asks for it:
// a text of the whole document is twice its size, and takes longer to make than to find its blocks.
// Invariant: line n is bytes lineStarts[n] up to lineStarts[n + 1]; lines end with LF and nothing else.
import { isUtf8 } from 'node:buffer';
import { DocumentFault } from './fault.ts';
import { describeFrontMatter, findFrontMatter, findNoMapping } from './front-matter.ts';
import { characterStart, findInvalidUtf8, readText } from './utf8.ts';

export const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

export interface Source {
  readonly bytes: Uint8Array;
  /** Byte offset of every line's start, and one more entry: the size of the document. */
  readonly lineStarts: Uint32Array;
  /** Where the text starts, behind a byte order mark or front matter, and on which line. */
  readonly textStart: number;
  readonly textLine: number;
  /** Lines of YAML front matter, its two delimiters included; 0 when there is none. */
  readonly frontMatterLines: number;
  /** The line that shows that a `---` in the first line opens no front matter; undefined when it does, or is not there. */
  readonly refusedFrontMatter: { readonly line: number; readonly text: string } | undefined;
  /** The `title:` of the front matter, when it has one on a single line. */
  readonly frontMatterTitle: string | undefined;
  /** The beginning of `text`, 64,000 characters and some more: enough to tell its language. */
  readonly opening: string;
  /** As a Markdown parser sees it: front matter and BOM blanked, CRLF as LF, a lone CR as a space. Same lines as the bytes. */
  readonly text: string;
}

/** Throws DocumentFault: `too_large`, `empty`, `nul_byte` or `invalid_utf8`, the last two with the byte offset. */
export function decodeSource(bytes: Uint8Array, options: { maxBytes?: number } = {}): Source {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (bytes.length > maxBytes)
    throw new DocumentFault(
      'too_large',
      `the document has ${bytes.length} bytes, more than the limit of ${maxBytes}: split it into several documents`,
    );
  assertText(bytes);
  if (isEmpty(bytes))
    throw new DocumentFault('empty', 'the document is empty: there is no text in it to cut');
  const fenced = findFrontMatter(bytes);
  const refusedFrontMatter = findNoMapping(fenced);
  const front = refusedFrontMatter ? '' : fenced;
  const described = describeFrontMatter(front);
  const mark = front === '' && startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
  const textStart = front === '' ? mark : Buffer.byteLength(front);
  const textLine = Math.max(0, described.frontMatterLines - 1);
  const blanked = '\n'.repeat(textLine);
  let whole: string | undefined;
  return {
    ...{ bytes, lineStarts: indexLines(bytes), textStart, textLine, refusedFrontMatter, ...described },
    get opening() {
      const some = readText(bytes, { from: textStart, to: textStart + OPENING_BYTES });
      // A CR whose LF was cut off would count as a lone one.
      return blanked + asParsed(some.endsWith('\r') ? some.slice(0, -1) : some);
    },
    get text() {
      whole ??= blanked + asParsed(readText(bytes, { from: textStart, to: bytes.length }));
      return whole;
    },
  };
}

// 64,000 characters of three bytes each; one of four bytes counts twice.
const OPENING_BYTES = 192_004;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LF = 0x0a;

function assertText(bytes: Uint8Array): void {
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    throw new DocumentFault('nul_byte', `byte ${nul} is NUL: the document is not a text file`, {
      byteOffset: nul,
    });
  if (isUtf8(bytes)) return;
  const byteOffset = findInvalidUtf8(bytes) ?? 0;
  const message = `byte ${byteOffset} starts no valid UTF-8 character: save the document as UTF-8`;
  throw new DocumentFault('invalid_utf8', message, { byteOffset });
}

function startsWithMark(bytes: Uint8Array): boolean {
  return BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte);
}

const WINDOW = 64 * 1024;

/** Nothing but white space. Almost every document shows in its first window that it is more. */
function isEmpty(bytes: Uint8Array): boolean {
  for (let from = 0; from < bytes.length; from = characterStart(bytes, from + WINDOW))
    if (readText(bytes, { from, to: from + WINDOW }).trim() !== '') return false;
  return true;
}

// In one pass: where lines are shorter than this, the table is copied as it grows.
const LINE_BYTES = 32;

function indexLines(bytes: Uint8Array): Uint32Array {
  let starts = new Uint32Array(Math.ceil(bytes.length / LINE_BYTES) + 2);
  let count = 1;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (count + 1 === starts.length) {
      const grown = new Uint32Array(starts.length * 2);
      grown.set(starts);
      starts = grown;
    }
    starts[count] = at + 1;
    count += 1;
  }
  starts[count] = bytes.length;
  return starts.subarray(0, count + 1);
}

/** A line, counted from 0, without its line end. */
export function textOfLine(
  { bytes, lineStarts }: Pick<Source, 'bytes' | 'lineStarts'>,
  line: number,
): string {
  const [from, to] = [lineStarts[line] ?? bytes.length, lineStarts[line + 1] ?? bytes.length];
  return readText(bytes, { from, to }).replace(/\r?\n$/, '');
}

/** Whether nothing stands on a line but its end: asked of every line between blocks, so without reading it. */
export function isEmptyLine(
  { bytes, lineStarts }: Pick<Source, 'bytes' | 'lineStarts'>,
  line: number,
): boolean {
  return bytes[lineStarts[line] ?? bytes.length] === LF;
}

/** A lone CR ends a line for CommonMark but not for us: units are split on LF only, and the parser must count the same lines. */
export function asParsed(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n/g, '\n').replaceAll('\r', ' ') : text;
}
