// What the recorder states of a run as its log stands: a function of the log and of the kept plan, so that the publisher
// signs and the auditor expects the same bytes.

import { z } from 'zod';
import { sha256, sha256Schema } from '../digest/digest.ts';
import type { RunStatement } from '../record/statement.ts';
import { evidenceDigest } from './bindings.ts';
import { encodeEvent, type RunEvent } from './events.ts';
import { hasCut, type RunState, recordedOutput } from './state.ts';

/** Of the recorded outputs only what is stated: a phase may come to tell more. */
const TOLD = {
  source: z.object({ commit: z.string() }),
  cutplan: z.object({ cutplan_sha256: sha256Schema }),
  backup: z.object({ path: z.string(), sha256: sha256Schema }),
  changeSet: z.object({ change_set_id: z.string() }),
};

/** null for a run that was opened before there were recorders: no signature says whose statement would be trusted. */
export function statementOf(
  state: RunState,
  { events, kept }: { events: readonly RunEvent[]; kept: ReadonlyMap<string, string> },
): RunStatement | null {
  const { deployment, recorderKeys, runId, head } = state;
  const last = events.at(-1);
  if (deployment === null || recorderKeys.length === 0 || last === undefined) return null;
  const has = (phase: string) => state.finished.some((entry) => entry.phase === phase);
  const plan = kept.get('plan.jsonl');
  const cutplan = has('cutplan') ? TOLD.cutplan.parse(recordedOutput(state, 'cutplan')).cutplan_sha256 : null;
  const backup = has('pre_write_backup')
    ? TOLD.backup.parse(recordedOutput(state, 'pre_write_backup'))
    : null;
  return {
    predicate: {
      at: last.at,
      cutplan_sha256: cutplan,
      deployment,
      document_id: state.documentId,
      evidence_sha256: has('write_verify') ? evidenceDigest(state) : null,
      log: { hash: head.hash, seq: head.seq },
      repository: state.repository,
      run_id: runId,
      source_commit: has('source_pin') ? TOLD.source.parse(recordedOutput(state, 'source_pin')).commit : null,
      status: state.position.status,
    },
    eventsSha256: sha256(events.map(encodeEvent).join('')),
    planSha256: plan === undefined || plan === '' ? null : sha256(plan),
    source: state.source,
    approvals: state.approvals.map(({ path, document_sha256 }) => ({ path, sha256: document_sha256 })),
    backup: backup && { path: `backup/${backup.path}`, sha256: backup.sha256 },
    // Nothing was committed whose head the database had not recomputed from the rows and found to be the signed one.
    changeSet:
      hasCut(state) && cutplan !== null
        ? { id: TOLD.changeSet.parse(recordedOutput(state, 'leg_b_record')).change_set_id, treeHead: cutplan }
        : null,
  };
}
