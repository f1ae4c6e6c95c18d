// What the governed database has of a run, at a glance: how far its log was noted, whether it is closed, and what is
// committed. Nothing is recomputed here (that is fn_state_of): it is read before every step.
import { z } from 'zod';
import { type Sha256, sha256Schema } from '../digest/digest.ts';
import type { Reader, Writer } from './database.ts';

const committed = z.object({
  change_set_id: z.string(),
  enacted: z.boolean(),
  reverted: z.boolean(),
  verify_result_ids: z.array(z.string()),
});

const standing = z.object({
  switched_on: z.boolean(),
  /** Whether it admitted the approval that opened the run, or holds its cut: of no other run can anything be noted. */
  known: z.boolean(),
  head: z.object({ entries: z.number().int(), hash: sha256Schema }).nullable(),
  closed: z.enum(['abandoned', 'reverted']).nullable(),
  committed: committed.nullable(),
});

export type GovernedStanding = z.infer<typeof standing>;

export async function readStanding(reader: Reader, runId: string): Promise<GovernedStanding> {
  const rows = await reader.query(
    `WITH cut AS (SELECT * FROM cutter_governance.cut_change_set WHERE run_id = $1 AND recorded)
     SELECT jsonb_build_object(
       'switched_on', coalesce((SELECT enabled FROM cutter_governance.master_switch), false),
       'known', EXISTS (SELECT FROM cut) OR EXISTS (
         SELECT FROM cutter_governance.approval
          WHERE run_id = $1 AND gate = 'GAP7_execution_enable' AND bindings -> 'run_id' IS NULL),
       'head', (SELECT jsonb_build_object('entries', entries, 'hash', head_sha256)
                  FROM cutter_governance.run_head WHERE run_id = $1),
       'closed', (SELECT outcome FROM cutter_governance.run_closed WHERE run_id = $1),
       'committed', (SELECT jsonb_build_object(
           'change_set_id', id::text, 'enacted', enacted_at IS NOT NULL, 'reverted', reverted_at IS NOT NULL,
           'verify_result_ids', coalesce((SELECT jsonb_agg(one.id::text) FROM cutter_governance.verify_result AS one
                                           WHERE one.run_id = $1), '[]'))
         FROM cut)) AS standing`,
    [runId],
  );
  return z.tuple([z.object({ standing })]).parse(rows)[0].standing;
}

/** What a log says that a run has committed. */
export interface Committed {
  readonly cut: boolean;
  readonly enacted: boolean;
  readonly reverted: boolean;
}

const found = z.array(z.object({ run_id: z.string(), enacted: z.boolean(), reverted: z.boolean() }));

/** Of runs that have committed something by their logs, those of which the database does not have all of it. */
export async function runsThatAreGone<Id extends string>(
  reader: Reader,
  logs: ReadonlyMap<Id, Committed>,
): Promise<readonly Id[]> {
  const expected = [...logs].filter(([, { cut, enacted, reverted }]) => cut || enacted || reverted);
  if (expected.length === 0) return [];
  const rows = await reader.query(
    `SELECT run_id, enacted_at IS NOT NULL AS enacted, reverted_at IS NOT NULL AS reverted
       FROM cutter_governance.cut_change_set WHERE recorded AND run_id = ANY ($1::text[])`,
    [expected.map(([runId]) => runId)],
  );
  const there = new Map(found.parse(rows).map((row) => [row.run_id, row]));
  return expected
    .filter(([runId, { enacted, reverted }]) => {
      const row = there.get(runId);
      return !row || (enacted && !row.enacted) || (reverted && !row.reverted);
    })
    .map(([runId]) => runId);
}

/** What is committed of all runs, in sums that are the same in two databases where the runs are; too few are never as many. */
export interface CommittedTally {
  readonly cut: string;
  readonly enacted: string;
  readonly reverted: string;
}

/** What a run adds to a sum: 56 bits of the digest of its name, the same in every PostgreSQL. */
const NUMBER_OF_RUN = `('x' || encode(substr(sha256(convert_to(run_id, 'UTF8')), 1, 7), 'hex'))::bit(56)::bigint`;

const TALLY = `
  SELECT count(*) || ':' || coalesce(sum(number), 0) AS cut,
         count(*) FILTER (WHERE enacted) || ':' || coalesce(sum(number) FILTER (WHERE enacted), 0) AS enacted,
         count(*) FILTER (WHERE reverted) || ':' || coalesce(sum(number) FILTER (WHERE reverted), 0) AS reverted
    FROM (SELECT ${NUMBER_OF_RUN} AS number, enacted_at IS NOT NULL AS enacted, reverted_at IS NOT NULL AS reverted
            FROM cutter_governance.cut_change_set WHERE recorded) AS one`;

const tallySchema = z.tuple([z.object({ cut: z.string(), enacted: z.string(), reverted: z.string() })]);

/**
 * The same as `runsThatAreGone`, at the cost of two sums where both databases agree; otherwise the logs are asked and
 * compared run by run.
 */
export async function runsGone<Id extends string>(
  reader: Reader,
  { tally, logs }: { tally: CommittedTally; logs: () => Promise<ReadonlyMap<Id, Committed>> },
): Promise<readonly Id[]> {
  const [here] = tallySchema.parse(await reader.query(TALLY));
  const same = here.cut === tally.cut && here.enacted === tally.enacted && here.reverted === tally.reverted;
  return same ? [] : runsThatAreGone(reader, await logs());
}

/** Whether a log that has come to this head is longer than what was noted of it. */
export function isFurther({ seq }: { readonly seq: number }, { head }: GovernedStanding): boolean {
  return seq > (head?.entries ?? 0);
}

/** The log has come this far. Throws Stop `guard_refused` for an earlier or another entry than was noted before. */
export async function noteHead(
  writer: Writer,
  { runId, entries, hash }: { runId: string; entries: number; hash: Sha256 },
): Promise<void> {
  await writer.write('SELECT cutter_governance.fn_note_head($1, $2, $3)', [runId, entries, hash]);
}

/** From now on only SG_R can be carried out for this run. */
export async function closeRun(writer: Writer, runId: string): Promise<void> {
  await writer.write('SELECT cutter_governance.fn_close_run($1)', [runId]);
}
