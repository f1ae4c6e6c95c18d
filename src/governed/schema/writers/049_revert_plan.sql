-- The plan that SG_R signs: a `countersign/revert-plan/1` object (src/record/revert-plan.ts) of everything that taking a
-- run's cut back would change, computed from the rows by the rules of fn_iu_revert. Nothing is touched.

-- Each version whose status would change: the run's own end, and what its enactment ended comes back.
CREATE OR REPLACE FUNCTION cutter_guard.revert_transitions(p_run_id text, p_hard boolean)
RETURNS TABLE (unit_version_id bigint, unit_id bigint, from_status text, to_status text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT held.id, held.unit_id, held.status,
         CASE WHEN held.run_id IS DISTINCT FROM p_run_id THEN log.from_status WHEN p_hard THEN 'deleted' ELSE 'retired' END
    FROM public.unit_version AS held
    LEFT JOIN public.iu_lifecycle_log AS log
           ON log.unit_version_id = held.id AND log.run_id = p_run_id AND log.cause = 'enact'
   WHERE held.run_id = p_run_id AND held.status IN ('draft', 'enacted')
      OR held.run_id IS DISTINCT FROM p_run_id AND log.id IS NOT NULL
$$;
REVOKE ALL ON FUNCTION cutter_guard.revert_transitions(text, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.units_by_status(p_document_id text)
RETURNS TABLE (draft bigint, enacted bigint, retired bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT count(*) FILTER (WHERE unit.lifecycle_status = 'draft'), count(*) FILTER (WHERE unit.lifecycle_status = 'enacted'),
         count(*) FILTER (WHERE unit.lifecycle_status = 'retired')
    FROM public.information_unit AS unit WHERE unit.document_id = p_document_id
$$;
REVOKE ALL ON FUNCTION cutter_guard.units_by_status(text) FROM PUBLIC;

-- Why a cut cannot be taken back; no row when it can.
CREATE OR REPLACE FUNCTION cutter_guard.revert_refusal(
  p_set cutter_governance.cut_change_set, p_hard boolean, OUT reason text, OUT detail text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
  v_later text;
BEGIN
  IF p_set.recorded IS NOT TRUE THEN
    reason := 'nothing_written';
    detail := 'the run has written nothing to the governed database';
    RETURN;
  END IF;
  IF p_set.reverted_at IS NOT NULL THEN
    reason := 'reverted_already';
    detail := 'the cut of ' || p_set.run_id || ' has been taken back already';
    RETURN;
  END IF;
  SELECT later.run_id INTO v_later FROM cutter_governance.cut_change_set AS later
   WHERE later.document_id = p_set.document_id AND later.id > p_set.id AND later.reverted_at IS NULL
   ORDER BY later.id DESC LIMIT 1;
  IF v_later IS NOT NULL THEN
    reason := 'cut_again';
    detail := v_later || ' has cut ' || p_set.document_id || ' after ' || p_set.run_id || ': take that one back first';
    RETURN;
  END IF;
  IF p_hard AND p_set.enacted_at IS NOT NULL THEN
    reason := 'enacted';
    detail := 'the units of ' || p_set.run_id || ' are enacted and stay on record: leave out --hard';
    RETURN;
  END IF;
  IF p_hard AND EXISTS (
       SELECT FROM public.unit_version AS held WHERE held.run_id = p_set.run_id AND (
         EXISTS (SELECT FROM public.iu_lifecycle_log AS log WHERE log.unit_version_id = held.id) OR
         EXISTS (SELECT FROM cutter_governance.cut_change_set_affected_row AS row
                  WHERE row.unit_id = held.unit_id AND row.unit_version_id = held.id AND row.change_set_id <> p_set.id))) THEN
    reason := 'referenced';
    detail := 'the records of another run refer to what ' || p_set.run_id || ' wrote: leave out --hard';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.revert_refusal(cutter_governance.cut_change_set, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.revert_plan(p_set cutter_governance.cut_change_set, p_hard boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_before record;
  v_versions record;
  v_units record;
  v_moves text;
BEGIN
  SELECT * INTO v_before FROM cutter_guard.units_by_status(p_set.document_id);
  SELECT count(*) AS total, coalesce(string_agg('{"from":' || to_json(one.from_status)::text || ',"to":' || to_json(one.to_status)::text
           || ',"unit_version_id":"' || one.unit_version_id || '"}', ',' ORDER BY one.unit_version_id), '') AS lines
    INTO v_versions FROM cutter_guard.revert_transitions(p_set.run_id, p_hard) AS one;
  WITH transition AS MATERIALIZED (
    SELECT * FROM cutter_guard.revert_transitions(p_set.run_id, p_hard)
  ), standing AS (
    SELECT unit.id, unit.key, unit.title, unit.lifecycle_status AS was,
           CASE WHEN bool_or(coalesce(transition.to_status, held.status) = 'enacted') THEN 'enacted'
                WHEN bool_or(coalesce(transition.to_status, held.status) = 'draft') THEN 'draft'
                WHEN p_hard AND unit.run_id = p_set.run_id THEN 'deleted' ELSE 'retired' END AS becomes
      FROM public.information_unit AS unit
      JOIN public.unit_version AS held ON held.unit_id = unit.id
      LEFT JOIN transition ON transition.unit_version_id = held.id
     WHERE unit.document_id = p_set.document_id
     GROUP BY unit.id
  )
  SELECT coalesce(string_agg('{"from":' || to_json(one.was)::text || ',"key":' || to_json(one.key)::text
           || ',"title":' || to_json(one.title)::text || ',"to":' || to_json(one.becomes)::text || '}', ',' ORDER BY one.id), '') AS lines,
         count(*) FILTER (WHERE one.becomes = 'draft') - count(*) FILTER (WHERE one.was = 'draft') AS draft,
         count(*) FILTER (WHERE one.becomes = 'enacted') - count(*) FILTER (WHERE one.was = 'enacted') AS enacted,
         count(*) FILTER (WHERE one.becomes = 'retired') - count(*) FILTER (WHERE one.was = 'retired') AS retired
    INTO v_units FROM standing AS one WHERE one.was <> one.becomes;
  -- Units that go back to an address which they had before.
  SELECT coalesce(string_agg('{"from":' || to_json(unit.cut_key)::text || ',"to":' || to_json(before.key)::text || '}', ',' ORDER BY unit.id), '')
    INTO v_moves
    FROM public.information_unit AS unit
    JOIN (
      SELECT DISTINCT ON (place.unit_id) place.unit_id, place.key FROM cutter_guard.standing_places(p_set.document_id) AS place
       WHERE place.run_id IS DISTINCT FROM p_set.run_id ORDER BY place.unit_id, place.age DESC
    ) AS before ON before.unit_id = unit.id
   WHERE unit.document_id = p_set.document_id AND unit.cut_run_id = p_set.run_id AND unit.cut_key <> before.key;
  RETURN '{"after":' || cutter_guard.canonical_json(jsonb_build_object('draft', v_before.draft + v_units.draft,
           'enacted', v_before.enacted + v_units.enacted, 'retired', v_before.retired + v_units.retired))
      || ',"before":' || cutter_guard.canonical_json(to_jsonb(v_before))
      || ',"change_set_id":"' || p_set.id || '","document_id":' || to_json(p_set.document_id)::text
      || ',"format":"countersign/revert-plan/1","log_rows":' || CASE WHEN p_hard THEN 0 ELSE v_versions.total END
      || ',"mode":"' || CASE WHEN p_hard THEN 'hard' ELSE 'soft' END || '","moves":[' || v_moves || '],"run_id":' || to_json(p_set.run_id)::text
      || ',"units":[' || v_units.lines || '],"versions":[' || v_versions.lines || ']}';
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.revert_plan(cutter_governance.cut_change_set, boolean) FROM PUBLIC;

-- fn_revert_plan: the plan for whoever wants to read or to sign it; or why there is none.
CREATE OR REPLACE FUNCTION cutter_governance.fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id;
  SELECT one.reason, one.detail INTO reason, detail FROM cutter_guard.revert_refusal(v_set, p_hard IS TRUE) AS one;
  IF reason IS NULL THEN
    plan := cutter_guard.revert_plan(v_set, p_hard IS TRUE);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_revert_plan(text, boolean) FROM PUBLIC;
