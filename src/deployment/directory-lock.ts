// One process at a time: a lock is a file beside a directory, and says which process holds it, since when, and in which
// namespace of process ids. A lock whose owner no longer lives is void. Process 1 of a container is another one each time it
// is started, and from another container nobody's process can be seen: there the holder's heartbeat tells.
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const BEAT_MS = 2_000;
/** A holder that has not beaten for so long is gone. */
const STALE_MS = 10_000;

const beats = new Map<string, NodeJS.Timeout>();

/** Takes it, or tells which living process holds it. Waits while that cannot be known yet. */
export async function takeLock(lock: string): Promise<{ heldBy: number | undefined }> {
  const mine = `${process.pid} ${startOf(process.pid)} ${namespace()}\n`;
  try {
    await writeFile(lock, mine, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    let heldBy = await ownerOf(lock);
    for (
      let waited = 0;
      heldBy !== undefined && waited <= STALE_MS && (await isForeign(lock));
      waited += 500
    ) {
      await pause(500);
      heldBy = await ownerOf(lock);
    }
    if (heldBy !== undefined) return { heldBy };
    await writeFile(lock, mine);
  }
  beats.set(
    lock,
    setInterval(() => {
      const at = Date.now() / 1000;
      void utimes(lock, at, at).catch(() => undefined);
    }, BEAT_MS).unref(),
  );
  return { heldBy: undefined };
}

/** The living process that holds it; undefined when nobody does. */
export async function ownerOf(lock: string): Promise<number | undefined> {
  const { pid, start, space } = await holder(lock);
  if (!(pid > 0)) return undefined;
  if (space !== undefined && space !== namespace()) return (await isFresh(lock)) ? pid : undefined;
  if (!isAlive(pid)) return undefined;
  return start === undefined || start === startOf(pid) ? pid : undefined;
}

export async function releaseLock(lock: string): Promise<void> {
  clearInterval(beats.get(lock));
  beats.delete(lock);
  await rm(lock, { force: true });
}

async function holder(lock: string) {
  const [pid = '', start, space] = (await readFile(lock, 'utf8').catch(() => '')).trim().split(' ');
  return { pid: Number.parseInt(pid, 10), start, space };
}

async function isForeign(lock: string): Promise<boolean> {
  const { space } = await holder(lock);
  return space !== undefined && space !== namespace();
}

async function isFresh(lock: string): Promise<boolean> {
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < STALE_MS;
}

/** When a process was started, as the kernel counts; `-` where it does not tell. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[19] ?? '-';
  } catch {
    return '-';
  }
}

/** Which process ids mean the same: one boot of one machine, one namespace in it. */
function namespace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '-';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
