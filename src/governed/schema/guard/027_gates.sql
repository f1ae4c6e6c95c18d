-- The gates and what an approval for each is bound to (design section 2): one row for each binding, in the order in which
-- they are judged. `needed`: the guard admits no approval for the gate without it.
CREATE OR REPLACE FUNCTION cutter_guard.gate_bindings()
RETURNS TABLE (gate text, binding text, needed boolean, form text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT one.gate, one.binding, one.needed, CASE
      WHEN one.binding LIKE '%\_sha256' THEN '^[0-9a-f]{64}$'
      WHEN one.binding = 'run_id' THEN '^run-[0-9]{8}-[0-9a-f]{16}$'
      WHEN one.binding = 'document_id' THEN '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'
      WHEN one.binding = 'deployment' THEN '^[a-z0-9][a-z0-9-]{0,62}$'
      WHEN one.binding = 'mode' THEN '^LIVE$'
      WHEN one.binding = 'recorder_key' THEN '^[0-9a-f]{64}$'
    END
    FROM (VALUES
      ('GAP7_execution_enable', 'deployment', true),
      ('GAP7_execution_enable', 'document_id', true),
      ('GAP7_execution_enable', 'mode', true),
      ('GAP7_execution_enable', 'source_sha256', true),
      ('GAP7_execution_enable', 'recorder_key', true),
      ('GAP7_execution_enable', 'run_id', false),
      ('GAP7_execution_enable', 'accepts_sha256', false),
      ('SG_1_cut_authz', 'run_id', true),
      ('SG_1_cut_authz', 'cutplan_sha256', true),
      ('SG_1_cut_authz', 'event_log_sha256', true),
      ('SG_2_lifecycle_authz', 'run_id', true),
      ('SG_2_lifecycle_authz', 'evidence_sha256', true),
      ('SG_2_lifecycle_authz', 'event_log_sha256', true),
      ('SG_R_revert_authz', 'run_id', true),
      ('SG_R_revert_authz', 'revert_plan_sha256', true),
      ('SG_R_revert_authz', 'event_log_sha256', true),
      ('SG_H_release_authz', 'run_id', true),
      ('SG_H_release_authz', 'event_log_sha256', true),
      ('SG_W_withdrawal', 'approval_sha256', true)
    ) AS one (gate, binding, needed)
$$;
REVOKE ALL ON FUNCTION cutter_guard.gate_bindings() FROM PUBLIC;
