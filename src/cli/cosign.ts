// `countersign audit CLONE --cosign KEYFILE --as NAME`: the auditor as a witness. What is cosigned has been audited clean in
// the same breath, and continues whatever this key has cosigned before, which it remembers beside the key.
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit } from '../audit/audit.ts';
import { type Evidence, fileAt } from '../audit/evidence.ts';
import type { Witnesses } from '../audit/witnesses.ts';
import { writeNew } from '../backup/place.ts';
import { RecorderKeyFault, readRecorderKeyFile } from '../deployment/recorder-key-file.ts';
import { CHECKPOINT_PATH } from '../record/checkpoint.ts';
import {
  COSIGNATURE_TYPE,
  cosign,
  cosignedAt,
  isWitnessName,
  WITNESS_FOLDER,
  witnessPath,
} from '../record/cosignature.ts';
import { decodeNote, encodeNote, encodeVerifierKey, type Note } from '../record/note.ts';
import type { RecorderSigner } from '../record/recorder-key.ts';
import { count } from '../report/markdown.ts';
import { CliFault } from './messages.ts';

export interface Cosigner {
  readonly name: string;
  readonly signer: RecorderSigner;
  /** Where what it cosigned last is kept. */
  readonly seen: string;
}

/** Throws CliFault. */
export function readCosigner(keyFile: string, name: string | undefined): Cosigner {
  if (name === undefined || !isWitnessName(name))
    throw new CliFault(
      '--cosign needs --as NAME, such as --as audit-office.example: lower-case letters, digits, dots and hyphens',
    );
  try {
    return { name, signer: readRecorderKeyFile(keyFile), seen: `${keyFile}.seen` };
  } catch (error) {
    if (!(error instanceof RecorderKeyFault)) throw error;
    throw new CliFault(
      `--cosign: ${error.message}. To make a key: openssl genpkey -algorithm ed25519 -out FILE && chmod 600 FILE`,
      { cause: error },
    );
  }
}

/** What this key has cosigned before, which a clone must continue. */
export function rememberedBy({ seen }: Cosigner): Witnesses['remembered'] {
  return existsSync(seen) ? [{ where: seen, file: readFileSync(seen) }] : [];
}

/** Writes the file for a pull request, and says in words what was done. Of a clean audit alone. Throws CliFault. */
export async function cosignAudited(
  { name, signer, seen }: Cosigner,
  { audit, evidence, at }: { readonly audit: Audit; readonly evidence: Evidence; readonly at: Date },
): Promise<string> {
  const { directory, head, checkpoint } = audit;
  const key = { name, key: signer.key };
  const own = await noteAt(CHECKPOINT_PATH, evidence, head.id);
  if (!checkpoint || !own) throw new CliFault(`${directory} has no checkpoint: there is nothing to cosign`);
  const path = witnessPath(name);
  const before = await noteAt(path, evidence, head.id);
  if (before && !(cosignedAt(before, key) instanceof Date))
    throw new CliFault(`${path} is of another key than this one: choose another name with --as`);
  const verifierKey = encodeVerifierKey(key, { type: COSIGNATURE_TYPE });
  const [leaves, tell] = [
    count(checkpoint.size, 'line'),
    `Give others this key, for --witness: ${verifierKey}\n`,
  ];
  if (before?.text === own.text) return `${path} has these ${leaves} of the log already.\n${tell}`;
  const line = await cosign(own, { name, signer, at });
  const note = encodeNote({ text: own.text, signatures: [...own.signatures, line] });
  // Before anybody can see the signature: a witness that forgets what it said may say another thing.
  await replace(seen, note);
  await replace(join(folderIn(directory), name), note);
  return `Cosigned: the log with its ${leaves}, as of ${at.toISOString()}. Commit ${path} and open a pull request with it.\n${tell}`;
}

async function noteAt(path: string, evidence: Evidence, commit: string): Promise<Note | undefined> {
  const file = await fileAt(evidence, { path, commit });
  const note = file && decodeNote(file);
  return note?.ok ? note.value : undefined;
}

// A stranger's clone may have a link in the place of a folder.
function folderIn(clone: string): string {
  const root = realpathSync(clone);
  const folder = join(root, WITNESS_FOLDER);
  if (!existsSync(join(root, '.git')))
    throw new CliFault(`${clone} is no work tree: clone it with its files, and name the clone's root`);
  mkdirSync(folder, { recursive: true });
  if (realpathSync(folder) === folder) return folder;
  throw new CliFault(`${WITNESS_FOLDER} in ${clone} leads elsewhere: nothing was written there`);
}

/** Whole or not at all; a link is put aside, not followed. */
async function replace(path: string, text: string): Promise<void> {
  const unnamed = `${path}.new`;
  rmSync(unnamed, { force: true });
  await writeNew(unnamed, (file) => file.writeFile(text));
  renameSync(unnamed, path);
}
