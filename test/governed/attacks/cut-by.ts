// The write transaction as somebody with a stolen login would do it: the functions called by hand, with what he likes.
import type { ChangePlan } from '../../../src/plan/change.ts';
import type { Session } from './stage.ts';

export interface StolenCut {
  readonly runId: string;
  readonly change: ChangePlan;
  /** The rows that are sent, where they are not those of the plan. */
  readonly rows?: readonly object[];
  readonly profile?: string;
  readonly granularity?: string;
  /** The plan that is named. */
  readonly digest?: string;
  readonly manifest?: unknown;
  /** Left out, nothing is recorded. */
  readonly record?: boolean;
  /** Between the rows and their record. */
  readonly between?: string;
  /** Behind the record, before COMMIT. */
  readonly after?: string;
}

export async function cutBy(session: Session, cut: StolenCut): Promise<void> {
  const { runId, change, rows = change.rows, record = true, manifest = {} } = cut;
  await openCut(session, cut);
  await session.query('SELECT FROM public.fn_iu_create($1, $2::text::jsonb)', [runId, JSON.stringify(rows)]);
  if (cut.between) await session.query(cut.between);
  if (record)
    await session.query('SELECT FROM cutter_governance.fn_record_cut($1, $2::text::jsonb)', [
      ...[runId, JSON.stringify(manifest)],
    ]);
  if (cut.after) await session.query(cut.after);
}

export async function openCut(session: Session, cut: StolenCut): Promise<void> {
  const { runId, change, digest = change.cutplan_sha256 } = cut;
  const { profile = change.header.profile, granularity = change.header.granularity } = cut;
  await session.query('SELECT cutter_governance.fn_open_cut($1, $2, $3, $4)', [
    ...[runId, digest, profile, granularity],
  ]);
}
