// Takes the pictures of the README again: `npm run pictures`. Plays the demo up to its first pause and photographs the
// stand-in's pages with a headless Chromium; nothing in them is drawn by hand.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deployedRelease, ROOT } from '../../src/deployment/release.ts';
import { readDocument, startDemo } from '../../src/local/demo.ts';
import { detachSign } from '../../src/local/throwaway-keys.ts';
import { deployedFiles, makeManifest } from '../../src/readiness/manifest.ts';

const BROWSER = process.env['CHROMIUM'] ?? 'chromium';
const IMAGES = fileURLToPath(new URL('.', import.meta.url));
const WAIT_MS = 120_000;

const now = () => new Date();
const directory = await mkdtemp(join(tmpdir(), 'countersign-pictures-'));
const commit = '0'.repeat(40);
const manifest = await makeManifest(ROOT, { paths: await deployedFiles(ROOT), sourceCommit: commit });
const demo = await startDemo({
  directory: join(directory, 'demo'),
  document: await readDocument(join(ROOT, 'sample', 'charter.md')),
  sg1Only: false,
  logLevel: 'warn',
  release: { ...deployedRelease(commit), manifest: async () => manifest },
  now,
});
try {
  const { sovereign, keys, standIn } = demo;
  const pulls = `${standIn.url}/demo/governance/pull`;
  const { file, document } = demo.openingDraft();
  const signature = await detachSign(document, { key: keys.sovereign, at: now() });
  const pull = await sovereign.propose(
    'Open a run for the charter',
    new Map([
      [file, document],
      [`${file}.asc`, signature],
    ]),
  );
  for (const since = performance.now(); !(await sovereign.check(pull))?.conclusion; ) {
    if (performance.now() - since > WAIT_MS) throw new Error('the check did not appear');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await photograph(`${pulls}/${pull}`, { name: 'check.png', height: 700 });
  await sovereign.merge(pull);
  await sovereign.waitFor(pull, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
  await photograph(`${pulls}/${pull}`, { name: 'request.png', height: 1290 });
} finally {
  await demo.close();
  await rm(directory, { recursive: true, force: true });
}

/** The page from its top, as high as given. A browser's profile of its own, so that nothing of the machine shows. */
async function photograph(url: string, { name, height }: { name: string; height: number }): Promise<void> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const look = [
    '--hide-scrollbars',
    '--blink-settings=preferredColorScheme=1',
    `--window-size=900,${height}`,
  ];
  const where = [`--user-data-dir=${join(directory, 'browser')}`, `--screenshot=${join(IMAGES, name)}`, url];
  const child = spawn(BROWSER, [...args, ...look, ...where], { stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${BROWSER} ended with ${code} at ${url}`)),
    );
  });
  process.stdout.write(`docs/images/${name}\n`);
}
