// Parts of conditions in the writers' SQL: each with what shows it, since a condition as a whole (conditions.test.ts) can be
// needed while one of its parts holds nothing.
export interface Part {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly put: string;
  /** As the administrator at his worst, before anything is asked. */
  readonly tamper?: string;
  /** In one transaction; the answer is that of the last, or the first refusal. */
  readonly ask: readonly string[];
  /** What the answer of the whole schema has in it. */
  readonly answer: string;
}

/** Names in braces are runs and digests of the stage (parts.test.ts). */
const OPEN_WRITE = `SELECT cutter_governance.fn_open_write('{two}', 'SG_1_cut_authz')`;
const verify = (run: string, kind: string) =>
  `SELECT length(result_sha256) FROM cutter_governance.fn_verify('${run}', '${kind}')`;
const onSet = (run: string, call: string) =>
  `SELECT ${call} FROM cutter_governance.cut_change_set AS cut WHERE cut.run_id = '${run}'`;
const update = (approval: string, set: string) =>
  `UPDATE cutter_governance.approval SET ${set} WHERE document_sha256 = '${approval}'`;
const ENDED = `ALTER TABLE cutter_governance.approval DROP CONSTRAINT approval_window;
  ${update('{opening}', "valid_until = now() - interval '1 minute'")}`;
const NOT_VERIFIED = `DELETE FROM cutter_governance.verify_result WHERE run_id = '{cut}'`;
const REVOKED = 'UPDATE cutter_governance.signer_key SET revoked_at = now() WHERE primary_fingerprint =';
const BYTES = `encode(sha256('x'), 'hex')`;
/** A unit of a run has its place in that run's cut. */
const unit = (document: string, key: string, more: { status: string; run?: string }) =>
  `INSERT INTO public.information_unit
     (document_id, key, lifecycle_status, ordinal, unit_kind, section_type, title, run_id, cut_run_id, cut_key, cut_ordinal, cut_version)
   VALUES ('${document}', '${key}', '${more.status}', 99, 'article', 'normative', 'T',
     ${more.run ? `'${more.run}', '${more.run}', '${key}', 99, 1` : 'NULL, NULL, NULL, NULL, NULL'})`;
const version = (key: string, more: { version: number; status: string; run?: string }) =>
  `INSERT INTO public.unit_version (unit_id, version, status, unit_kind, section_type, title, body, sha256, run_id)
   SELECT id, ${more.version}, '${more.status}', 'article', 'normative', 'T', 'x', ${BYTES}, ${more.run ? `'${more.run}'` : 'NULL'}
     FROM public.information_unit WHERE key = '${key}'`;
const IN_FORCE = 'cutter_guard.assert_enactment(cut) IS NOT NULL AS holds';
/** The columns of the comparison in their order, and what each would have to be to say nothing. */
const COLUMNS = [
  ['key', 'row.key'],
  ['ordinal', 'row.ordinal'],
  ['parent_id', 'row.parent_unit_id'],
  ['unit_kind', 'held.unit_kind'],
  ['section_type', 'held.section_type'],
] as const;
const inForce = (column: (typeof COLUMNS)[number][0], set: string): Part => {
  const at = COLUMNS.findIndex(([name]) => name === column);
  const before = COLUMNS.slice(0, at).map(([name]) => `unit.${name}, `);
  return {
    name: `assert_enactment: the ${column} in force is the one that was cut`,
    file: '048_fn_iu_enact.sql',
    from: `OR (unit.lifecycle_status, ${before.join('')}unit.${column},`,
    put: `OR (unit.lifecycle_status, ${before.join('')}${COLUMNS[at]?.[1]},`,
    tamper: `UPDATE public.information_unit SET ${set} WHERE document_id = 'charter' AND ordinal =
      (SELECT max(ordinal) FROM public.information_unit WHERE document_id = 'charter' AND lifecycle_status = 'enacted')
      AND lifecycle_status = 'enacted'`,
    ...{ ask: [onSet('{revised}', IN_FORCE)], answer: 'verify_mismatch' },
  };
};
const signatures = `cutter_guard.assert_signatures(cut, 'SG_1_cut_authz') IS NULL AS holds`;

export const PARTS: readonly Part[] = [
  {
    name: 'authorise: a renewal that was taken back enables nothing',
    file: '041_authorise.sql',
    from: "one.gate = 'GAP7_execution_enable' AND one.withdrawn_by IS NULL",
    put: "one.gate = 'GAP7_execution_enable'",
    tamper: `${ENDED}; ${update('{renewal}', "withdrawn_by = repeat('0', 64)")}`,
    ...{ ask: [OPEN_WRITE], answer: 'enable_expired' },
  },
  {
    name: 'authorise: a renewal for another document enables nothing',
    file: '041_authorise.sql',
    from: `AND one.bindings - ARRAY['run_id', 'recorder_key', 'accepts_sha256']
         = v_opening.bindings - ARRAY['run_id', 'recorder_key', 'accepts_sha256']`,
    put: '',
    tamper: `${ENDED}; ${update('{renewal}', `bindings = bindings || '{"document_id": "another"}'`)}`,
    ...{ ask: [OPEN_WRITE], answer: 'enable_expired' },
  },
  {
    name: 'authorise: a renewal goes on where the opening has ended',
    file: '041_authorise.sql',
    ...{
      from: 'ORDER BY one.valid_until DESC LIMIT 1 FOR SHARE;\n    IF',
      put: 'ORDER BY one.valid_until LIMIT 1 FOR SHARE;\n    IF',
    },
    ...{ tamper: ENDED, ask: [OPEN_WRITE], answer: '[{' },
  },
  {
    name: 'authorise: an approval of the gate that was taken back opens nothing',
    file: '041_authorise.sql',
    ...{ from: 'one.gate = p_gate AND one.withdrawn_by IS NULL', put: 'one.gate = p_gate' },
    tamper: update('{sg1}', "withdrawn_by = repeat('0', 64)"),
    ...{ ask: [OPEN_WRITE], answer: 'gate_not_signed' },
  },
  {
    name: 'authorise: what is asked for is what was signed',
    file: '041_authorise.sql',
    ...{ from: '(p_digest IS NULL OR one.bindings ->> v_binding = p_digest)', put: 'true' },
    ask: [`SELECT cutter_governance.fn_open_cut('{two}', repeat('0', 64), 'en', 'article')`],
    answer: 'gate_not_signed',
  },
  {
    name: 'assert_signers: two signatures of one signer are one',
    file: '041_authorise.sql',
    ...{ from: 'count(DISTINCT key.primary_fingerprint)', put: 'count(*)' },
    tamper: `INSERT INTO cutter_governance.gate_threshold VALUES ('SG_1_cut_authz', 2);
      INSERT INTO cutter_governance.signer_key (key_fingerprint, primary_fingerprint, algorithm, material, exponent, valid_from)
        SELECT repeat('B', 40), primary_fingerprint, algorithm, material, exponent, valid_from
          FROM cutter_governance.signer_key WHERE primary_fingerprint = '{second}' LIMIT 1;
      ${update('{sg1}', "signing_keys = signing_keys || repeat('B', 40)")}`,
    ...{ ask: [OPEN_WRITE], answer: 'key_revoked' },
  },
  {
    name: 'assert_signers: a threshold that was raised since holds',
    file: '041_authorise.sql',
    ...{ from: 'coalesce(v_wanted, 1)', put: '1' },
    tamper: `INSERT INTO cutter_governance.gate_threshold VALUES ('SG_1_cut_authz', 2)`,
    ...{ ask: [OPEN_WRITE], answer: 'key_revoked' },
  },
  {
    name: 'assert_signers: a key that has ended since opens nothing',
    file: '041_authorise.sql',
    ...{
      from: 'key.may_sign AND (key.ends_at IS NULL OR clock_timestamp() < key.ends_at)',
      put: 'key.may_sign',
    },
    tamper: `UPDATE cutter_governance.signer_key SET ends_at = now() WHERE primary_fingerprint = '{second}'`,
    ...{ ask: [OPEN_WRITE], answer: 'key_revoked' },
  },
  {
    name: 'fn_open_write: who signed the enable is asked',
    file: '042_fence.sql',
    ...{ from: 'PERFORM cutter_guard.assert_signers(v.enable);', put: '' },
    ...{ tamper: `${REVOKED} '{first}'`, ask: [OPEN_WRITE], answer: 'key_revoked' },
  },
  {
    name: 'fn_open_write: who signed for the gate is asked',
    file: '042_fence.sql',
    ...{ from: 'PERFORM cutter_guard.assert_signers(v.approval);', put: '' },
    ...{ tamper: `${REVOKED} '{second}'`, ask: [OPEN_WRITE], answer: 'key_revoked' },
  },
  {
    name: 'fn_open_cut: a unit from before that is retired is in nobody’s way',
    file: '043_fn_iu_create.sql',
    ...{
      from: "one.lifecycle_status <> 'retired' AND one.cut_version IS NULL",
      put: 'one.cut_version IS NULL',
    },
    tamper: unit('two', 'from-before', { status: 'retired' }),
    ask: [`SELECT cutter_governance.fn_open_cut('{two}', NULL, 'en', 'article') > 0 AS opened`],
    answer: '[{"opened":true}]',
  },
  {
    name: 'fn_record_cut: a manifest has a bound',
    file: '044_fn_record_cut.sql',
    ...{ from: ' OR octet_length(p_manifest::text) > 16384', put: '' },
    ask: [
      `SELECT FROM cutter_governance.fn_record_cut('{two}', jsonb_build_object('a', repeat('x', 16384)))`,
    ],
    answer: 'incomplete',
  },
  {
    name: 'use_approvals: the first use of an approval is the one that is remembered',
    file: '044_fn_record_cut.sql',
    ...{ from: 'ANY (p_others || p_approval) AND one.used_at IS NULL', put: 'ANY (p_others || p_approval)' },
    ask: [
      `SELECT count(*) FROM public.fn_iu_enact('{cut}')`,
      `SELECT used_at < transaction_timestamp() AS earlier FROM cutter_governance.approval
        WHERE document_sha256 = '{opening of cut}'`,
    ],
    answer: '[{"earlier":true}]',
  },
  {
    name: 'assert_account: the opening names the source',
    file: '046_account.sql',
    ...{ from: "p_set.document_id, 'source_sha256', p_set.source_sha256)", put: 'p_set.document_id)' },
    tamper: `${NOT_VERIFIED}; ${update('{opening of cut}', `bindings = bindings || '{"source_sha256": "another"}'`)}`,
    ...{ ask: [verify('{cut}', 'write')], answer: 'source_differs' },
  },
  {
    name: 'assert_account: a unit of the run that no row accounts for',
    file: '046_account.sql',
    ...{ from: "(v_facts ->> 'units')::bigint <> p_set.created OR ", put: '' },
    tamper: `${NOT_VERIFIED}; ${unit('cut', 'smuggled', { status: 'draft', run: '{cut}' })}`,
    ...{ ask: [verify('{cut}', 'write')], answer: 'verify_mismatch' },
  },
  {
    name: 'assert_account: the plan that is stated is the one that was signed',
    file: '046_account.sql',
    ...{ from: ' OR p_set.cutplan_sha256 IS DISTINCT FROM v_signed', put: '' },
    tamper: `${NOT_VERIFIED}; UPDATE cutter_governance.cut_change_set SET cutplan_sha256 = repeat('0', 64) WHERE run_id = '{cut}'`,
    ...{ ask: [verify('{cut}', 'write')], answer: 'plan_differs' },
  },
  {
    name: 'assert_signatures: a decision rests on an approval of its own gate',
    file: '046_account.sql',
    ...{
      from: 'one.document_sha256 = v_decision.document_sha256 AND one.gate = p_gate',
      put: 'one.document_sha256 = v_decision.document_sha256',
    },
    tamper: `UPDATE cutter_governance.review_decision SET document_sha256 = '{opening of cut}' WHERE run_id = '{cut}'`,
    ...{ ask: [onSet('{cut}', signatures)], answer: 'rests on no approval' },
  },
  {
    name: 'assert_signatures: a decision rests on an approval that this run has used',
    file: '046_account.sql',
    ...{ from: 'one.gate = p_gate AND one.used_by = p_set.run_id', put: 'one.gate = p_gate' },
    tamper: `UPDATE cutter_governance.review_decision SET document_sha256 = '{sg1}' WHERE run_id = '{cut}';
      DELETE FROM cutter_governance.signature WHERE run_id = '{cut}' AND gate = 'SG_1_cut_authz'`,
    ...{ ask: [onSet('{cut}', signatures)], answer: 'rests on no approval' },
  },
  {
    name: 'assert_signatures: a signature is of an approval that this run has used',
    file: '046_account.sql',
    ...{ from: 'AS one\n     WHERE one.used_by = p_set.run_id) THEN', put: 'AS one) THEN' },
    tamper: `INSERT INTO cutter_governance.signature (review_decision_id, run_id, gate, document_sha256, signer)
      SELECT id, run_id, 'SG_1_cut_authz', '{sg1}', '{second}' FROM cutter_governance.review_decision
       WHERE run_id = '{cut}'`,
    ...{ ask: [onSet('{cut}', signatures)], answer: 'is of no approval' },
  },
  {
    name: 'assert_signatures: the signatures of the opening stand there',
    file: '046_account.sql',
    ...{ from: 'IN (v_decision.document_sha256, v_opening)', put: 'IN (v_decision.document_sha256)' },
    tamper: `DELETE FROM cutter_governance.signature WHERE run_id = '{cut}' AND gate LIKE 'GAP7%'`,
    ...{ ask: [onSet('{cut}', signatures)], answer: 'is missing' },
  },
  {
    name: 'fn_iu_enact: a later cut that was taken back is none',
    file: '048_fn_iu_enact.sql',
    ...{ from: 'id > v_set.id AND reverted_at IS NULL', put: 'id > v_set.id' },
    ask: [`SELECT count(*) > 0 AS enacted FROM public.fn_iu_enact('{cut}')`],
    answer: '[{"enacted":true}]',
  },
  {
    name: 'assert_enactment: what was taken back is not in force',
    file: '048_fn_iu_enact.sql',
    ...{ from: 'p_set.enacted_at IS NULL OR p_set.reverted_at IS NOT NULL', put: 'p_set.enacted_at IS NULL' },
    tamper: `UPDATE cutter_governance.cut_change_set SET reverted_at = now(), revert_mode = 'soft' WHERE run_id = '{revised}'`,
    ...{ ask: [onSet('{revised}', IN_FORCE)], answer: 'not_enacted' },
  },
  {
    name: 'assert_enactment: what the cut retires is retired',
    file: '048_fn_iu_enact.sql',
    ...{
      from: "row.action = 'retire' AND (unit.lifecycle_status <> 'retired' OR held.status IN ('draft', 'enacted'))",
      put: 'false',
    },
    tamper: `UPDATE public.information_unit SET lifecycle_status = 'enacted' WHERE id IN (
      SELECT unit_id FROM cutter_governance.cut_change_set_affected_row WHERE run_id = '{revised}' AND action = 'retire')`,
    ...{ ask: [onSet('{revised}', IN_FORCE)], answer: 'verify_mismatch' },
  },
  inForce('key', "key = 'moved'"),
  inForce('ordinal', 'ordinal = ordinal + 100'),
  inForce('parent_id', 'parent_id = id - 1'),
  inForce('unit_kind', "unit_kind = 'clause'"),
  inForce('section_type', "section_type = 'editorial'"),
  {
    name: 'revert_refusal: hard, and a log row speaks of what the run wrote',
    file: '049_revert_plan.sql',
    ...{
      from: 'EXISTS (SELECT FROM public.iu_lifecycle_log AS log WHERE log.unit_version_id = held.id) OR',
      put: 'false OR',
    },
    tamper: `INSERT INTO public.iu_lifecycle_log (unit_id, unit_version_id, cause, from_status, to_status)
      SELECT unit_id, id, 'enact', 'draft', 'enacted' FROM public.unit_version WHERE run_id = '{cut}' LIMIT 1`,
    ...{ ask: [onSet('{cut}', '(cutter_guard.revert_refusal(cut, true)).reason')], answer: 'referenced' },
  },
  {
    name: 'revert_refusal: hard, and another run has kept what the run wrote',
    file: '049_revert_plan.sql',
    ...{ from: 'row.unit_version_id = held.id AND row.change_set_id <> p_set.id', put: 'false' },
    tamper: `INSERT INTO cutter_governance.cut_change_set_affected_row
      SELECT (SELECT id FROM cutter_governance.cut_change_set WHERE run_id = '{hard}'), '{hard}', document_id, unit_id,
             unit_version_id, 'keep', key, NULL, ordinal, parent_unit_id, byte_start, byte_end
        FROM cutter_governance.cut_change_set_affected_row WHERE run_id = '{cut}' LIMIT 1`,
    ...{ ask: [onSet('{cut}', '(cutter_guard.revert_refusal(cut, true)).reason')], answer: 'referenced' },
  },
  {
    name: 'fn_iu_revert: whether it is hard must be said',
    file: '050_fn_iu_revert.sql',
    ...{ from: 'p_plan_sha256 IS NULL OR p_hard IS NULL', put: 'p_plan_sha256 IS NULL' },
    ask: [`SELECT FROM public.fn_iu_revert('{cut}', repeat('0', 64), NULL)`],
    answer: 'incomplete',
  },
  {
    name: 'assert_revert: hard, and a version that is retired still stands',
    file: '050_fn_iu_revert.sql',
    ...{
      from: "(p_set.revert_mode = 'hard' OR held.status IN ('draft', 'enacted'))",
      put: "held.status IN ('draft', 'enacted')",
    },
    tamper: `${unit('cut', 'left', { status: 'retired' })}; ${version('left', { version: 1, status: 'retired', run: '{hard}' })}`,
    ...{
      ask: [onSet('{hard}', 'cutter_guard.assert_revert(cut) IS NOT NULL AS holds')],
      answer: 'a version of',
    },
  },
  {
    name: 'assert_revert: hard, and a unit that is retired still stands',
    file: '050_fn_iu_revert.sql',
    ...{
      from: "(p_set.revert_mode = 'hard' OR unit.lifecycle_status <> 'retired')",
      put: "unit.lifecycle_status <> 'retired'",
    },
    tamper: unit('cut', 'left', { status: 'retired', run: '{hard}' }),
    ...{
      ask: [onSet('{hard}', 'cutter_guard.assert_revert(cut) IS NOT NULL AS holds')],
      answer: 'a unit of',
    },
  },
  {
    name: 'take_baseline: a draft stands before what is in force',
    file: '052_baseline.sql',
    ...{ from: "ORDER BY one.status = 'draft' DESC, ", put: 'ORDER BY ' },
    tamper: `${unit('old', 'old', { status: 'enacted' })}; ${version('old', { version: 1, status: 'draft' })};
      ${version('old', { version: 2, status: 'enacted' })}`,
    ...{
      ask: [
        `SELECT cutter_guard.take_baseline('old')`,
        `SELECT cut_version FROM public.information_unit WHERE key = 'old'`,
      ],
    },
    answer: '[{"cut_version":1}]',
  },
  {
    name: 'take_baseline: what is in force stands before what has ended',
    file: '052_baseline.sql',
    ...{ from: " one.status = 'enacted' DESC,", put: '' },
    tamper: `${unit('old', 'old', { status: 'enacted' })}; ${version('old', { version: 1, status: 'enacted' })};
      ${version('old', { version: 2, status: 'retired' })}`,
    ...{
      ask: [
        `SELECT cutter_guard.take_baseline('old')`,
        `SELECT cut_version FROM public.information_unit WHERE key = 'old'`,
      ],
    },
    answer: '[{"cut_version":1}]',
  },
  {
    name: 'standing_places: a cut that was taken back gives no place',
    file: '052_baseline.sql',
    ...{ from: ' AND cut.reverted_at IS NULL AND', put: ' AND' },
    ask: [`SELECT count(*)::integer AS places FROM cutter_guard.standing_places('back')`],
    answer: '[{"places":0}]',
  },
  {
    name: 'fn_note_head: another entry at the same place is refused',
    file: '053_run_log.sql',
    ...{
      from: '(v_held.entries, v_held.head_sha256) IS DISTINCT FROM (p_entries, p_head_sha256)',
      put: 'v_held.entries IS DISTINCT FROM p_entries',
    },
    ask: [
      `SELECT cutter_governance.fn_note_head('{two}', 7, repeat('0', 64))`,
      `SELECT cutter_governance.fn_note_head('{two}', 7, repeat('1', 64))`,
    ],
    answer: 'head_rewound',
  },
  {
    name: 'knows_run: a run that has cut is known without its opening',
    file: '053_run_log.sql',
    ...{
      from: 'OR EXISTS (SELECT FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id)',
      put: '',
    },
    tamper: `DELETE FROM cutter_governance.approval WHERE document_sha256 = '{opening of cut}'`,
    ...{ ask: [`SELECT cutter_guard.knows_run('{cut}') AS known`], answer: '[{"known":true}]' },
  },
  {
    name: 'fn_close_run: what was taken back stays taken back',
    file: '053_run_log.sql',
    from: 'ON CONFLICT DO NOTHING',
    put: "ON CONFLICT (run_id) DO UPDATE SET outcome = 'abandoned'",
    ask: [
      `SELECT cutter_governance.fn_close_run('{back}')`,
      `SELECT outcome FROM cutter_governance.run_closed WHERE run_id = '{back}'`,
    ],
    answer: '[{"outcome":"reverted"}]',
  },
];
