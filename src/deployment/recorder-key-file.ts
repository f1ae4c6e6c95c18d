// The recorder's secret as a file on this machine: Ed25519 in PEM (PKCS 8), for the bot's user alone. Whoever can read it
// can write statements in the bot's name, so a file that others may read is no key.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { link, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { syncDirectory, writeNew } from '../backup/place.ts';
import { type RecorderKey, type RecorderSigner, recorderKeyOf } from '../record/recorder-key.ts';

/** The key cannot be used; the message says why and what to do, and holds nothing of the key. */
export class RecorderKeyFault extends Error {
  readonly code: 'unreadable' | 'exposed' | 'malformed' | 'exists' | 'in_repository';

  constructor(code: RecorderKeyFault['code'], message: string) {
    super(message);
    this.name = 'RecorderKeyFault';
    this.code = code;
  }
}

const OTHERS = 0o077;

/** Throws RecorderKeyFault. */
export function readRecorderKeyFile(path: string): RecorderSigner {
  const secret = secretIn(path, readPrivately(path));
  return {
    key: recorderKeyOf(createPublicKey(secret)),
    sign: async (message) => sign(null, message, secret),
  };
}

// Mode and bytes of the same open file: one that is exchanged in between is not looked at.
function readPrivately(path: string): string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new RecorderKeyFault('unreadable', `${path} ${absent ? 'is not there' : 'cannot be read'}`);
  }
  try {
    const { mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0)
      throw new RecorderKeyFault(
        'exposed',
        `${path} can be read by others than its owner: chmod 600 ${path}`,
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof RecorderKeyFault) throw error;
    throw new RecorderKeyFault('unreadable', `${path} cannot be read`);
  } finally {
    closeSync(file);
  }
}

function secretIn(path: string, pem: string): KeyObject {
  const secret = parsed(pem);
  if (secret?.asymmetricKeyType !== 'ed25519')
    throw new RecorderKeyFault('malformed', `${path} is not an Ed25519 private key in PEM form (PKCS 8)`);
  return secret;
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/**
 * Makes a key in a file that was not there, on disk when this returns. It gets its name once it is whole: a process that dies
 * leaves no half a key behind. Throws RecorderKeyFault.
 */
export async function makeRecorderKeyFile(path: string): Promise<RecorderKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const unnamed = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeNew(unnamed, (file) => file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    await link(unnamed, path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? new RecorderKeyFault('exists', `${path} is there already, and a key is never written over`)
      : error;
  } finally {
    await rm(unnamed, { force: true });
  }
  await syncDirectory(dirname(path));
  return recorderKeyOf(publicKey);
}

/** Throws RecorderKeyFault when the path lies in a work tree of git: what lies there is committed one day. */
export function assertOutsideRepository(path: string): void {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git')))
      throw new RecorderKeyFault('in_repository', `${path} lies in the git repository ${folder}`);
    if (folder === dirname(folder)) return;
  }
}
