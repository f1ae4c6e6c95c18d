// Enacting: text brought into force without SG_2, with another SG_2, or by another hand.
import { sha256 } from '../../../src/digest/digest.ts';
import { age, foundDeployment, signApproval, signGate } from '../../support/signing.ts';
import { begin, cut, cutAndVerify, signEnactment, sovereign } from '../fixture.ts';
import { type Attack, admission, alone, statements, steps } from './attack.ts';
import type { Stage, Thief } from './stage.ts';
import { withdraw } from './withdrawal.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const HOUR_MS = 3600 * 1000;

const enactment = (runId: string) => `SELECT * FROM public.fn_iu_enact('${runId}')`;
const verification = (runId: string, kind: string) =>
  `SELECT * FROM cutter_governance.fn_verify('${runId}', '${kind}')`;

let documents = 0;
const nextDocument = () => {
  documents += 1;
  return `enact-${documents}`;
};

/** A run of its own that is verified; with SG_2, unless it says otherwise. */
async function verified({ db }: Stage, { sign = true } = {}) {
  const done = await cutAndVerify(db, { documentId: nextDocument() });
  return { ...done, sg2: sign ? await signEnactment(db, done.runId) : undefined };
}

const byExec = (stage: Stage, runId: string, before?: string) => () =>
  stage.as('cutter_exec', async (session) => {
    if (before) await session.query(before);
    await session.query(enactment(runId));
  });

export const ENACT: readonly Attack[] = [
  statements(
    'cutter_exec',
    'a cut that waits, enacted without SG_2',
    ({ prepared: { waiting } }) => enactment(waiting.runId),
    { review: true },
  ),
  statements(
    ALL,
    'the status of a unit set to `enacted`',
    `UPDATE public.information_unit SET lifecycle_status = 'enacted'`,
    { review: true },
  ),
  statements(
    ALL,
    'the status of a version set to `enacted`',
    `UPDATE public.unit_version SET status = 'enacted'`,
  ),
  statements(
    ALL,
    'a cut said to be enacted',
    'UPDATE cutter_governance.cut_change_set SET enacted_at = now()',
  ),
  statements(
    ['cutter_verify', 'cutter_backup'],
    'a cut with SG_2, enacted by another role',
    ({ prepared: { approved } }) => enactment(approved.runId),
  ),
  statements(
    ['cutter_exec', 'cutter_backup'],
    'a cut verified by another role',
    ({ prepared: { waiting } }) => verification(waiting.runId, 'write'),
  ),
  statements(
    'cutter_verify',
    'a run verified that has no signature for its cut',
    ({ prepared: { opened } }) => verification(opened.runId, 'write'),
  ),
  statements('cutter_verify', 'an enactment verified that has not been', ({ prepared: { approved } }) =>
    verification(approved.runId, 'enactment'),
  ),
  statements('cutter_verify', 'a kind of verification that there is not', ({ prepared: { waiting } }) =>
    verification(waiting.runId, 'everything'),
  ),
  statements(
    'cutter_verify',
    'a result that says what the thief likes',
    `UPDATE cutter_governance.verify_result SET result = '{"ok": true}'`,
  ),
  statements('cutter_exec', 'a run that there is not, enacted', enactment('run-20260521-0000000000000001')),
  statements('cutter_exec', 'no run at all, enacted', 'SELECT * FROM public.fn_iu_enact(NULL)'),
  steps('cutter_exec', 'with an SG_2 for other evidence', async (stage) => {
    const { runId } = await verified(stage, { sign: false });
    const by = [await sovereign()];
    await signGate(stage.db, { gate: 'SG_2_lifecycle_authz', runId, digest: sha256('other'), by });
    return byExec(stage, runId);
  }),
  steps('cutter_exec', 'with an SG_2 of another run', async (stage) => {
    await verified(stage);
    const { runId } = await verified(stage, { sign: false });
    return byExec(stage, runId);
  }),
  steps('cutter_exec', 'with an SG_2 of yesterday', async (stage) => {
    const { runId } = await verified(stage, { sign: false });
    const bindings = { run_id: runId, evidence_sha256: sha256('x'), event_log_sha256: sha256('y') };
    const by = [await sovereign()];
    const old = await signApproval({ gate: 'SG_2_lifecycle_authz', bindings, by, agoMs: 24 * HOUR_MS });
    return () => stage.as('cutter_exec', (session) => admission(session, old));
  }),
  steps('cutter_exec', 'with an SG_2 whose window has ended since it was admitted', async (stage) => {
    const { runId, sg2 } = await verified(stage);
    return () => aged(stage, sg2, byExec(stage, runId));
  }),
  steps('cutter_exec', 'with an SG_2 that was taken back', async (stage) => {
    const { runId, sg2 } = await verified(stage);
    await withdraw(stage, sg2?.sha256 ?? '');
    return byExec(stage, runId);
  }),
  steps('cutter_exec', 'with an SG_2 whose key was revoked since', async (stage) => {
    const { runId } = await verified(stage);
    return async () => {
      await stage.root.admin((writer) =>
        writer.script('UPDATE cutter_governance.signer_key SET revoked_at = now()'),
      );
      try {
        await byExec(stage, runId)();
      } finally {
        await stage.root.admin((writer) =>
          writer.script('UPDATE cutter_governance.signer_key SET revoked_at = NULL'),
        );
      }
    };
  }),
  steps('cutter_exec', 'with an SG_2 after the enable of the run has ended', async (stage) => {
    const { runId, opening } = await verified(stage);
    return () => aged(stage, opening, byExec(stage, runId));
  }),
  steps('cutter_exec', 'with an SG_2 of one signer where two are asked for', async (stage) => {
    const { runId, sg2 } = await verified(stage);
    return async () => {
      const threshold = async (signers: number | null) =>
        stage.root.admin((writer) =>
          writer.script(
            signers === null
              ? 'DELETE FROM cutter_governance.gate_threshold'
              : `INSERT INTO cutter_governance.gate_threshold VALUES ('SG_2_lifecycle_authz', ${signers})`,
          ),
        );
      await threshold(2);
      try {
        if (sg2) await byExec(stage, runId)();
      } finally {
        await threshold(null);
      }
    };
  }),
  steps('cutter_exec', 'a run that was abandoned', async (stage) => {
    const { runId } = await verified(stage);
    await stage.as('cutter_exec', (session) =>
      session.query(`SELECT cutter_governance.fn_close_run('${runId}')`),
    );
    return byExec(stage, runId);
  }),
  steps('cutter_exec', 'a run of another deployment', async (stage) => {
    const { runId } = await verified(stage);
    const signers = [await sovereign()];
    return async () => {
      await foundDeployment(stage.root, { signers, deployment: 'staging' });
      try {
        await byExec(stage, runId)();
      } finally {
        await foundDeployment(stage.root, { signers });
      }
    };
  }),
  steps('cutter_exec', 'a cut whose writes nobody has verified', async (stage) => {
    const { runId } = await cut(stage.db, { documentId: nextDocument() });
    await signEnactment(stage.db, runId);
    return byExec(stage, runId);
  }),
  steps('cutter_exec', 'a run that has cut nothing', async (stage) => {
    const { runId } = await begin(stage.db, { documentId: nextDocument() });
    const by = [await sovereign()];
    await signGate(stage.db, { gate: 'SG_2_lifecycle_authz', runId, digest: sha256('x'), by });
    return byExec(stage, runId);
  }),
  statements('cutter_exec', 'with SG_2, the check asked for early', [
    ({ prepared: { approved } }) => enactment(approved.runId),
    'SET CONSTRAINTS ALL IMMEDIATE',
  ]),
  statements('cutter_exec', 'with SG_2, and a text changed before COMMIT', [
    ({ prepared: { approved } }) => enactment(approved.runId),
    `UPDATE public.unit_version SET body = 'x'`,
  ]),
  alone('cutter_exec', 'with SG_2, in a statement that commits itself', ({ prepared: { approved } }) =>
    enactment(approved.runId),
  ),
  alone(
    'cutter_exec',
    'with SG_2, from an old snapshot',
    ({ prepared: { approved } }) =>
      `BEGIN ISOLATION LEVEL SERIALIZABLE; ${enactment(approved.runId)}; COMMIT`,
  ),
  alone(
    'cutter_exec',
    'with SG_2, and its COMMIT in the same message',
    ({ prepared: { approved } }) => `BEGIN; ${enactment(approved.runId)}; COMMIT`,
  ),
];

/** While an approval is a day older than it is. The bound between its two instants, which is in the way of that, comes back. */
async function aged(
  { root }: Stage,
  approval: Parameters<typeof age>[1] | undefined,
  attempt: () => Promise<unknown>,
): Promise<unknown> {
  if (!approval) throw new Error('there is no approval');
  await age(root, approval, 25 * HOUR_MS);
  try {
    return await attempt();
  } finally {
    await age(root, approval, -25 * HOUR_MS);
    await root.admin((writer) =>
      writer.script(`ALTER TABLE cutter_governance.approval ADD CONSTRAINT approval_window
        CHECK (valid_until - signed_at BETWEEN interval '23:45' AND interval '24:00')`),
    );
  }
}
