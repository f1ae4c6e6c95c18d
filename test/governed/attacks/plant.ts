// Planting: rows that nobody signed, put where the bot or the sovereign would take them for genuine.
import { makeSigner, signApproval } from '../../support/signing.ts';
import { planFor } from '../fixture.ts';
import { type Attack, admission, outcomeOf, statements, steps, together } from './attack.ts';
import { cutBy } from './cut-by.ts';
import type { Stage, Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const DIGEST = '0'.repeat(64);

const planted = (stage: Stage) =>
  planFor(stage.db, {
    documentId: 'ordinance',
    markdown: '# Rules of the thief\n\n## Article 1 All is mine\n',
  });

const insertInto = (table: string, columns: string, values: Text): Attack =>
  statements(ALL, `a row of its own in \`${table}\``, (stage) => {
    const text = typeof values === 'string' ? values : values(stage);
    return `INSERT INTO ${table} (${columns}) VALUES (${text})`;
  });

type Text = string | ((stage: Stage) => string);

export const PLANT: readonly Attack[] = [
  steps(
    'cutter_exec',
    'a run under its predictable id before SG_1, with other titles',
    async (stage) => {
      const change = await planted(stage);
      const { runId } = stage.prepared.opened;
      return () => stage.as('cutter_exec', (session) => cutBy(session, { runId, change }));
    },
    { review: true },
  ),
  statements(
    'cutter_exec',
    'the same, as rows of the tables',
    ({ prepared: { opened } }) =>
      `INSERT INTO cutter_governance.cut_change_set (run_id, document_id, source_sha256, cutplan_sha256, created, recorded)
       VALUES ('${opened.runId}', 'ordinance', '${DIGEST}', '${DIGEST}', 1, true)`,
    { review: true },
  ),
  statements(
    ['cutter_exec', 'cutter_verify'],
    'a signature row of a signer that does not exist',
    `INSERT INTO cutter_governance.signature (review_decision_id, run_id, gate, document_sha256, signer)
     SELECT id, run_id, gate, document_sha256, repeat('A', 40) FROM cutter_governance.review_decision LIMIT 1`,
    { review: true },
  ),
  steps(
    'cutter_exec, cutter_verify',
    'with both passwords: any text created, "verified", enacted',
    async (stage) => {
      const change = await planted(stage);
      const { runId } = stage.prepared.opened;
      return async () =>
        together([
          await outcomeOf(stage.as('cutter_exec', (session) => cutBy(session, { runId, change }))),
          await outcomeOf(
            stage.as('cutter_verify', (session) =>
              session.query(`SELECT FROM cutter_governance.fn_verify('${runId}', 'write')`),
            ),
          ),
          await outcomeOf(
            stage.as('cutter_exec', (session) => session.query(`SELECT FROM public.fn_iu_enact('${runId}')`)),
          ),
        ]);
    },
    { review: true },
  ),
  steps('cutter_exec', 'an approval that a key of the thief has signed', async (stage) => {
    const by = [await makeSigner('Thief')];
    const { runId } = stage.prepared.opened;
    const { cutplan_sha256 } = await planted(stage);
    const bindings = { run_id: runId, cutplan_sha256, event_log_sha256: DIGEST };
    const signed = await signApproval({ gate: 'SG_1_cut_authz', bindings, by });
    return () => stage.as('cutter_exec', (session) => admission(session, signed));
  }),
  steps('cutter_exec', 'an approval without any signature', async (stage) => {
    const { runId } = stage.prepared.opened;
    const bindings = { run_id: runId, cutplan_sha256: DIGEST, event_log_sha256: DIGEST };
    const signed = await signApproval({ gate: 'SG_1_cut_authz', bindings, by: [] });
    return () => stage.as('cutter_exec', (session) => admission(session, signed));
  }),
  insertInto(
    'cutter_governance.approval',
    'document_sha256, document, signatures, gate, run_id, bindings, signed_at, valid_until, signers, signing_keys',
    ({ prepared: { opened } }) =>
      `encode(sha256('x'), 'hex'), 'x', '{x}', 'SG_1_cut_authz', '${opened.runId}', '{"cutplan_sha256": "${DIGEST}"}',
       now(), now() + interval '24:00', '{${'A'.repeat(40)}}', '{${'A'.repeat(40)}}'`,
  ),
  insertInto(
    'cutter_governance.signer_key',
    'key_fingerprint, primary_fingerprint, algorithm, material, valid_from',
    `repeat('A', 40), repeat('A', 40), 22, sha256('mine'), now()`,
  ),
  insertInto('cutter_governance.gate_threshold', 'gate, signers', `'SG_2_lifecycle_authz', 1`),
  insertInto('cutter_governance.deployment', 'name', `'mine'`),
  insertInto(
    'cutter_governance.verify_result',
    'change_set_id, run_id, document_id, kind, result, result_sha256',
    ({ prepared: { waiting } }) => `2, '${waiting.runId}', 'rules', 'enactment', '{}', '${DIGEST}'`,
  ),
  insertInto(
    'public.information_unit',
    'document_id, key, lifecycle_status, ordinal, unit_kind, section_type, title',
    `'charter', 'art-9', 'enacted', 9, 'article', 'normative', 'Article 9'`,
  ),
  insertInto(
    'public.unit_version',
    'unit_id, version, status, unit_kind, section_type, title, body, sha256',
    `1, 9, 'enacted', 'article', 'normative', 'Article 1', 'x', encode(sha256('x'), 'hex')`,
  ),
  insertInto(
    'public.iu_lifecycle_log',
    'unit_id, unit_version_id, cause, from_status, to_status',
    `1, 1, 'enact', 'draft', 'enacted'`,
  ),
  insertInto(
    'cutter_governance.manifest_envelope',
    'change_set_id, run_id, document_id, manifest, manifest_sha256',
    ({ prepared: { opened } }) => `9, '${opened.runId}', 'ordinance', '{}', '${DIGEST}'`,
  ),
  insertInto('cutter_governance.baseline', 'document_id, units, units_sha256', `'charter', 1, '${DIGEST}'`),
  insertInto(
    'cutter_governance.document_head',
    'document_id, move, draft_units, enacted_units, retired_units, draft_versions, versions, lifecycle_log, change_sets, verify_results, sha256',
    `'mine', 99, 0, 1, 0, 0, 1, 1, 1, 1, '${DIGEST}'`,
  ),
  insertInto('cutter_governance.hand_write', 'relation, transaction', `'unit_version', '1'`),
  statements(ALL, 'a unit under the mark by which the functions are told from a hand', [
    "SELECT set_config('cutter_guard.fence', pg_current_xact_id()::text, true)",
    `INSERT INTO public.information_unit (document_id, key) VALUES ('charter', 'x')`,
  ]),
  statements(ALL, 'a head moved by the function of the owner', `SELECT cutter_guard.move_head('charter')`),
  statements(
    ALL,
    'a unit as `COPY … FROM STDIN`',
    'COPY public.information_unit (document_id, key) FROM STDIN',
  ),
  statements(
    ALL,
    'a unit inside a query: `WITH … INSERT … RETURNING`',
    `WITH one AS (INSERT INTO public.information_unit (document_id, key) VALUES ('charter', 'x') RETURNING id) SELECT * FROM one`,
  ),
  statements(
    ALL,
    'a unit inside a `DO` block',
    `DO $$ BEGIN INSERT INTO public.information_unit (document_id, key) VALUES ('charter', 'x'); END $$`,
  ),
  statements(
    ALL,
    'an address through the view, which could be written through',
    `INSERT INTO cutter_governance.unit_address (unit_id, key, change_set_id) VALUES (1, 'x', 1)`,
  ),
  statements(
    ALL,
    'a baseline of its own, by the function of the administrator',
    `SELECT cutter_guard.take_baseline('charter')`,
  ),
  statements(
    ALL,
    'another text in a version that is in force',
    `UPDATE public.unit_version SET body = 'All is mine.', sha256 = encode(sha256('All is mine.'), 'hex')`,
  ),
  statements(
    ALL,
    'another title of a unit that is in force',
    `UPDATE public.information_unit SET title = 'Mine'`,
  ),
];
