// The installed packages, as the lock file names them and as they lie on the disk. What is imported at run time is read
// byte by byte: a package that was changed after it was installed is no longer the one that the suite ran with.
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOf, type Sha256, sha256 } from '../digest/digest.ts';

export const installedPackageSchema = z.strictObject({
  version: z.string(),
  /** What the registry promised of the archive; null where the lock file has none. */
  integrity: z.string().nullable(),
  /** Of all its files by path, packages inside it excepted. */
  sha256: z.string(),
});

export type InstalledPackage = z.infer<typeof installedPackageSchema>;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

export interface Lock {
  /** Paths of every package that may lie there, those for development included. */
  readonly known: ReadonlySet<string>;
  /** What runs in production. */
  readonly production: readonly { path: string; version: string; integrity: string | null }[];
}

export const LOCK_FILE = 'package-lock.json';

/** An empty lock where there is no lock file: a tree of its own, without packages. */
export async function readLock(root: string): Promise<Lock> {
  const text = await readFile(join(root, LOCK_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return { known: new Set(), production: [] };
  const entries = Object.entries(lockSchema.parse(JSON.parse(text)).packages).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && !link,
  );
  return {
    known: new Set(entries.map(([path]) => path)),
    production: entries
      .filter(([, { dev }]) => !dev)
      .map(([path, { version = '', integrity = null }]) => ({ path, version, integrity })),
  };
}

/** The production packages that are there. One for another platform is not, and cannot be imported. */
export async function installedPackages(root: string): Promise<Record<string, InstalledPackage>> {
  const lock = await readLock(root);
  const found: Record<string, InstalledPackage> = {};
  for (const { path, version, integrity } of lock.production) {
    const digest = await packageDigest(root, path, lock.known);
    if (digest) found[path] = { version, integrity, sha256: digest };
  }
  return found;
}

/** undefined when there is no such folder. */
export async function packageDigest(
  root: string,
  path: string,
  known: ReadonlySet<string>,
): Promise<Sha256 | undefined> {
  const files = await filesOf(root, path, known);
  if (!files) return undefined;
  const digests: Record<string, string> = {};
  await atOnce(files, async ({ name, link }) => {
    const at = join(root, path, name);
    digests[name] = link ? `-> ${await readlink(at)}` : sha256(await readFile(at));
  });
  return digestOf(digests);
}

interface PackageFile {
  /** Relative to the package. */
  readonly name: string;
  readonly link: boolean;
}

async function filesOf(
  root: string,
  path: string,
  known: ReadonlySet<string>,
  inside = '',
): Promise<PackageFile[] | undefined> {
  const entries = await readdir(join(root, path, inside), { withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  const files: PackageFile[] = [];
  for (const entry of entries) {
    const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (!entry.isDirectory()) files.push({ name, link: entry.isSymbolicLink() });
    // A package inside this one has a line of its own; one that the lock file does not know is part of this one.
    else if (!known.has(`${path}/${name}`)) files.push(...((await filesOf(root, path, known, name)) ?? []));
  }
  return files;
}

const AT_ONCE = 16;

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Folders beside the packages that are none of them, and none for development either: an import could find them. */
export async function unlistedPackages(root: string, listed: ReadonlySet<string>): Promise<string[]> {
  const { known, production } = await readLock(root);
  const late = production.filter(({ path }) => !listed.has(path) && existsSync(join(root, path)));
  const unknown = late.map(({ path }) => path);
  for (const name of await visible(join(root, 'node_modules'))) {
    const paths = name.startsWith('@')
      ? (await visible(join(root, 'node_modules', name))).map((part) => `node_modules/${name}/${part}`)
      : [`node_modules/${name}`];
    unknown.push(...paths.filter((path) => !known.has(path)));
  }
  return unknown;
}

async function visible(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.'));
}
