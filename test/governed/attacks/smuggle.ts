// Smuggling: under a genuine SG_1, rows that it did not sign; or into a cut that stands already.
import { sha256 } from '../../../src/digest/digest.ts';
import { type Attack, statements, steps } from './attack.ts';
import { cutBy, openCut, type StolenCut } from './cut-by.ts';
import { type Stage, sessionOf } from './stage.ts';

const FOREIGN = {
  ...{ action: 'create', ordinal: 99, key: 'smuggled', parent: null, unit_kind: 'article' },
  ...{ section_type: 'normative', title: 'All is mine', body: 'x', sha256: sha256('x') },
  ...{ byte_start: 0, byte_end: 1 },
};

/** A genuine run that may cut, and what the thief makes of it. */
function cutting(name: string, alter: (rows: readonly object[], stage: Stage) => Partial<StolenCut>): Attack {
  return steps('cutter_exec', name, async (stage) => {
    const { runId, change } = stage.prepared.signed;
    const altered = alter(change.rows, stage);
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change, ...altered }));
  });
}

const withLast =
  (change: object) =>
  (rows: readonly object[]): Partial<StolenCut> => ({
    rows: rows.map((row, index) => (index === rows.length - 1 ? { ...row, ...change } : row)),
  });

const OTHER = { body: '## Article 3 Mine\n\nAll is mine.\n' };

export const SMUGGLE: readonly Attack[] = [
  steps(
    'cutter_exec',
    'foreign rows into a cut that waits for SG_2',
    async (stage) => {
      const { runId } = stage.prepared.waiting;
      return () =>
        stage.as('cutter_exec', (session) =>
          session.query('SELECT FROM public.fn_iu_create($1, $2::text::jsonb)', [
            ...[runId, JSON.stringify([FOREIGN])],
          ]),
        );
    },
    { review: true },
  ),
  statements(
    'cutter_exec',
    'foreign rows into the account of a cut that waits for SG_2',
    ({ prepared: { waiting } }) =>
      `INSERT INTO cutter_governance.cut_change_set_affected_row
         (change_set_id, run_id, document_id, unit_id, unit_version_id, action, key, ordinal, byte_start, byte_end)
       SELECT set.id, set.run_id, set.document_id, 1, 1, 'create', 'smuggled', 99, 0, 1
         FROM cutter_governance.cut_change_set AS set WHERE run_id = '${waiting.runId}'`,
    { review: true },
  ),
  cutting('a row more than the plan', (rows) => ({ rows: [...rows, FOREIGN] })),
  cutting('a row less than the plan', (rows) => ({ rows: rows.slice(0, -1) })),
  cutting('no row at all', () => ({ rows: [] })),
  cutting('another text, with its own digest', withLast({ ...OTHER, sha256: sha256(OTHER.body) })),
  cutting('another text, under the digest of the signed one', withLast(OTHER)),
  cutting('another title', withLast({ title: 'Article 3 Mine' })),
  cutting('another key', withLast({ key: 'art-4' })),
  cutting('another number than the label', withLast({ num: 'Article 9' })),
  cutting('another heading than the title', withLast({ heading: 'Mine' })),
  cutting('another place', withLast({ ordinal: 40 })),
  cutting('another parent', withLast({ parent: 'art-1' })),
  cutting('another kind', withLast({ unit_kind: 'clause' })),
  cutting('another section type', withLast({ section_type: 'editorial' })),
  cutting('another range of bytes', withLast({ byte_start: 0, byte_end: 1 })),
  cutting('an action that there is not', withLast({ action: 'steal' })),
  cutting('a revision of what is not there', withLast({ action: 'revise' })),
  steps('cutter_exec', 'a unit retired that the plan keeps', async (stage) => {
    const { runId, change } = stage.prepared.amended;
    const rows = change.rows.map((row) =>
      row.key === 'art-3'
        ? { ...row, action: 'retire', ordinal: null, byte_start: null, byte_end: null }
        : row,
    );
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change, rows }));
  }),
  steps('cutter_exec', 'a unit kept that the plan revises', async (stage) => {
    const { runId, change } = stage.prepared.amended;
    const rows = change.rows.filter(({ action }) => action !== 'revise');
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change, rows }));
  }),
  steps('cutter_exec', 'a unit moved that the plan keeps', async (stage) => {
    const { runId, change } = stage.prepared.amended;
    const rows = change.rows.map((row) =>
      row.action === 'keep' && row.key === 'art-3'
        ? { ...row, action: 'move', was: 'art-3', key: 'art-30' }
        : row,
    );
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change, rows }));
  }),
  steps('cutter_exec', 'a text put under another unit, as if that had moved there', async (stage) => {
    const { runId, change } = stage.prepared.amended;
    const rows = change.rows
      .filter(({ key }) => key !== 'art-3')
      .map((row) => (row.action === 'revise' ? { ...row, was: 'art-3' } : row));
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change, rows }));
  }),
  cutting('a row twice', (rows) => ({ rows: [...rows, ...rows.slice(-1)] })),
  cutting('rows that are no array', () => ({ rows: { length: 1 } as never })),
  cutting('another profile in the header', () => ({ profile: 'vi' })),
  cutting('another granularity in the header', () => ({ granularity: 'point' })),
  cutting('a plan that nobody signed', () => ({ digest: sha256('mine') })),
  cutting('rows that nobody accounts for', () => ({ record: false })),
  cutting('a manifest of 17 KiB', () => ({ manifest: { note: 'x'.repeat(17 * 1024) } })),
  // The embedded database has a stack of another make, which such a depth overruns.
  {
    ...cutting('a manifest that is nested 4,000 deep', () => ({
      manifest: { nested: JSON.parse(`${'['.repeat(4000)}${']'.repeat(4000)}`) },
    })),
    serverOnly: true,
  },
  cutting('a text changed between create and record', () => ({
    between: `UPDATE public.unit_version SET title = 'Mine' WHERE status = 'draft'`,
  })),
  cutting('a text changed between record and COMMIT', () => ({
    after: `UPDATE public.unit_version SET title = 'Mine' WHERE status = 'draft'`,
  })),
  cutting('a row deleted between record and COMMIT', () => ({
    after: `DELETE FROM public.unit_version WHERE status = 'draft'`,
  })),
  cutting('one more row between record and COMMIT', (_, { prepared: { signed } }) => ({
    after: `SELECT FROM public.fn_iu_create('${signed.runId}', '${JSON.stringify([FOREIGN])}')`,
  })),
  cutting('rows added for a run that nobody signed', (_, { prepared: { opened } }) => ({
    after: `SELECT FROM public.fn_iu_create('${opened.runId}', '${JSON.stringify([FOREIGN])}')`,
  })),
  cutting('the check asked for early: `SET CONSTRAINTS ALL IMMEDIATE`', () => ({
    after: 'SET CONSTRAINTS ALL IMMEDIATE',
  })),
  cutting('the check asked for early, with foreign rows', (rows) => ({
    rows: [...rows, FOREIGN],
    after: 'SET CONSTRAINTS ALL IMMEDIATE',
  })),
  cutting('the check put off: `SET CONSTRAINTS ALL DEFERRED`, with foreign rows', (rows) => ({
    rows: [...rows, FOREIGN],
    after: 'SET CONSTRAINTS ALL DEFERRED',
  })),
  steps('cutter_exec', 'the record in a savepoint that is taken back', async (stage) => {
    const { runId, change } = stage.prepared.signed;
    return () =>
      stage.as('cutter_exec', async (session) => {
        await cutBy(session, { runId, change, record: false });
        await session.query('SAVEPOINT here');
        await session.query('SELECT FROM cutter_governance.fn_record_cut($1, $2)', [runId, '{}']);
        await session.query('ROLLBACK TO here');
      });
  }),
  steps('cutter_exec', 'the cut opened in a savepoint that is taken back', async (stage) => {
    const { runId, change } = stage.prepared.signed;
    return () =>
      stage.as('cutter_exec', async (session) => {
        await session.query('SAVEPOINT here');
        await openCut(session, { runId, change });
        await session.query('ROLLBACK TO here');
        await session.query('SELECT FROM public.fn_iu_create($1, $2::text::jsonb)', [
          ...[runId, JSON.stringify(change.rows)],
        ]);
      });
  }),
  steps('cutter_exec', 'some of the rows in a savepoint that is taken back', async (stage) => {
    const { runId, change } = stage.prepared.signed;
    return () =>
      stage.as('cutter_exec', async (session) => {
        await cutBy(session, { runId, change, rows: change.rows.slice(0, 2), record: false });
        await session.query('SAVEPOINT here');
        await session.query('SELECT FROM public.fn_iu_create($1, $2::text::jsonb)', [
          ...[runId, JSON.stringify(change.rows.slice(2))],
        ]);
        await session.query('ROLLBACK TO here');
        await session.query('SELECT FROM cutter_governance.fn_record_cut($1, $2)', [runId, '{}']);
      });
  }),
  ...(["PREPARE TRANSACTION 'later'", 'COMMIT AND CHAIN', 'SELECT 1; COMMIT'] as const).map((ending) =>
    steps(
      'cutter_exec',
      `a genuine cut ended by \`${ending}\``,
      async (stage) => {
        const { runId, change } = stage.prepared.signed;
        return async () => {
          const client = await stage.connect('cutter_exec');
          await client.query('BEGIN');
          await cutBy(sessionOf(client), { runId, change });
          await client.query(ending);
        };
      },
      { serverOnly: true },
    ),
  ),
  steps(
    'cutter_exec',
    'a genuine cut inside one `DO` block',
    async (stage) => {
      const { runId, change } = stage.prepared.signed;
      const { profile, granularity } = change.header;
      const block = `DO $thief$ BEGIN
      PERFORM cutter_governance.fn_open_cut('${runId}', '${change.cutplan_sha256}', '${profile}', '${granularity}');
      PERFORM * FROM public.fn_iu_create('${runId}', $rows$${JSON.stringify(change.rows)}$rows$);
      PERFORM * FROM cutter_governance.fn_record_cut('${runId}', '{}');
      COMMIT; END $thief$`;
      return async () => {
        const client = await stage.connect('cutter_exec');
        await client.query(block);
      };
    },
    { serverOnly: true },
  ),
];
