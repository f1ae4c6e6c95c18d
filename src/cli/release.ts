// `countersign release-manifest` and `countersign attest`: what a release carries so that readiness can hold the
// deployment against it. Both speak of the files on the disk, and refuse a tree that git calls changed.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { ROOT } from '../deployment/release.ts';
import { ATTESTATION_FILE, type Attestation } from '../readiness/attestation.ts';
import { MANIFEST_FILE, makeManifest } from '../readiness/manifest.ts';
import { CliFault } from './fault.ts';
import { run } from './process.ts';

export function releaseManifestCommand(): Command {
  return new Command('release-manifest')
    .description(`write ${MANIFEST_FILE}: the sha256 of every deployed file, with the source commit`)
    .action(async () => {
      const manifest = await makeManifest(ROOT, {
        paths: await trackedFiles(),
        sourceCommit: await cleanCommit(),
      });
      await writeFile(join(ROOT, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
      const files = Object.keys(manifest.files).length;
      process.stdout.write(
        `${MANIFEST_FILE}: ${files} files of ${manifest.source_commit}, tree ${manifest.tree_sha256}\n`,
      );
    });
}

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

export function attestCommand(): Command {
  return new Command('attest')
    .description(`run the whole suite and write ${ATTESTATION_FILE} for exactly this tree`)
    .action(async () => {
      const commit = await cleanCommit();
      const paths = await trackedFiles();
      const before = await makeManifest(ROOT, { paths, sourceCommit: commit });
      const results = await runSuite();
      const after = await makeManifest(ROOT, { paths, sourceCommit: commit });
      if (after.tree_sha256 !== before.tree_sha256)
        throw new CliFault('the tree changed while the suite ran: nothing is attested');
      const attestation: Attestation = {
        format: 'countersign/attestation/1',
        tree_sha256: after.tree_sha256,
        commit,
        ...results,
        at: new Date().toISOString(),
      };
      await writeFile(join(ROOT, ATTESTATION_FILE), `${JSON.stringify(attestation, null, 2)}\n`);
      const { passed, failed, skipped } = results;
      process.stdout.write(`${ATTESTATION_FILE}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
      process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
    });
}

async function runSuite(): Promise<Pick<Attestation, 'passed' | 'failed' | 'skipped'>> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-attest-'));
  try {
    const file = join(directory, 'results.json');
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    await new Promise<void>((resolve, reject) => {
      const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
      child.once('error', reject);
      child.once('close', () => resolve());
    });
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report.parse(
      JSON.parse(await readFile(file, 'utf8')),
    );
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function trackedFiles(): Promise<string[]> {
  return (await run('git', ['-C', ROOT, 'ls-files', '-z'])).split('\0').filter(Boolean);
}

async function cleanCommit(): Promise<string> {
  const changes = await run('git', ['-C', ROOT, 'status', '--porcelain']);
  if (changes.trim() !== '')
    throw new CliFault(`the working tree has changes; commit them first:\n${changes.trimEnd()}`);
  return (await run('git', ['-C', ROOT, 'rev-parse', 'HEAD'])).trim();
}
