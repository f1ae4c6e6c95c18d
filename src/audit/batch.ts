// What `git cat-file --batch` prints, taken apart however it is cut into pieces: `<id> <type> <size>\n<bytes>\n`, or
// `<id> missing\n`. At most one object is held at a time.
import { CloneFault } from './git.ts';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface GitObject {
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

interface AnswerPorts {
  /** How many bytes the answer that comes next may have. */
  most(): number;
  answer(found: GitObject | 'too_large' | undefined): void;
}

const HEADER = /^[0-9a-f]+ (blob|tree|commit|tag) ([0-9]+)$/;

export class AnswerReader {
  readonly #ports: AnswerPorts;
  #pieces: Buffer[] = [];
  #held = 0;
  /** The object whose bytes come; `left`: how many of one that is passed over, its last line feed among them. */
  #coming: { readonly type: ObjectType; readonly size: number } | { left: number } | undefined;

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  /** Throws CloneFault `corrupt` on anything else. */
  take(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    // Joined only when something is complete: a large object comes in a thousand pieces.
    if (this.#coming && 'size' in this.#coming && this.#held <= this.#coming.size) return;
    let rest = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    for (let before = -1; before !== rest.length; ) {
      before = rest.length;
      rest = this.#next(rest);
    }
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }

  /** What is left behind one header or one object; all of it where neither is complete. */
  #next(rest: Buffer): Buffer {
    const coming = this.#coming;
    if (!coming) return this.#header(rest);
    if ('left' in coming) {
      const passed = Math.min(coming.left, rest.length);
      coming.left -= passed;
      if (coming.left === 0) this.#done('too_large');
      return rest.subarray(passed);
    }
    const { type, size } = coming;
    if (rest.length <= size) return rest;
    this.#done({ type, bytes: Buffer.from(rest.subarray(0, size)) });
    return rest.subarray(size + 1);
  }

  #header(rest: Buffer): Buffer {
    const end = rest.indexOf('\n');
    if (end < 0) return rest;
    const header = rest.toString('latin1', 0, end);
    const [, type, digits] = HEADER.exec(header) ?? [];
    const size = Number(digits);
    if (type !== undefined)
      this.#coming = size > this.#ports.most() ? { left: size + 1 } : { type: type as ObjectType, size };
    else if (/^[0-9a-f]+ missing$/.test(header)) this.#done(undefined);
    else throw new CloneFault('corrupt', `git cannot read an object: ${header.slice(0, 200)}`);
    return rest.subarray(end + 1);
  }

  #done(found: GitObject | 'too_large' | undefined): void {
    this.#coming = undefined;
    this.#ports.answer(found);
  }
}
