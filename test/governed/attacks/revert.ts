// Reverting: a law taken out of force without SG_R, or otherwise than SG_R signed it.
import { sha256 } from '../../../src/digest/digest.ts';
import { signApproval } from '../../support/signing.ts';
import { cutAndVerify, executeSigned, signRevert, sovereign } from '../fixture.ts';
import { type Attack, admission, alone, statements, steps } from './attack.ts';
import { planOf, type Stage, type Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const HOUR_MS = 3600 * 1000;

const reverting = (runId: string, digest: string, hard = false) =>
  `SELECT * FROM public.fn_iu_revert('${runId}', '${digest}', ${hard})`;

const signedOf = ({ prepared: { compensation } }: Stage) =>
  [compensation.plan.run_id, compensation.sha256] as const;

export const REVERT: readonly Attack[] = [
  steps(
    'cutter_exec',
    'a law in force, taken back without SG_R',
    async (stage) => {
      const { runId } = stage.prepared.law;
      const { sha256: digest } = await planOf(stage.db, runId);
      return () => stage.as('cutter_exec', (session) => session.query(reverting(runId, digest)));
    },
    { review: true },
  ),
  statements(
    'cutter_exec',
    'a law in force, deleted without SG_R',
    ({ prepared: { law } }) => reverting(law.runId, sha256('x'), true),
    { review: true },
  ),
  statements(
    ['cutter_verify', 'cutter_backup'],
    'a cut that SG_R takes back, taken back by another role',
    (stage) => reverting(...signedOf(stage)),
  ),
  statements(
    ALL,
    'a cut said to be taken back',
    `UPDATE cutter_governance.cut_change_set SET reverted_at = now()`,
  ),
  statements(
    ALL,
    'the units of a law retired',
    `UPDATE public.information_unit SET lifecycle_status = 'retired'`,
  ),
  statements(ALL, 'the versions of a law deleted', 'DELETE FROM public.unit_version'),
  statements(ALL, 'the log emptied', 'TRUNCATE public.iu_lifecycle_log'),
  statements('cutter_exec', 'with SG_R, by another plan', (stage) =>
    reverting(signedOf(stage)[0], sha256('other')),
  ),
  statements('cutter_exec', 'with SG_R for a soft revert, deleted', (stage) =>
    reverting(...signedOf(stage), true),
  ),
  statements(
    'cutter_exec',
    'with SG_R, without a plan',
    (stage) => `SELECT * FROM public.fn_iu_revert('${signedOf(stage)[0]}', NULL, false)`,
  ),
  statements('cutter_exec', 'with the SG_R of another run', (stage) =>
    reverting(stage.prepared.waiting.runId, signedOf(stage)[1]),
  ),
  steps('cutter_exec', 'with an SG_R for another plan', async (stage) => {
    const { runId } = await cutAndVerify(stage.db, { documentId: 'revert-1' });
    const plan = await planOf(stage.db, runId);
    await signRevert(stage.db, { ...plan, sha256: sha256('other') });
    return () => stage.as('cutter_exec', (session) => session.query(reverting(runId, plan.sha256)));
  }),
  steps('cutter_exec', 'with an SG_R of yesterday', async (stage) => {
    const { runId } = stage.prepared.law;
    const { sha256: digest } = await planOf(stage.db, runId);
    const bindings = { run_id: runId, revert_plan_sha256: digest, event_log_sha256: sha256('log') };
    const by = [await sovereign()];
    const old = await signApproval({ gate: 'SG_R_revert_authz', bindings, by, agoMs: 24 * HOUR_MS });
    return () => stage.as('cutter_exec', (session) => admission(session, old));
  }),
  steps('cutter_exec', 'a second time, by the same plan', async (stage) => {
    const { runId } = await cutAndVerify(stage.db, { documentId: 'revert-2' });
    const plan = await planOf(stage.db, runId);
    await signRevert(stage.db, plan);
    await executeSigned(stage.db, plan);
    return () => stage.as('cutter_exec', (session) => session.query(reverting(runId, plan.sha256)));
  }),
  statements('cutter_exec', 'with SG_R, the check asked for early', [
    (stage) => reverting(...signedOf(stage)),
    'SET CONSTRAINTS ALL IMMEDIATE',
  ]),
  statements('cutter_exec', 'with SG_R, and the run opened again before COMMIT', [
    (stage) => reverting(...signedOf(stage)),
    'DELETE FROM cutter_governance.run_closed',
  ]),
  alone('cutter_exec', 'with SG_R, in a statement that commits itself', (stage) =>
    reverting(...signedOf(stage)),
  ),
];
