// One backup: a dump, encrypted, in its place with a complete envelope, or nothing.
// The envelope's rename is the commit point: whatever lies in the directory without one is a leftover.
import { type FileHandle, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { within } from '../stop/deadline.ts';
import { Stop } from '../stop/stop.ts';
import { inspectCiphertext } from './ciphertext.ts';
import { type Dump, type DumpSource, openDump } from './dump.ts';
import { chooseEncryptor, type Encryption, type Encryptor, encryptDump } from './encrypt.ts';
import {
  BACKUP_NAME_FORM,
  ciphertextName,
  type Envelope,
  envelopeName,
  envelopeSchema,
  readEnvelope,
} from './envelope.ts';
import type { BackupKey } from './key.ts';
import { assertSpace, prepareDirectory, syncDirectory, writeNew } from './place.ts';
import { type ProofRequest, prove } from './proof.ts';
import type { Ending } from './tool.ts';

export interface BackupRequest {
  readonly runId: string;
  /** Created with mode 0700 when it does not exist. */
  readonly directory: string;
  readonly recipient: BackupKey;
  readonly source: DumpSource;
  readonly now: () => Date;
  /** Also restore the dump into a scratch database and compare every table. */
  readonly proof?: ProofRequest;
  /** gpg where it is installed and the source is a server, unless said otherwise. */
  readonly encryptor?: Encryptor;
  /** How long the dump may stand still. */
  readonly stallMs?: number;
}

/**
 * Takes the backup of a run, or returns the one that was finished before a crash when its digest still holds.
 * Throws Stop `incomplete_backup`, and leaves no file, when anything at all went wrong (design section 3).
 */
export async function takeBackup(request: BackupRequest): Promise<Envelope> {
  if (!BACKUP_NAME_FORM.test(request.runId)) throw new TypeError(`${request.runId} cannot be a file name`);
  try {
    await within(FOLDER_MS, `looking into ${request.directory}`, () => prepareDirectory(request.directory));
    return (await finishedBackup(request)) ?? (await freshBackup(request));
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop('incomplete_backup', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

async function finishedBackup(request: BackupRequest): Promise<Envelope | undefined> {
  const { runId, directory, recipient, proof } = request;
  const envelope = await readEnvelope(join(directory, envelopeName(runId)));
  if ('problem' in envelope || envelope.recipient !== recipient.fingerprint) return undefined;
  if (proof && !envelope.proof) return undefined;
  const found = await inspectCiphertext(join(directory, envelope.path)).catch(() => undefined);
  return found?.sha256 === envelope.sha256 && !found.problem ? envelope : undefined;
}

async function freshBackup(request: BackupRequest): Promise<Envelope> {
  const { runId, directory, recipient, source, now } = request;
  const startedAt = now();
  const ciphertextPath = join(directory, ciphertextName(runId));
  const envelopePath = join(directory, envelopeName(runId));
  const leftovers = [envelopePath, ciphertextPath, partial(envelopePath), partial(ciphertextPath)];
  await within(FOLDER_MS, `clearing ${directory}`, () => removeAll(leftovers));
  try {
    const dump = await openDump(source);
    await within(FOLDER_MS, `asking for room in ${directory}`, () =>
      assertSpace(directory, dump.expectedBytes),
    );
    const encryptor = request.encryptor ?? (await chooseEncryptor(dump));
    const { stallMs } = request;
    const encryption = {
      ...{ encryptor, key: recipient, now: startedAt },
      ...(stallMs === undefined ? {} : { stallMs }),
    };
    const { keyId, bytes, sha256, ...told } = await writeNew(partial(ciphertextPath), async (file) => {
      const written = await write(dump, { file, encryption, request });
      // It is read back from memory while the disk takes it.
      const [seen] = await Promise.all([inspectFor(recipient, partial(ciphertextPath)), file.sync()]);
      return { ...written, ...seen };
    });
    const envelope = envelopeSchema.parse({
      format: 'countersign/backup/1',
      run_id: runId,
      path: ciphertextName(runId),
      bytes,
      sha256,
      recipient: recipient.fingerprint,
      dump: { tool: dump.tool, version: dump.version, server_version: dump.serverVersion },
      encryption: { ...encryptor, key_id: keyId },
      ...told,
      started_at: startedAt.toISOString(),
      finished_at: now().toISOString(),
    } satisfies Envelope);
    await writeNew(partial(envelopePath), (file) => file.writeFile(`${JSON.stringify(envelope, null, 2)}\n`));
    await rename(partial(ciphertextPath), ciphertextPath);
    await rename(partial(envelopePath), envelopePath);
    await syncDirectory(directory);
    return envelope;
  } catch (error) {
    await within(FOLDER_MS, `clearing ${directory}`, () => removeAll(leftovers)).catch(() => undefined);
    throw error;
  }
}

/** A folder on a server that is away answers nothing at all. */
const FOLDER_MS = 30_000;

interface Writing {
  readonly file: FileHandle;
  readonly encryption: Encryption;
  readonly request: BackupRequest;
}

async function write(dump: Dump, { file, encryption, request }: Writing) {
  let endings: readonly Ending[] = [];
  const encrypt = async (options: Partial<Encryption>) => {
    endings = await encryptDump(dump, file, { ...encryption, ...options });
  };
  const { proof, now } = request;
  const proved = proof ? await prove(dump, { ...proof, now, encrypt }) : await encrypt({});
  const processes = endings.map(({ tool, stderr }) => ({ tool, exit_code: 0 as const, stderr }));
  return { processes, ...(proved && { proof: proved }) };
}

/** What was written is looked at again: one whole message, to this key and nobody else. */
export async function inspectFor(recipient: BackupKey, path: string) {
  const { bytes, sha256, keyIds, problem } = await inspectCiphertext(path);
  if (problem) throw new Stop('incomplete_backup', `the encrypted file is not whole: ${problem}`);
  const [keyId, ...others] = keyIds;
  if (!keyId || others.length > 0 || !recipient.keyIds.includes(keyId))
    throw new Stop(
      'incomplete_backup',
      `the file is encrypted to ${keyIds.join(', ') || 'nobody'}, not only to ${recipient.fingerprint}`,
    );
  return { bytes, sha256, keyId };
}

function partial(path: string): string {
  return `${path}.partial`;
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}
