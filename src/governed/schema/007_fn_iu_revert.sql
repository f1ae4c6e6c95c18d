-- fn_iu_revert: takes a run's cut back. `soft` retires what the run wrote and restores what it replaced, with log rows;
-- `hard` deletes what the run wrote and is refused once enacted. Only a document's newest cut can be taken back.
CREATE OR REPLACE FUNCTION public.fn_iu_revert(p_run_id text, p_mode text)
RETURNS TABLE (unit_version_id bigint, from_status text, to_status text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  IF p_mode IS NULL OR p_mode NOT IN ('soft', 'hard') THEN
    RAISE EXCEPTION 'fn_iu_revert: the mode must be soft or hard' USING ERRCODE = '22023';
  END IF;
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  IF NOT FOUND OR v_set.reverted_at IS NOT NULL THEN
    RAISE EXCEPTION 'fn_iu_revert: % is not recorded, or reverted already', p_run_id USING ERRCODE = '55000';
  END IF;
  IF p_mode = 'hard' AND v_set.enacted_at IS NOT NULL THEN
    RAISE EXCEPTION 'fn_iu_revert: % is enacted, a hard revert is refused', p_run_id USING ERRCODE = '55000';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set
              WHERE document_id = v_set.document_id AND id > v_set.id AND reverted_at IS NULL) THEN
    RAISE EXCEPTION 'fn_iu_revert: a later run has cut the document of %', p_run_id USING ERRCODE = '55000';
  END IF;

  UPDATE cutter_governance.cut_change_set
     SET reverted_at = transaction_timestamp(), revert_mode = p_mode WHERE id = v_set.id;

  IF p_mode = 'hard' THEN
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
       WHERE log.run_id = p_run_id AND log.cause = 'enact' AND held.run_id <> p_run_id
    ), returned AS (
      UPDATE public.unit_version AS held SET status = returning_.to_status FROM returning_ WHERE held.id = returning_.id
    )
    INSERT INTO public.iu_lifecycle_log AS log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
    SELECT unit_id, id, 'revert', from_status, to_status, p_run_id FROM returning_
    RETURNING log.unit_version_id, log.from_status, log.to_status;
  END IF;

  -- Every unit that this run placed goes back to its place in the newest cut that stands.
  UPDATE public.information_unit AS unit
     SET cut_run_id = before.run_id, cut_ordinal = before.ordinal, cut_parent_id = before.parent_unit_id,
         cut_version = before.version
    FROM (
      SELECT DISTINCT ON (row.unit_id) row.unit_id, cut.run_id, row.ordinal, row.parent_unit_id, held.version
        FROM cutter_governance.cut_change_set_affected_row AS row
        JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
        JOIN public.unit_version AS held ON held.id = row.unit_version_id
       WHERE cut.document_id = v_set.document_id AND cut.reverted_at IS NULL AND row.action <> 'retire'
       ORDER BY row.unit_id, cut.id DESC
    ) AS before
   WHERE unit.cut_run_id = p_run_id AND unit.id = before.unit_id;

  -- What is served again is what the newest enacted cut that stands has placed.
  IF v_set.enacted_at IS NOT NULL THEN
    UPDATE public.information_unit AS unit
       SET ordinal = before.ordinal, parent_id = before.parent_unit_id, unit_kind = before.unit_kind,
           section_type = before.section_type, title = before.title
      FROM (
        SELECT DISTINCT ON (row.unit_id) row.unit_id, row.ordinal, row.parent_unit_id,
               held.unit_kind, held.section_type, held.title
          FROM cutter_governance.cut_change_set_affected_row AS row
          JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
          JOIN public.unit_version AS held ON held.id = row.unit_version_id
         WHERE cut.document_id = v_set.document_id AND cut.reverted_at IS NULL AND cut.enacted_at IS NOT NULL
           AND row.action <> 'retire'
         ORDER BY row.unit_id, cut.id DESC
      ) AS before
     WHERE unit.id = before.unit_id AND unit.document_id = v_set.document_id;
  END IF;

  IF p_mode = 'hard' THEN
    DELETE FROM public.information_unit WHERE run_id = p_run_id;
  END IF;
  UPDATE public.information_unit AS unit SET status = standing.status
    FROM (
      SELECT one.id, CASE WHEN bool_or(held.status = 'enacted') THEN 'enacted'
                          WHEN bool_or(held.status = 'draft') THEN 'draft' ELSE 'retired' END AS status
        FROM public.information_unit AS one
        LEFT JOIN public.unit_version AS held ON held.unit_id = one.id
       WHERE one.document_id = v_set.document_id
       GROUP BY one.id
    ) AS standing
   WHERE unit.id = standing.id AND unit.status <> standing.status;
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_revert(text, text) FROM PUBLIC;
