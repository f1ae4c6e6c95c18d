-- The lines of a plan (src/plan/plan-lines.ts) built again from the rows that a cut has left: RFC 8785 JSON, keys in
-- order, strings by to_json, which escapes what JSON.stringify escapes and nothing else. Nothing is taken from a caller.

CREATE OR REPLACE FUNCTION cutter_guard.plan_header(
  p_document_id text, p_source_sha256 text, p_profile text, p_granularity text, p_accepts_sha256 text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT '{"accepts_sha256":' || coalesce(to_json(p_accepts_sha256)::text, 'null')
      || ',"document_id":' || to_json(p_document_id)::text
      || ',"format":"countersign/plan/1","granularity":' || to_json(p_granularity)::text
      || ',"profile":' || to_json(p_profile)::text
      || ',"source_sha256":' || to_json(p_source_sha256)::text || '}'
$$;
REVOKE ALL ON FUNCTION cutter_guard.plan_header(text, text, text, text, text) FROM PUBLIC;

-- `was` is left out where a unit has kept its key.
CREATE OR REPLACE FUNCTION cutter_guard.plan_row(
  p_action text, p_ordinal integer, p_key text, p_was text, p_parent text, p_unit_kind text, p_section_type text,
  p_title text, p_num text, p_heading text, p_byte_start bigint, p_byte_end bigint, p_body_sha256 text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT '{"action":' || to_json(p_action)::text
      || ',"body_sha256":' || to_json(p_body_sha256)::text
      || ',"byte_end":' || p_byte_end::text
      || ',"byte_start":' || p_byte_start::text
      || ',"heading":' || coalesce(to_json(p_heading)::text, 'null')
      || ',"key":' || to_json(p_key)::text
      || ',"num":' || coalesce(to_json(p_num)::text, 'null')
      || ',"ordinal":' || p_ordinal::text
      || ',"parent":' || coalesce(to_json(p_parent)::text, 'null')
      || ',"section_type":' || to_json(p_section_type)::text
      || ',"title":' || to_json(p_title)::text
      || ',"unit_kind":' || to_json(p_unit_kind)::text
      || coalesce(',"was":' || to_json(p_was)::text, '') || '}'
$$;
REVOKE ALL ON FUNCTION cutter_guard.plan_row(
  text, integer, text, text, text, text, text, text, text, text, bigint, bigint, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.plan_retired(
  p_key text, p_unit_kind text, p_section_type text, p_title text, p_body_sha256 text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT '{"action":"retire","body_sha256":' || to_json(p_body_sha256)::text
      || ',"key":' || to_json(p_key)::text
      || ',"section_type":' || to_json(p_section_type)::text
      || ',"title":' || to_json(p_title)::text
      || ',"unit_kind":' || to_json(p_unit_kind)::text || '}'
$$;
REVOKE ALL ON FUNCTION cutter_guard.plan_retired(text, text, text, text, text) FROM PUBLIC;

-- Every line of a recorded cut, from 0. Title, kind and digest are those of the version that the cut has placed, so the
-- lines stay what they were when the unit is revised later.
CREATE OR REPLACE FUNCTION cutter_guard.plan_lines(p_change_set_id bigint)
RETURNS TABLE (place bigint, line text) LANGUAGE sql STABLE
AS $$
  SELECT 0, cutter_guard.plan_header(cut.document_id, cut.source_sha256, cut.profile, cut.granularity, cut.accepts_sha256)
    FROM cutter_governance.cut_change_set AS cut WHERE cut.id = p_change_set_id
  UNION ALL
  SELECT row_number() OVER (ORDER BY affected.ordinal NULLS LAST, affected.key COLLATE "C"),
         CASE affected.action
           WHEN 'retire' THEN
             cutter_guard.plan_retired(affected.key, held.unit_kind, held.section_type, held.title, held.sha256)
           ELSE
             cutter_guard.plan_row(affected.action, affected.ordinal, affected.key, affected.was, parent.key, held.unit_kind,
               held.section_type, held.title, held.num, held.heading, affected.byte_start, affected.byte_end, held.sha256)
         END
    FROM cutter_governance.cut_change_set_affected_row AS affected
    -- Looked up one by one: a million units of other documents cost nothing, and the planner has no choice to make.
    CROSS JOIN LATERAL (SELECT one.* FROM public.unit_version AS one WHERE one.id = affected.unit_version_id OFFSET 0) AS held
    LEFT JOIN LATERAL (SELECT one.key FROM cutter_governance.cut_change_set_affected_row AS one
      WHERE one.change_set_id = affected.change_set_id AND one.unit_id = affected.parent_unit_id OFFSET 0) AS parent ON true
   WHERE affected.change_set_id = p_change_set_id
$$;
REVOKE ALL ON FUNCTION cutter_guard.plan_lines(bigint) FROM PUBLIC;

-- What SG_1 must have signed for the rows as they stand, as 64 hexadecimal digits. Planned anew at each call: a plan
-- from when the tables were empty would join 100,000 rows by nested loops.
CREATE OR REPLACE FUNCTION cutter_guard.plan_head(p_change_set_id bigint) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off SET enable_nestloop = off SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_leaf_hashes bytea := (
    SELECT string_agg(cutter_guard.tree_leaf(line), '' ORDER BY place) FROM cutter_guard.plan_lines(p_change_set_id));
BEGIN
  IF v_leaf_hashes IS NULL THEN
    RAISE EXCEPTION 'plan_head: there is no change set %', p_change_set_id USING ERRCODE = 'P0002';
  END IF;
  RETURN encode(cutter_guard.tree_head(v_leaf_hashes), 'hex');
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.plan_head(bigint) FROM PUBLIC;
