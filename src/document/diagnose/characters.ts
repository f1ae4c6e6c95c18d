// Characters that programs read differently: a lone CR, which ends a line for some, and a byte order mark inside the text.
import type { Source } from '../source-text.ts';
import { counted, type Finding, lineOfByte } from './finding.ts';

const [CR, LF] = [0x0d, 0x0a];

export function findLoneCr(source: Source): Finding[] {
  const { bytes } = source;
  let [first, last, count] = [-1, -1, 0];
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF) continue;
    if (count === 0) first = at;
    last = at;
    count += 1;
  }
  if (count === 0) return [];
  const message = `${counted(count, 'carriage return')} without a line feed: some programs end a line there and this one does not, so save the document with LF line ends`;
  return [
    {
      code: 'lone_cr',
      severity: 'warning',
      ...{ byteStart: first, byteEnd: count === 1 ? first + 1 : last + 1 },
      message,
    },
  ];
}

const BOM_BYTES = Uint8Array.of(0xef, 0xbb, 0xbf);

export function findBomInside(source: Source): Finding[] {
  const bytes = Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
  const [first, ...others] = positionsOf(bytes);
  if (first === undefined) return [];
  const where = others.length === 0 ? '' : `, the last in line ${lineOfByte(source, others.at(-1) ?? first)}`;
  const message = `${counted(1 + others.length, 'byte order mark')} <U+FEFF> inside the text${where}, where nobody sees it: remove it`;
  return [
    { code: 'bom_inside', severity: 'warning', byteStart: first, byteEnd: first + BOM_BYTES.length, message },
  ];
}

/** The first three bytes may be one. */
function positionsOf(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(BOM_BYTES, 1); at >= 0; at = bytes.indexOf(BOM_BYTES, at + 1)) found.push(at);
  return found;
}
