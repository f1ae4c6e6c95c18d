// leg_b_record: the rows that account for the units of a cut. They are made from what leg A left in the tables, and
// then held against the plan, so the account can never describe anything but what is there.
import { z } from 'zod';
import { digestOf, type Sha256 } from '../digest/digest.ts';
import type { ChangePlan } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { Writer } from './database.ts';
import { id } from './units.ts';

export interface RecordedApproval {
  readonly gate: string;
  readonly documentSha256: Sha256;
  readonly path: string;
  readonly commit: string;
  /** Full primary fingerprints. */
  readonly signers: readonly string[];
}

export interface RecordOptions {
  readonly runId: string;
  readonly documentId: string;
  readonly sourceSha256: Sha256;
  readonly cutplanSha256: Sha256;
  readonly change: ChangePlan;
  readonly approvals: readonly RecordedApproval[];
  readonly manifest: Readonly<Record<string, unknown>>;
}

export interface LegB {
  readonly change_set_id: string;
  readonly manifest_envelope_id: string;
  readonly review_decision_id: string;
  readonly signature_ids: string[];
  readonly affected_rows: number;
}

/** Throws Stop `incomplete_ids` when a row that was written does not answer with its id. */
export async function writeLegB(writer: Writer, options: RecordOptions): Promise<LegB> {
  const { runId, documentId, change, approvals, manifest } = options;
  const review = approvals.findLast(({ gate }) => gate === 'SG_1_cut_authz');
  if (!review) throw new Stop('incomplete_ids', 'no SG_1_cut_authz approval was given to be recorded');
  const { create, revise, keep, retire } = change.counts;
  const { profile, granularity, accepts_sha256 } = change.header;

  const change_set_id = await insert(writer, 'cut_change_set', {
    ...{ run_id: runId, document_id: documentId, source_sha256: options.sourceSha256 },
    ...{ profile, granularity, accepts_sha256 },
    ...{
      cutplan_sha256: options.cutplanSha256,
      created: create,
      revised: revise,
      kept: keep,
      retired: retire,
    },
  });
  const affected_rows = await insertAffectedRows(writer, { ...options, changeSetId: change_set_id });
  const account = { change_set_id, run_id: runId };
  const manifest_envelope_id = await insert(writer, 'manifest_envelope', {
    ...account,
    manifest: JSON.stringify(manifest),
    manifest_sha256: digestOf(manifest),
  });
  const review_decision_id = await insert(writer, 'review_decision', {
    ...account,
    gate: review.gate,
    document_sha256: review.documentSha256,
  });
  const signature_ids: string[] = [];
  for (const { gate, documentSha256, path, commit, signers } of approvals) {
    for (const signer of signers) {
      const row = {
        review_decision_id,
        run_id: runId,
        gate,
        document_sha256: documentSha256,
        path,
        commit,
        signer,
      };
      signature_ids.push(await insert(writer, 'signature', row));
    }
  }
  return { change_set_id, manifest_envelope_id, review_decision_id, signature_ids, affected_rows };
}

/** Inserts one row into cutter_governance and returns its id. Throws Stop `incomplete_ids`. */
export async function insert(
  writer: Writer,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<string> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  const written = await writer.write(
    `INSERT INTO cutter_governance.${table} (${columns.join(', ')}) VALUES (${places.join(', ')}) RETURNING id::text`,
    Object.values(row),
  );
  const answer = z.tuple([z.object({ id })]).safeParse(written);
  if (!answer.success)
    throw new Stop('incomplete_ids', `cutter_governance.${table} did not answer with the id of its row`);
  return answer.data[0].id;
}

// Byte ranges follow from the lengths, since the bodies partition the source. The text itself is not read for that.
const PLACED = `
  INSERT INTO cutter_governance.cut_change_set_affected_row
    (change_set_id, unit_id, unit_version_id, action, ordinal, parent_unit_id, byte_start, byte_end)
  SELECT $1::bigint, unit.id, held.id,
         CASE WHEN unit.run_id = $2 THEN 'create' WHEN held.run_id = $2 THEN 'revise' ELSE 'keep' END,
         unit.cut_ordinal, unit.cut_parent_id,
         sum(octet_length(held.body)) OVER in_order - octet_length(held.body), sum(octet_length(held.body)) OVER in_order
    FROM public.information_unit AS unit
    JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.version = unit.cut_version
   WHERE unit.cut_run_id = $2
  WINDOW in_order AS (ORDER BY unit.cut_ordinal)
  RETURNING action`;

const RETIRING = `
  INSERT INTO cutter_governance.cut_change_set_affected_row (change_set_id, unit_id, unit_version_id, action)
  SELECT $1::bigint, unit.id, held.id, 'retire'
    FROM public.information_unit AS unit
    JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.version = unit.cut_version
   WHERE unit.document_id = $3 AND unit.status <> 'retired' AND unit.cut_run_id <> $2
     AND unit.key IN (SELECT jsonb_array_elements_text($4::text::jsonb))
  RETURNING action`;

async function insertAffectedRows(
  writer: Writer,
  options: RecordOptions & { changeSetId: string },
): Promise<number> {
  const { changeSetId, runId, documentId, change } = options;
  const retireKeys = JSON.stringify(change.retire.map(({ key }) => key));
  const tally = async (statement: string, parameters: readonly unknown[]) =>
    z
      .array(z.object({ action: z.string(), rows: z.number().int() }))
      .parse(
        await writer.write(
          `WITH written AS (${statement}) SELECT action, count(*)::integer AS rows FROM written GROUP BY action`,
          parameters,
        ),
      );
  const placed = await tally(PLACED, [changeSetId, runId]);
  const retiring = await tally(RETIRING, [changeSetId, runId, documentId, retireKeys]);
  const written = new Map([...placed, ...retiring].map(({ action, rows }) => [action, rows]));
  for (const [action, planned] of Object.entries(change.counts)) {
    const rows = written.get(action) ?? 0;
    if (rows !== planned)
      throw new Stop(
        'incomplete_ids',
        `${rows} affected rows to ${action} were written, ${planned} are planned`,
      );
  }
  return change.rows.length + change.retire.length;
}
