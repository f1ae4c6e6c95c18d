-- use_approvals: one decision of a run and the signatures that it rests on, taken from the admitted approvals, which are
-- used up by it. Answers with the decision and its signatures.
CREATE OR REPLACE FUNCTION cutter_guard.use_approvals(
  p_set cutter_governance.cut_change_set, p_gate text, p_approval text, p_others text[],
  OUT review_decision_id bigint, OUT signature_ids bigint[])
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO cutter_governance.review_decision AS one (change_set_id, run_id, document_id, gate, document_sha256)
  VALUES (p_set.id, p_set.run_id, p_set.document_id, p_gate, p_approval)
  RETURNING one.id INTO review_decision_id;
  UPDATE cutter_governance.approval AS one SET used_by = p_set.run_id, used_at = clock_timestamp()
   WHERE one.document_sha256 = ANY (p_others || p_approval) AND one.used_at IS NULL;
  WITH written AS (
    INSERT INTO cutter_governance.signature AS signed (review_decision_id, run_id, gate, document_sha256, signer)
    SELECT use_approvals.review_decision_id, p_set.run_id, one.gate, one.document_sha256, signer
      FROM cutter_governance.approval AS one CROSS JOIN LATERAL unnest(one.signers) AS signer
     WHERE one.document_sha256 = ANY (p_others || p_approval)
     ORDER BY one.gate, one.signed_at, one.document_sha256, signer
    RETURNING signed.id
  )
  SELECT array_agg(written.id ORDER BY written.id) INTO signature_ids FROM written;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.use_approvals(cutter_governance.cut_change_set, text, text, text[]) FROM PUBLIC;

-- opening_of: the approval that opened a run, beside which every decision stands.
CREATE OR REPLACE FUNCTION cutter_guard.opening_of(p_run_id text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT one.document_sha256 FROM cutter_governance.approval AS one
   WHERE one.run_id = p_run_id AND one.gate = 'GAP7_execution_enable' AND NOT one.bindings ? 'run_id'
$$;
REVOKE ALL ON FUNCTION cutter_guard.opening_of(text) FROM PUBLIC;

-- fn_record_cut: leg B. Closes the account of the open cut; the manifest is all that the caller states, and nobody signs it.
CREATE OR REPLACE FUNCTION cutter_governance.fn_record_cut(p_run_id text, p_manifest jsonb)
RETURNS TABLE (change_set_id bigint, manifest_envelope_id bigint, review_decision_id bigint, signature_ids bigint[], affected_rows integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v record;
  v_used record;
  v_counts record;
  v_manifest bigint;
BEGIN
  IF jsonb_typeof(p_manifest) IS DISTINCT FROM 'object' OR octet_length(p_manifest::text) > 16384 THEN
    PERFORM cutter_guard.refuse('incomplete', 'fn_record_cut needs a manifest, an object of at most 16 KiB');
  END IF;
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('not_opened', p_run_id || ' has no open cut: call fn_open_cut first');
  END IF;
  IF v_set.recorded THEN
    PERFORM cutter_guard.refuse('already_cut', p_run_id || ' has been recorded already');
  END IF;
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, 'SG_1_cut_authz', v_set.cutplan_sha256);

  SELECT count(*) FILTER (WHERE action = 'create')::integer AS created, count(*) FILTER (WHERE action = 'revise')::integer AS revised,
         count(*) FILTER (WHERE action = 'move')::integer AS moved, count(*) FILTER (WHERE action = 'renumber')::integer AS renumbered,
         count(*) FILTER (WHERE action = 'keep')::integer AS kept, count(*) FILTER (WHERE action = 'retire')::integer AS retired
    INTO v_counts FROM cutter_governance.cut_change_set_affected_row WHERE change_set_id = v_set.id;
  UPDATE cutter_governance.cut_change_set
     SET created = v_counts.created, revised = v_counts.revised, moved = v_counts.moved, renumbered = v_counts.renumbered,
         kept = v_counts.kept, retired = v_counts.retired, recorded = true
   WHERE id = v_set.id;
  INSERT INTO cutter_governance.manifest_envelope AS one (change_set_id, run_id, document_id, manifest, manifest_sha256)
  VALUES (v_set.id, p_run_id, v_set.document_id, p_manifest, cutter_guard.digest_of(cutter_guard.canonical_json(p_manifest)))
  RETURNING one.id INTO v_manifest;
  SELECT * INTO v_used FROM cutter_guard.use_approvals(v_set, 'SG_1_cut_authz', v.approval,
    ARRAY[cutter_guard.opening_of(p_run_id), v.enable]);
  PERFORM cutter_guard.move_head(v_set.document_id);
  RETURN QUERY SELECT v_set.id, v_manifest, v_used.review_decision_id, v_used.signature_ids,
    v_counts.created + v_counts.revised + v_counts.moved + v_counts.renumbered + v_counts.kept + v_counts.retired;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_record_cut(text, jsonb) FROM PUBLIC;
