// leg_b_record: the account of the cut is closed by the database itself, from the rows that leg A has left and from the
// approvals that it admitted; then its counts are held against the plan. Only the manifest is the bot's own word.
import { z } from 'zod';
import type { ChangePlan } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { Writer } from './database.ts';
import { id } from './units.ts';

export interface RecordOptions {
  readonly runId: string;
  readonly change: ChangePlan;
  readonly manifest: Readonly<Record<string, unknown>>;
}

export interface LegB {
  readonly change_set_id: string;
  readonly manifest_envelope_id: string;
  readonly review_decision_id: string;
  readonly signature_ids: string[];
  readonly affected_rows: number;
}

const recorded = z.tuple([
  z.object({
    change_set_id: id,
    manifest_envelope_id: id,
    review_decision_id: id,
    signature_ids: z.array(id).min(1),
    affected_rows: z.number().int(),
  }),
]);

/** Throws Stop `incomplete_ids` when the database does not answer with every id, or accounts for other rows than planned. */
export async function recordLegB(writer: Writer, { runId, change, manifest }: RecordOptions): Promise<LegB> {
  const answer = recorded.safeParse(
    await writer.write(
      `SELECT change_set_id::text, manifest_envelope_id::text, review_decision_id::text,
              signature_ids::text[] AS signature_ids, affected_rows
         FROM cutter_governance.fn_record_cut($1, $2::text::jsonb)`,
      [runId, JSON.stringify(manifest)],
    ),
  );
  if (!answer.success) {
    const missing = answer.error.issues.map(({ path }) => path.slice(1).join('.') || 'the whole row');
    throw new Stop('incomplete_ids', `fn_record_cut did not answer with ${missing.join(', ')}`);
  }
  const [legB] = answer.data;
  const planned = change.rows.length + change.retire.length;
  if (legB.affected_rows !== planned)
    throw new Stop(
      'incomplete_ids',
      `${legB.affected_rows} affected rows were written, ${planned} are planned`,
    );
  return legB;
}
