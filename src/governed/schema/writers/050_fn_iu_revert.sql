-- fn_iu_revert: takes a run's cut back, exactly as SG_R signed it. `soft` retires what the run wrote and restores what it
-- replaced, with log rows; `hard` deletes what the run wrote and is refused once enacted. Only a document's newest cut can
-- be taken back. It closes the run for ever.
CREATE OR REPLACE FUNCTION public.fn_iu_revert(p_run_id text, p_plan_sha256 text, p_hard boolean)
RETURNS TABLE (unit_version_id bigint, from_status text, to_status text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v_refusal record;
  v_plan text;
  v record;
BEGIN
  IF p_plan_sha256 IS NULL OR p_hard IS NULL THEN
    PERFORM cutter_guard.refuse('incomplete', 'fn_iu_revert needs the digest of a plan and whether it is hard');
  END IF;
  PERFORM cutter_governance.fn_open_write(p_run_id, 'SG_R_revert_authz');
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  SELECT * INTO v_refusal FROM cutter_guard.revert_refusal(v_set, p_hard);
  IF v_refusal.reason IS NOT NULL THEN
    PERFORM cutter_guard.refuse(v_refusal.reason, v_refusal.detail);
  END IF;
  v_plan := cutter_guard.digest_of(cutter_guard.revert_plan(v_set, p_hard));
  IF v_plan <> p_plan_sha256 THEN
    PERFORM cutter_guard.refuse('plan_differs', 'the compensation plan was ' || p_plan_sha256 || ', the database asks for ' || v_plan || ': plan again');
  END IF;
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, 'SG_R_revert_authz', v_plan);

  UPDATE cutter_governance.cut_change_set
     SET reverted_at = transaction_timestamp(), revert_mode = CASE WHEN p_hard THEN 'hard' ELSE 'soft' END WHERE id = v_set.id;

  IF p_hard THEN
    DELETE FROM cutter_governance.cut_change_set_affected_row WHERE change_set_id = v_set.id;
    RETURN QUERY DELETE FROM public.unit_version AS held WHERE held.run_id = p_run_id
      RETURNING held.id, held.status, 'deleted';
  ELSE
    -- What the run wrote stops first: a unit serves one version at a time.
    RETURN QUERY
    WITH ending AS (
      SELECT held.id, held.unit_id, held.status FROM public.unit_version AS held
       WHERE held.run_id = p_run_id AND held.status IN ('draft', 'enacted')
    ), ended AS (
      UPDATE public.unit_version AS held SET status = 'retired' FROM ending WHERE held.id = ending.id
    )
    INSERT INTO public.iu_lifecycle_log AS log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
    SELECT unit_id, id, 'revert', status, 'retired', p_run_id FROM ending
    RETURNING log.unit_version_id, log.from_status, log.to_status;

    RETURN QUERY
    WITH returning_ AS (
      SELECT log.unit_version_id AS id, log.unit_id, log.to_status AS from_status, log.from_status AS to_status
        FROM public.iu_lifecycle_log AS log
        JOIN public.unit_version AS held ON held.id = log.unit_version_id
       WHERE log.run_id = p_run_id AND log.cause = 'enact' AND held.run_id IS DISTINCT FROM p_run_id
    ), returned AS (
      UPDATE public.unit_version AS held SET status = returning_.to_status FROM returning_ WHERE held.id = returning_.id
    )
    INSERT INTO public.iu_lifecycle_log AS log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
    SELECT unit_id, id, 'revert', from_status, to_status, p_run_id FROM returning_
    RETURNING log.unit_version_id, log.from_status, log.to_status;
  END IF;

  -- Every unit that this run placed goes back to its place in the newest cut that stands, or in the baseline.
  UPDATE public.information_unit AS unit
     SET cut_run_id = before.run_id, cut_key = before.key, cut_ordinal = before.ordinal,
         cut_parent_id = before.parent_unit_id, cut_version = before.version
    FROM (
      SELECT DISTINCT ON (place.unit_id) place.unit_id, place.run_id, place.key, place.ordinal, place.parent_unit_id, held.version
        FROM cutter_guard.standing_places(v_set.document_id) AS place
        JOIN public.unit_version AS held ON held.id = place.unit_version_id
       ORDER BY place.unit_id, place.age DESC
    ) AS before
   WHERE unit.cut_run_id = p_run_id AND unit.id = before.unit_id;

  -- What is served again is what the newest enacted cut that stands has placed.
  IF v_set.enacted_at IS NOT NULL THEN
    UPDATE public.information_unit AS unit
       SET key = before.key, ordinal = before.ordinal, parent_id = before.parent_unit_id, unit_kind = before.unit_kind,
           section_type = before.section_type, title = before.title
      FROM (
        SELECT DISTINCT ON (place.unit_id) place.unit_id, place.key, place.ordinal, place.parent_unit_id,
               held.unit_kind, held.section_type, held.title
          FROM cutter_guard.standing_places(v_set.document_id) AS place
          JOIN public.unit_version AS held ON held.id = place.unit_version_id
         WHERE place.enacted
         ORDER BY place.unit_id, place.age DESC
      ) AS before
     WHERE unit.id = before.unit_id AND unit.document_id = v_set.document_id;
  END IF;

  IF p_hard THEN
    DELETE FROM public.information_unit WHERE document_id = v_set.document_id AND run_id = p_run_id;
  END IF;
  UPDATE public.information_unit AS unit SET lifecycle_status = standing.status
    FROM (
      SELECT one.id, CASE WHEN bool_or(held.status = 'enacted') THEN 'enacted'
                          WHEN bool_or(held.status = 'draft') THEN 'draft' ELSE 'retired' END AS status
        FROM public.information_unit AS one
        LEFT JOIN public.unit_version AS held ON held.unit_id = one.id
       WHERE one.document_id = v_set.document_id
       GROUP BY one.id
    ) AS standing
   WHERE unit.id = standing.id AND unit.lifecycle_status <> standing.status;
  -- Nobody is served a draft: it has no other address than its place.
  UPDATE public.information_unit AS unit SET key = unit.cut_key
   WHERE unit.document_id = v_set.document_id AND unit.lifecycle_status = 'draft' AND unit.key <> unit.cut_key;

  INSERT INTO cutter_governance.run_closed (run_id, outcome) VALUES (p_run_id, 'reverted')
  ON CONFLICT ON CONSTRAINT run_closed_pkey DO UPDATE SET outcome = 'reverted', closed_at = transaction_timestamp();
  PERFORM cutter_guard.use_approvals(v_set, 'SG_R_revert_authz', v.approval, ARRAY[]::text[]);
  PERFORM cutter_guard.move_head(v_set.document_id);
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_revert(text, text, boolean) FROM PUBLIC;

-- assert_revert: nothing that the run wrote waits or is served, and what its enactment ended is back. Answers with the facts.
CREATE OR REPLACE FUNCTION cutter_guard.assert_revert(p_set cutter_governance.cut_change_set)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_back bigint;
BEGIN
  IF p_set.reverted_at IS NULL THEN
    PERFORM cutter_guard.refuse('not_reverted', 'the cut of ' || p_set.run_id || ' has not been taken back');
  END IF;
  IF EXISTS (SELECT FROM public.unit_version AS held
              WHERE held.run_id = p_set.run_id AND (p_set.revert_mode = 'hard' OR held.status IN ('draft', 'enacted'))) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a version of ' || p_set.run_id || ' still stands');
  END IF;
  IF EXISTS (SELECT FROM public.information_unit AS unit WHERE unit.document_id = p_set.document_id AND unit.run_id = p_set.run_id
                AND (p_set.revert_mode = 'hard' OR unit.lifecycle_status <> 'retired')) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a unit of ' || p_set.run_id || ' still stands');
  END IF;
  IF EXISTS (
    SELECT log.unit_version_id FROM public.iu_lifecycle_log AS log WHERE log.run_id = p_set.run_id AND log.cause = 'enact'
    EXCEPT
    SELECT back.unit_version_id FROM public.iu_lifecycle_log AS back WHERE back.run_id = p_set.run_id AND back.cause = 'revert') THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'what ' || p_set.run_id || ' had ended has not come back');
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.run_closed AS one WHERE one.run_id = p_set.run_id AND one.outcome = 'reverted') THEN
    PERFORM cutter_guard.refuse('verify_mismatch', p_set.run_id || ' is not closed');
  END IF;
  PERFORM cutter_guard.assert_signatures(p_set, 'SG_R_revert_authz');
  SELECT count(*) INTO v_back FROM public.iu_lifecycle_log AS log WHERE log.run_id = p_set.run_id AND log.cause = 'revert';
  RETURN jsonb_build_object('mode', p_set.revert_mode, 'log_rows', v_back,
    'plan_sha256', cutter_guard.decided_digest(p_set.id, 'SG_R_revert_authz'));
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.assert_revert(cutter_governance.cut_change_set) FROM PUBLIC;
