// A state of every version that there has been, with runs that are done, paused, held and running, brought to the newest.
import { Kysely, PGliteDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveRunId, type RunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { chain, type Happening, type RunEvent } from '../../src/run/events.ts';
import { fold } from '../../src/run/state.ts';
import { migrate, STATE_VERSIONS } from '../../src/store/migrations.ts';
import { insertEvent, runLog } from '../../src/store/run-log.ts';
import type { Store } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { emptyPglite } from '../support/pglite.ts';
import { COMPLETE, CUT, gateOpened, logOf, opened, PREPARED, START } from '../support/run-events.ts';

const HELD: readonly Happening[] = [
  opened(),
  { type: 'stopped', phase: 'source_pin', code: 'unhandled_error', detail: 'Error in source_pin' },
];
const LOGS = { done: COMPLETE, forEnactment: CUT, forCut: PREPARED, held: HELD, running: [opened()] };
const STATUS = {
  ...{ done: 'COMPLETED', forEnactment: 'AWAITING_LIFECYCLE_AUTHORIZATION' },
  ...{ forCut: 'AWAITING_CUT_AUTHORIZATION', held: 'HELD', running: 'RUNNING' },
};

const idOf = (name: string): RunId => deriveRunId({ documentSha256: sha256(name), signedAt: START });
const documentOf = (name: string) => name.toLowerCase();

function logNamed(name: keyof typeof LOGS): RunEvent[] {
  const happenings = LOGS[name].map((one) =>
    one.type === 'run_opened' ? { ...one, document_id: documentOf(name) } : one,
  );
  return logOf(happenings, idOf(name));
}

describe.each(STATE_VERSIONS)('a state of version %s', (version) => {
  let database: Kysely<Tables>;
  const names = Object.keys(LOGS) as (keyof typeof LOGS)[];
  const load = (name: string) => runLog({ database } as Store).load(idOf(name));
  const standing = (name: string) =>
    database
      .selectFrom('run_standing')
      .select(['status', 'open', 'seq'])
      .where('run_id', '=', idOf(name))
      .executeTakeFirst();

  beforeAll(async () => {
    database = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await emptyPglite() }) });
    await migrate(database as unknown as Kysely<never>, { to: version });
    for (const name of names) {
      const run_id = idOf(name);
      const run = { run_id, repository: 'demo/governance', document_id: documentOf(name), opened_at: START };
      await database.insertInto('run').values(run).execute();
      for (const event of logNamed(name)) {
        const { seq, at, hash } = event;
        const row = { run_id, seq, at, hash, entry: JSON.stringify(event) };
        await database.insertInto('event').values(row).execute();
      }
    }
    await migrate(database as unknown as Kysely<never>);
    // A state of the newest version had its columns from the start; an older one gets them here, in its migration.
    if (STATE_VERSIONS.indexOf(version) >= STATE_VERSIONS.indexOf('007_run_standings')) {
      const { rebuildStandings } = await import('../../src/store/standings.ts');
      await database.transaction().execute(rebuildStandings);
    }
  });
  afterAll(() => database.destroy());

  it('keeps every entry as it was, and knows where each run stands', async () => {
    for (const name of names) {
      expect(await load(name)).toEqual(logNamed(name));
      const { length } = logNamed(name);
      expect(await standing(name)).toEqual({ status: STATUS[name], open: name !== 'done', seq: length });
    }
  });

  it('lets a paused run go on, and its log be rewritten by nobody', async () => {
    const last = (await load('forCut')).at(-1) as RunEvent;
    const signed = chain(last, { ...gateOpened('SG_1_cut_authz', 2), run_id: last.run_id, at: START });
    await database.transaction().execute((transaction) => insertEvent(transaction, signed));
    expect(fold(await load('forCut')).position.status).toBe('RUNNING');
    expect(await standing('forCut')).toMatchObject({ status: 'RUNNING', seq: last.seq + 1 });
    const rewriting = database.deleteFrom('event').where('run_id', '=', last.run_id).execute();
    await expect(rewriting).rejects.toThrow('append-only');
  });
});
