// The release manifest: the SHA-256 of every deployed file and installed package, and the commit they came from. Made
// once at release, carried with the deployment, and held against what lies on the disk each time readiness is asked.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { digestOf, type Sha256, sha256 } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';
import {
  type InstalledPackage,
  installedPackageSchema,
  installedPackages,
  packageDigest,
  readLock,
  unlistedPackages,
} from './packages.ts';

const manifestSchema = z.strictObject({
  format: markedAs('countersign/release-manifest/2'),
  source_commit: z.string().regex(COMMIT_ID_FORM),
  tree_sha256: z.string(),
  files: z.record(z.string(), z.string()),
  packages: z.record(z.string(), installedPackageSchema),
});

export type ReleaseManifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'release-manifest.json';

/** What runs and what decides what runs. The governed folders and the tests are not part of a deployment. */
const DEPLOYED = [/^(bin|src)\//, /^package(-lock)?\.json$/, /^app\.yml$/];

export function isDeployed(path: string): boolean {
  return DEPLOYED.some((pattern) => pattern.test(path));
}

/** `paths` relative to `root`, as `git ls-files` lists them. */
export async function makeManifest(
  root: string,
  options: { paths: readonly string[]; sourceCommit: string },
): Promise<ReleaseManifest> {
  const entries = await Promise.all(
    options.paths
      .filter(isDeployed)
      .sort()
      .map(async (path) => [path, sha256(await readFile(join(root, path)))] as const),
  );
  const files = Object.fromEntries(entries);
  const packages = await installedPackages(root);
  return {
    format: 'countersign/release-manifest/2',
    source_commit: options.sourceCommit,
    tree_sha256: treeDigest({ files, packages: digestsOf(packages) }),
    files,
    packages,
  };
}

/** What a deployment consists of, as it lies on the disk. */
export async function deployedFiles(root: string): Promise<string[]> {
  const top = await readdir(root);
  return [...top.filter(isDeployed), ...(await programFiles(root))];
}

/** Digests by path. */
type Digests = Readonly<Record<string, string>>;

function treeDigest(tree: { files: Digests; packages: Digests }): Sha256 {
  return digestOf(tree);
}

function digestsOf(packages: Readonly<Record<string, InstalledPackage>>): Digests {
  return Object.fromEntries(Object.entries(packages).map(([path, found]) => [path, found.sha256]));
}

interface Count {
  readonly matching: number;
  readonly listed: number;
}

export interface TreeComparison {
  readonly files: Count;
  readonly packages: Count;
  /** One sentence for each file or package that was changed, is missing, or lies there without being listed. */
  readonly deviations: readonly string[];
  /** Of what lies on the disk, whether it deviates or not. */
  readonly treeSha256: Sha256;
}

interface Compared {
  readonly found: Digests;
  readonly count: Count;
  readonly deviations: readonly string[];
}

/** Holds the deployed tree against its manifest, file by file and package by package. */
export async function compareTree(root: string, manifest: ReleaseManifest): Promise<TreeComparison> {
  const { known } = await readLock(root);
  const read = async (path: string): Promise<Sha256 | undefined> => {
    const bytes = await readFile(join(root, path)).catch(() => undefined);
    return bytes && sha256(bytes);
  };
  const files = await compare(manifest.files, { read, present: await programFiles(root) });
  const packages = await compare(digestsOf(manifest.packages), {
    read: (path) => packageDigest(root, path, known),
    present: await unlistedPackages(root, new Set(Object.keys(manifest.packages))),
  });
  return {
    files: files.count,
    packages: packages.count,
    deviations: [...files.deviations, ...packages.deviations],
    treeSha256: treeDigest({ files: files.found, packages: packages.found }),
  };
}

async function compare(
  expected: Digests,
  disk: { read(path: string): Promise<Sha256 | undefined>; present: readonly string[] },
): Promise<Compared> {
  const found: Record<string, string> = {};
  const deviations: string[] = [];
  for (const [path, digest] of Object.entries(expected)) {
    const read = await disk.read(path);
    if (read) found[path] = read;
    if (read !== digest) deviations.push(`${path} ${read ? 'was changed' : 'is missing'}`);
  }
  const listed = Object.keys(expected).length;
  const matching = listed - deviations.length;
  for (const path of disk.present) {
    if (path in expected) continue;
    deviations.push(`${path} is not part of the release`);
    const read = await disk.read(path);
    if (read) found[path] = read;
  }
  return { found, count: { matching, listed }, deviations };
}

async function programFiles(root: string): Promise<string[]> {
  return [...(await listFiles(root, 'bin')), ...(await listFiles(root, 'src'))];
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
}

/** undefined when there is none. Throws when the file is there and is no manifest. */
export async function readManifest(path: string): Promise<ReleaseManifest | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there && manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
