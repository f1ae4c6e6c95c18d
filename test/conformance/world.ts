// The genuine repository of the corpus, made by the real bot: a first cut and a later one, enacted; an approval that was
// refused, and a withdrawal that nobody needed.
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WITHDRAWAL } from '../../src/approval/gates.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { type Demo, startDemo } from '../../src/local/demo.ts';
import { signedUtc, unsignedFromComment } from '../../src/local/sovereign.ts';
import { detachSign } from '../../src/local/throwaway-keys.ts';
import { makeManifest } from '../../src/readiness/manifest.ts';

const DAY_MS = 86_400_000;
const WAIT_MS = 120_000;

const FIRST = `# The Town Charter

## Article 1. Quiet

The town is quiet after ten.

## Article 2. Bread

The baker and the miller agree on the price.

## Article 3. Dogs

Dogs are welcome in the market.
`;
const SECOND = FIRST.replace('and the miller agree on the price', 'alone sets the price')
  .replace('Article 3. Dogs', 'Article 4. Cats')
  .replace('Dogs are welcome in the market', 'Cats are welcome in the market and on the roofs');

export interface GenuineWorld {
  /** A bare repository; `main` is the default branch. */
  readonly gitDirectory: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  close(): Promise<void>;
}

export async function genuineWorld(directory: string): Promise<GenuineWorld> {
  const now = () => new Date();
  const demo = await startDemo({
    ...{ directory: join(directory, 'town'), sg1Only: false, logLevel: 'warn', now },
    document: { path: 'charter.md', bytes: Buffer.from(FIRST) },
    keysMadeAt: new Date(Date.now() - 40 * DAY_MS),
    release: await smallRelease(join(directory, 'release')),
  });
  const { sovereign } = demo;
  await enact(demo, await sovereign.approve(demo.openingDraft()));
  await refused(demo);
  const takesBack = approvalTemplate({
    gate: WITHDRAWAL,
    bindings: { approval_sha256: sha256('an approval that was never given') },
    signedUtc: signedUtc(now()),
  });
  await sovereign.approve({ file: 'approvals/take-back.md', document: takesBack });
  await sovereign.merge(await sovereign.propose('Amend', new Map([['documents/charter.md', SECOND]])));
  const last = await enact(demo, await sovereign.approve(demo.openingDraft(SECOND)));
  await published(demo, last);
  return {
    gitDirectory: demo.gitDirectory,
    fingerprint: demo.keys.sovereign.fingerprint,
    publicKey: demo.keys.sovereign.publicArmored,
    close: () => demo.close(),
  };
}

async function enact({ sovereign }: Demo, opened: number): Promise<number> {
  const now = () => new Date();
  const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
  const cut = await sovereign.approve(unsignedFromComment(asked, now()));
  const again = await sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
  const enacted = await sovereign.approve(unsignedFromComment(again, now()));
  await sovereign.waitFor(enacted, /^### ✅/m, WAIT_MS);
  return enacted;
}

/** Merged, and refused: its two times are years apart. */
async function refused({ sovereign, openingDraft, keys }: Demo): Promise<void> {
  const document = openingDraft().document.replace(/signed_utc: .*/, 'signed_utc: 2020-01-01T00:00:00Z');
  const signature = await detachSign(document, { key: keys.sovereign, at: new Date() });
  const files = new Map([
    ['approvals/stale.md', document],
    ['approvals/stale.md.asc', signature],
  ]);
  const pull = await sovereign.propose('An old approval', files);
  await sovereign.merge(pull);
  for (const since = Date.now(); Date.now() - since < WAIT_MS; await sleep())
    if ((await sovereign.comments(pull)).some((comment) => /^### ⛔/m.test(comment))) return;
  throw new Error('the old approval was not answered');
}

/** The record of the last run is committed behind its last comment. */
async function published({ gitDirectory }: Demo, _pull: number): Promise<void> {
  const subject = () =>
    execFileSync('git', ['-C', gitDirectory, 'log', '-1', '--format=%s', 'main'], { encoding: 'utf8' });
  for (const since = Date.now(); Date.now() - since < WAIT_MS; await sleep())
    if (/^Record run-.*: COMPLETED$/m.test(subject())) return;
  throw new Error('the record of the last run was not published');
}

const sleep = () => new Promise((resolve) => setTimeout(resolve, 200));

async function smallRelease(root: string) {
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(join(root, 'src', 'main.ts'), 'export {};\n');
  const sourceCommit = 'd'.repeat(40);
  const manifest = await makeManifest(root, { paths: ['src/main.ts'], sourceCommit });
  const nothing = async () => undefined;
  return { root, deployedSourceCommit: sourceCommit, manifest: async () => manifest, attestation: nothing };
}
