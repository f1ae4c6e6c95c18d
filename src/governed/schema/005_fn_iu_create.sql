-- fn_iu_create: puts rows of a cut plan into the database and answers for each: `created`, `revised` or `kept`; any
-- other answer is why it did not. What is served does not change before fn_iu_enact.
-- Many rows a call: entering a security-definer function with its own search_path once a row costs more than the row.
-- JIT would cost half as much again as the work; and a plan made while the tables are empty must
-- neither scan them later nor compare each row of a batch with each other.
CREATE OR REPLACE FUNCTION public.fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb)
RETURNS TABLE (ordinal integer, key text, status text, unit_id bigint, version integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_nestloop = off
AS $$
#variable_conflict use_column
BEGIN
  IF p_run_id IS NULL OR p_document_id IS NULL OR jsonb_typeof(p_rows) IS DISTINCT FROM 'array' THEN
    RAISE EXCEPTION 'fn_iu_create: a run, a document and an array of rows are needed' USING ERRCODE = '22023';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set WHERE run_id = p_run_id) THEN
    RAISE EXCEPTION 'fn_iu_create: % has been recorded already', p_run_id USING ERRCODE = '55000';
  END IF;

  RETURN QUERY
  WITH planned AS MATERIALIZED (
    SELECT one.*, found.id AS found_id, found.cut_version,
           CASE one.action WHEN 'create' THEN nextval('public.information_unit_id_seq') ELSE found.id END AS unit_id,
           CASE one.action WHEN 'create' THEN 1 WHEN 'keep' THEN found.cut_version ELSE found.newest + 1 END AS version
      FROM jsonb_to_recordset(p_rows) AS one (action text, ordinal integer, key text, parent text, unit_kind text,
             section_type text, title text, body text, sha256 text)
      LEFT JOIN LATERAL (
        SELECT unit.id, unit.cut_version,
               (SELECT max(held.version) FROM public.unit_version AS held WHERE held.unit_id = unit.id) AS newest
          FROM public.information_unit AS unit
         WHERE unit.document_id = p_document_id AND unit.key = one.key AND unit.status <> 'retired' LIMIT 1
      ) AS found ON true
  ), placed AS MATERIALIZED (
    -- A parent stands before its children in the plan, so it is part of this cut already.
    SELECT planned.*, coalesce(beside.unit_id, earlier.id) AS parent_id
      FROM planned
      LEFT JOIN planned AS beside ON beside.key = planned.parent AND beside.ordinal < planned.ordinal
      LEFT JOIN LATERAL (
        SELECT unit.id FROM public.information_unit AS unit
         WHERE beside.key IS NULL AND unit.document_id = p_document_id AND unit.key = planned.parent
           AND unit.status <> 'retired' AND unit.cut_run_id = p_run_id LIMIT 1
      ) AS earlier ON true
  ), fit AS (
    SELECT * FROM placed WHERE parent IS NULL OR parent_id IS NOT NULL
  ), created AS (
    INSERT INTO public.information_unit AS unit (
      id, document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
      cut_run_id, cut_ordinal, cut_parent_id, cut_version)
    OVERRIDING SYSTEM VALUE
    SELECT unit_id, p_document_id, key, ordinal, parent_id, unit_kind, section_type, title, p_run_id,
           p_run_id, ordinal, parent_id, 1
      FROM fit WHERE action = 'create' AND found_id IS NULL ORDER BY ordinal
    RETURNING unit.id, unit.status
  ), moved AS (
    UPDATE public.information_unit AS unit
       SET cut_run_id = p_run_id, cut_ordinal = fit.ordinal, cut_parent_id = fit.parent_id, cut_version = fit.version
      FROM fit
     WHERE unit.id = ANY (ARRAY(SELECT found_id FROM fit WHERE found_id IS NOT NULL)) AND unit.id = fit.found_id
       AND unit.cut_run_id <> p_run_id AND fit.action IN ('revise', 'keep')
    RETURNING unit.id, unit.status
  ), standing AS MATERIALIZED (
    SELECT id, status FROM created UNION ALL SELECT id, status FROM moved
  ), written AS (
    INSERT INTO public.unit_version AS held (unit_id, version, unit_kind, section_type, title, body, sha256, run_id)
    SELECT fit.unit_id, fit.version, fit.unit_kind, fit.section_type, fit.title, fit.body, fit.sha256, p_run_id
      FROM fit JOIN standing ON standing.id = fit.unit_id WHERE fit.action <> 'keep' ORDER BY fit.ordinal
    RETURNING held.unit_id
  )
  SELECT placed.ordinal, placed.key,
         CASE
           WHEN placed.parent IS NOT NULL AND placed.parent_id IS NULL THEN 'parent_absent'
           WHEN placed.action IN ('revise', 'keep') AND placed.found_id IS NULL THEN 'absent'
           WHEN placed.action = 'create' AND placed.found_id IS NOT NULL THEN 'exists'
           WHEN standing.id IS NULL THEN CASE placed.action WHEN 'create' THEN 'not_created' ELSE 'cut_twice' END
           WHEN placed.action = 'create' AND standing.status <> 'draft' THEN standing.status
           WHEN placed.action = 'keep' AND NOT EXISTS (
             SELECT FROM public.unit_version AS held
              WHERE held.unit_id = placed.unit_id AND held.version = placed.version AND held.sha256 = placed.sha256
                AND (held.title, held.unit_kind, held.section_type) = (placed.title, placed.unit_kind, placed.section_type)
           ) THEN 'differs'
           WHEN placed.action = 'keep' THEN 'kept'
           WHEN written.unit_id IS NULL THEN 'no_version'
           WHEN placed.action = 'create' THEN 'created'
           ELSE 'revised'
         END,
         standing.id, placed.version
    FROM placed
    LEFT JOIN standing ON standing.id = placed.unit_id
    LEFT JOIN written ON written.unit_id = placed.unit_id;
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_create(text, text, jsonb) FROM PUBLIC;
