-- unit_in_force: what was in force at a time, unit for unit, by the lifecycle log: "what was article 5 on 1 July?". Address,
-- place and parent are those of the newest cut that was enacted by then and not taken back by then, or of the baseline.
-- Nothing is guessed: a unit without a place or a version at that time is not in the answer. As the caller, who must be
-- allowed to read the tables.
CREATE OR REPLACE FUNCTION public.unit_in_force(at timestamptz)
RETURNS TABLE (document_id text, key text, unit_id bigint, ordinal integer, parent_unit_id bigint, unit_kind text, section_type text,
  num text, heading text, title text, heading_path text[], body text, sha256 text, version integer, in_force_since timestamptz, run_id text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH RECURSIVE status AS MATERIALIZED (
    -- A version's status at a time is what the last change by then made it, or what the first change after it found.
    SELECT held.id, coalesce(
             (SELECT log.to_status FROM public.iu_lifecycle_log AS log
               WHERE log.unit_version_id = held.id AND log.at <= unit_in_force.at ORDER BY log.at DESC, log.id DESC LIMIT 1),
             (SELECT log.from_status FROM public.iu_lifecycle_log AS log
               WHERE log.unit_version_id = held.id AND log.at > unit_in_force.at ORDER BY log.at, log.id LIMIT 1),
             held.status) AS status,
           coalesce(
             (SELECT max(log.at) FROM public.iu_lifecycle_log AS log
               WHERE log.unit_version_id = held.id AND log.to_status = 'enacted' AND log.at <= unit_in_force.at),
             held.created_at) AS since
      FROM public.unit_version AS held
     WHERE held.created_at <= unit_in_force.at
  ), place AS MATERIALIZED (
    SELECT DISTINCT ON (one.unit_id) one.unit_id, one.key, one.ordinal, one.parent_unit_id
      FROM (
        SELECT row.unit_id, cut.id AS age, row.key, row.ordinal, row.parent_unit_id
          FROM cutter_governance.cut_change_set_affected_row AS row
          JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
         WHERE row.action <> 'retire' AND cut.enacted_at <= unit_in_force.at
           AND (cut.reverted_at IS NULL OR cut.reverted_at > unit_in_force.at)
        UNION ALL
        SELECT row.unit_id, 0, row.key, row.ordinal, row.parent_unit_id FROM cutter_governance.baseline_unit AS row
      ) AS one
     ORDER BY one.unit_id, one.age DESC
  ), standing AS MATERIALIZED (
    SELECT place.*, held.version, held.unit_kind, held.section_type, held.num, held.heading, held.title, held.body, held.sha256,
           held.run_id, status.since
      FROM status
      JOIN public.unit_version AS held ON held.id = status.id
      JOIN place ON place.unit_id = held.unit_id
     WHERE status.status = 'enacted'
  ), path AS (
    SELECT standing.unit_id, ARRAY[standing.title] AS titles, standing.parent_unit_id AS above, 1 AS depth FROM standing
    UNION ALL
    SELECT path.unit_id, standing.title || path.titles, standing.parent_unit_id, path.depth + 1
      FROM path JOIN standing ON standing.unit_id = path.above WHERE path.depth < 200
  ), whole AS MATERIALIZED (
    SELECT DISTINCT ON (path.unit_id) path.unit_id, path.titles FROM path ORDER BY path.unit_id, path.depth DESC
  )
  SELECT unit.document_id, standing.key, standing.unit_id, standing.ordinal, standing.parent_unit_id, standing.unit_kind,
         standing.section_type, standing.num, standing.heading, standing.title, whole.titles, standing.body, standing.sha256,
         standing.version, standing.since, standing.run_id
    FROM standing
    JOIN public.information_unit AS unit ON unit.id = standing.unit_id
    JOIN whole ON whole.unit_id = standing.unit_id
   ORDER BY unit.document_id, standing.ordinal, standing.unit_id
$$;
REVOKE ALL ON FUNCTION public.unit_in_force(timestamptz) FROM PUBLIC;
