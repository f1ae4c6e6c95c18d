// The small objects that were read last, by their ids, in a bounded space: trees, logs and documents are asked for again and
// again. An object never changes, so one that was held against its id once need not be held against it again.
import type { GitObject } from './batch.ts';

export class RecentObjects {
  readonly #bytes: number;
  readonly #most: number;
  readonly #kept = new Map<string, GitObject>();
  #held = 0;

  /** `bytes`: of all together; `most`: of one, larger ones are not kept. */
  constructor({ bytes, most }: { readonly bytes: number; readonly most: number }) {
    this.#bytes = bytes;
    this.#most = most;
  }

  get(id: string): GitObject | undefined {
    const found = this.#kept.get(id);
    if (!found) return undefined;
    this.#kept.delete(id);
    this.#kept.set(id, found);
    return found;
  }

  keep(id: string, object: GitObject): void {
    if (object.bytes.length > this.#most || this.#kept.has(id)) return;
    this.#kept.set(id, object);
    this.#held += object.bytes.length;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#held <= this.#bytes) return;
      this.#kept.delete(oldest);
      this.#held -= bytes.length;
    }
  }
}
