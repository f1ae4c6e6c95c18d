// RFC 9162 section 2.1 written down as it is defined, by recursion: slow, short, and nothing like what it is held against.
import { createHash } from 'node:crypto';

type Bytes = Uint8Array;

const sha = (...parts: readonly Bytes[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The largest power of two smaller than `n`. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

export function referenceHead(leaves: readonly Bytes[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), only);
  const k = split(leaves.length);
  return sha(Buffer.of(1), referenceHead(leaves.slice(0, k)), referenceHead(leaves.slice(k)));
}

export function referencePath(m: number, leaves: readonly Bytes[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k
    ? [...referencePath(m, left), referenceHead(right)]
    : [...referencePath(m - k, right), referenceHead(left)];
}

export function referenceProof(m: number, leaves: readonly Bytes[], isWhole = true): Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [referenceHead(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...referenceProof(m, left, isWhole), referenceHead(right)]
    : [...referenceProof(m - k, right, false), referenceHead(left)];
}
