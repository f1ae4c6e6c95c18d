-- write_fence: only one run writes at a time (design section 3, invariant 2). A row lock that no login can take by itself:
-- the functions take it, and only for a run that is authorised at that moment, so nobody can hold up the writers with a
-- stolen password alone.
CREATE TABLE IF NOT EXISTS cutter_governance.write_fence (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
);
INSERT INTO cutter_governance.write_fence DEFAULT VALUES ON CONFLICT DO NOTHING;

-- 55P03 when another transaction holds it.
CREATE OR REPLACE FUNCTION cutter_guard.take_fence()
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM FROM cutter_governance.write_fence FOR UPDATE NOWAIT;
  -- For the triggers of writers/056: what this transaction writes is written by the functions.
  PERFORM set_config('cutter_guard.fence', pg_current_xact_id()::text, true);
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.take_fence() FROM PUBLIC;

-- fn_open_write: the first call of every transaction that writes. Asks before the fence, so that only who is authorised
-- can hold it, and again behind it, since whoever held it may have switched off or closed.
CREATE OR REPLACE FUNCTION cutter_governance.fn_open_write(p_run_id text, p_gate text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v record;
BEGIN
  PERFORM cutter_guard.authorise(p_run_id, p_gate, NULL);
  PERFORM cutter_guard.take_fence();
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, p_gate, NULL);
  PERFORM cutter_guard.assert_signers(v.enable);
  PERFORM cutter_guard.assert_signers(v.approval);
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_open_write(text, text) FROM PUBLIC;
