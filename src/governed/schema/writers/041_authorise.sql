-- authorise: whether this run may pass this gate at this very moment, by the database's own clock and by what was signed:
-- the one question that every writer asks at each call, and the check at COMMIT once more.
-- A compensation needs SG_R alone, since it must stay possible long after the enable ended, also for a closed run.
CREATE OR REPLACE FUNCTION cutter_guard.authorise(
  p_run_id text, p_gate text,
  -- What the gate's approval must have signed; NULL: the newest one says it.
  p_digest text,
  OUT enable text, OUT approval text, OUT digest text, OUT document_id text, OUT source_sha256 text, OUT accepts_sha256 text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_now CONSTANT timestamptz := clock_timestamp();
  v_opening cutter_governance.approval;
  v_found cutter_governance.approval;
  v_binding CONSTANT text := CASE p_gate
    WHEN 'SG_1_cut_authz' THEN 'cutplan_sha256'
    WHEN 'SG_2_lifecycle_authz' THEN 'evidence_sha256'
    WHEN 'SG_R_revert_authz' THEN 'revert_plan_sha256'
  END;
BEGIN
  -- A snapshot older than the fence would not see the switch, a closing or a withdrawal.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM cutter_guard.refuse('isolation', 'writing needs READ COMMITTED, this transaction is ' || current_setting('transaction_isolation'));
  END IF;
  -- In a session that plays a replica neither the check at COMMIT nor a foreign key would run.
  IF current_setting('session_replication_role') <> 'origin' THEN
    PERFORM cutter_guard.refuse('replication_role', 'writing needs a session whose triggers fire');
  END IF;
  IF p_run_id IS NULL OR v_binding IS NULL THEN
    PERFORM cutter_guard.refuse('gate_unknown', 'a run and one of SG_1, SG_2, SG_R are needed');
  END IF;
  -- Shared row locks, held to the end of the transaction: who switches off, closes the run or takes an approval back waits
  -- for this write, or this write waits and finds it done.
  PERFORM FROM cutter_governance.master_switch AS one WHERE one.enabled FOR SHARE;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('switch_off', 'the master switch of this database is off');
  END IF;

  IF p_gate <> 'SG_R_revert_authz' THEN
    SELECT one.* INTO v_opening FROM cutter_governance.approval AS one
     WHERE one.run_id = p_run_id AND one.gate = 'GAP7_execution_enable' AND NOT one.bindings ? 'run_id'
       AND one.run_id = 'run-' || to_char(one.signed_at AT TIME ZONE 'UTC', 'YYYYMMDD') || '-' || left(one.document_sha256, 16)
       FOR SHARE;
    IF NOT FOUND THEN
      PERFORM cutter_guard.refuse('run_not_found', p_run_id || ' was opened by no approval that this database admitted');
    END IF;
    IF v_opening.withdrawn_by IS NOT NULL THEN
      PERFORM cutter_guard.refuse('approval_withdrawn', 'the approval that opened ' || p_run_id || ' was taken back');
    END IF;
    IF v_opening.bindings ->> 'deployment' IS DISTINCT FROM (SELECT one.name FROM cutter_governance.deployment AS one) THEN
      PERFORM cutter_guard.refuse('binding_mismatch', p_run_id || ' was opened for another deployment');
    END IF;
    IF EXISTS (SELECT FROM cutter_governance.run_closed AS one WHERE one.run_id = p_run_id) THEN
      PERFORM cutter_guard.refuse('run_closed', p_run_id || ' is closed');
    END IF;
    document_id := v_opening.bindings ->> 'document_id';
    source_sha256 := v_opening.bindings ->> 'source_sha256';
    accepts_sha256 := v_opening.bindings ->> 'accepts_sha256';

    -- The enable: the opening one, or a renewal that names this run and the same document.
    SELECT one.* INTO v_found FROM cutter_governance.approval AS one
     WHERE one.run_id = p_run_id AND one.gate = 'GAP7_execution_enable' AND one.withdrawn_by IS NULL
       AND one.bindings - ARRAY['run_id', 'recorder_key', 'accepts_sha256']
         = v_opening.bindings - ARRAY['run_id', 'recorder_key', 'accepts_sha256']
     ORDER BY one.valid_until DESC LIMIT 1 FOR SHARE;
    IF v_found.valid_until IS NULL OR v_now >= v_found.valid_until THEN
      PERFORM cutter_guard.refuse('enable_expired', 'the enable of ' || p_run_id || ' ended at ' || cutter_guard.instant(v_found.valid_until));
    END IF;
    enable := v_found.document_sha256;
  END IF;

  SELECT one.* INTO v_found FROM cutter_governance.approval AS one
   WHERE one.run_id = p_run_id AND one.gate = p_gate AND one.withdrawn_by IS NULL
     AND (p_digest IS NULL OR one.bindings ->> v_binding = p_digest)
   ORDER BY one.valid_until DESC LIMIT 1 FOR SHARE;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('gate_not_signed', 'no approval for ' || p_gate || ' of ' || p_run_id || ' signs '
      || v_binding || coalesce(' ' || p_digest, ''));
  END IF;
  IF v_now >= v_found.valid_until THEN
    PERFORM cutter_guard.refuse('window_expired', 'the approval for ' || p_gate || ' ended at ' || cutter_guard.instant(v_found.valid_until));
  END IF;
  approval := v_found.document_sha256;
  digest := v_found.bindings ->> v_binding;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.authorise(text, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.instant(p_at timestamptz)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'no time') $$;
REVOKE ALL ON FUNCTION cutter_guard.instant(timestamptz) FROM PUBLIC;

-- The keys that signed an approval, judged as they stand now: a key that was revoked or has ended since the admission
-- opens nothing. The signatures are not read again: that took 18 ms of each write in a session of its own.
CREATE OR REPLACE FUNCTION cutter_guard.assert_signers(p_document_sha256 text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_approval cutter_governance.approval;
  v_standing integer;
  v_wanted integer;
BEGIN
  IF p_document_sha256 IS NULL THEN
    RETURN;
  END IF;
  SELECT one.* INTO v_approval FROM cutter_governance.approval AS one WHERE one.document_sha256 = p_document_sha256;
  SELECT count(DISTINCT key.primary_fingerprint) INTO v_standing
    FROM cutter_governance.signer_key AS key
   WHERE key.key_fingerprint = ANY (v_approval.signing_keys) AND key.may_sign AND (key.ends_at IS NULL OR clock_timestamp() < key.ends_at);
  SELECT one.signers INTO v_wanted FROM cutter_governance.gate_threshold AS one WHERE one.gate = v_approval.gate;
  IF v_standing < coalesce(v_wanted, 1) THEN
    PERFORM cutter_guard.refuse('key_revoked', 'too few keys that signed for ' || v_approval.gate || ' of ' || v_approval.run_id || ' may sign now');
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.assert_signers(text) FROM PUBLIC;
