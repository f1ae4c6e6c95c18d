// A completed run as a receipt needs it: a real document with its real plan, real keys and signatures, and a log around it.
// What only a database could say is made up.

import type { BindingName, Gate } from '../../src/approval/gates.ts';
import { deriveRunId } from '../../src/approval/run-id.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { canonicalJson, type Sha256, sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { signedUtc } from '../../src/local/sovereign.ts';
import { detachSign, makeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { treeHead } from '../../src/merkle/tree-head.ts';
import { linesOf, planChange } from '../../src/plan/change.ts';
import { originOf, signCheckpoint } from '../../src/record/checkpoint.ts';
import { decodeEnvelope, IN_TOTO, seal } from '../../src/record/dsse.ts';
import { evidenceObject } from '../../src/record/evidence.ts';
import { encodeLeaf } from '../../src/record/log-leaf.ts';
import type { Receipt } from '../../src/record/receipt.ts';
import { composeReceipt, type ReceiptParts } from '../../src/record/receipt-compose.ts';
import type { RecorderSigner } from '../../src/record/recorder-key.ts';
import { encodeStatement } from '../../src/record/statement.ts';
import { newRecorder } from '../support/recorder.ts';

const MINUTE_MS = 60_000;
const DEPLOYMENT = 'town';

export interface ReceiptWorld {
  readonly parts: ReceiptParts;
  readonly sovereign: ThrowawayKey;
  readonly recorder: RecorderSigner;
  readonly keys: readonly string[];
  /** Signed by the same people for the same document: it opens another run. */
  readonly otherOpening: Receipt['approvals'][number];
  receiptOf(key: string): Receipt;
}

export interface WorldOptions {
  readonly text: string;
  readonly documentId?: string;
  readonly at?: Date;
  /** How long the run waited for its last signature. */
  readonly waitsMs?: number;
  readonly otherLeaves?: number;
  readonly status?: string;
  /** What an approval says besides, or instead. */
  readonly bindings?: (gate: Gate) => Partial<Record<BindingName, string>>;
}

export async function receiptWorld(options: WorldOptions): Promise<ReceiptWorld> {
  const {
    text,
    documentId = 'charter',
    at = new Date('2026-05-21T10:00:00Z'),
    waitsMs = 5 * MINUTE_MS,
  } = options;
  const sovereign = await makeKey('Sovereign', new Date(at.getTime() - 40 * 86_400_000));
  const recorder = newRecorder();
  const source = Buffer.from(text);
  const change = planChange(planDocument(source), [], { documentId });
  const plan = [...linesOf(change)];
  const sourceSha256 = sha256(source);

  const approve = async (gate: Gate, named: Partial<Record<BindingName, string>>, signedAt: Date) => {
    const bindings = { ...named, ...options.bindings?.(gate) };
    const document = approvalTemplate({ gate, bindings, signedUtc: signedUtc(signedAt) });
    const signature = await detachSign(document, { key: sovereign, at: signedAt });
    const path = `approvals/${gate}.md`;
    return { path, text: document, signatures: [signature] };
  };
  const enabling = {
    ...{ deployment: DEPLOYMENT, document_id: documentId, mode: 'LIVE', source_sha256: sourceSha256 },
    recorder_key: recorder.key,
  };
  const opening = await approve('GAP7_execution_enable', enabling, at);
  const otherOpening = await approve('GAP7_execution_enable', enabling, new Date(at.getTime() + MINUTE_MS));
  const run_id = deriveRunId({ documentSha256: sha256(opening.text), signedAt: at });
  const event_log_sha256 = sha256('the entry at which it rested');
  const cut = await approve(
    'SG_1_cut_authz',
    { run_id, cutplan_sha256: change.cutplan_sha256, event_log_sha256 },
    new Date(at.getTime() + 5 * MINUTE_MS),
  );
  const evidence = canonicalJson(
    evidenceObject({
      ...{ run_id, document_id: documentId, source_sha256: sourceSha256 },
      ...{ cutplan_sha256: change.cutplan_sha256, counts: change.counts, affected_rows: plan.length - 1 },
      ...{ unit_ids_sha256: sha256('ids'), change_set_id: '1', manifest_envelope_id: '1' },
      ...{ review_decision_id: '1', signature_ids: ['1', '2'] },
      write_verify: { verify_result_id: '1', result_sha256: sha256('verified') },
    }),
  );
  const last = new Date(at.getTime() + 5 * MINUTE_MS + waitsMs);
  const enactment = await approve(
    'SG_2_lifecycle_authz',
    { run_id, evidence_sha256: sha256(evidence), event_log_sha256 },
    last,
  );
  const approvals = [opening, cut, enactment];
  const endedAt = new Date(last.getTime() + MINUTE_MS).toISOString();
  const head = { hash: sha256('the last entry'), seq: 23 };
  const payload = encodeStatement({
    predicate: {
      ...{ at: endedAt, cutplan_sha256: change.cutplan_sha256, deployment: DEPLOYMENT },
      ...{ document_id: documentId, evidence_sha256: sha256(evidence), log: head },
      ...{ repository: 'town/governance', run_id, source_commit: sha256(opening.text).slice(0, 40) },
      status: options.status ?? 'COMPLETED',
    },
    eventsSha256: sha256('events'),
    planSha256: sha256(plan.map((line) => `${line}\n`).join('')),
    source: { path: `documents/${documentId}.md`, sha256: sourceSha256 },
    approvals: approvals.map(({ path, text: signed }) => ({ path, sha256: sha256(signed) })),
    backup: { path: `backup/${run_id}.sql.gpg`, sha256: sha256('backup') },
    changeSet: { id: '1', treeHead: change.cutplan_sha256 },
  });
  const envelope = await seal({ payloadType: IN_TOTO, payload }, recorder);
  const leafOf = (hash: Sha256, statement: string) =>
    encodeLeaf({
      ...{ type: 'head', at: endedAt, hash, run_id, seq: head.seq },
      statement_sha256: sha256(statement),
    });
  const others = Array.from({ length: options.otherLeaves ?? 5 }, (_, n) => leafOf(sha256(`${n}`), `${n}`));
  const leaves = [...others, leafOf(head.hash, envelope)];
  const checkpoint = await signCheckpoint(
    { origin: originOf(DEPLOYMENT), size: leaves.length, root: treeHead(leaves) },
    recorder,
  );
  const statement = decodeEnvelope(Buffer.from(envelope));
  if (!statement.ok) throw new Error('the envelope of the world cannot be read');
  const parts: ReceiptParts = {
    ...{ deployment: DEPLOYMENT, documentId, runId: run_id, source, plan, evidence, approvals },
    ...{ keys: [sovereign.publicArmored], statement: statement.value },
    ...{ leaves, leaf: leaves.length - 1, checkpoint },
  };
  return {
    ...{ parts, sovereign, recorder, otherOpening, keys: change.rows.map(({ key }) => key) },
    receiptOf(key) {
      const composed = composeReceipt(parts, key);
      if (!composed.ok) throw new Error(`the plan ${composed.flaw.detail}`);
      return composed.value;
    },
  };
}
