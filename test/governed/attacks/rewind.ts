// Rewinding: the database made to forget what it has noted, used, closed or switched off.
import { type Attack, statements, steps } from './attack.ts';
import type { Stage, Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const UNKNOWN = 'run-20260521-0000000000000001';

const note = (runId: string, entries: number | null, digit: string) =>
  `SELECT cutter_governance.fn_note_head('${runId}', ${entries}, repeat('${digit}', 64))`;

const noted = (name: string, entries: number | null, digit: string): Attack =>
  steps('cutter_exec', name, async (stage: Stage) => {
    const { runId } = stage.prepared.law;
    await stage.as('cutter_exec', (session) => session.query(note(runId, 7, 'a')));
    return () => stage.as('cutter_exec', (session) => session.query(note(runId, entries, digit)));
  });

const forgotten = (name: string, text: string): Attack => statements(ALL, name, text);

export const REWIND: readonly Attack[] = [
  noted('a head before the one that was noted', 6, 'a'),
  noted('another head at the place of the one that was noted', 7, 'b'),
  noted('a head without a number', null, 'a'),
  statements('cutter_exec', 'a head of a run that there is not', note(UNKNOWN, 1, 'a')),
  statements(
    'cutter_exec',
    'a run closed that there is not',
    `SELECT cutter_governance.fn_close_run('${UNKNOWN}')`,
  ),
  statements(['cutter_verify', 'cutter_backup'], 'a head noted by another role', ({ prepared: { law } }) =>
    note(law.runId, 9, 'a'),
  ),
  statements(
    ['cutter_verify', 'cutter_backup'],
    'a run closed by another role',
    ({ prepared: { opened } }) => `SELECT cutter_governance.fn_close_run('${opened.runId}')`,
  ),
  statements(
    ['cutter_verify', 'cutter_backup'],
    'everything switched off by another role',
    `SELECT cutter_governance.fn_master_off('thief')`,
  ),
  statements(
    ALL,
    'everything switched on by the function of the administrator',
    `SELECT cutter_guard.master_on('thief')`,
  ),
  forgotten('everything switched on', 'UPDATE cutter_governance.master_switch SET enabled = true'),
  forgotten('the switch taken away', 'DELETE FROM cutter_governance.master_switch'),
  forgotten('the heads deleted', 'DELETE FROM cutter_governance.run_head'),
  forgotten('the heads set back', 'UPDATE cutter_governance.run_head SET entries = 1'),
  forgotten('the closed runs opened', 'DELETE FROM cutter_governance.run_closed'),
  forgotten(
    'the used approvals made unused',
    'UPDATE cutter_governance.approval SET used_at = NULL, used_by = NULL',
  ),
  forgotten('the withdrawals taken back', 'UPDATE cutter_governance.approval SET withdrawn_by = NULL'),
  forgotten(
    'an approval made to last',
    `UPDATE cutter_governance.approval SET valid_until = valid_until + interval '1 hour'`,
  ),
  forgotten('the approvals emptied', 'TRUNCATE cutter_governance.approval CASCADE'),
  forgotten('a cut deleted', 'DELETE FROM cutter_governance.cut_change_set'),
  forgotten('a verification deleted', 'DELETE FROM cutter_governance.verify_result'),
  forgotten('the head of a document set back', 'UPDATE cutter_governance.document_head SET move = move - 1'),
  forgotten('the head of a document deleted', 'DELETE FROM cutter_governance.document_head'),
  forgotten('what a hand wrote, unwritten', 'DELETE FROM cutter_governance.hand_write'),
  forgotten('a revoked key made good again', 'UPDATE cutter_governance.signer_key SET revoked_at = NULL'),
  forgotten('the name of the deployment changed', `UPDATE cutter_governance.deployment SET name = 'mine'`),
  forgotten('a sequence set back', `SELECT setval('cutter_governance.cut_change_set_id_seq', 1)`),
  forgotten('a sequence driven on', `SELECT nextval('public.information_unit_id_seq')`),
  forgotten('a sequence begun anew', 'ALTER SEQUENCE public.unit_version_id_seq RESTART'),
];
