// The backups of a directory, newest first, and which of them may go. The last good one never does.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ciphertextName, type Envelope, envelopeName, readEnvelope, runIdOf } from './envelope.ts';
import { verifyBackup } from './verify-backup.ts';

export interface StoredBackup {
  readonly runId: string;
  readonly path: string;
  readonly bytes: number;
  /** When it was finished; for a file without an envelope, when it was last written. */
  readonly takenAt: Date;
  readonly envelope: Envelope | undefined;
  /** Why it cannot be relied on as far as a look without reading it tells; undefined when nothing is wrong. */
  readonly problem: string | undefined;
}

/** Looks at names, sizes and envelopes only; `verifyBackup` reads a file in full. */
export async function listBackups(directory: string): Promise<StoredBackup[]> {
  const runIds = new Set((await readdir(directory)).flatMap((name) => runIdOf(name) ?? []));
  const entries = await Promise.all([...runIds].map((runId) => readEntry(directory, runId)));
  return entries.sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
}

async function readEntry(directory: string, runId: string): Promise<StoredBackup> {
  const path = join(directory, ciphertextName(runId));
  const envelopePath = join(directory, envelopeName(runId));
  const read = await readEnvelope(envelopePath);
  const file = await stat(path).catch(() => undefined);
  const envelope = 'problem' in read ? undefined : read;
  const problem =
    'problem' in read
      ? read.problem
      : !file
        ? 'the encrypted file is gone'
        : file.size !== read.bytes
          ? `has ${file.size} bytes, but the envelope says ${read.bytes}`
          : undefined;
  const writtenAt = (file ?? (await stat(envelopePath))).mtime;
  return {
    runId,
    path,
    bytes: file?.size ?? 0,
    takenAt: envelope ? new Date(envelope.finished_at) : writtenAt,
    envelope,
    problem,
  };
}

export interface Retention {
  /** This many of the newest complete backups stay, however old. */
  readonly count: number;
  /** Whatever is younger stays, however many. */
  readonly ageMs: number;
}

/**
 * The backups that retention lets go: older than `ageMs` and not among the newest `count`. The newest one that
 * verifies in full stays in any case, so a directory of damaged files is never emptied of its one good backup.
 */
export async function expiredBackups(
  directory: string,
  { count, ageMs, now }: Retention & { now: Date },
): Promise<StoredBackup[]> {
  const entries = await listBackups(directory);
  const newest = new Set(entries.filter(({ problem }) => !problem).slice(0, count));
  const expired = entries.filter(
    (entry) => !newest.has(entry) && now.getTime() - entry.takenAt.getTime() > ageMs,
  );
  if (expired.length === 0) return [];
  const good = await newestGood(entries);
  return expired.filter((entry) => entry !== good);
}

async function newestGood(entries: readonly StoredBackup[]): Promise<StoredBackup | undefined> {
  for (const entry of entries) if ((await verifyBackup(entry.path)).ok) return entry;
  return undefined;
}

/** The envelope goes first: a ciphertext without one is a leftover, an envelope without its file a riddle. */
export async function removeBackup({ path, runId }: StoredBackup, directory: string): Promise<void> {
  await rm(join(directory, envelopeName(runId)), { force: true });
  await rm(path, { force: true });
}
