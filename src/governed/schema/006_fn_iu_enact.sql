-- fn_iu_enact: draft → enacted for a whole recorded and verified cut; what it replaces is superseded, what the document
-- no longer has is retired. Answers one row for each affected row: `enacted`, `kept` (served already) or `retired`.
CREATE OR REPLACE FUNCTION public.fn_iu_enact(p_run_id text)
RETURNS TABLE (unit_id bigint, status text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  IF NOT FOUND OR v_set.enacted_at IS NOT NULL OR v_set.reverted_at IS NOT NULL THEN
    RAISE EXCEPTION 'fn_iu_enact: % is not recorded, or enacted or reverted already', p_run_id USING ERRCODE = '55000';
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.verify_result WHERE run_id = p_run_id AND kind = 'write') THEN
    RAISE EXCEPTION 'fn_iu_enact: the writes of % have not been verified', p_run_id USING ERRCODE = '55000';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set
              WHERE document_id = v_set.document_id AND id > v_set.id AND reverted_at IS NULL) THEN
    RAISE EXCEPTION 'fn_iu_enact: a later run has cut the document of %', p_run_id USING ERRCODE = '55000';
  END IF;

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
     SET status = 'enacted', ordinal = row.ordinal, parent_id = row.parent_unit_id,
         unit_kind = held.unit_kind, section_type = held.section_type, title = held.title
    FROM cutter_governance.cut_change_set_affected_row AS row
    JOIN public.unit_version AS held ON held.id = row.unit_version_id
   WHERE row.change_set_id = v_set.id AND row.action <> 'retire' AND unit.id = row.unit_id
     AND (unit.status, unit.ordinal, unit.parent_id, unit.unit_kind, unit.section_type, unit.title)
         IS DISTINCT FROM ('enacted', row.ordinal, row.parent_unit_id, held.unit_kind, held.section_type, held.title);

  UPDATE public.information_unit AS unit SET status = 'retired'
    FROM cutter_governance.cut_change_set_affected_row AS row
   WHERE row.change_set_id = v_set.id AND row.action = 'retire' AND unit.id = row.unit_id;

  UPDATE cutter_governance.cut_change_set SET enacted_at = transaction_timestamp() WHERE id = v_set.id;
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_enact(text) FROM PUBLIC;
