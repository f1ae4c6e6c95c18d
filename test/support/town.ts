// The whole bot against the stand-in, over HTTP, as the demo starts it; with a clock that tests move, and people who
// sign what they like.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openEmbeddedDirectory } from '../../src/deployment/embedded-directory.ts';
import { type Demo, type DemoOptions, startDemo } from '../../src/local/demo.ts';
import { makeManifest } from '../../src/readiness/manifest.ts';
import type { Release } from '../../src/readiness/probes.ts';
import { placePglite } from './pglite.ts';

export interface Town extends Demo {
  readonly directory: string;
  readonly clock: { offsetMs: number };
  now(): Date;
}

const DAYS_MS = 24 * 3600 * 1000;

export async function openTown(options: Partial<DemoOptions> & { text?: string } = {}): Promise<Town> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-town-'));
  const clock = { offsetMs: 0 };
  const now = (): Date => new Date(Date.now() + clock.offsetMs);
  const {
    text = '# Town Charter\n\n## Article 1\n\nBe kind to the other readers.\n\n## Article 2\n\nReturn the books.\n',
    ...rest
  } = options;
  const demo = await startDemo({
    directory,
    document: { path: 'charter.md', bytes: Buffer.from(text) },
    sg1Only: false,
    keysMadeAt: new Date(now().getTime() - 40 * DAYS_MS),
    logLevel: 'warn',
    release: await smallRelease(join(directory, 'release')),
    async embeddedDatabase(folder) {
      await placePglite(basename(folder) === 'governed' ? 'governed' : 'state', folder);
      return openEmbeddedDirectory(folder);
    },
    now,
    // Its tokens live by the real time; only the bot's clock is moved.
    githubNow: () => new Date(),
    ...rest,
  });
  return {
    ...demo,
    directory,
    clock,
    now,
    async close() {
      await demo.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A real manifest of a deployment of one file: the suite's own sources may change while it runs. */
async function smallRelease(root: string): Promise<Release> {
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(join(root, 'src', 'main.ts'), 'export {};\n');
  const sourceCommit = 'd'.repeat(40);
  const manifest = await makeManifest(root, { paths: ['src/main.ts'], sourceCommit });
  return {
    root,
    deployedSourceCommit: sourceCommit,
    manifest: async () => manifest,
    attestation: async () => undefined,
  };
}
