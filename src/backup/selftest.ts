// Would a backup succeed now? Every part of it is tried for real, on a dump without rows; nothing is left behind.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { decrypt, generateKey, type PublicKey, readMessage } from 'openpgp';
import { KEY_WARNING_MS, type KeyFile } from '../approval/key-ring.ts';
import { Stop } from '../stop/stop.ts';
import { inspectFor } from './backup.ts';
import { type Dump, type DumpSource, openDump } from './dump.ts';
import { chooseEncryptor, type Encryptor, encryptDump } from './encrypt.ts';
import { type BackupKey, keyIdsOf, readBackupKey } from './key.ts';
import { assertSpace, prepareDirectory, writeNew } from './place.ts';
import { type ProofRequest, rehearse } from './proof.ts';
import type { BackupCheck } from './verify-backup.ts';

const DAY_MS = 86_400_000;

export interface SelftestRequest {
  readonly source: DumpSource;
  readonly directory: string;
  readonly keyFiles: readonly KeyFile[];
  readonly fingerprint: string;
  readonly now: Date;
  /** With BACKUP_PROOF=restore: who restores. */
  readonly proof?: ProofRequest | undefined;
}

/** Never throws for what it tests: each check says whether it held, and what was found. */
export async function selftest(request: SelftestRequest): Promise<BackupCheck[]> {
  const checks: BackupCheck[] = [];
  const attempt = async <T>(name: string, work: () => Promise<{ value: T; detail: string }>) => {
    try {
      const { value, detail } = await work();
      checks.push({ name, ok: true, detail });
      return value;
    } catch (error) {
      const why =
        error instanceof Stop ? error.detail : error instanceof Error ? error.message : String(error);
      checks.push({ name, ok: false, detail: why });
      return undefined;
    }
  };
  const dump = await attempt('dump', () => findDump(request.source));
  const encryptor = dump && (await attempt('encryption', () => findEncryptor(dump)));
  const key = await attempt('key', () => findKey(request));
  const directory = await attempt('directory', () => findRoom(request.directory, dump));
  if (dump && encryptor && directory) {
    const round = { dump, encryptor, directory, now: request.now };
    await attempt('pipe', () => sendToThrowAwayKey(round));
    if (key) await attempt('recipient', () => sendTo(key, round));
    const { proof } = request;
    if (proof) await attempt('proof', () => rehearseProof(proof, round));
  }
  return checks;
}

async function findDump(source: DumpSource) {
  const dump = await openDump(source);
  return { value: dump, detail: `${dump.tool} ${dump.version}, server ${dump.serverVersion}` };
}

async function findEncryptor(dump: Dump) {
  const encryptor = await chooseEncryptor(dump);
  const slow = encryptor.tool === 'openpgp.js' && dump.kind === 'process';
  const detail = `${encryptor.tool} ${encryptor.version}${slow ? ' (gpg is not installed: half as fast)' : ''}`;
  return { value: encryptor, detail };
}

async function findKey({ keyFiles, fingerprint, now }: SelftestRequest) {
  const key = await readBackupKey(keyFiles, { fingerprint, now });
  if (!key.expiresAt) return { value: key, detail: `${fingerprint}, never expires` };
  const left = key.expiresAt.getTime() - now.getTime();
  const until = `${fingerprint}, expires ${key.expiresAt.toISOString()}`;
  if (left < KEY_WARNING_MS)
    throw new Stop(
      'key_unusable',
      `${until}, in ${Math.floor(left / DAY_MS)} days; extend it and export it again`,
    );
  return { value: key, detail: until };
}

async function findRoom(directory: string, dump: Dump | undefined) {
  await prepareDirectory(directory);
  const free = await assertSpace(directory, dump?.expectedBytes ?? 0);
  return { value: directory, detail: `${directory}, ${free} free` };
}

interface Round {
  readonly dump: Dump;
  readonly encryptor: Encryptor;
  readonly directory: string;
  readonly now: Date;
}

/** The round that can be read back here: what comes out must be a dump to its last line. */
async function sendToThrowAwayKey(round: Round) {
  const { privateKey, publicKey } = await throwAwayKey(round.now);
  const bytes = await sendThroughPipe(throwAway(publicKey), { ...round, read: (path) => readFile(path) });
  const message = await readMessage({ binaryMessage: bytes });
  const { data } = await decrypt({ message, decryptionKeys: privateKey, date: round.now });
  if (!String(data).includes('\n-- PostgreSQL database dump complete'))
    throw new Stop('incomplete_backup', 'what came back through the pipe is not a whole dump');
  return {
    value: true,
    detail: `${String(data).length} characters of schema went through and came back whole`,
  };
}

async function sendTo(key: BackupKey, round: Round) {
  const { keyId } = await sendThroughPipe(key, { ...round, read: (path) => inspectFor(key, path) });
  return { value: true, detail: `encrypts to ${keyId} of ${key.fingerprint} and to nobody else` };
}

/** The embedded database is proved in memory, by no login and no tool that could be missing. */
async function rehearseProof(proof: ProofRequest, round: Round) {
  const { dump } = round;
  if (dump.kind === 'bytes') return { value: true, detail: 'each backup is restored in memory' };
  const { publicKey } = await throwAwayKey(round.now);
  const tables = await rehearse(dump, {
    ...proof,
    encrypt: (witness) =>
      sendThroughPipe(throwAway(publicKey), { ...round, witness, read: async () => undefined }),
  });
  const who = proof.maintenance?.login.user;
  return {
    value: true,
    detail: `${who} made a scratch database, restored ${tables.length} tables, dropped it`,
  };
}

function throwAwayKey(now: Date) {
  return generateKey({
    userIDs: [{ name: 'countersign backup selftest' }],
    date: new Date(now.getTime() - DAY_MS),
    format: 'object',
  });
}

async function sendThroughPipe<T>(
  key: BackupKey,
  {
    dump,
    encryptor,
    directory,
    now,
    witness,
    read,
  }: Round & { witness?: Writable; read: (path: string) => Promise<T> },
): Promise<T> {
  const folder = await mkdtemp(join(directory, '.selftest-'));
  try {
    const path = join(folder, 'round.gpg');
    await writeNew(path, (file) =>
      encryptDump(withoutRows(dump), file, { encryptor, key, now, ...(witness && { witness }) }),
    );
    return await read(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function withoutRows(dump: Dump): Dump {
  return dump.kind === 'bytes' ? dump : { ...dump, start: () => dump.start({ schemaOnly: true }) };
}

function throwAway(publicKey: PublicKey): BackupKey {
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  return { fingerprint, keyIds: keyIdsOf(publicKey), expiresAt: undefined, publicKey };
}
