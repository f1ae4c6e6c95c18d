// The pinned keys as they lie on the machine now: read again at every judgement, so that a key which is revoked or taken
// away opens nothing from that moment on. What cannot be read is a fault at that judgement, never the ring of before.
import { type KeyFile, type KeyRing, readKeys } from '../approval/key-ring.ts';
import { digestOf, type Sha256, sha256 } from '../digest/digest.ts';
import { readKeyDirectory } from './key-directory.ts';

export interface LiveKeyOptions {
  readonly directory: string;
  readonly pinned: readonly string[];
  now(): Date;
}

/**
 * Gives the ring at each call; the same one while no byte of the directory has changed. Sizes and times of files are not
 * asked: whoever replaces a file can keep both, and reading a few keys costs less than verifying one signature. Throws
 * KeyFault, or the system's own error when the directory cannot be read.
 */
export function liveKeys({ directory, pinned, now }: LiveKeyOptions): () => Promise<KeyRing> {
  let known: { readonly digest: Sha256; readonly ring: KeyRing } | undefined;
  return async () => {
    const files = await readKeyDirectory(directory);
    const digest = digestOfAll(files);
    if (known?.digest === digest) return known.ring;
    const ring = await readKeys(files, { pinned, now: now() });
    known = { digest, ring };
    return ring;
  };
}

function digestOfAll(files: readonly KeyFile[]): Sha256 {
  return digestOf(files.map(({ name, bytes }) => [name, sha256(bytes)]));
}
