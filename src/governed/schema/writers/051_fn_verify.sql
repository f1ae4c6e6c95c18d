-- fn_verify: the other role asks, the database recomputes everything from the rows and writes down what it found. The
-- caller states nothing. Asked again, it must find the same, and answers with the row of the first time.
CREATE OR REPLACE FUNCTION cutter_governance.fn_verify(p_run_id text, p_kind text)
RETURNS TABLE (verify_result_id bigint, result jsonb, result_sha256 text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v_gate CONSTANT text := CASE p_kind
    WHEN 'write' THEN 'SG_1_cut_authz' WHEN 'enactment' THEN 'SG_2_lifecycle_authz' WHEN 'revert' THEN 'SG_R_revert_authz' END;
  v_result jsonb;
  v_sha256 text;
  v_earlier cutter_governance.verify_result;
BEGIN
  PERFORM cutter_governance.fn_open_write(p_run_id, v_gate);
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id;
  IF v_set.id IS NULL THEN
    PERFORM cutter_guard.refuse('not_recorded', 'nothing of ' || p_run_id || ' is in the database');
  END IF;
  v_result := CASE p_kind
    WHEN 'write' THEN cutter_guard.assert_account(v_set)
    WHEN 'enactment' THEN cutter_guard.assert_enactment(v_set)
    ELSE cutter_guard.assert_revert(v_set) END
    || jsonb_build_object('format', 'countersign/verify/1', 'kind', p_kind, 'run_id', p_run_id,
         'document_id', v_set.document_id, 'change_set_id', v_set.id::text);
  v_sha256 := cutter_guard.digest_of(cutter_guard.canonical_json(v_result));
  SELECT * INTO v_earlier FROM cutter_governance.verify_result WHERE run_id = p_run_id AND kind = p_kind;
  IF v_earlier.result_sha256 <> v_sha256 THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the result for ' || p_kind || ' was ' || v_earlier.result_sha256 || ', is ' || v_sha256);
  END IF;
  IF v_earlier.id IS NULL THEN
    INSERT INTO cutter_governance.verify_result AS one (change_set_id, run_id, document_id, kind, result, result_sha256)
    VALUES (v_set.id, p_run_id, v_set.document_id, p_kind, v_result, v_sha256)
    RETURNING * INTO v_earlier;
    PERFORM cutter_guard.move_head(v_set.document_id);
  END IF;
  RETURN QUERY SELECT v_earlier.id, v_result, v_sha256;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_verify(text, text) FROM PUBLIC;
