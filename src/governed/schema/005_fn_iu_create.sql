-- fn_iu_create: puts one row of a cut plan into the database and answers `created`, `revised` or `kept`; any other
-- answer is why it did not. What is served does not change before fn_iu_enact.
CREATE OR REPLACE FUNCTION public.fn_iu_create(
  p_run_id text, p_document_id text, p_action text, p_ordinal integer, p_key text, p_parent_key text,
  p_unit_kind text, p_section_type text, p_title text, p_body text, p_sha256 text
) RETURNS TABLE (status text, unit_id bigint, version integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_parent bigint;
  v_found public.information_unit;
BEGIN
  IF p_action IS NULL OR p_action NOT IN ('create', 'revise', 'keep') THEN
    RAISE EXCEPTION 'fn_iu_create: the action must be create, revise or keep' USING ERRCODE = '22023';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set WHERE run_id = p_run_id) THEN
    RAISE EXCEPTION 'fn_iu_create: % has been recorded already', p_run_id USING ERRCODE = '55000';
  END IF;
  IF p_parent_key IS NOT NULL THEN
    -- A parent stands before its children in the plan, so it is already part of this cut.
    SELECT id INTO v_parent FROM public.information_unit
     WHERE document_id = p_document_id AND key = p_parent_key AND status <> 'retired' AND cut_run_id = p_run_id;
    IF NOT FOUND THEN
      RETURN QUERY SELECT 'parent_absent', NULL::bigint, NULL::integer;
      RETURN;
    END IF;
  END IF;

  IF p_action = 'create' THEN
    version := 1;
    INSERT INTO public.information_unit AS unit (
      document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
      cut_run_id, cut_ordinal, cut_parent_id, cut_version)
    VALUES (p_document_id, p_key, p_ordinal, v_parent, p_unit_kind, p_section_type, p_title, p_run_id,
      p_run_id, p_ordinal, v_parent, 1)
    ON CONFLICT (document_id, key) WHERE status <> 'retired' DO NOTHING
    RETURNING unit.id, CASE unit.status WHEN 'draft' THEN 'created' ELSE unit.status END INTO unit_id, status;
    IF NOT FOUND THEN
      RETURN QUERY SELECT 'not_created', NULL::bigint, NULL::integer;
      RETURN;
    END IF;
  ELSE
    SELECT * INTO v_found FROM public.information_unit
     WHERE document_id = p_document_id AND key = p_key AND status <> 'retired';
    IF NOT FOUND THEN
      RETURN QUERY SELECT 'absent', NULL::bigint, NULL::integer;
      RETURN;
    END IF;
    unit_id := v_found.id;
    version := v_found.cut_version;
    IF p_action = 'keep' THEN
      PERFORM FROM public.unit_version AS held
        WHERE held.unit_id = v_found.id AND held.version = v_found.cut_version AND held.sha256 = p_sha256
          AND held.title = p_title AND held.unit_kind = p_unit_kind AND held.section_type = p_section_type;
      status := CASE WHEN FOUND THEN 'kept' ELSE 'differs' END;
    ELSE
      SELECT max(held.version) + 1 INTO version FROM public.unit_version AS held WHERE held.unit_id = v_found.id;
      status := 'revised';
    END IF;
    UPDATE public.information_unit
       SET cut_run_id = p_run_id, cut_ordinal = p_ordinal, cut_parent_id = v_parent, cut_version = version
     WHERE id = v_found.id AND cut_run_id <> p_run_id;
    IF NOT FOUND THEN
      status := 'cut_twice';
    END IF;
  END IF;

  IF p_action <> 'keep' THEN
    INSERT INTO public.unit_version (unit_id, version, unit_kind, section_type, title, body, sha256, run_id)
    VALUES (unit_id, version, p_unit_kind, p_section_type, p_title, p_body, p_sha256, p_run_id);
    IF NOT FOUND THEN
      status := 'no_version';
    END IF;
  END IF;
  RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_create(
  text, text, text, integer, text, text, text, text, text, text, text) FROM PUBLIC;
