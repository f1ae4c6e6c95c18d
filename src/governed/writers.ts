// What the writers consist of in the governed database, for the matrix of privileges: which function each role may call,
// and those that only their owner may. The SQL is in schema/writers/.

/** Called by the bot as cutter_exec; each asks for the signatures itself. */
export const EXEC_FUNCTIONS = [
  'public.fn_iu_create(text, jsonb)',
  'public.fn_iu_enact(text)',
  'public.fn_iu_revert(text, text, boolean)',
  'cutter_governance.fn_open_write(text, text)',
  'cutter_governance.fn_open_cut(text, text, text, text)',
  'cutter_governance.fn_record_cut(text, jsonb)',
  'cutter_governance.fn_note_head(text, bigint, text)',
  'cutter_governance.fn_close_run(text)',
  'cutter_governance.fn_master_off(text)',
];

/** Called as cutter_verify: it recomputes, and writes down what it found. */
export const VERIFY_FUNCTIONS = ['cutter_governance.fn_verify(text, text)'];

/** They only read, for both roles. */
export const READING_FUNCTIONS = [
  'cutter_governance.fn_evidence(text)',
  'cutter_governance.fn_revert_plan(text, boolean)',
  'cutter_governance.fn_state_of(text)',
];

/** Nobody's but the owner's. */
export const WRITER_INTERNALS = [
  'assert_account(cutter_governance.cut_change_set)',
  'assert_cut(cutter_governance.cut_change_set)',
  'assert_enactment(cutter_governance.cut_change_set)',
  'assert_revert(cutter_governance.cut_change_set)',
  'assert_signatures(cutter_governance.cut_change_set, text)',
  'assert_signers(text)',
  'authorise(text, text, text)',
  'canonical_json(jsonb)',
  'check_at_commit()',
  'cut_facts(cutter_governance.cut_change_set)',
  'decided_digest(bigint, text)',
  'digest_of(text)',
  'enactment_facts(cutter_governance.cut_change_set)',
  'evidence(cutter_governance.cut_change_set)',
  'instant(timestamp with time zone)',
  'knows_run(text)',
  'master_on(text)',
  'move_head(text)',
  'note_hand_write()',
  'opening_of(text)',
  'refuse(text, text)',
  'revert_plan(cutter_governance.cut_change_set, boolean)',
  'revert_refusal(cutter_governance.cut_change_set, boolean)',
  'revert_transitions(text, boolean)',
  'source_digest(bigint)',
  'standing_places(text)',
  'take_baseline(text)',
  'take_fence()',
  'units_by_status(text)',
  'use_approvals(cutter_governance.cut_change_set, text, text, text[])',
].map((signature) => `cutter_guard.${signature}`);

export const WRITER_TABLES = ['write_fence', 'baseline', 'baseline_unit', 'document_head', 'hand_write'].map(
  (name) => `cutter_governance.${name}`,
);
