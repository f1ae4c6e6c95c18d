// The demo's road, by the clock: from a merge to what people see of it. Wall times on this machine, no ratio: there is
// no other way to walk this road to compare with.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocument, startDemo } from '../src/local/demo.ts';
import { unsignedFromComment } from '../src/local/sovereign.ts';

const SAMPLE = join(import.meta.dirname, '..', 'sample', 'charter.md');
const WAIT_MS = 60_000;

export async function benchRoad(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const now = () => new Date();
  const began = performance.now();
  const demo = await startDemo({
    directory,
    document: await readDocument(SAMPLE),
    sg1Only: false,
    logLevel: 'silent',
    release: {
      root: directory,
      deployedSourceCommit: undefined,
      manifest: async () => undefined,
      attestation: async () => undefined,
    },
    waived: new Set(['PRE-6', 'PRE-7']),
    now,
  });
  const { sovereign } = demo;
  const since = (start: number): string => `${((performance.now() - start) / 1000).toFixed(2)} s`;
  const print = (what: string, took: string): void =>
    void process.stdout.write(`${what.padEnd(62)} ${took.padStart(8)}\n`);
  print('starting the stand-in, two embedded databases and the bot', since(began));
  try {
    let merged = 0;
    const approve = async (draft: { file: string; document: string }): Promise<number> => {
      const pull = await sovereign.approve(draft);
      merged = performance.now();
      return pull;
    };
    const opened = await approve(demo.openingDraft());
    await sovereign.waitFor(opened, /source_pin/, WAIT_MS);
    print('GAP7 merged → first comment', since(merged));
    const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    print('GAP7 merged → AWAITING_CUT_AUTHORIZATION, backup taken', since(merged));
    const cut = await approve(unsignedFromComment(asked, now()));
    await sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
    print('SG_1 merged → AWAITING_LIFECYCLE_AUTHORIZATION', since(merged));
  } finally {
    await demo.close();
    await rm(directory, { recursive: true, force: true });
  }
}
