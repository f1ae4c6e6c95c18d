// The release manifest: the SHA-256 of every deployed file and the commit they came from. Made once at release,
// carried with the deployment, and held against what lies on the disk each time readiness is asked.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { digestOf, type Sha256, sha256 } from '../digest/digest.ts';

const manifestSchema = z.strictObject({
  format: z.literal('countersign/release-manifest/1'),
  source_commit: z.string().regex(COMMIT_ID_FORM),
  tree_sha256: z.string(),
  files: z.record(z.string(), z.string()),
});

export type ReleaseManifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'release-manifest.json';

/** What runs and what decides what runs. The governed folders and the tests are not part of a deployment. */
const DEPLOYED = [/^src\//, /^package(-lock)?\.json$/, /^app\.yml$/];

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
  return {
    format: 'countersign/release-manifest/1',
    source_commit: options.sourceCommit,
    tree_sha256: treeDigest(files),
    files,
  };
}

/** What a deployment consists of, as it lies on the disk. */
export async function deployedFiles(root: string): Promise<string[]> {
  const top = await readdir(root);
  return [...top.filter(isDeployed), ...(await listFiles(root, 'src'))];
}

export function treeDigest(files: Readonly<Record<string, string>>): Sha256 {
  return digestOf(files);
}

export interface TreeComparison {
  readonly matching: number;
  readonly listed: number;
  /** One sentence for each file that was changed, is missing, or lies in src/ without being listed. */
  readonly deviations: readonly string[];
  /** Of what lies on the disk, whether it deviates or not. */
  readonly treeSha256: Sha256;
}

/** Holds the deployed tree against its manifest, file by file. */
export async function compareTree(root: string, manifest: ReleaseManifest): Promise<TreeComparison> {
  const found: Record<string, string> = {};
  const deviations: string[] = [];
  for (const [path, expected] of Object.entries(manifest.files)) {
    const bytes = await readFile(join(root, path)).catch(() => undefined);
    if (!bytes) {
      deviations.push(`${path} is missing`);
      continue;
    }
    found[path] = sha256(bytes);
    if (found[path] !== expected) deviations.push(`${path} was changed`);
  }
  const matching = Object.keys(manifest.files).length - deviations.length;
  for (const path of await listFiles(root, 'src')) {
    if (path in manifest.files) continue;
    deviations.push(`${path} is not part of the release`);
    found[path] = sha256(await readFile(join(root, path)));
  }
  return { matching, listed: Object.keys(manifest.files).length, deviations, treeSha256: treeDigest(found) };
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
}

/** undefined when there is none. Throws when the file is there and is no manifest. */
export async function readManifest(path: string): Promise<ReleaseManifest | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there && manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
