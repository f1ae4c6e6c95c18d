// Proofs about a Merkle tree (RFC 9162 sections 2.1.3 and 2.1.4): that a leaf stands at its place under a head, and that
// a longer list begins with a shorter one. About log2(n) digests each; a verifier needs neither list.
import { isSha256, type Sha256 } from '../digest/digest.ts';
import { hashLeaf, hashNode, type Leaf } from './tree-head.ts';

/** Digests in hexadecimal, from the leaf upwards. */
export type ProofPath = readonly Sha256[];

/** All digests of a tree, level by level; where a level has an odd end, that node is the next level's last. */
export interface Tree {
  readonly size: number;
  readonly levels: readonly (readonly Sha256[])[];
}

/** Takes two digests a leaf; every proof about the list is then a look-up. */
export function growTree(leaves: Iterable<Leaf>): Tree {
  let level = Array.from(leaves, hashLeaf);
  const levels = [level];
  const size = level.length;
  for (; level.length > 1; levels.push(level)) level = levelAbove(level);
  return { size, levels };
}

function levelAbove(below: readonly Sha256[]): Sha256[] {
  const above: Sha256[] = [];
  for (const [place, node] of below.entries()) {
    const left = above.at(-1);
    if (place % 2 === 0 || left === undefined) above.push(node);
    else above[above.length - 1] = hashNode(left, node);
  }
  return above;
}

/** PATH(index, leaves): what a leaf is to be hashed with to reach the head. Throws RangeError when there is no such leaf. */
export function proveInclusion({ size, levels }: Tree, index: number): ProofPath {
  if (!isBelow(index, size)) throw new RangeError(`proveInclusion: leaf ${index} of ${size}`);
  const path: Sha256[] = [];
  let place = index;
  for (const level of levels.slice(0, -1)) {
    path.push(...nodeAt(level, place % 2 === 0 ? place + 1 : place - 1));
    place = half(place);
  }
  return path;
}

/** PROOF(oldSize, leaves): that the first `oldSize` leaves had their own head. Throws RangeError. */
export function proveConsistency({ size, levels }: Tree, oldSize: number): ProofPath {
  if (oldSize === 0 || !isBelow(oldSize, size + 1))
    throw new RangeError(`proveConsistency: from ${oldSize} leaves to ${size}`);
  if (oldSize === size) return [];
  let place = oldSize - 1;
  let depth = 0;
  // Up to the largest complete subtree that ends with the old list; when it is all of the old list, its head is known.
  for (; place % 2 === 1; place = half(place)) depth += 1;
  const path = place === 0 ? [] : nodeAt(levels[depth], place);
  for (const level of levels.slice(depth, -1)) {
    path.push(...nodeAt(level, place % 2 === 0 ? place + 1 : place - 1));
    place = half(place);
  }
  return path;
}

export interface InclusionClaim {
  readonly leaf: Leaf;
  readonly index: number;
  readonly size: number;
  readonly path: ProofPath;
  readonly head: Sha256;
}

/** RFC 9162 section 2.1.3.2. Whatever is malformed is simply not proved. */
export function isIncluded({ leaf, index, size, path, head }: InclusionClaim): boolean {
  if (!isBelow(index, size)) return false;
  let place = index;
  let last = size - 1;
  let node = hashLeaf(leaf);
  for (const beside of path) {
    if (last === 0 || !isSha256(beside)) return false;
    if (place % 2 === 1 || place === last) {
      node = hashNode(beside, node);
      for (; place % 2 === 0 && place !== 0; place = half(place)) last = half(last);
    } else {
      node = hashNode(node, beside);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && node === head;
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldHead: Sha256;
  readonly size: number;
  readonly head: Sha256;
  readonly path: ProofPath;
}

/** RFC 9162 section 2.1.4.2; two lists of one size are consistent when their heads are equal and nothing else is said. */
export function isConsistent({ oldSize, oldHead, size, head, path }: ConsistencyClaim): boolean {
  if (oldSize === 0 || !isBelow(oldSize, size + 1)) return false;
  if (oldSize === size) return path.length === 0 && oldHead === head;
  const [first, ...others] = isPowerOfTwo(oldSize) ? [oldHead, ...path] : path;
  if (first === undefined || !isSha256(first)) return false;
  let place = oldSize - 1;
  let last = size - 1;
  for (; place % 2 === 1; place = half(place)) last = half(last);
  let older = first;
  let newer = first;
  for (const beside of others) {
    if (last === 0 || !isSha256(beside)) return false;
    if (place % 2 === 1 || place === last) {
      older = hashNode(beside, older);
      newer = hashNode(beside, newer);
      for (; place % 2 === 0 && place !== 0; place = half(place)) last = half(last);
    } else {
      newer = hashNode(newer, beside);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && older === oldHead && newer === head;
}

// Sizes may pass 2^31, where JavaScript's bit operators end.
function half(place: number): number {
  return Math.floor(place / 2);
}

function isBelow(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function isPowerOfTwo(size: number): boolean {
  let rest = size;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function nodeAt(level: readonly Sha256[] | undefined, place: number): Sha256[] {
  const node = level?.[place];
  return node === undefined ? [] : [node];
}
