// What a whole run asks of GitHub, and how long people wait for its comments: with GitHub's own pace of one write a second
// and one comment every three, as in production, and without it. Counts of this run and wall times, no ratio.
import { unsignedFromComment } from '../src/local/sovereign.ts';
import { startSampleDemo } from './sample-demo.ts';

const WAIT_MS = 60_000;

export async function benchCalls(): Promise<void> {
  await walk('unthrottled', '127.0.0.1');
  // Another address of this machine: the bot keeps GitHub's pace with every server that is not on the usual one.
  await walk('throttled', '127.0.0.2');
}

async function walk(pace: string, host: string): Promise<void> {
  const now = () => new Date();
  const { demo, end } = await startSampleDemo({ host, now });
  const { sovereign, standIn } = demo;
  const print = (what: string, figure: string): void =>
    void process.stdout.write(`calls: ${pace.padEnd(12)} ${what.padEnd(42)} ${figure.padStart(8)}\n`);
  const waited = async (what: string, wait: Promise<string>): Promise<string> => {
    const began = performance.now();
    const found = await wait;
    print(what, `${((performance.now() - began) / 1000).toFixed(2)} s`);
    return found;
  };
  // Whoever signs has read the record, so it stands there by then.
  const recorded = async (records: number): Promise<void> => {
    const committed = () =>
      standIn.requests().filter(({ method, path }) => method === 'PATCH' && path.includes('/git/refs/'))
        .length;
    while (committed() < records) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  try {
    const from = standIn.requests().length;
    const opened = await sovereign.approve(demo.openingDraft());
    const first = waited('GAP7 merged → first comment', sovereign.waitFor(opened, /./, WAIT_MS));
    const sg1 = sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    const asked = await waited('GAP7 merged → request for SG_1', sg1);
    await first;
    await recorded(1);
    const cut = await sovereign.approve(unsignedFromComment(asked, now()));
    const sg2 = sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
    const again = await waited('SG_1 merged → request for SG_2', sg2);
    await recorded(2);
    const enacted = await sovereign.approve(unsignedFromComment(again, now()));
    await waited('SG_2 merged → completed', sovereign.waitFor(enacted, /^### ✅/m, WAIT_MS));
    await recorded(3);
    const calls = standIn
      .requests()
      .slice(from)
      .filter(({ actor }) => actor.includes('countersign'));
    const writes = calls.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/app/'));
    print('calls of a whole run', String(calls.length));
    print('writes among them', String(writes.length));
  } finally {
    await end();
  }
}
