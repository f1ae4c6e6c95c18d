// Files in the backup directory: new, private, and on disk before they count.
import { type FileHandle, mkdir, open, statfs } from 'node:fs/promises';
import { Stop } from '../stop/stop.ts';

/**
 * Encrypted without compression, a dump needs about the size of the database; a little more is kept free.
 * Returns what is free, to be read by people. Throws Stop `incomplete_backup` when it is too little.
 */
export async function assertSpace(directory: string, expectedBytes: number): Promise<string> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const needed = expectedBytes + SPARE_BYTES;
  if (free < needed)
    throw new Stop(
      'incomplete_backup',
      `the backup directory has ${mebibytes(free)} free and the dump may need ${mebibytes(needed)}; make room or move BACKUP_DIR`,
    );
  return mebibytes(free);
}

/** Only its owner may look into a directory of backups. */
export async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

const SPARE_BYTES = 16 << 20;

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / (1 << 20))} MiB`;
}

/** A file of mode 0600 that did not exist, on disk when this returns. */
export async function writeNew<T>(path: string, fill: (file: FileHandle) => Promise<T>): Promise<T> {
  await using file = await open(path, 'wx', 0o600);
  const result = await fill(file);
  await file.sync();
  return result;
}

/** A rename survives a power cut only once its directory is on disk. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
