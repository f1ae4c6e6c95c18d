-- What the bot may say about a run without a signature: how far its log has come, that it is over, that everything is off.
-- Each goes one way only. Nothing can be said about a run that this database does not know.

CREATE OR REPLACE FUNCTION cutter_guard.knows_run(p_run_id text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT cutter_guard.opening_of(p_run_id) IS NOT NULL
      OR EXISTS (SELECT FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id)
$$;
REVOKE ALL ON FUNCTION cutter_guard.knows_run(text) FROM PUBLIC;

-- fn_note_head: the log has come this far. Noted again, it is the same; an earlier or another entry at that place is refused.
CREATE OR REPLACE FUNCTION cutter_governance.fn_note_head(p_run_id text, p_entries bigint, p_head_sha256 text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_held cutter_governance.run_head;
BEGIN
  IF NOT cutter_guard.knows_run(p_run_id) THEN
    PERFORM cutter_guard.refuse('run_not_found', p_run_id || ' is not known here');
  END IF;
  INSERT INTO cutter_governance.run_head AS held (run_id, entries, head_sha256) VALUES (p_run_id, p_entries, p_head_sha256)
  ON CONFLICT (run_id) DO UPDATE SET entries = excluded.entries, head_sha256 = excluded.head_sha256, noted_at = transaction_timestamp()
   WHERE held.entries < excluded.entries;
  SELECT * INTO v_held FROM cutter_governance.run_head AS one WHERE one.run_id = p_run_id;
  IF (v_held.entries, v_held.head_sha256) IS DISTINCT FROM (p_entries, p_head_sha256) THEN
    PERFORM cutter_guard.refuse('head_rewound', 'the log of ' || p_run_id || ' had ' || v_held.entries || ' entries, ' || p_entries || ' are stated');
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_note_head(text, bigint, text) FROM PUBLIC;

-- fn_close_run: abandoned. What the run has written stays as it is; only SG_R can still be carried out.
CREATE OR REPLACE FUNCTION cutter_governance.fn_close_run(p_run_id text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT cutter_guard.knows_run(p_run_id) THEN
    PERFORM cutter_guard.refuse('run_not_found', p_run_id || ' is not known here');
  END IF;
  -- A write of this run that is under way ends first.
  PERFORM FROM cutter_governance.approval AS one WHERE one.document_sha256 = cutter_guard.opening_of(p_run_id) FOR UPDATE;
  INSERT INTO cutter_governance.run_closed (run_id, outcome) VALUES (p_run_id, 'abandoned') ON CONFLICT DO NOTHING;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_close_run(text) FROM PUBLIC;

-- fn_master_off: from its COMMIT on nothing is written. The row waits for the write that is under way (writers/041), so that
-- "off" is true when it answers; 55P03 when that write does not end within the caller's lock_timeout: end its session and
-- ask again. Switching on again is workflow_admin's.
CREATE OR REPLACE FUNCTION cutter_governance.fn_master_off(p_by text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE cutter_governance.master_switch SET enabled = false, changed_at = clock_timestamp(), changed_by = left(p_by, 100);
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_master_off(text) FROM PUBLIC;

-- master_on: as workflow_admin alone, by `enable-master`.
CREATE OR REPLACE FUNCTION cutter_guard.master_on(p_by text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO cutter_governance.master_switch AS one (enabled, changed_by) VALUES (true, left(p_by, 100))
  ON CONFLICT (only_row) DO UPDATE SET enabled = true, changed_at = clock_timestamp(), changed_by = excluded.changed_by;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.master_on(text) FROM PUBLIC;
