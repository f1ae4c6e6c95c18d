-- fn_state_of: what this database knows of a run, recomputed from the rows: for the crash between COMMIT and the log, for a
-- governed database that was set back, and for whoever compares. NULL members are what does not exist.
CREATE OR REPLACE FUNCTION cutter_governance.fn_state_of(p_run_id text)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id;
  RETURN jsonb_build_object(
    'run_id', p_run_id,
    'opening', cutter_guard.opening_of(p_run_id),
    'approvals', coalesce((SELECT jsonb_agg(jsonb_build_object('document_sha256', one.document_sha256, 'gate', one.gate,
        'signers', to_jsonb(one.signers), 'valid_until', cutter_guard.instant(one.valid_until), 'used', one.used_at IS NOT NULL,
        'withdrawn', one.withdrawn_by IS NOT NULL) ORDER BY one.signed_at, one.document_sha256)
      FROM cutter_governance.approval AS one WHERE one.run_id = p_run_id), '[]'),
    'head', (SELECT jsonb_build_object('entries', one.entries, 'hash', one.head_sha256)
      FROM cutter_governance.run_head AS one WHERE one.run_id = p_run_id),
    'closed', (SELECT one.outcome FROM cutter_governance.run_closed AS one WHERE one.run_id = p_run_id),
    'cut', CASE WHEN v_set.recorded THEN cutter_guard.cut_facts(v_set) || jsonb_build_object(
      'stated', jsonb_build_object('source_sha256', v_set.source_sha256, 'cutplan_sha256', v_set.cutplan_sha256,
        'units', v_set.created, 'versions', v_set.created + v_set.revised,
        'affected_rows', v_set.created + v_set.revised + v_set.kept + v_set.retired)) END,
    'enactment', CASE WHEN v_set.enacted_at IS NOT NULL THEN cutter_guard.enactment_facts(v_set) END,
    'reverted', v_set.revert_mode,
    'verifications', coalesce((SELECT jsonb_agg(jsonb_build_object(
        'kind', one.kind, 'verify_result_id', one.id::text, 'result_sha256', one.result_sha256) ORDER BY one.id)
      FROM cutter_governance.verify_result AS one WHERE one.run_id = p_run_id), '[]'));
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_state_of(text) FROM PUBLIC;
