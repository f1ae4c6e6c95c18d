// `countersign release-manifest` and `countersign attest`: what a release carries so that readiness can hold the
// deployment against it. Both speak of the files on the disk, and refuse a tree that git calls changed.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { ROOT } from '../deployment/release.ts';
import { ATTESTATION_FILE, type Attestation, whyNotAttested } from '../readiness/attestation.ts';
import { MANIFEST_FILE, makeManifest, type ReleaseManifest } from '../readiness/manifest.ts';
import { readSuite, suiteLines } from '../readiness/suite.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';
import { runProgram } from './process.ts';

export function releaseManifestCommand(): Command {
  return new Command('release-manifest')
    .description(`write ${MANIFEST_FILE}: the sha256 of every deployed file, with the source commit`)
    .action(async () => {
      const { files, packages, source_commit, tree_sha256 } = await writeManifest(ROOT);
      const counts = `${Object.keys(files).length} files, ${Object.keys(packages).length} packages`;
      process.stdout.write(`${MANIFEST_FILE}: ${counts} of ${source_commit}, tree ${tree_sha256}\n`);
    });
}

export function attestCommand(): Command {
  return new Command('attest')
    .description(`run the whole suite and write ${ATTESTATION_FILE} for exactly this tree`)
    .action(async () => {
      const attestation = await attest(ROOT, { suite: (report) => runVitest(ROOT, report), now: new Date() });
      const why = whyNotAttested(attestation, attestation.tree_sha256);
      process.stdout.write(`${ATTESTATION_FILE}:\n  ${suiteLines(attestation).join('\n  ')}\n`);
      if (why !== undefined) process.stdout.write(`PRE-7 stays open: ${why}\n`);
      process.exitCode = why === undefined ? EXIT.done : EXIT.no;
    });
}

/** Of the committed tree below `root`. Throws CliFault when git calls it changed. */
export async function writeManifest(root: string): Promise<ReleaseManifest> {
  const manifest = await manifestOf(root);
  await writeFile(join(root, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

export interface Attesting {
  /** Runs the suite, which writes its JSON report there. How it exits does not matter: the report says how it went. */
  suite(report: string): Promise<void>;
  readonly now: Date;
}

/** Throws CliFault, and writes nothing, when the tree is changed before the suite runs or by it. */
export async function attest(root: string, { suite, now }: Attesting): Promise<Attestation> {
  const before = await manifestOf(root);
  const directory = await mkdtemp(join(tmpdir(), 'countersign-attest-'));
  try {
    const report = join(directory, 'results.json');
    await suite(report);
    const result = await readSuite(report, root).catch((error: unknown) => {
      throw new CliFault('the suite has left no report that can be read: nothing is attested', {
        cause: error,
      });
    });
    const after = await manifestOf(root);
    if (after.tree_sha256 !== before.tree_sha256 || after.source_commit !== before.source_commit)
      throw new CliFault('the tree changed while the suite ran: nothing is attested');
    const attestation: Attestation = {
      format: 'countersign/attestation/2',
      tree_sha256: after.tree_sha256,
      commit: after.source_commit,
      passed: result.passed,
      failed: result.failed,
      skipped: Object.fromEntries(
        Object.entries(result.skipped).map(([reason, names]) => [reason, [...names]]),
      ),
      at: now.toISOString(),
    };
    await writeFile(join(root, ATTESTATION_FILE), `${JSON.stringify(attestation, null, 2)}\n`);
    return attestation;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function runVitest(root: string, report: string): Promise<void> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

async function manifestOf(root: string): Promise<ReleaseManifest> {
  const sourceCommit = await cleanCommit(root);
  const tracked = (await runProgram('git', ['-C', root, 'ls-files', '-z'])).split('\0').filter(Boolean);
  return makeManifest(root, { paths: tracked, sourceCommit });
}

async function cleanCommit(root: string): Promise<string> {
  const git = (...args: string[]) =>
    runProgram('git', ['-C', root, ...args]).catch((error: unknown) => {
      throw new CliFault(`${root} is no git working tree with a commit: ${reasonOf(error)}`, {
        cause: error,
      });
    });
  const changes = await git('status', '--porcelain');
  if (changes.trim() !== '')
    throw new CliFault(`the working tree has changes; commit them first:\n${changes.trimEnd()}`);
  return (await git('rev-parse', '--verify', 'HEAD')).trim();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
