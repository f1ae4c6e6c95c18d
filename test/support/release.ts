// The software as an operator deploys it: a copy of this tree with the manifest of its files, and the attestation of a
// green suite.
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ATTESTATION_FILE } from '../../src/readiness/attestation.ts';
import { deployedFiles, MANIFEST_FILE, makeManifest } from '../../src/readiness/manifest.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The commit that such a release says it is. */
export const COMMIT = 'e'.repeat(40);

export async function copyRelease(software: string): Promise<void> {
  await mkdir(software, { recursive: true });
  for (const path of ['bin', 'src', 'package.json', 'package-lock.json', 'app.yml'])
    await cp(join(ROOT, path), join(software, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(software, 'node_modules'));
  const paths = await deployedFiles(software);
  const manifest = await makeManifest(software, { paths, sourceCommit: COMMIT });
  await writeFile(join(software, MANIFEST_FILE), JSON.stringify(manifest));
  const attestation = {
    ...{ format: 'countersign/attestation/2', tree_sha256: manifest.tree_sha256, commit: COMMIT },
    ...{ passed: 1_000, failed: 0, skipped: {}, at: '2026-05-20T10:00:00.000Z' },
  };
  await writeFile(join(software, ATTESTATION_FILE), JSON.stringify(attestation));
}
