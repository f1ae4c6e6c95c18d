import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sha256 } from '../../src/digest/digest.ts';
import { GrowingTree, hashLeaf, treeHead } from '../../src/merkle/tree-head.ts';
import {
  growTree,
  isConsistent,
  isIncluded,
  proveConsistency,
  proveInclusion,
} from '../../src/merkle/tree-proof.ts';
import { EIGHT_HEADS, EIGHT_LEAVES, EIGHT_PATHS, EIGHT_PROOFS } from './eight-leaves.ts';
import { referenceHead, referencePath, referenceProof } from './reference-tree.ts';

const hex = (nodes: readonly Buffer[]) => nodes.map((node) => node.toString('hex'));
const leavesArbitrary = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70 });

describe('the published inputs', () => {
  test.each(EIGHT_HEADS.map((head, size) => ({ size, head })))('have their head at size $size', (vector) => {
    const leaves = EIGHT_LEAVES.slice(0, vector.size);
    expect(referenceHead(leaves).toString('hex')).toBe(vector.head);
    expect(treeHead(leaves)).toBe(vector.head);
  });

  test.each(EIGHT_PATHS)('have their path for leaf $index of $size', ({ index, size, path }) => {
    const leaves = EIGHT_LEAVES.slice(0, size);
    expect(hex(referencePath(index, leaves))).toEqual(path);
    expect(proveInclusion(growTree(leaves), index)).toEqual(path);
  });

  test.each(EIGHT_PROOFS)('have their proof from $oldSize to $size', ({ oldSize, size, path }) => {
    const leaves = EIGHT_LEAVES.slice(0, size);
    expect(hex(referenceProof(oldSize, leaves))).toEqual(path);
    expect(proveConsistency(growTree(leaves), oldSize)).toEqual(path);
  });
});

test('a head is that of the recursive definition, whatever the leaves', () => {
  fc.assert(
    fc.property(leavesArbitrary, (leaves) => {
      expect(treeHead(leaves)).toBe(referenceHead(leaves).toString('hex'));
    }),
    { numRuns: 300 },
  );
});

test('a tree that grows has at each size the head of the leaves so far', () => {
  const tree = new GrowingTree();
  const leaves = Array.from({ length: 130 }, (_, index) => Buffer.from(`leaf ${index}`));
  for (const [index, leaf] of leaves.entries()) {
    expect([tree.size, tree.head()]).toEqual([index, treeHead(leaves.slice(0, index))]);
    tree.append(leaf);
  }
});

test('a string stands for its UTF-8 bytes, and text without such a form is refused', () => {
  for (const text of ['', 'Điều 1', '🏛️', '\u2028']) expect(hashLeaf(text)).toBe(hashLeaf(Buffer.from(text)));
  expect(() => treeHead(['\ud800'])).toThrow(TypeError);
});

test('a leaf that looks like two nodes does not have the head of the two', () => {
  const [left, right] = [hashLeaf('a'), hashLeaf('b')];
  expect(treeHead([Buffer.from(left + right, 'hex')])).not.toBe(treeHead(['a', 'b']));
  expect(treeHead([Buffer.from(`01${left}${right}`, 'hex')])).not.toBe(treeHead(['a', 'b']));
});

describe('inclusion', () => {
  test('is proved for every leaf of every size up to 40, by the path of the definition', () => {
    const leaves = Array.from({ length: 40 }, (_, index) => Buffer.from(`leaf ${index}`));
    for (let size = 1; size <= leaves.length; size += 1) {
      const list = leaves.slice(0, size);
      const [tree, head] = [growTree(list), treeHead(list)];
      for (const [index, leaf] of list.entries()) {
        const path = proveInclusion(tree, index);
        expect(path).toEqual(hex(referencePath(index, list)));
        expect(isIncluded({ leaf, index, size, path, head })).toBe(true);
      }
    }
  });

  test('is not proved by a path, a leaf, a place or a head that is another', () => {
    fc.assert(
      fc.property(leavesArbitrary, fc.nat(), fc.nat(), (leaves, one, other) => {
        const [index, wrong] = [one % leaves.length, other % (leaves.length + 2)];
        const path = proveInclusion(growTree(leaves), index);
        const [size, head, leaf] = [leaves.length, treeHead(leaves), leaves[index] ?? ''];
        const claim = { leaf, index, size, path, head };
        expect(isIncluded(claim)).toBe(true);
        expect(isIncluded({ ...claim, leaf: 'another leaf' })).toBe(false);
        expect(isIncluded({ ...claim, head: treeHead([...leaves, 'one more']) })).toBe(false);
        expect(isIncluded({ ...claim, path: [...path, head] })).toBe(false);
        if (path.length > 0) {
          expect(isIncluded({ ...claim, path: path.slice(1) })).toBe(false);
          expect(isIncluded({ ...claim, path: path.with(wrong % path.length, flipped(path[0])) })).toBe(
            false,
          );
        }
        if (wrong !== index && hashLeaf(leaves[wrong] ?? '') !== hashLeaf(leaf))
          expect(isIncluded({ ...claim, index: wrong })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('of what cannot be is refused without an exception', () => {
    const head = treeHead(['a', 'b']);
    const claim = { leaf: 'a', index: 0, size: 2, path: proveInclusion(growTree(['a', 'b']), 0), head };
    expect(isIncluded(claim)).toBe(true);
    for (const wrong of [{ index: 2 }, { index: -1 }, { index: 0.5 }, { size: 0 }, { size: Number.NaN }])
      expect(isIncluded({ ...claim, ...wrong })).toBe(false);
    expect(isIncluded({ ...claim, path: ['no digest' as Sha256] })).toBe(false);
    expect(() => proveInclusion(growTree(['a', 'b']), 2)).toThrow(RangeError);
    expect(() => proveInclusion(growTree([]), 0)).toThrow(RangeError);
  });
});

describe('consistency', () => {
  test('is proved between all sizes up to 40, by the proof of the definition', () => {
    const leaves = Array.from({ length: 40 }, (_, index) => Buffer.from(`leaf ${index}`));
    const heads = Array.from({ length: 41 }, (_, size) => treeHead(leaves.slice(0, size)));
    const headOf = (size: number) => heads[size] ?? treeHead([]);
    for (let size = 1; size <= leaves.length; size += 1) {
      const list = leaves.slice(0, size);
      const tree = growTree(list);
      for (let oldSize = 1; oldSize <= size; oldSize += 1) {
        const path = proveConsistency(tree, oldSize);
        expect(path).toEqual(hex(referenceProof(oldSize, list)));
        const claim = { oldSize, oldHead: headOf(oldSize), size, head: headOf(size), path };
        expect(isConsistent(claim)).toBe(true);
        expect(isConsistent({ ...claim, oldHead: headOf(0) })).toBe(false);
        expect(isConsistent({ ...claim, head: headOf(0) })).toBe(false);
        expect(isConsistent({ ...claim, path: [...path, headOf(1)] })).toBe(false);
        if (oldSize < size) expect(isConsistent({ ...claim, path: path.slice(0, -1) })).toBe(false);
        for (const place of path.keys())
          expect(isConsistent({ ...claim, path: path.with(place, flipped(path[place])) })).toBe(false);
      }
    }
  });

  test('is not proved for a list that was rewritten', () => {
    const before = ['a', 'b', 'c', 'd', 'e'];
    const after = ['a', 'B', 'c', 'd', 'e', 'f', 'g'];
    const path = proveConsistency(growTree(after), before.length);
    const claim = { oldSize: 5, oldHead: treeHead(before), size: 7, head: treeHead(after), path };
    expect(isConsistent(claim)).toBe(false);
    expect(isConsistent({ ...claim, oldHead: treeHead(after.slice(0, 5)) })).toBe(true);
  });

  test('from nothing, or backwards, is refused', () => {
    const tree = growTree(['a', 'b']);
    expect(() => proveConsistency(tree, 0)).toThrow(RangeError);
    expect(() => proveConsistency(tree, 3)).toThrow(RangeError);
    const [one, two] = [treeHead(['a']), treeHead(['a', 'b'])];
    expect(isConsistent({ oldSize: 2, oldHead: two, size: 1, head: one, path: [] })).toBe(false);
    expect(isConsistent({ oldSize: 0, oldHead: treeHead([]), size: 1, head: one, path: [one] })).toBe(false);
  });
});

function flipped(digest: string | undefined): Sha256 {
  const [first = '0', ...others] = digest ?? '';
  return [first === '0' ? '1' : '0', ...others].join('') as Sha256;
}
