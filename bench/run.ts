// A whole run of a very large document through the bot as an operator starts it: PostgreSQL with a login for each role, the
// bot a process of its own, every answer over HTTP. Wall times of each stretch, and the most memory that the bot held.
import { unsignedFromComment } from '../src/local/sovereign.ts';
import { deploy } from '../test/support/deployment.ts';
import { writeArticles } from './document.ts';

const HEADINGS = 100_000;
const WAIT_MS = 20 * 60_000;

export async function benchRun(): Promise<void> {
  const law = writeArticles(HEADINGS).toString();
  const site = await deploy({ law }, { besides: {}, nodeOptions: ['--max-semi-space-size=8'] });
  if (!site) return void process.stdout.write('run: PostgreSQL is absent\n');
  const { sovereign } = site;
  const bot = await site.startBot();
  const print = async (what: string, since: number): Promise<void> => {
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    const peak = (await bot.peakMiB()).toFixed(0);
    process.stdout.write(`run: ${what.padEnd(44)} ${seconds.padStart(6)} s, peak so far ${peak} MiB\n`);
  };
  try {
    await print(`idle, before a run of ${HEADINGS} headings`, performance.now());
    let began = performance.now();
    const opened = await sovereign.approve(site.openingDraft('law'));
    const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    await print('GAP7 merged → asked for SG_1', began);
    began = performance.now();
    const cut = await sovereign.approve(unsignedFromComment(asked, new Date()));
    const again = await sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
    await print('SG_1 merged → asked for SG_2', began);
    began = performance.now();
    const enacted = await sovereign.approve(unsignedFromComment(again, new Date()));
    await sovereign.waitFor(enacted, /^### ✅/m, WAIT_MS);
    await print('SG_2 merged → COMPLETED (goal <= 500 MiB)', began);
  } finally {
    await bot.stop();
    await site.close();
  }
}
