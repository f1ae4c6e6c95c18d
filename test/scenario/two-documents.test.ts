// Two documents in flight at the same time, on a real server: each pauses while the other goes on, both write in the same
// moment, and neither takes what the other has written for a drift.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { type Bot, type Deployment, deploy } from '../support/deployment.ts';
import { onlyWhere } from '../support/skip.ts';
import { smallLaw } from '../support/workshop.ts';

const WAIT_MS = 90_000;
const DOCUMENTS = ['bylaws', 'charter'] as const;

const deployment: Deployment | null = await deploy(
  Object.fromEntries(DOCUMENTS.map((id, index) => [id, smallLaw(40 + index, id)])),
);

describe('two documents', onlyWhere(deployment, 'PostgreSQL absent'), () => {
  const site = deployment as Deployment;
  let bot: Bot;
  beforeAll(async () => {
    bot = await site.startBot();
  });
  afterAll(async () => {
    await bot.stop();
    await site.close();
  });

  const both = async <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(DOCUMENTS.map((_, index) => work(index)));
  const asked: string[] = [];

  it('are both open, and each waits for a signature of its own', async () => {
    const pulls: number[] = [];
    for (const id of DOCUMENTS) pulls.push(await site.sovereign.approve(site.openingDraft(id)));
    const requests = await both((index) =>
      site.sovereign.waitFor(pulls[index] ?? 0, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS),
    );
    asked.push(...requests);
    const runs = requests.map((text) => /run_id: (run-[0-9a-z-]+)/.exec(text)?.[1]);
    expect(new Set(runs).size).toBe(2);
    const { output } = await site.run('disabled');
    for (const runId of runs) expect(output).toContain(`open run: ${runId} (AWAITING_CUT_AUTHORIZATION)`);
  });

  it('write in the same moment, and are enacted', async () => {
    const sign = async (text: string): Promise<number> =>
      site.sovereign.approve(unsignedFromComment(text, new Date()));
    for (const gate of ['SG_2_lifecycle_authz', null]) {
      const pulls: number[] = [];
      for (const text of asked.splice(0)) pulls.push(await sign(text));
      const wanted = gate === null ? /^### ✅/m : new RegExp(`Waiting for your signature: \`${gate}\``);
      asked.push(...(await both((index) => site.sovereign.waitFor(pulls[index] ?? 0, wanted, WAIT_MS))));
    }
    const rows = await site.backend.server.query(
      site.environment['DOT_CUTTER_DB_NAME'] ?? '',
      `SELECT document_id, lifecycle_status AS status, count(*)::int AS units
         FROM public.information_unit GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { document_id: 'bylaws', status: 'enacted', units: 41 },
      { document_id: 'charter', status: 'enacted', units: 42 },
    ]);
    expect(bot.lines().filter((line) => line.includes('"type":"stopped"'))).toEqual([]);
  });
});
