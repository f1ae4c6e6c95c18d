// The demo's road, by the clock: from a merge to what people see of it. Wall times on this machine, no ratio: there is
// no other way to walk this road to compare with.
import { unsignedFromComment } from '../src/local/sovereign.ts';
import { startSampleDemo } from './sample-demo.ts';

const WAIT_MS = 60_000;

export async function benchRoad(): Promise<void> {
  const now = () => new Date();
  const began = performance.now();
  const { demo, end } = await startSampleDemo({ now });
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
    await end();
  }
}
