// Replaying: genuine signatures where or when they are not good, and genuine bytes that were changed a little.

import { sha256 } from '../../../src/digest/digest.ts';
import { RECORDER_KEY } from '../../support/recorder.ts';
import { admitted, makeSigner, type SignedApproval, signApproval } from '../../support/signing.ts';
import { begin, cutAndVerify, executeSigned, planFor, signRevert, sovereign } from '../fixture.ts';
import { type Attack, admission, steps } from './attack.ts';
import { cutBy } from './cut-by.ts';
import { planOf, type Stage } from './stage.ts';
import { signWithdrawal, withdraw } from './withdrawal.ts';

const HOUR_MS = 3600 * 1000;
const BINDINGS = {
  ...{ document_id: 'replayed', mode: 'LIVE', source_sha256: sha256('x') },
  recorder_key: RECORDER_KEY,
};

type Presented = Pick<SignedApproval, 'document' | 'signatures'>;

/** A document put before the database, which must say no. */
const presented = (name: string, document: (stage: Stage) => Promise<Presented>): Attack =>
  steps('cutter_exec', name, async (stage) => {
    const signed = await document(stage);
    return () => stage.as('cutter_exec', (session) => admission(session, signed));
  });

async function opening(bindings: object = {}, options: { agoMs?: number } = {}): Promise<SignedApproval> {
  const all = { deployment: 'test', ...BINDINGS, ...bindings };
  return signApproval({ gate: 'GAP7_execution_enable', bindings: all, by: [await sovereign()], ...options });
}

const replaced =
  (from: string, to: string) =>
  (signed: Presented): Presented => ({
    ...signed,
    document: Buffer.from(signed.document.toString().replaceAll(from, to)),
  });

export const REPLAY: readonly Attack[] = [
  presented('the SG_1 of a cut that stands, once more', async ({ prepared: { waiting } }) => waiting.sg1),
  presented('the opening of a run that has cut, once more', async ({ prepared: { law } }) => law.opening),
  presented('an opening signed for another deployment', () => opening({ deployment: 'staging' })),
  presented('an opening for no deployment', async () => {
    const by = [await sovereign()];
    return signApproval({ gate: 'GAP7_execution_enable', bindings: BINDINGS, by });
  }),
  presented('an opening of yesterday', () => opening({}, { agoMs: 24 * HOUR_MS })),
  presented('an opening of tomorrow', () => opening({}, { agoMs: -HOUR_MS })),
  presented('an opening for a dry run', () => opening({ mode: 'DRYRUN' })),
  presented('an opening that was taken back before anybody saw it', async (stage) => {
    const signed = await opening();
    await withdraw(stage, signed.sha256);
    return signed;
  }),
  presented('a withdrawal of an SG_1 that is used', ({ prepared: { waiting } }) =>
    signWithdrawal(waiting.sg1.sha256),
  ),
  presented('an SG_1 whose run was changed', async ({ prepared: { signed, opened } }) =>
    replaced(signed.runId, opened.runId)(signed.sg1),
  ),
  presented('an SG_1 made an SG_2', async ({ prepared: { signed } }) =>
    replaced(
      'cutplan_sha256',
      'evidence_sha256',
    )(replaced('SG_1_cut_authz', 'SG_2_lifecycle_authz')(signed.sg1)),
  ),
  presented('an SG_1 with other line ends', async ({ prepared: { signed } }) =>
    replaced('\n', '\r\n')(signed.sg1),
  ),
  presented('an SG_1 with a character that cannot be seen', async ({ prepared: { signed } }) =>
    replaced('authorise', 'auth\u200borise')(replaced('---\n\n', '---\n\n\u200b')(signed.sg1)),
  ),
  presented('the signature of one document under another', async ({ prepared: { signed } }) => ({
    document: (await opening()).document,
    signatures: signed.sg1.signatures,
  })),
  presented('a signature of a pinned and one of a foreign key', async () => {
    const by = [await sovereign(), await makeSigner('Thief')];
    return signApproval({
      ...{ gate: 'GAP7_execution_enable', by },
      bindings: { deployment: 'test', ...BINDINGS },
    });
  }),
  presented('a document of a megabyte', async ({ prepared: { signed } }) => ({
    document: Buffer.concat([signed.sg1.document, Buffer.alloc(1 << 20, 'x')]),
    signatures: signed.sg1.signatures,
  })),
  presented('seventeen signatures', async ({ prepared: { signed } }) => ({
    document: signed.sg1.document,
    signatures: Array.from({ length: 17 }, () => signed.sg1.signatures).flat(),
  })),
  presented('no bytes at all', async () => ({ document: Buffer.alloc(0), signatures: [] })),
  steps('cutter_exec', 'SG_1 of one run for the rows of another', async (stage) => {
    const { opened, signed } = stage.prepared;
    return () =>
      stage.as('cutter_exec', (session) => cutBy(session, { runId: opened.runId, change: signed.change }));
  }),
  steps('cutter_exec', 'SG_1 of a plan that was signed before the newest', async (stage) => {
    const { runId } = await begin(stage.db, { documentId: 'replay-1' });
    const change = await planFor(stage.db, { documentId: 'replay-1', markdown: '# Not the source\n' });
    const by = [await sovereign()];
    const bindings = (digest: string) => ({
      ...{ run_id: runId, cutplan_sha256: digest, event_log_sha256: sha256('log') },
    });
    for (const digest of [change.cutplan_sha256, sha256('newest')])
      await admitted(
        stage.db,
        await signApproval({ gate: 'SG_1_cut_authz', bindings: bindings(digest), by }),
      );
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change }));
  }),
  steps('cutter_exec', 'a cut for the second time, by the same SG_1', async (stage) => {
    const { runId, change } = stage.prepared.waiting;
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change }));
  }),
  steps('cutter_exec', 'a cut that was taken back, for the second time', async (stage) => {
    const { runId, change } = await cutAndVerify(stage.db, { documentId: 'replay-2' });
    const plan = await planOf(stage.db, runId);
    await signRevert(stage.db, plan);
    await executeSigned(stage.db, plan);
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change }));
  }),
  steps('cutter_exec', 'an enable prolonged by a renewal for another document', async (stage) => {
    const { runId, opening: opened } = await begin(stage.db, { documentId: 'replay-3' });
    const change = await planFor(stage.db, { documentId: 'replay-3', markdown: '# x\n' });
    await admitted(stage.db, await opening({ run_id: runId }));
    // The opening one is gone; the renewal names the run and another document.
    await withdraw(stage, opened.sha256);
    return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change }));
  }),
];
