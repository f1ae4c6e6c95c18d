// The Merkle tree hash of RFC 9162 section 2.1 over a list of leaves: one digest that is signed for all of them.
// A head takes one pass and memory for one branch; nothing here recurses, so a list may be as long as it likes.
import { type Sha256, sha256 } from '../digest/digest.ts';

/** A leaf is bytes; a string stands for its UTF-8 bytes and must be well formed. */
export type Leaf = string | Uint8Array;

const LEAF = Buffer.of(0x00);

/** SHA-256 of 0x00 and the leaf: no leaf can be passed off as an inner node, nor the other way round. */
export function hashLeaf(leaf: Leaf): Sha256 {
  if (typeof leaf !== 'string') return sha256(Buffer.concat([LEAF, leaf]));
  if (!leaf.isWellFormed()) throw new TypeError('hashLeaf: a lone surrogate has no UTF-8 form');
  return sha256(`\u0000${leaf}`);
}

// One buffer for every node, and digests as strings: a buffer for each cost more than twice the time of its hash.
const NODE = Buffer.alloc(65, 0x01);

/** SHA-256 of 0x01 and the two children. */
export function hashNode(left: Sha256, right: Sha256): Sha256 {
  NODE.write(left, 1, 'hex');
  NODE.write(right, 33, 'hex');
  return sha256(NODE);
}

/** The head of a list, in one pass. Of no leaves it is the SHA-256 of nothing. */
export function treeHead(leaves: Iterable<Leaf>): Sha256 {
  const head = new GrowingTree();
  for (const leaf of leaves) head.append(leaf);
  return head.head();
}

/** A tree that only grows: it remembers the head of each complete subtree on its right edge, one a level. */
export class GrowingTree {
  #size = 0;
  readonly #edge: Sha256[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Leaf): void {
    let node = hashLeaf(leaf);
    // Each trailing 1 of the old size is a complete subtree as large as the one that has just been completed.
    for (let below = this.#size; below % 2 === 1; below = Math.floor(below / 2)) {
      const left = this.#edge.pop();
      if (left !== undefined) node = hashNode(left, node);
    }
    this.#edge.push(node);
    this.#size += 1;
  }

  head(): Sha256 {
    const [right, ...above] = this.#edge.toReversed();
    if (right === undefined) return sha256('');
    return above.reduce((node, left) => hashNode(left, node), right);
  }
}
