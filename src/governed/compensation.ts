// Compensation: what taking a run's cut back would do, planned by reading only, and the execution of exactly that plan.
// The plan's digest is what SG_R signs; executing plans again inside the transaction and refuses any other digest.
import { z } from 'zod';
import { digestOf, type Sha256, sha256Schema } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { AssertEnabled, GovernedDatabase, Reader, Writer } from './database.ts';
import { findWrittenRun } from './readback.ts';
import { id } from './units.ts';
import { assertSame, writeVerification } from './write-verification.ts';

/** `soft` retires what the run wrote and restores what it replaced, with log rows; `hard` deletes what it wrote. */
export type RevertMode = 'soft' | 'hard';

const unitEffect = z.object({ key: z.string(), title: z.string(), from: z.string(), to: z.string() });
const versionEffect = z.object({ unit_version_id: id, from: z.string(), to: z.string() });
const counts = z.record(z.string(), z.number().int());

export interface RevertEffects {
  /** Units whose status changes; `deleted` when they cease to be. */
  readonly units: readonly z.infer<typeof unitEffect>[];
  readonly versions: readonly z.infer<typeof versionEffect>[];
  readonly log_rows: number;
  /** Units of the document by status. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

export interface RevertPlan {
  readonly verdict: 'planned';
  readonly run_id: string;
  readonly document_id: string;
  readonly mode: RevertMode;
  /** Exactly what is executed, in one transaction as cutter_exec. */
  readonly statements: readonly string[];
  readonly effects: RevertEffects;
  /** Of all the above but the verdict. */
  readonly sha256: Sha256;
}

export interface RevertRefusal {
  readonly verdict: 'refused';
  readonly reason: 'nothing_written' | 'reverted_already' | 'enacted' | 'referenced' | 'cut_again';
  readonly detail: string;
}

/** A plan as it was recorded, entering again. */
export const revertPlanSchema: z.ZodType<RevertPlan> = z.object({
  verdict: z.literal('planned'),
  run_id: z.string(),
  document_id: z.string(),
  mode: z.enum(['soft', 'hard']),
  statements: z.array(z.string()),
  effects: z.object({
    units: z.array(unitEffect),
    versions: z.array(versionEffect),
    log_rows: z.number().int(),
    before: counts,
    after: counts,
  }),
  sha256: sha256Schema,
});

const changeSet = z.object({
  document_id: z.string(),
  is_enacted: z.boolean(),
  is_reverted: z.boolean(),
  is_referenced: z.boolean(),
  later_run: z.string().nullable(),
});

/** Reads only. Refusals are values. */
export async function planRevert(
  reader: Reader,
  options: { readonly runId: string; readonly hard: boolean },
): Promise<RevertPlan | RevertRefusal> {
  const { runId, hard } = options;
  const [cut] = z.array(changeSet).parse(await reader.query(CHANGE_SET, [runId]));
  const refuse = (reason: RevertRefusal['reason'], detail: string): RevertRefusal => ({
    verdict: 'refused',
    reason,
    detail,
  });
  if (!cut) return refuse('nothing_written', `${runId} has written nothing to the governed database`);
  if (cut.is_reverted) return refuse('reverted_already', `the cut of ${runId} has been taken back already`);
  if (cut.later_run) {
    return refuse(
      'cut_again',
      `${cut.later_run} has cut ${cut.document_id} after ${runId}: take that one back first`,
    );
  }
  if (hard && cut.is_enacted) {
    return refuse('enacted', `the units of ${runId} are enacted and stay on record: leave out --hard`);
  }
  if (hard && cut.is_referenced) {
    return refuse('referenced', `the records of another run refer to what ${runId} wrote: leave out --hard`);
  }
  const mode: RevertMode = hard ? 'hard' : 'soft';
  const versions = z
    .array(versionEffect)
    .parse(await reader.query(`${TRANSITIONS} ORDER BY held.id`, [runId, mode]));
  const units = z.array(unitEffect).parse(await reader.query(UNIT_EFFECTS, [runId, mode, cut.document_id]));
  const before = await countUnits(reader, cut.document_id);
  const plan = {
    run_id: runId,
    document_id: cut.document_id,
    mode,
    statements: [
      `SELECT unit_version_id, from_status, to_status FROM public.fn_iu_revert('${runId}', '${mode}')`,
    ],
    effects: { units, versions, log_rows: hard ? 0 : versions.length, before, after: applied(before, units) },
  };
  return { verdict: 'planned', ...plan, sha256: digestOf(plan) };
}

export interface Reverted {
  readonly units: number;
  readonly versions: number;
  readonly log_rows: number;
  readonly plan_sha256: Sha256;
}

/**
 * As cutter_exec. Executing a plan that has been executed already answers the same and changes nothing, so a crash
 * behind the COMMIT is harmless. Throws Stop `count_drift` when the database asks for another plan.
 */
export async function executeRevert(writer: Writer, plan: RevertPlan): Promise<Reverted> {
  const { effects } = plan;
  const reverted: Reverted = {
    ...{ units: effects.units.length, versions: effects.versions.length },
    ...{ log_rows: effects.log_rows, plan_sha256: plan.sha256 },
  };
  const now = await planRevert(writer, { runId: plan.run_id, hard: plan.mode === 'hard' });
  if (now.verdict === 'refused') {
    const written = now.reason === 'reverted_already' ? await findWrittenRun(writer, plan.run_id) : null;
    if (written?.reverted === plan.mode) return reverted;
    throw new Stop('count_drift', now.detail);
  }
  if (now.sha256 !== plan.sha256) {
    throw new Stop(
      'count_drift',
      `the compensation plan was ${plan.sha256}, the database asks for ${now.sha256}: plan again`,
    );
  }
  const changed: z.infer<typeof versionEffect>[] = [];
  for (const statement of now.statements) {
    const rows = await writer.write(
      `SELECT unit_version_id::text, from_status AS "from", to_status AS "to" FROM (${statement}) AS changed`,
    );
    changed.push(...z.array(versionEffect).parse(rows));
  }
  const inOrder = changed.toSorted((a, b) => Number(a.unit_version_id) - Number(b.unit_version_id));
  const after = await countUnits(writer, plan.document_id);
  if (digestOf([inOrder, after]) !== digestOf([effects.versions, effects.after])) {
    throw new Stop(
      'count_drift',
      `planned ${JSON.stringify(effects.after)} units and ${effects.versions.length} versions changed, found ${JSON.stringify(after)} and ${changed.length}`,
    );
  }
  return reverted;
}

/** As cutter_verify, after the commit: records what stands now. Throws Stop `verify_mismatch`. */
export async function verifyRevert(
  db: GovernedDatabase,
  options: { readonly plan: RevertPlan; readonly assertEnabled: AssertEnabled },
) {
  const { plan, assertEnabled } = options;
  return db.write('cutter_verify', { assertEnabled }, async (writer) => {
    const written = await findWrittenRun(writer, plan.run_id);
    const after = await countUnits(writer, plan.document_id);
    assertSame({ mode: written?.reverted ?? null, after }, { mode: plan.mode, after: plan.effects.after });
    const changeSetId = written?.leg_b_record.change_set_id ?? '';
    const result = { after, mode: plan.mode, plan_sha256: plan.sha256 };
    return writeVerification(writer, { runId: plan.run_id, kind: 'revert', changeSetId, result });
  });
}

function applied(
  before: Readonly<Record<string, number>>,
  units: RevertEffects['units'],
): Record<string, number> {
  const after = { ...before };
  for (const { from, to } of units) {
    after[from] = (after[from] ?? 0) - 1;
    if (to !== 'deleted') after[to] = (after[to] ?? 0) + 1;
  }
  return after;
}

async function countUnits(reader: Reader, documentId: string): Promise<Record<string, number>> {
  const rows = await reader.query(
    `SELECT jsonb_build_object('draft', count(*) FILTER (WHERE status = 'draft'),
              'enacted', count(*) FILTER (WHERE status = 'enacted'),
              'retired', count(*) FILTER (WHERE status = 'retired')) AS counts
       FROM public.information_unit WHERE document_id = $1`,
    [documentId],
  );
  return z.tuple([z.object({ counts })]).parse(rows)[0].counts;
}

const CHANGE_SET = `
  SELECT cut.document_id, cut.enacted_at IS NOT NULL AS is_enacted, cut.reverted_at IS NOT NULL AS is_reverted,
         EXISTS (
           SELECT FROM public.unit_version AS held
            WHERE held.run_id = cut.run_id AND (
              EXISTS (SELECT FROM public.iu_lifecycle_log WHERE unit_version_id = held.id) OR
              EXISTS (SELECT FROM cutter_governance.cut_change_set_affected_row AS affected
                       WHERE affected.unit_id = held.unit_id AND affected.unit_version_id = held.id
                         AND affected.change_set_id <> cut.id))) AS is_referenced,
         (SELECT later.run_id FROM cutter_governance.cut_change_set AS later
           WHERE later.document_id = cut.document_id AND later.id > cut.id AND later.reverted_at IS NULL
           ORDER BY later.id DESC LIMIT 1) AS later_run
    FROM cutter_governance.cut_change_set AS cut WHERE cut.run_id = $1`;

// The same rules as in fn_iu_revert: the run's own versions end, and what its enactment ended comes back.
const TRANSITIONS = `
  SELECT held.id::text AS unit_version_id, held.status AS "from",
         CASE WHEN held.run_id <> $1 THEN log.from_status WHEN $2 = 'hard' THEN 'deleted' ELSE 'retired' END AS "to",
         held.unit_id
    FROM public.unit_version AS held
    LEFT JOIN public.iu_lifecycle_log AS log
           ON log.unit_version_id = held.id AND log.run_id = $1 AND log.cause = 'enact'
   WHERE CASE WHEN held.run_id = $1 THEN held.status IN ('draft', 'enacted') ELSE log.id IS NOT NULL END`;

const UNIT_EFFECTS = `
  WITH transition AS (${TRANSITIONS}), standing AS (
    SELECT unit.key, unit.title, unit.status AS "from",
           CASE WHEN bool_or(coalesce(transition."to", held.status) = 'enacted') THEN 'enacted'
                WHEN bool_or(coalesce(transition."to", held.status) = 'draft') THEN 'draft'
                WHEN $2 = 'hard' AND unit.run_id = $1 THEN 'deleted' ELSE 'retired' END AS "to", unit.id
      FROM public.information_unit AS unit
      JOIN public.unit_version AS held ON held.unit_id = unit.id
      LEFT JOIN transition ON transition.unit_version_id = held.id::text
     WHERE unit.document_id = $3
     GROUP BY unit.id
  )
  SELECT key, title, "from", "to" FROM standing WHERE "from" <> "to" ORDER BY id`;
