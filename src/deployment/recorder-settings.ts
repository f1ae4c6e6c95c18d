// Where the recorder's keys are: files, or a command for the current one. Read with the other settings, so that one list
// names whatever is wrong.
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isRecorderKey, RECORDER_KEY_FORM } from '../record/recorder-key.ts';
import type { SignerCommand } from './external-signer.ts';
import { RecorderKeyFault, readRecorderKeyFile } from './recorder-key-file.ts';

export interface RecorderSettings {
  /** Where it is set, its key is the current one. */
  readonly command: SignerCommand | undefined;
  /** Key files, the newest first. */
  readonly files: readonly string[];
  /** Whether the first file is made when it is not there: beside embedded databases alone. */
  readonly makesOwn: boolean;
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: RecorderSettings }
  | { readonly ok: false; readonly problems: readonly string[] };

const argvSchema = z.tuple([z.string().min(1)], z.string());

/** `ownFolder`: where an embedded deployment keeps what it makes itself; undefined for every other. */
export function readRecorderSettings(
  environment: Readonly<Record<string, string | undefined>>,
  { ownFolder }: { ownFolder: string | undefined },
): ReadSettings {
  const set = (name: string) => environment[name]?.trim() || undefined;
  const [paths, signer, publicKey] = [
    set('RECORDER_KEY_PATH'),
    set('RECORDER_SIGNER'),
    set('RECORDER_PUBLIC_KEY'),
  ];
  const files = (paths ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => resolve(path));
  const problems = files.flatMap(problemOf);
  const command = commandIn(signer, publicKey);
  if (typeof command === 'string') problems.push(command);
  if (!paths && !signer && !ownFolder)
    problems.push(
      'RECORDER_KEY_PATH is missing: `countersign recorder init PATH` makes the key; or set RECORDER_SIGNER and RECORDER_PUBLIC_KEY',
    );
  if (problems.length > 0 || typeof command === 'string') return { ok: false, problems };
  const makesOwn = files.length === 0 && command === undefined;
  const own = makesOwn && ownFolder ? [join(resolve(ownFolder), 'recorder.key')] : [];
  return { ok: true, settings: { command, files: [...files, ...own], makesOwn } };
}

/** A string says what is wrong. */
function commandIn(
  signer: string | undefined,
  publicKey: string | undefined,
): SignerCommand | undefined | string {
  if (signer === undefined)
    return publicKey && 'RECORDER_PUBLIC_KEY is set without RECORDER_SIGNER, whose key it is';
  const argv = argvSchema.safeParse(parsed(signer));
  if (!argv.success)
    return 'RECORDER_SIGNER must be a JSON array of a program and its arguments, such as ["/usr/local/bin/sign","--slot","2"]';
  const key = publicKey?.replaceAll(' ', '') ?? '';
  if (isRecorderKey(key)) return { argv: argv.data, key };
  if (RECORDER_KEY_FORM.test(key)) return 'RECORDER_PUBLIC_KEY is a key under which anybody can sign';
  return 'RECORDER_PUBLIC_KEY is missing or malformed: it must be 64 lower-case hexadecimal digits, the Ed25519 public key of RECORDER_SIGNER';
}

function problemOf(path: string): string[] {
  try {
    readRecorderKeyFile(path);
    return [];
  } catch (error) {
    if (error instanceof RecorderKeyFault) return [`RECORDER_KEY_PATH: ${error.message}`];
    throw error;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
