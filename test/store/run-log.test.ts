import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveRunId, type RunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { type ApprovalReference, chain, GENESIS, type RunEvent } from '../../src/run/events.ts';
import { LostRace } from '../../src/run/log.ts';
import { ledgerFor } from '../../src/store/ledger.ts';
import { AlreadyUsed, authorise, runLog, signedBytes } from '../../src/store/run-log.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { emptyPglite } from '../support/pglite.ts';
import { approvalReference, opened, START } from '../support/run-events.ts';

let store: Store;
let pull = 0;
beforeAll(async () => {
  store = await openEmbeddedStore(await emptyPglite(), (error) => {
    throw error;
  });
});
afterAll(async () => {
  await store.close();
});

const text = (approval: ApprovalReference) => `bytes of ${approval.document_sha256}`;

function use(approval: ApprovalReference, event: RunEvent, opens: string | null = null): Promise<void> {
  pull += 1;
  const { run_id: runId } = event;
  return authorise(store, {
    event,
    approval,
    signed: { document: Buffer.from(text(approval)), signatures: [] },
    opens: opens === null ? null : { repository: 'demo/governance', documentId: opens },
    judgement: {
      ...{ repository: 'demo/governance', pull, commit: 'c'.repeat(40), runId },
      ...{ path: 'approvals/a.md', documentSha256: sha256('a') },
      verdict: { verdict: 'accepted' },
    },
    at: START,
  });
}

async function openedRun(
  name: string,
): Promise<{ runId: RunId; approval: ApprovalReference; event: RunEvent }> {
  const runId = deriveRunId({ documentSha256: sha256(name), signedAt: START });
  const approval = { ...approvalReference('GAP7_execution_enable'), document_sha256: sha256(name) };
  const event = chain(GENESIS, {
    ...opened(),
    type: 'run_opened',
    approval,
    run_id: runId,
    at: START,
  } as never);
  await use(approval, event, name);
  return { runId, approval, event };
}

const ledgerOf = ({ document_sha256: documentSha256 }: ApprovalReference) =>
  ledgerFor(store, { documentSha256, spent: new Set() });

const renewal = (event: RunEvent, approval: ApprovalReference): RunEvent =>
  chain(event, { type: 'execution_renewed', approval, run_id: event.run_id, at: START });

describe('an approval document', () => {
  it('is used once for ever, whatever the gate and the run', async () => {
    const { event, approval } = await openedRun('first');
    expect((await ledgerOf(approval)).documents).toEqual(new Set([approval.document_sha256]));
    await expect(use(approval, renewal(event, approval))).rejects.toThrow(AlreadyUsed);
    const other = await openedRun('second');
    const again = { ...approval, gate: 'SG_H_release_authz' as const };
    await expect(use(again, renewal(other.event, again))).rejects.toThrow(AlreadyUsed);
    expect(await runLog(store).load(other.runId)).toHaveLength(1);
  });

  it('opens no second run of a document, even for one who lost the lease unnoticed; that is judged again', async () => {
    const { runId } = await openedRun('shared');
    const other = sha256('opens the same document');
    const second = deriveRunId({ documentSha256: other, signedAt: START });
    const approval = { ...approvalReference('GAP7_execution_enable'), document_sha256: other };
    const event = chain(GENESIS, { ...opened(), approval, run_id: second, at: START } as never);
    await expect(use(approval, event, 'shared')).rejects.toThrow(
      `${runId} of this document has been opened at this moment; this approval is judged again right after`,
    );
    expect(await runLog(store).load(second)).toEqual([]);
    expect((await ledgerOf(approval)).documents.size).toBe(0);
  });

  it('may be followed by another one for the same gate of the same run', async () => {
    const { runId, event } = await openedRun('third');
    let last = event;
    for (const number of [7, 8, 9]) {
      const approval = approvalReference('GAP7_execution_enable', number);
      expect((await ledgerOf(approval)).documents.size).toBe(0);
      last = renewal(last, approval);
      await use(approval, last);
      expect(Buffer.from((await signedBytes(store, approval.document_sha256)).document).toString()).toBe(
        text(approval),
      );
    }
    expect(await runLog(store).load(runId)).toHaveLength(4);
  });

  it('is not used up when another one was faster', async () => {
    const { runId, event } = await openedRun('fourth');
    const [fast, slow] = [10, 11].map((number) => approvalReference('GAP7_execution_enable', number));
    if (!fast || !slow) throw new Error('two approvals');
    await use(fast, renewal(event, fast));
    await expect(use(slow, renewal(event, slow))).rejects.toThrow(LostRace);
    expect((await ledgerOf(slow)).documents.size).toBe(0);
    expect(await runLog(store).load(runId)).toHaveLength(2);
  });
});
