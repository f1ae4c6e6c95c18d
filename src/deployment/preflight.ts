// PRE-9: what the bot stands on, looked at before it starts: keys, databases, tools, room, GitHub, its port. Each look has
// a deadline, all of them are made, and everything that is wrong is said at once. Looking makes the backup directory where
// there is none, and changes nothing else.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { keyWarnings } from '../approval/key-ring.ts';
import { fromPostgres, openDump } from '../backup/dump.ts';
import { readBackupKey } from '../backup/key.ts';
import { assertSpace, prepareDirectory } from '../backup/place.ts';
import { assertMayCreate } from '../backup/scratch.ts';
import { createApp } from '../github/client.ts';
import { lookAtInstallation } from '../github/preflight.ts';
import { openPostgres } from '../governed/postgres.ts';
import { lookAtGoverned } from '../governed/preflight.ts';
import { within } from '../stop/deadline.ts';
import type { Looked, Problem } from '../stop/problem.ts';
import { Stop } from '../stop/stop.ts';
import type { Config } from './config.ts';
import { ownerOf } from './directory-lock.ts';
import { DirectoryInUse } from './embedded-directory.ts';
import { readKeyDirectory } from './key-directory.ts';
import { liveKeys } from './live-keys.ts';
import { openRecorder } from './recorder.ts';
import { assertSeparate } from './state-database.ts';

/** The bot cannot start: with everything that stands in the way. */
export class StartFault extends Error {
  readonly code = 'cannot_start';
  readonly causes: readonly (Error | Problem)[];

  constructor(causes: readonly (Error | Problem)[]) {
    super('the bot cannot start');
    this.name = 'StartFault';
    this.causes = causes;
  }
}

export interface Preflight {
  /** What cannot work. */
  readonly causes: readonly (Error | Problem)[];
  /** What works, and deserves a word. */
  readonly notes: readonly Problem[];
}

export interface PreflightOptions {
  now(): Date;
  /** How long each look may take. */
  readonly deadlineMs?: number;
  /** Whether the port is to be free: not while the bot itself is listening there. */
  readonly port?: boolean;
}

interface Found {
  readonly problems: readonly (Error | Problem)[];
  readonly notes: readonly Problem[];
}

const NOTHING: Looked = { problems: [], notes: [] };
const LOOK_MS = 20_000;

/** Never throws for what it looks at. */
export async function preflight(config: Config, options: PreflightOptions): Promise<Preflight> {
  const { now, deadlineMs = LOOK_MS, port = true } = options;
  const looks: readonly (readonly [string, () => Promise<Looked>])[] = [
    ["reading the sovereign's keys", () => lookAtKeys(config, now())],
    ['reading the backup key', () => lookAtBackupKey(config, now())],
    ["reading the recorder's key", () => lookAtRecorder(config)],
    ['asking the state database', () => lookAtState(config)],
    ['asking the governed database', () => lookAtGovernedDatabase(config, now)],
    ['trying what a backup needs', () => lookAtBackups(config)],
    ['asking GitHub', () => lookAtGitHub(config, now)],
    ...(port ? ([['trying the port', () => lookAtPort(config)]] as const) : []),
  ];
  const looked = await Promise.all(
    looks.map(async ([doing, look]): Promise<Found> => {
      try {
        return await within(deadlineMs, doing, look);
      } catch (error) {
        return { problems: [error instanceof Error ? error : new Error(String(error))], notes: [] };
      }
    }),
  );
  return { causes: looked.flatMap(({ problems }) => problems), notes: looked.flatMap(({ notes }) => notes) };
}

async function lookAtKeys({ sovereign, orchestrator }: Config, now: Date): Promise<Looked> {
  const read = liveKeys({
    directory: sovereign.keyDirectory,
    pinned: sovereign.fingerprints,
    now: () => now,
  });
  const ring = await read();
  const ending = keyWarnings(ring, now);
  const ended = new Set(
    ending.filter(({ expiresAt }) => expiresAt <= now).map(({ fingerprint }) => fingerprint),
  );
  const signing = new Set(
    [...ring.keys.values()]
      .filter(({ fingerprint, unusable }) => !unusable && !ended.has(fingerprint))
      .map(({ primary }) => primary),
  );
  const wanted = Math.max(1, ...Object.values(orchestrator.policy.thresholds));
  const idle = ring.pinned.filter((pin) => !signing.has(pin));
  const next = 'Put the renewed public key into SOVEREIGN_KEY_DIR, then `countersign db signers --apply`.';
  const what = `the pinned key ${idle.join(', ')} can sign no more: it has ended, is revoked, or cannot sign`;
  if (idle.length > 0 && signing.size < wanted) return { problems: [{ what, next }], notes: [] };
  const soon = ending.filter(({ expiresAt }) => expiresAt > now);
  return {
    problems: [],
    notes: [
      ...(idle.length > 0 ? [{ what, next }] : []),
      ...soon.map(({ fingerprint, expiresAt }) => ({
        what: `key ${fingerprint} ends on ${expiresAt.toISOString().slice(0, 10)}`,
        next,
      })),
    ],
  };
}

async function lookAtBackupKey({ backup }: Config, now: Date): Promise<Looked> {
  const files = await readKeyDirectory(backup.keyDirectory);
  try {
    await readBackupKey(files, { fingerprint: backup.recipient, now });
    return NOTHING;
  } catch (error) {
    return stopped(
      error,
      'Put a public key that can encrypt into BACKUP_KEY_DIR, and pin it in BACKUP_GPG_FPR.',
    );
  }
}

async function lookAtRecorder({ recorder, backup }: Config): Promise<Looked> {
  // The bot's own folder gets its key when the bot starts.
  if (recorder.makesOwn && recorder.files.every((path) => !existsSync(path))) return NOTHING;
  await openRecorder(recorder, backup.tools);
  return NOTHING;
}

async function lookAtState({ stateUrl, orchestrator }: Config): Promise<Looked> {
  if (stateUrl === undefined) return lookAtFolder(join(orchestrator.data, 'state'));
  await assertSeparate(stateUrl);
  return NOTHING;
}

async function lookAtGovernedDatabase({ governed, orchestrator }: Config, now: () => Date): Promise<Looked> {
  if (!governed) return lookAtFolder(join(orchestrator.data, 'governed'));
  const db = openPostgres(governed);
  try {
    return await lookAtGoverned(db, { now });
  } finally {
    await db.close();
  }
}

async function lookAtFolder(directory: string): Promise<Looked> {
  const owner = await ownerOf(`${directory}.lock`);
  if (owner !== undefined) throw new DirectoryInUse(directory, owner);
  return NOTHING;
}

async function lookAtBackups({ governed, backup }: Config): Promise<Looked> {
  const next = '`countersign backup selftest` tries each part of a backup.';
  try {
    let expectedBytes = 0;
    if (governed) {
      const { exec: _exec, verify: _verify, backup: login, proof, ...place } = governed;
      if (proof) await assertMayCreate({ ...place, database: 'postgres', login: proof });
      ({ expectedBytes } = await openDump(fromPostgres({ ...place, login }, backup.tools)));
    }
    await prepareDirectory(backup.directory);
    await assertSpace(backup.directory, expectedBytes);
    return NOTHING;
  } catch (error) {
    return stopped(error, next);
  }
}

async function lookAtGitHub({ github, orchestrator }: Config, now: () => Date): Promise<Looked> {
  const probot = createApp({ github, log: pino({ level: 'silent' }) });
  await probot.ready();
  const { repository, reviewers } = orchestrator;
  return lookAtInstallation(probot, { repository, reviewers, now });
}

async function lookAtPort({ github: { host, port } }: Config): Promise<Looked> {
  if (port === 0) return NOTHING;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
  return NOTHING;
}

function stopped(error: unknown, next: string): Looked {
  if (!(error instanceof Stop)) throw error;
  return { problems: [{ what: error.detail, next }], notes: [] };
}
