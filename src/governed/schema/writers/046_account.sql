-- The account of a cut, recomputed from the rows as they stand; what is stated anywhere is held against that.

-- The source again, byte for byte: the bodies that a cut has placed, in order.
CREATE OR REPLACE FUNCTION cutter_guard.source_digest(p_change_set_id bigint)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN (
    SELECT encode(sha256(string_agg(convert_to(held.body, 'UTF8'), '' ORDER BY row.ordinal)), 'hex')
      FROM cutter_governance.cut_change_set_affected_row AS row
      CROSS JOIN LATERAL (SELECT one.body FROM public.unit_version AS one WHERE one.id = row.unit_version_id OFFSET 0) AS held
     WHERE row.change_set_id = p_change_set_id AND row.action <> 'retire');
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.source_digest(bigint) FROM PUBLIC;

-- What the approval of a decision of this run has signed for its gate; NULL when there is none.
CREATE OR REPLACE FUNCTION cutter_guard.decided_digest(p_change_set_id bigint, p_gate text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(held.bindings ->> 'cutplan_sha256', held.bindings ->> 'evidence_sha256', held.bindings ->> 'revert_plan_sha256')
    FROM cutter_governance.review_decision AS one
    JOIN cutter_governance.approval AS held ON held.document_sha256 = one.document_sha256
   WHERE one.change_set_id = p_change_set_id AND one.gate = p_gate
$$;
REVOKE ALL ON FUNCTION cutter_guard.decided_digest(bigint, text) FROM PUBLIC;

-- cut_facts: everything about a cut that its rows say, and the names under which the rows stand.
CREATE OR REPLACE FUNCTION cutter_guard.cut_facts(p_set cutter_governance.cut_change_set)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_rows record;
  v_facts jsonb;
BEGIN
  SELECT count(*) AS affected_rows,
         jsonb_build_object('create', count(*) FILTER (WHERE row.action = 'create'), 'revise', count(*) FILTER (WHERE row.action = 'revise'),
           'move', count(*) FILTER (WHERE row.action = 'move'), 'renumber', count(*) FILTER (WHERE row.action = 'renumber'),
           'keep', count(*) FILTER (WHERE row.action = 'keep'), 'retire', count(*) FILTER (WHERE row.action = 'retire')) AS counts,
         encode(sha256(convert_to(coalesce(string_agg(row.unit_id::text, ',' ORDER BY row.ordinal)
           FILTER (WHERE row.action <> 'retire'), ''), 'UTF8')), 'hex') AS unit_ids_sha256
    INTO v_rows FROM cutter_governance.cut_change_set_affected_row AS row WHERE row.change_set_id = p_set.id;
  v_facts := jsonb_build_object(
    'change_set_id', p_set.id::text, 'run_id', p_set.run_id, 'document_id', p_set.document_id,
    'affected_rows', v_rows.affected_rows, 'counts', v_rows.counts, 'unit_ids_sha256', v_rows.unit_ids_sha256,
    'units', (SELECT count(*) FROM public.information_unit AS unit WHERE unit.document_id = p_set.document_id AND unit.run_id = p_set.run_id),
    'versions', (SELECT count(*) FROM public.unit_version AS held WHERE held.run_id = p_set.run_id),
    'source_sha256', cutter_guard.source_digest(p_set.id),
    'cutplan_sha256', CASE WHEN p_set.profile IS NOT NULL THEN cutter_guard.plan_head(p_set.id) END);
  RETURN v_facts || (
    SELECT jsonb_build_object(
             'manifest_envelope_id', (SELECT one.id::text FROM cutter_governance.manifest_envelope AS one WHERE one.change_set_id = p_set.id),
             'review_decision_id', decision.id::text,
             'signature_ids', coalesce(jsonb_agg(signed.id::text ORDER BY signed.id) FILTER (WHERE signed.id IS NOT NULL), '[]'),
             'signatures', coalesce(jsonb_agg(jsonb_build_object('gate', signed.gate, 'document_sha256', signed.document_sha256,
               'signer', signed.signer) ORDER BY signed.id) FILTER (WHERE signed.id IS NOT NULL), '[]'))
      FROM (SELECT p_set.id) AS one
      LEFT JOIN cutter_governance.review_decision AS decision ON decision.change_set_id = one.id AND decision.gate = 'SG_1_cut_authz'
      LEFT JOIN cutter_governance.signature AS signed ON signed.review_decision_id = decision.id
     GROUP BY decision.id);
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.cut_facts(cutter_governance.cut_change_set) FROM PUBLIC;

-- The signature rows of a decision are those of the approvals that this run has used, no more and no fewer.
CREATE OR REPLACE FUNCTION cutter_guard.assert_signatures(p_set cutter_governance.cut_change_set, p_gate text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision cutter_governance.review_decision;
  v_opening CONSTANT text := CASE WHEN p_gate <> 'SG_R_revert_authz' THEN cutter_guard.opening_of(p_set.run_id) END;
BEGIN
  SELECT * INTO v_decision FROM cutter_governance.review_decision AS one WHERE one.change_set_id = p_set.id AND one.gate = p_gate;
  IF NOT EXISTS (SELECT FROM cutter_governance.approval AS one
                  WHERE one.document_sha256 = v_decision.document_sha256 AND one.gate = p_gate AND one.used_by = p_set.run_id) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the decision for ' || p_gate || ' rests on no approval that ' || p_set.run_id || ' has used');
  END IF;
  IF EXISTS (
    SELECT signed.document_sha256, signed.gate, signed.signer FROM cutter_governance.signature AS signed
     WHERE signed.review_decision_id = v_decision.id
    EXCEPT
    SELECT one.document_sha256, one.gate, unnest(one.signers) FROM cutter_governance.approval AS one
     WHERE one.used_by = p_set.run_id) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a signature row of ' || p_set.run_id || ' is of no approval that it has used');
  END IF;
  IF EXISTS (
    SELECT one.document_sha256, unnest(one.signers) FROM cutter_governance.approval AS one
     WHERE one.document_sha256 IN (v_decision.document_sha256, v_opening)
    EXCEPT
    SELECT signed.document_sha256, signed.signer FROM cutter_governance.signature AS signed
     WHERE signed.review_decision_id = v_decision.id) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a signature row of ' || p_set.run_id || ' is missing');
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.assert_signatures(cutter_governance.cut_change_set, text) FROM PUBLIC;

-- assert_account: what was stated of a cut is what its rows say, and what was signed is what is there. Answers with the facts.
CREATE OR REPLACE FUNCTION cutter_guard.assert_account(p_set cutter_governance.cut_change_set)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_facts jsonb;
  v_signed CONSTANT text := cutter_guard.decided_digest(p_set.id, 'SG_1_cut_authz');
BEGIN
  IF p_set.recorded IS NOT TRUE THEN
    PERFORM cutter_guard.refuse('incomplete', 'the cut of ' || p_set.run_id || ' is not accounted for');
  END IF;
  v_facts := cutter_guard.cut_facts(p_set);
  IF v_facts ->> 'cutplan_sha256' IS DISTINCT FROM v_signed OR p_set.cutplan_sha256 IS DISTINCT FROM v_signed THEN
    PERFORM cutter_guard.refuse('plan_differs', 'the rows have the plan ' || coalesce(v_facts ->> 'cutplan_sha256', 'of none')
      || ', stated is ' || p_set.cutplan_sha256 || ', signed is ' || coalesce(v_signed, 'none'));
  END IF;
  IF v_facts ->> 'source_sha256' IS DISTINCT FROM p_set.source_sha256 THEN
    PERFORM cutter_guard.refuse('source_differs', 'the texts in order have sha256 ' || coalesce(v_facts ->> 'source_sha256', 'of none')
      || ', signed is ' || p_set.source_sha256);
  END IF;
  IF NOT EXISTS (
       SELECT FROM cutter_governance.approval AS one WHERE one.document_sha256 = cutter_guard.opening_of(p_set.run_id)
          AND one.bindings @> jsonb_build_object('document_id', p_set.document_id, 'source_sha256', p_set.source_sha256)) THEN
    PERFORM cutter_guard.refuse('source_differs', p_set.run_id || ' was opened for another document or source');
  END IF;
  IF v_facts -> 'counts' IS DISTINCT FROM jsonb_build_object(
       'create', p_set.created, 'revise', p_set.revised, 'move', p_set.moved, 'renumber', p_set.renumbered,
       'keep', p_set.kept, 'retire', p_set.retired) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the counts of ' || p_set.run_id || ' are not those of its rows');
  END IF;
  IF (v_facts ->> 'units')::bigint <> p_set.created OR (v_facts ->> 'versions')::bigint <> p_set.created + p_set.revised + p_set.renumbered THEN
    PERFORM cutter_guard.refuse('verify_mismatch', p_set.run_id || ' has units or versions that it does not account for');
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.manifest_envelope AS one WHERE one.change_set_id = p_set.id
                    AND one.manifest_sha256 = cutter_guard.digest_of(cutter_guard.canonical_json(one.manifest))) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the manifest of ' || p_set.run_id || ' does not have its digest');
  END IF;
  PERFORM cutter_guard.assert_signatures(p_set, 'SG_1_cut_authz');
  RETURN v_facts;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.assert_account(cutter_governance.cut_change_set) FROM PUBLIC;
