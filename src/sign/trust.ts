// Whose signatures the person's own machine believes: named on the command line or in the environment, or kept from an
// earlier time. What is kept lies inside .git, where no push and no bot can put it.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { FINGERPRINT_FORM } from '../approval/fingerprint.ts';
import { type KeyFile, type KeyRing, readKeys } from '../approval/key-ring.ts';
import { markedAs } from '../digest/format.ts';
import { SignFault } from './fault.ts';
import { exportKey } from './gpg.ts';
import { type Environment, git } from './program.ts';

const kept = z.strictObject({
  format: markedAs('countersign/trust/1'),
  signers: z.array(
    z.strictObject({ fingerprint: z.string().regex(FINGERPRINT_FORM), public_key: z.string() }),
  ),
  /** The name of the deployment that was signed for; null before the first time. */
  deployment: z.string().nullable(),
  /** Recorder keys that the person has confirmed. */
  recorder_keys: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
});

export type Kept = z.infer<typeof kept>;

export const NOTHING_KEPT: Kept = {
  format: 'countersign/trust/1',
  signers: [],
  deployment: null,
  recorder_keys: [],
};

interface At {
  readonly directory: string;
  readonly environment: Environment;
}

/** Throws SignFault when what is kept cannot be read: it is never passed over. */
export async function readKept(at: At): Promise<Kept> {
  const path = await pathOf(at);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING_KEPT;
    throw error;
  }
  try {
    return kept.parse(JSON.parse(text));
  } catch (error) {
    throw new SignFault('asked_wrongly', `${path} is not what was kept there: look at it, or remove it`, {
      cause: error,
    });
  }
}

export async function keep(trust: Kept, at: At): Promise<void> {
  const path = await pathOf(at);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(trust, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function pathOf({ directory, environment }: At): Promise<string> {
  const args = ['rev-parse', '--git-path', 'countersign/trust.json'];
  const doing = 'looking for what was kept of an earlier time';
  return resolve(directory, (await git(args, { directory, environment, doing })).toString('utf8').trim());
}

export interface Trusted {
  readonly ring: KeyRing;
  /** Why these are trusted, as a sentence. */
  readonly why: string;
  /** To be kept once the person has signed. */
  readonly signers: Kept['signers'];
}

/** The ring of these people: from files where there are some, else from what is kept, else from the person's own gpg. */
export async function trustSigners(options: {
  readonly fingerprints: readonly string[];
  readonly files: readonly KeyFile[];
  readonly kept: Kept;
  readonly why: string;
  readonly environment: Environment;
  readonly now: Date;
}): Promise<Trusted> {
  const { fingerprints, files, kept: earlier, why, environment, now } = options;
  const known = new Map(earlier.signers.map(({ fingerprint, public_key }) => [fingerprint, public_key]));
  const own: KeyFile[] = [];
  for (const fingerprint of files.length > 0 ? [] : fingerprints) {
    // gpg first: a key that was extended or revoked since is there as it is now.
    const exported = (await exportKey(fingerprint, environment))?.toString('utf8') ?? known.get(fingerprint);
    if (exported === undefined)
      throw new SignFault(
        'no_key',
        `your gpg has no public key ${fingerprint}: import it (gpg --import), or name a folder with --keys`,
      );
    own.push({ name: `${fingerprint}.asc`, bytes: Buffer.from(exported) });
  }
  const ring = await readKeys(files.length > 0 ? files : own, { pinned: fingerprints, now });
  const signers = own.map(({ bytes }, index) => ({
    fingerprint: ring.pinned[index] as string,
    public_key: Buffer.from(bytes).toString('utf8'),
  }));
  return { ring, why, signers };
}
