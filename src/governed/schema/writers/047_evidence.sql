-- The evidence that SG_2 signs: a `countersign/evidence/1` object of facts that stand here and in the run record alike
-- (src/record/evidence.ts), so that a git clone alone gives the same digest.
CREATE OR REPLACE FUNCTION cutter_guard.evidence(p_set cutter_governance.cut_change_set)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_facts CONSTANT jsonb := cutter_guard.cut_facts(p_set);
BEGIN
  RETURN cutter_guard.canonical_json((v_facts - ARRAY['signatures', 'units', 'versions']) || jsonb_build_object(
    'format', 'countersign/evidence/1',
    'write_verify', (SELECT jsonb_build_object('verify_result_id', one.id::text, 'result_sha256', one.result_sha256)
      FROM cutter_governance.verify_result AS one WHERE one.change_set_id = p_set.id AND one.kind = 'write')));
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.evidence(cutter_governance.cut_change_set) FROM PUBLIC;

-- fn_evidence: the same for whoever wants to compare, before anybody signs.
CREATE OR REPLACE FUNCTION cutter_governance.fn_evidence(p_run_id text)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id;
  RETURN CASE WHEN FOUND THEN cutter_guard.evidence(v_set) END;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_evidence(text) FROM PUBLIC;
