// From a dump to ciphertext in an open file: by gpg where it is installed, else by openpgp.js.
// Either way AES-256 with integrity protection (SEIPD version 1, which every gpg reads), no compression, and no
// plaintext outside the memory of the processes involved.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { config, createMessage, encrypt, enums, type NodeWebStream } from 'openpgp';
import { Stop } from '../stop/stop.ts';
import type { Dump } from './dump.ts';
import type { BackupKey } from './key.ts';
import {
  assertEnded,
  describeEnding,
  type Ending,
  type Running,
  startTool,
  toolEnvironment,
  versionOf,
} from './tool.ts';

export interface Encryptor {
  readonly tool: 'gpg' | 'openpgp.js';
  readonly version: string;
}

/** gpg where it is installed and the dump is a process; a dump in memory gains nothing from another process. */
export async function chooseEncryptor(dump: Dump): Promise<Encryptor> {
  const gpg = dump.kind === 'process' ? await versionOf('gpg', dump.tools) : undefined;
  return gpg ? { tool: 'gpg', version: gpg } : openpgpJs();
}

export function openpgpJs(): Encryptor {
  return { tool: 'openpgp.js', version: config.versionString.replace(/^\D+/, '') };
}

export interface Encryption {
  readonly encryptor: Encryptor;
  readonly key: BackupKey;
  readonly now: Date;
  /** A snapshot exported by another session, for pg_dump to read. */
  readonly snapshot?: string;
  /** Gets a copy of the plain dump while it is encrypted (the proof by restore). */
  readonly witness?: Writable;
  /** How long the dump may stand still. */
  readonly stallMs?: number;
}

type ProcessDump = Extract<Dump, { kind: 'process' }>;

/**
 * Writes the ciphertext and returns how every process ended. Throws Stop `incomplete_backup` when one ended badly or
 * the file could not take it all; what is in the file is then worthless.
 */
export async function encryptDump(
  dump: Dump,
  file: FileHandle,
  encryption: Encryption,
): Promise<readonly Ending[]> {
  if (dump.kind === 'process')
    return encryption.encryptor.tool === 'gpg'
      ? encryptByGpg(dump, file, encryption)
      : encryptHere(dump, file, encryption);
  await encryptByOpenpgp(Readable.from([dump.bytes]), file, encryption);
  return [];
}

async function encryptHere(dump: ProcessDump, file: FileHandle, encryption: Encryption): Promise<Ending[]> {
  const dumping = dump.start({ snapshot: encryption.snapshot });
  const watch = watchFor(encryption.stallMs);
  const plain = outputOf(dumping, { witness: encryption.witness, watch });
  return settle([dumping], { copying: encryptByOpenpgp(plain, file, encryption), watch });
}

/**
 * The endings, once the copy is done and every process has ended well. A pg_dump that fails ends its stream like one
 * that succeeds: only its exit code tells.
 */
async function settle(
  [dumping, ...others]: [Running, ...Running[]],
  { copying, watch }: { copying: Promise<unknown>; watch: Watch },
): Promise<Ending[]> {
  watch.over([dumping, ...others]);
  const [copied] = await Promise.allSettled([copying]);
  // Were our end of the pipe left open, pg_dump would wait for ever when its reader has died.
  dumping.child.stdout?.destroy();
  const endings = await Promise.all([dumping, ...others].map(({ ending }) => ending));
  watch.end();
  if (watch.stalled !== undefined) throw new Stop('incomplete_backup', watch.stalled);
  if (copied.status === 'rejected') {
    const why = copied.reason instanceof Error ? copied.reason.message : String(copied.reason);
    const detail = [why, ...endings.map(describeEnding)].join('; ');
    throw new Stop('incomplete_backup', detail, { cause: copied.reason });
  }
  assertEnded(endings);
  return endings;
}

async function encryptByGpg(
  dump: ProcessDump,
  file: FileHandle,
  { key, witness, snapshot, stallMs }: Encryption,
): Promise<Ending[]> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-gpg-'));
  try {
    const recipient = join(home, 'recipient.gpg');
    await writeFile(recipient, key.publicKey.write(), { mode: 0o600 });
    const dumping = dump.start({ snapshot });
    const gpg = startTool({
      name: 'gpg',
      args: [...GPG_ARGUMENTS, '--homedir', home, '--recipient-file', recipient],
      env: toolEnvironment(dump.tools),
      stdio: ['pipe', file.fd, 'pipe'],
    });
    if (!gpg.child.stdin) throw new TypeError('gpg has its stdin piped');
    const watch = watchFor(stallMs);
    const copying = pipeline(outputOf(dumping, { witness, watch }), gpg.child.stdin);
    return await settle([dumping, gpg], { copying, watch });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const GPG_ARGUMENTS = [
  '--batch',
  '--no-tty',
  '--no-options',
  '--no-autostart',
  // The recipient comes from a file; no keyring is made or read.
  '--no-keyring',
  '--no-encrypt-to',
  '--trust-model=always',
  '--cipher-algo=AES256',
  // The ciphertext is written once and read rarely; gpg's default compression costs 14 times the wall time.
  '--compress-algo=none',
  '--encrypt',
];

async function encryptByOpenpgp(plain: Readable, file: FileHandle, { key, now }: Encryption): Promise<void> {
  const ciphertext = await encrypt({
    message: await createMessage({ binary: Readable.toWeb(plain) as NodeWebStream<Uint8Array> }),
    encryptionKeys: key.publicKey,
    // Given, not negotiated: a key's preferences could ask for AES-128, or for SEIPD version 2, which no gpg reads.
    sessionKey: { data: randomBytes(32), algorithm: 'aes256' },
    format: 'binary',
    date: now,
    config: { preferredCompressionAlgorithm: enums.compression.uncompressed, aeadProtect: false },
  });
  for await (const chunk of ciphertext) await file.writeFile(chunk);
}

interface Watch {
  over(running: readonly Running[]): void;
  beat(): void;
  end(): void;
  /** What is said when nothing has moved for too long; the processes are ended then. */
  readonly stalled: string | undefined;
}

const STALL_MS = 5 * 60_000;

/** A dump that has not moved for this long never will: nothing waits for it. */
function watchFor(stallMs = STALL_MS): Watch {
  let watched: readonly Running[] = [];
  let stalled: string | undefined;
  const timer = setTimeout(() => {
    const names = watched.map(({ child }) => child.spawnfile.replace(/^.*\//, '')).join(' and ');
    stalled = `${names} stood still for ${Math.round(stallMs / 1000)} s and were ended; look at the database's locks, its load and the backup directory`;
    for (const { child } of watched) {
      child.kill('SIGKILL');
      // Whatever it has started may hold these open.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    }
  }, stallMs);
  return {
    over(running) {
      watched = running;
    },
    beat: () => void timer.refresh(),
    end: () => clearTimeout(timer),
    get stalled() {
      return stalled;
    },
  };
}

interface Copying {
  readonly witness: Writable | undefined;
  readonly watch: Watch;
}

/** pg_dump's stdout, looked at for its last line, and copied to the witness at the pace of the slower reader. */
function outputOf({ child }: Running, copying: Copying): Readable {
  if (!child.stdout) throw new TypeError('a dump process has its stdout piped');
  return Readable.from(whole(child.stdout, copying), { objectMode: false });
}

/** What a plain dump ends with; a newer pg_dump leaves its restricted mode behind that. */
const LAST_LINE = /\n--\n-- PostgreSQL database dump complete\n--\s*(\\unrestrict \w+\s*)?$/;
const TAIL_BYTES = 512;

/** Fails unless the stream ends as a whole dump does: one that ends early may still exit 0. */
async function* whole(source: Readable, { witness, watch }: Copying): AsyncGenerator<Buffer> {
  // A witness that died has closed, perhaps after an error, and would never drain.
  const closed = witness ? once(witness, 'close').catch(() => {}) : undefined;
  let tail = Buffer.alloc(0);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    watch.beat();
    if (witness) {
      if (!witness.write(chunk)) await Promise.race([once(witness, 'drain'), closed]);
      if (witness.destroyed) throw new Error('the restore ended before the dump');
    }
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
    yield chunk;
  }
  watch.beat();
  if (!LAST_LINE.test(tail.toString('latin1')))
    throw new Error('the dump ended before its last line: it is not whole');
  witness?.end();
}
