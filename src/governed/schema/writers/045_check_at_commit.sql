-- What must hold of a run's rows when its transaction ends (writers/046 has the account itself), and the trigger that asks.

CREATE OR REPLACE FUNCTION cutter_guard.assert_cut(p_set cutter_governance.cut_change_set)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  PERFORM cutter_guard.assert_account(p_set);
  -- The plan was made from the units as they stood: one that it does not name would stay in force beside the document.
  IF EXISTS (
    SELECT FROM public.information_unit AS unit
     WHERE unit.document_id = p_set.document_id AND unit.lifecycle_status <> 'retired'
       AND unit.cut_run_id IS DISTINCT FROM p_set.run_id
       AND NOT EXISTS (SELECT FROM cutter_governance.cut_change_set_affected_row AS row
                        WHERE row.change_set_id = p_set.id AND row.unit_id = unit.id)) THEN
    PERFORM cutter_guard.refuse('unit_left_out', p_set.document_id || ' has a unit that the plan does not name');
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.assert_cut(cutter_governance.cut_change_set) FROM PUBLIC;

-- check_at_commit: the deferred check on cut_change_set. It runs at COMMIT or not at all: asked for earlier, by SET
-- CONSTRAINTS or PREPARE TRANSACTION, it refuses, since what it has judged could then be committed hours later.
-- The window, the switch, the closing, withdrawals and the keys are judged last, when all else has taken its time.
CREATE OR REPLACE FUNCTION cutter_guard.check_at_commit()
RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
  v_gate CONSTANT text := CASE
    WHEN NEW.reverted_at IS NOT NULL THEN 'SG_R_revert_authz'
    WHEN NEW.enacted_at IS NOT NULL THEN 'SG_2_lifecycle_authz'
    ELSE 'SG_1_cut_authz' END;
  v_digest text;
  v record;
BEGIN
  IF current_query() !~* '^\s*(commit|end)(\s+(work|transaction))?\s*;?\s*$' THEN
    PERFORM cutter_guard.refuse('commit_only', 'the check at COMMIT runs in COMMIT alone');
  END IF;
  -- As it stands now: the row that the trigger was given is the one of its event.
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.id = NEW.id;
  v_digest := cutter_guard.decided_digest(v_set.id, v_gate);
  CASE v_gate
    WHEN 'SG_1_cut_authz' THEN
      PERFORM cutter_guard.assert_cut(v_set);
    WHEN 'SG_2_lifecycle_authz' THEN
      PERFORM cutter_guard.assert_enactment(v_set);
    ELSE
      PERFORM cutter_guard.assert_revert(v_set);
  END CASE;
  SELECT * INTO v FROM cutter_guard.authorise(NEW.run_id, v_gate, v_digest);
  PERFORM cutter_guard.assert_signers(v.enable);
  PERFORM cutter_guard.assert_signers(v.approval);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.check_at_commit() FROM PUBLIC;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
                  WHERE tgname = 'check_at_commit_of_cut' AND tgrelid = 'cutter_governance.cut_change_set'::regclass) THEN
    CREATE CONSTRAINT TRIGGER check_at_commit_of_cut AFTER INSERT ON cutter_governance.cut_change_set
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cutter_guard.check_at_commit();
    CREATE CONSTRAINT TRIGGER check_at_commit_of_change AFTER UPDATE ON cutter_governance.cut_change_set
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (OLD.enacted_at IS DISTINCT FROM NEW.enacted_at OR OLD.reverted_at IS DISTINCT FROM NEW.reverted_at)
      EXECUTE FUNCTION cutter_guard.check_at_commit();
  END IF;
END
$$;
