-- fn_open_cut: begins the one cut of a run. Document, source and plan are those that were signed; the caller names the
-- plan among the signed ones, and the rest of its header, which the signed digest covers.
CREATE OR REPLACE FUNCTION cutter_governance.fn_open_cut(
  p_run_id text, p_cutplan_sha256 text, p_profile text, p_granularity text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v record;
  v_id bigint;
BEGIN
  PERFORM cutter_governance.fn_open_write(p_run_id, 'SG_1_cut_authz');
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, 'SG_1_cut_authz', p_cutplan_sha256);
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id) THEN
    PERFORM cutter_guard.refuse('already_cut', p_run_id || ' has been recorded already');
  END IF;
  IF EXISTS (SELECT FROM public.information_unit AS one
              WHERE one.document_id = v.document_id AND one.lifecycle_status <> 'retired' AND one.cut_version IS NULL) THEN
    PERFORM cutter_guard.refuse('not_baselined', v.document_id || ' has units from before: run `countersign db baseline` first');
  END IF;
  INSERT INTO cutter_governance.cut_change_set AS one
    (run_id, document_id, source_sha256, cutplan_sha256, profile, granularity, accepts_sha256)
  VALUES (p_run_id, v.document_id, v.source_sha256, v.digest, p_profile, p_granularity, v.accepts_sha256)
  RETURNING one.id INTO v_id;
  RETURN v_id;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_open_cut(text, text, text, text) FROM PUBLIC;

-- fn_iu_create: puts rows of a cut plan into the database, with the rows that account for them, and answers for each:
-- `created`, `revised`, `moved`, `renumbered`, `kept` or `retiring`; any other answer is why it did not. What is served does not change before
-- fn_iu_enact. Whatever the caller sends, only what SG_1 signed passes the check at COMMIT.
-- Many rows a call: entering a security-definer function with its own search_path once a row costs more than the row.
-- JIT would cost half as much again as the work; and a plan made while the tables are empty must
-- neither scan them later nor compare each row of a batch with each other.
CREATE OR REPLACE FUNCTION public.fn_iu_create(p_run_id text, p_rows jsonb)
RETURNS TABLE (ordinal integer, key text, status text, unit_id bigint, version integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  IF p_run_id IS NULL OR jsonb_typeof(p_rows) IS DISTINCT FROM 'array' THEN
    PERFORM cutter_guard.refuse('incomplete', 'fn_iu_create needs a run and an array of rows');
  END IF;
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('not_opened', p_run_id || ' has no open cut: call fn_open_cut first');
  END IF;
  -- No change set is ever committed open, so an open one is this transaction's own.
  IF v_set.recorded THEN
    PERFORM cutter_guard.refuse('already_cut', p_run_id || ' has been recorded already');
  END IF;
  PERFORM cutter_guard.authorise(p_run_id, 'SG_1_cut_authz', v_set.cutplan_sha256);

  RETURN QUERY
  WITH planned AS MATERIALIZED (
    SELECT one.*, found.id AS found_id,
           CASE one.action WHEN 'create' THEN nextval('public.information_unit_id_seq') ELSE found.id END AS unit_id,
           CASE WHEN one.action = 'create' THEN 1
                WHEN one.action IN ('revise', 'renumber') THEN 1 + (
                  SELECT max(held.version) FROM public.unit_version AS held WHERE held.unit_id = found.id)
                ELSE found.cut_version END AS version
      FROM jsonb_to_recordset(p_rows) AS one (action text, ordinal integer, key text, was text, parent text, unit_kind text,
             section_type text, title text, num text, heading text, body text, sha256 text, byte_start bigint, byte_end bigint)
      -- By the address of the cut before, among the units that this cut has not placed yet. Two that share it, since an
      -- earlier cut was never enacted, are not told apart here: then the row is `absent`.
      LEFT JOIN LATERAL (
        SELECT min(unit.id) AS id, min(unit.cut_version) AS cut_version
          FROM public.information_unit AS unit
         WHERE one.action <> 'create' AND unit.document_id = v_set.document_id AND unit.cut_key = coalesce(one.was, one.key)
           AND unit.lifecycle_status <> 'retired' AND unit.cut_run_id IS DISTINCT FROM p_run_id
        HAVING count(*) = 1
      ) AS found ON true
  ), placed AS MATERIALIZED (
    -- A parent stands before its children in the plan, so it is part of this cut already.
    SELECT planned.*, coalesce(beside.unit_id, earlier.id) AS parent_id
      FROM planned
      LEFT JOIN planned AS beside ON beside.key = planned.parent AND beside.ordinal < planned.ordinal
      LEFT JOIN LATERAL (
        SELECT unit.id FROM public.information_unit AS unit
         WHERE beside.key IS NULL AND unit.document_id = v_set.document_id AND unit.cut_key = planned.parent
           AND unit.lifecycle_status <> 'retired' AND unit.cut_run_id = p_run_id LIMIT 1
      ) AS earlier ON true
  ), fit AS (
    SELECT * FROM placed WHERE parent IS NULL OR parent_id IS NOT NULL
  ), created AS (
    INSERT INTO public.information_unit AS unit (
      id, document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
      cut_run_id, cut_key, cut_ordinal, cut_parent_id, cut_version)
    OVERRIDING SYSTEM VALUE
    SELECT unit_id, v_set.document_id, key, ordinal, parent_id, unit_kind, section_type, title, p_run_id,
           p_run_id, key, ordinal, parent_id, 1
      FROM fit WHERE action = 'create' ORDER BY ordinal
    RETURNING unit.id, unit.lifecycle_status
  ), moved AS (
    UPDATE public.information_unit AS unit
       SET cut_run_id = p_run_id, cut_key = fit.key, cut_ordinal = fit.ordinal, cut_parent_id = fit.parent_id,
           cut_version = fit.version,
           -- Nobody is served a draft: it has no other address than this.
           key = CASE WHEN unit.lifecycle_status = 'draft' THEN fit.key ELSE unit.key END
      FROM fit
     WHERE unit.id = ANY (ARRAY(SELECT found_id FROM fit WHERE found_id IS NOT NULL AND action <> 'retire'))
       AND unit.id = fit.found_id AND fit.action IN ('revise', 'move', 'renumber', 'keep')
    RETURNING unit.id, unit.lifecycle_status
  ), standing AS MATERIALIZED (
    SELECT id, lifecycle_status FROM created UNION ALL SELECT id, lifecycle_status FROM moved
    UNION ALL
    SELECT found_id, 'retiring' FROM fit WHERE action = 'retire' AND found_id IS NOT NULL
  ), written AS (
    INSERT INTO public.unit_version AS held (unit_id, version, unit_kind, section_type, title, num, heading, body, sha256, run_id)
    SELECT fit.unit_id, fit.version, fit.unit_kind, fit.section_type, fit.title, fit.num, fit.heading, fit.body, fit.sha256, p_run_id
      FROM fit JOIN standing ON standing.id = fit.unit_id
     WHERE fit.action IN ('create', 'revise', 'renumber') ORDER BY fit.ordinal
    RETURNING held.id, held.unit_id
  ), accounted AS (
    INSERT INTO cutter_governance.cut_change_set_affected_row (
      change_set_id, run_id, document_id, unit_id, unit_version_id, action, key, was, ordinal, parent_unit_id, byte_start, byte_end)
    SELECT v_set.id, p_run_id, v_set.document_id, fit.unit_id, coalesce(written.id, (
             SELECT held.id FROM public.unit_version AS held WHERE held.unit_id = fit.unit_id AND held.version = fit.version
           )), fit.action, fit.key, fit.was, fit.ordinal, fit.parent_id, fit.byte_start, fit.byte_end
      FROM fit JOIN standing ON standing.id = fit.unit_id LEFT JOIN written ON written.unit_id = fit.unit_id
  )
  SELECT placed.ordinal, placed.key,
         CASE
           WHEN placed.parent IS NOT NULL AND placed.parent_id IS NULL THEN 'parent_absent'
           WHEN placed.action <> 'create' AND placed.found_id IS NULL THEN 'absent'
           WHEN standing.id IS NULL THEN 'not_placed'
           WHEN placed.action = 'create' AND standing.lifecycle_status <> 'draft' THEN standing.lifecycle_status
           WHEN placed.action IN ('move', 'keep', 'retire') AND NOT EXISTS (
             SELECT FROM public.unit_version AS held
              WHERE held.unit_id = placed.unit_id AND held.version = placed.version AND held.sha256 = placed.sha256
                AND (held.title, held.unit_kind, held.section_type) = (placed.title, placed.unit_kind, placed.section_type)
                AND (placed.action = 'retire' OR (held.num, held.heading) IS NOT DISTINCT FROM (placed.num, placed.heading))
           ) THEN 'differs'
           WHEN placed.action = 'keep' THEN 'kept'
           WHEN placed.action = 'move' THEN 'moved'
           WHEN placed.action = 'retire' THEN 'retiring'
           WHEN written.unit_id IS NULL THEN 'no_version'
           WHEN placed.action = 'create' THEN 'created'
           WHEN placed.action = 'renumber' THEN 'renumbered'
           ELSE 'revised'
         END,
         standing.id, placed.version
    FROM placed
    LEFT JOIN standing ON standing.id = placed.unit_id
    LEFT JOIN written ON written.unit_id = placed.unit_id;
END
$$;
REVOKE ALL ON FUNCTION public.fn_iu_create(text, jsonb) FROM PUBLIC;
