-- fn_iu_enact: draft → enacted for a whole recorded and verified cut; what it replaces is superseded, what the document
-- no longer has is retired. SG_2 must have signed the evidence as the database has it now.
-- Answers one row for each affected row: `enacted`, `kept` (served already) or `retired`.
CREATE OR REPLACE FUNCTION public.fn_iu_enact(p_run_id text)
RETURNS TABLE (unit_id bigint, status text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v record;
BEGIN
  PERFORM cutter_governance.fn_open_write(p_run_id, 'SG_2_lifecycle_authz');
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  IF v_set.recorded IS NOT TRUE THEN
    PERFORM cutter_guard.refuse('not_recorded', p_run_id || ' has not been recorded');
  END IF;
  IF v_set.enacted_at IS NOT NULL THEN
    PERFORM cutter_guard.refuse('already_enacted', p_run_id || ' has been enacted already');
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.verify_result WHERE run_id = p_run_id AND kind = 'write') THEN
    PERFORM cutter_guard.refuse('not_verified', 'the writes of ' || p_run_id || ' have not been verified');
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set
              WHERE document_id = v_set.document_id AND id > v_set.id AND reverted_at IS NULL) THEN
    PERFORM cutter_guard.refuse('cut_again', 'a later run has cut the document of ' || p_run_id);
  END IF;
  SELECT * INTO v FROM cutter_guard.authorise(
    p_run_id, 'SG_2_lifecycle_authz', cutter_guard.digest_of(cutter_guard.evidence(v_set)));

  RETURN QUERY
    SELECT row.unit_id, CASE WHEN row.action = 'retire' THEN 'retired' WHEN held.status = 'enacted' THEN 'kept' ELSE 'enacted' END
      FROM cutter_governance.cut_change_set_affected_row AS row
      JOIN public.unit_version AS held ON held.id = row.unit_version_id
     WHERE row.change_set_id = v_set.id;

  -- First everything that stops being served or waiting, since a unit serves one version at a time.
  WITH ending AS (
    SELECT held.id, held.unit_id, held.status AS from_status,
           CASE WHEN held.status = 'enacted' AND row.action <> 'retire' THEN 'superseded' ELSE 'retired' END AS to_status
      FROM cutter_governance.cut_change_set_affected_row AS row
      JOIN public.unit_version AS held ON held.unit_id = row.unit_id AND held.status IN ('draft', 'enacted')
     WHERE row.change_set_id = v_set.id AND (row.action = 'retire' OR held.id <> row.unit_version_id)
  ), ended AS (
    UPDATE public.unit_version AS held SET status = ending.to_status FROM ending WHERE held.id = ending.id
  )
  INSERT INTO public.iu_lifecycle_log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
  SELECT unit_id, id, 'enact', from_status, to_status, p_run_id FROM ending;

  WITH begun AS (
    UPDATE public.unit_version AS held SET status = 'enacted'
      FROM cutter_governance.cut_change_set_affected_row AS row
     WHERE row.change_set_id = v_set.id AND row.action <> 'retire'
       AND held.id = row.unit_version_id AND held.status = 'draft'
    RETURNING held.id, held.unit_id
  )
  INSERT INTO public.iu_lifecycle_log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
  SELECT unit_id, id, 'enact', 'draft', 'enacted', p_run_id FROM begun;

  UPDATE public.information_unit AS unit
     SET lifecycle_status = 'enacted', key = row.key, ordinal = row.ordinal, parent_id = row.parent_unit_id,
         unit_kind = held.unit_kind, section_type = held.section_type, title = held.title
    FROM cutter_governance.cut_change_set_affected_row AS row
    JOIN public.unit_version AS held ON held.id = row.unit_version_id
   WHERE row.change_set_id = v_set.id AND row.action <> 'retire' AND unit.id = row.unit_id
     AND (unit.lifecycle_status, unit.key, unit.ordinal, unit.parent_id, unit.unit_kind, unit.section_type, unit.title)
         IS DISTINCT FROM ('enacted', row.key, row.ordinal, row.parent_unit_id, held.unit_kind, held.section_type, held.title);

  UPDATE public.information_unit AS unit SET lifecycle_status = 'retired'
    FROM cutter_governance.cut_change_set_affected_row AS row
   WHERE row.change_set_id = v_set.id AND row.action = 'retire' AND unit.id = row.unit_id;

  UPDATE cutter_governance.cut_change_set SET enacted_at = transaction_timestamp() WHERE id = v_set.id;
  PERFORM cutter_guard.use_approvals(v_set, 'SG_2_lifecycle_authz', v.approval,
    ARRAY[cutter_guard.opening_of(p_run_id), v.enable]);
  PERFORM cutter_guard.move_head(v_set.document_id);
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_enact(text) FROM PUBLIC;

-- What an enactment did, counted from the rows. No nested loops: right after a cut the planner takes the tables for small,
-- and compared each row with each (100,000 units: more than six minutes).
CREATE OR REPLACE FUNCTION cutter_guard.enactment_facts(p_set cutter_governance.cut_change_set)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off
AS $$
  SELECT jsonb_build_object(
    'enacted', count(*) FILTER (WHERE row.action <> 'retire' AND log.id IS NOT NULL),
    'kept', count(*) FILTER (WHERE row.action <> 'retire' AND log.id IS NULL),
    'retired', count(*) FILTER (WHERE row.action = 'retire'),
    'log_rows', (SELECT count(*) FROM public.iu_lifecycle_log AS one WHERE one.run_id = p_set.run_id AND one.cause = 'enact'))
    FROM cutter_governance.cut_change_set_affected_row AS row
    LEFT JOIN public.iu_lifecycle_log AS log
           ON log.unit_version_id = row.unit_version_id AND log.run_id = p_set.run_id AND log.cause = 'enact' AND log.to_status = 'enacted'
   WHERE row.change_set_id = p_set.id
$$;
REVOKE ALL ON FUNCTION cutter_guard.enactment_facts(cutter_governance.cut_change_set) FROM PUBLIC;

-- assert_enactment: the evidence is still the signed one, and what is in force is the document that was cut, unit for unit.
CREATE OR REPLACE FUNCTION cutter_guard.assert_enactment(p_set cutter_governance.cut_change_set)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_in_force text;
  v_units bigint;
BEGIN
  IF p_set.enacted_at IS NULL OR p_set.reverted_at IS NOT NULL THEN
    PERFORM cutter_guard.refuse('not_enacted', 'the units of ' || p_set.run_id || ' are not in force');
  END IF;
  IF cutter_guard.digest_of(cutter_guard.evidence(p_set)) IS DISTINCT FROM cutter_guard.decided_digest(p_set.id, 'SG_2_lifecycle_authz') THEN
    PERFORM cutter_guard.refuse('evidence_differs', 'the evidence of ' || p_set.run_id || ' is not the one that SG_2 signed');
  END IF;
  IF EXISTS (
    SELECT FROM cutter_governance.cut_change_set_affected_row AS row
      JOIN public.unit_version AS held ON held.id = row.unit_version_id
      JOIN public.information_unit AS unit ON unit.id = row.unit_id
     WHERE row.change_set_id = p_set.id AND (
       row.action = 'retire' AND (unit.lifecycle_status <> 'retired' OR held.status IN ('draft', 'enacted'))
       OR row.action <> 'retire' AND (
         held.status <> 'enacted'
         OR (unit.lifecycle_status, unit.key, unit.ordinal, unit.parent_id, unit.unit_kind, unit.section_type, unit.title)
            IS DISTINCT FROM ('enacted', row.key, row.ordinal, row.parent_unit_id, held.unit_kind, held.section_type, held.title)))) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a unit of ' || p_set.document_id || ' is not in force as it was cut');
  END IF;
  SELECT count(*), encode(sha256(string_agg(convert_to(held.body, 'UTF8'), '' ORDER BY unit.ordinal, unit.id)), 'hex')
    INTO v_units, v_in_force
    FROM public.information_unit AS unit
    -- One by one, whatever the planner takes the number of enacted versions for.
    CROSS JOIN LATERAL (SELECT one.body FROM public.unit_version AS one
      WHERE one.unit_id = unit.id AND one.status = 'enacted' OFFSET 0) AS held
   WHERE unit.document_id = p_set.document_id;
  IF v_in_force IS DISTINCT FROM p_set.source_sha256 THEN
    PERFORM cutter_guard.refuse('source_differs', 'what is in force of ' || p_set.document_id || ' has sha256 '
      || coalesce(v_in_force, 'of nothing') || ', signed is ' || p_set.source_sha256);
  END IF;
  PERFORM cutter_guard.assert_signatures(p_set, 'SG_2_lifecycle_authz');
  RETURN cutter_guard.enactment_facts(p_set) || jsonb_build_object('units', v_units, 'source_sha256', v_in_force);
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.assert_enactment(cutter_governance.cut_change_set) FROM PUBLIC;
