// Locking: sessions that hold what they can and do nothing. Whoever holds something may make the bot wait; what comes
// of it must be nothing, or exactly what was signed, and it must go on when the session has ended.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type SignedApproval, signGate } from '../../support/signing.ts';
import { begin, CHARTER, cut, planFor, type Ready, ready, sovereign, write } from '../fixture.ts';
import { type Attack, alone, outcomeOf, statements, steps } from './attack.ts';
import { cutBy } from './cut-by.ts';
import { type Stage, sessionOf, type Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const DAY_MS = 24 * 3600 * 1000;
const TABLES = ['public.information_unit', 'cutter_governance.approval', 'cutter_governance.cut_change_set'];

let documents = 0;
const nextDocument = () => {
  documents += 1;
  return `lock-${documents}`;
};

/** A session that begins, does one thing and is then idle for good. */
async function idle(stage: Stage, role: Thief, ...texts: readonly string[]): Promise<pg.Client> {
  const client = await stage.connect(role);
  await client.query('BEGIN');
  for (const text of texts) await client.query(text);
  return client;
}

/** The bot's write, which does not wait the bot's five seconds. */
async function writeSoon(stage: Stage, run: Ready): Promise<string> {
  return outcomeOf(
    stage.as('cutter_exec', async (session) => {
      await session.query(`SET LOCAL lock_timeout = '200ms'`);
      await cutBy(session, run);
    }),
  );
}

/** While the thief is idle the genuine write goes through. */
function unhindered(
  name: string,
  role: Thief,
  texts: (stage: Stage, run: Ready) => readonly string[],
): Attack {
  return steps(
    role,
    name,
    async (stage) => {
      const run = await ready(stage.db, { documentId: nextDocument() });
      return async () => {
        await idle(stage, role, ...texts(stage, run));
        await write(stage.db, run);
      };
    },
    { serverOnly: true, writes: true, harmless: 'held for nothing: the bot writes' },
  );
}

/** While the thief is idle the genuine write is refused, nothing of it stays, and it goes through afterwards. */
function hindered(
  name: string,
  texts: (run: Ready, stage: Stage) => Promise<readonly string[]>,
  whose: 'its own' | 'another' = 'its own',
): Attack {
  return steps(
    'cutter_exec',
    name,
    async (stage) => {
      const run = await ready(stage.db, { documentId: nextDocument() });
      const other = whose === 'another' ? await ready(stage.db, { documentId: nextDocument() }) : run;
      return async () => {
        const thief = await idle(stage, 'cutter_exec', ...(await texts(run, stage)));
        const outcome = await writeSoon(stage, other);
        await thief.end();
        await write(stage.db, other);
        return outcome;
      };
    },
    { serverOnly: true, writes: true },
  );
}

const openWrite = ({ runId }: Ready) =>
  `SELECT cutter_governance.fn_open_write('${runId}', 'SG_1_cut_authz')`;

export const LOCK: readonly Attack[] = [
  unhindered('every advisory lock that this product has ever taken', 'cutter_exec', () => [
    'SELECT pg_advisory_lock(1668576110, n) FROM generate_series(0, 9) AS n',
    'SELECT pg_advisory_lock(1668576110)',
  ]),
  ...ALL.map((role) =>
    unhindered('every table, `IN ACCESS SHARE MODE`', role, () => [
      `LOCK TABLE ${TABLES.join(', ')} IN ACCESS SHARE MODE`,
    ]),
  ),
  unhindered('an old snapshot kept open', 'cutter_exec', () => [
    'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'SELECT count(*) FROM public.unit_version',
  ]),
  unhindered('an admission of a genuine approval that does not commit', 'cutter_exec', ({ prepared }) => [
    admitting(prepared.signed.sg1),
  ]),
  unhindered('a try to open a write that nobody signed', 'cutter_exec', ({ prepared: { opened } }) => [
    'SAVEPOINT here',
    `DO $$ BEGIN PERFORM cutter_governance.fn_open_write('${opened.runId}', 'SG_1_cut_authz');
       EXCEPTION WHEN SQLSTATE 'CG001' THEN NULL; END $$`,
  ]),
  unhindered('a head noted and not committed', 'cutter_exec', (_, run) => [
    `SELECT cutter_governance.fn_note_head('${run.runId}', 1, repeat('a', 64))`,
  ]),
  ...['ROW SHARE', 'ROW EXCLUSIVE', 'SHARE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'].map((mode) =>
    statements(ALL, `a table, \`IN ${mode} MODE\``, `LOCK TABLE public.information_unit IN ${mode} MODE`),
  ),
  ...['UPDATE', 'NO KEY UPDATE', 'SHARE', 'KEY SHARE'].map((strength) =>
    statements(
      ALL,
      `the fence, the switch, approvals and units \`FOR ${strength}\``,
      `SELECT FROM cutter_governance.write_fence, cutter_governance.master_switch, cutter_governance.approval,
         public.information_unit FOR ${strength}`,
    ),
  ),
  hindered('the fence of a genuine run, held by the thief', async (run) => [openWrite(run)], 'another'),
  hindered('a second writer of the same run', async (run) => [openWrite(run)]),
  hindered('a closing that does not commit', async ({ runId }) => [
    `SELECT cutter_governance.fn_close_run('${runId}')`,
  ]),
  hindered('a switch-off that does not commit', async () => [
    `SELECT cutter_governance.fn_master_off('thief')`,
  ]),
  steps(
    'cutter_exec',
    'a switch-off while the bot writes, which waits for it',
    async (stage) => {
      const run = await ready(stage.db, { documentId: nextDocument() });
      return async () => {
        const thief = await stage.connect('cutter_exec');
        await thief.query(`SET lock_timeout = '200ms'`);
        let outcome = '';
        await stage.as('cutter_exec', async (session) => {
          await cutBy(session, run);
          outcome = await outcomeOf(thief.query(`SELECT cutter_governance.fn_master_off('thief')`));
        });
        return outcome;
      };
    },
    { serverOnly: true, writes: true },
  ),
  steps(
    'cutter_exec',
    'a genuine write held open beyond its window',
    async (stage) => {
      const { db } = stage;
      const documentId = nextDocument();
      const { runId } = await begin(db, { documentId });
      const change = await planFor(db, { documentId, markdown: CHARTER });
      const by = [await sovereign()];
      const signed = { gate: 'SG_1_cut_authz', runId, digest: change.cutplan_sha256, by } as const;
      const signedAt = Date.now();
      await signGate(db, { ...signed, agoMs: DAY_MS - 3000 });
      return () =>
        stage.as('cutter_exec', async (session) => {
          await cutBy(session, { runId, change });
          await sleep(Math.max(0, signedAt + 4000 - Date.now()));
        });
    },
    { serverOnly: true },
  ),
  ...(['pg_terminate_backend', 'pg_cancel_backend'] as const).map((end) =>
    steps(
      'cutter_exec',
      `the bot's session in the middle of its write: \`${end}\``,
      async (stage) => {
        const run = await ready(stage.db, { documentId: nextDocument() });
        return async () => {
          const thief = await stage.connect('cutter_exec');
          const bot = await stage.connect('cutter_exec');
          const [row] = (await bot.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
          await bot.query('BEGIN');
          await cutBy(sessionOf(bot), run);
          const waiting = bot.query('SELECT pg_sleep(20)').catch((error: unknown) => error);
          // A session that is not asking anything yet would not notice that it is cancelled.
          const asking = "SELECT FROM pg_stat_activity WHERE pid = $1 AND query ~ 'pg_sleep'";
          while ((await thief.query(asking, [row?.pid])).rowCount === 0) await sleep(10);
          await thief.query(`SELECT ${end}($1)`, [row?.pid]);
          const error = await waiting;
          await bot.end().catch(() => {});
          await write(stage.db, run);
          return outcomeOf(Promise.reject(error));
        };
      },
      { serverOnly: true, writes: true },
    ),
  ),
  steps(
    'cutter_exec, cutter_verify',
    'a session of each role ended by the other',
    async (stage) => async () => {
      const [exec, verify] = [await stage.connect('cutter_exec'), await stage.connect('cutter_verify')];
      const [row] = (await verify.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
      await exec.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    },
    { serverOnly: true },
  ),
  unhindered('two hundred notices in a queue that nobody empties', 'cutter_exec', () => [
    'LISTEN mine',
    `SELECT pg_notify('mine', repeat('x', 7000)) FROM generate_series(1, 200)`,
  ]),
  alone(
    'cutter_exec',
    'the cluster emptied of dead rows, which takes locks',
    'VACUUM FULL public.information_unit',
    {
      harmless: 'skipped with a warning',
    },
  ),
  alone('cutter_exec', 'an index built anew', 'REINDEX TABLE public.information_unit'),
  steps(
    'cutter_exec',
    'the bot beside an idle session of each kind',
    async (stage) => {
      return async () => {
        for (const role of ALL) await idle(stage, role, 'SELECT FROM public.information_unit');
        await cut(stage.db, { documentId: nextDocument() });
        await stage.dump();
      };
    },
    { serverOnly: true, writes: true, harmless: 'the bot writes, the backup is taken' },
  ),
];

function admitting({ document, signatures }: SignedApproval): string {
  const armored = signatures.map(({ bytes }) => `'\\x${Buffer.from(bytes).toString('hex')}'::bytea`);
  return `SELECT cutter_governance.fn_admit('\\x${Buffer.from(document).toString('hex')}', ARRAY[${armored.join(', ')}])`;
}
