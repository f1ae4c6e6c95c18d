-- The verdict on a document and its signatures at a given time: the admission of src/approval/admission.ts, in its order,
-- less what only git and the run know. Reads the keys, the thresholds and what was used before; changes nothing.
CREATE OR REPLACE FUNCTION cutter_guard.judge(
  p_document bytea, p_signatures bytea[], p_now timestamptz,
  -- Whether every binding that the gate needs must be there, and the deployment be this one.
  p_bound boolean,
  OUT verdict text, OUT reason text, OUT detail text, OUT document_sha256 text, OUT gate text, OUT run_id text,
  OUT bindings jsonb, OUT signers text[], OUT signed_at timestamptz, OUT valid_until timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_read record;
  v_signed record;
  v_armored bytea;
  v_at timestamptz;
  v_instants timestamptz[];
  v_wanted integer;
  v_by text[] := ARRAY[]::text[];
BEGIN
  IF p_document IS NULL OR p_signatures IS NULL OR p_now IS NULL OR p_bound IS NULL THEN
    RAISE EXCEPTION 'an approval, its signatures and a time are needed' USING ERRCODE = '22004';
  END IF;
  verdict := 'rejected';

  SELECT * INTO v_read FROM cutter_guard.read_approval(p_document);
  reason := v_read.reason;
  detail := v_read.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  gate := v_read.gate;
  bindings := v_read.bindings;
  signed_at := v_read.signed_at;
  document_sha256 := encode(sha256(p_document), 'hex');
  run_id := coalesce(bindings ->> 'run_id', cutter_guard.run_id_of(p_document));
  IF p_bound THEN
    SELECT bound.reason, bound.detail INTO reason, detail FROM cutter_guard.check_bindings(gate, bindings) AS bound;
    IF reason IS NOT NULL THEN
      RETURN;
    END IF;
  END IF;

  IF cardinality(p_signatures) = 0 THEN
    reason := 'signature_missing';
    RETURN;
  END IF;
  v_instants := ARRAY[signed_at];
  FOREACH v_armored IN ARRAY p_signatures LOOP
    SELECT * INTO v_signed FROM cutter_guard.verify_signature(v_armored, p_document, p_now);
    IF v_signed.signer IS NULL THEN
      reason := v_signed.reason;
      detail := v_signed.detail;
      RETURN;
    END IF;
    v_by := v_by || v_signed.signer;
    v_instants := v_instants || v_signed.created_at;
  END LOOP;

  v_by := ARRAY(SELECT DISTINCT one FROM unnest(v_by) AS one ORDER BY one);
  SELECT one.signers INTO v_wanted FROM cutter_governance.gate_threshold AS one WHERE one.gate = v_read.gate;
  IF cardinality(v_by) < coalesce(v_wanted, 1) THEN
    reason := 'threshold_not_met';
    detail := cardinality(v_by) || ' of ' || v_wanted || ' signers';
    RETURN;
  END IF;

  FOREACH v_at IN ARRAY v_instants LOOP
    IF v_at - signed_at NOT BETWEEN interval '-15 minutes' AND interval '15 minutes' THEN
      reason := 'times_disagree';
      RETURN;
    END IF;
  END LOOP;
  FOREACH v_at IN ARRAY v_instants LOOP
    IF v_at > p_now THEN
      reason := 'signed_in_future';
      RETURN;
    END IF;
    IF p_now - v_at >= interval '24:00' THEN
      reason := 'window_expired';
      RETURN;
    END IF;
  END LOOP;

  SELECT used.reason, used.detail INTO reason, detail FROM cutter_guard.check_use(document_sha256, bindings) AS used;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  verdict := 'accepted';
  signers := v_by;
  valid_until := (SELECT min(one) FROM unnest(v_instants) AS one) + interval '24:00';
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.judge(bytea, bytea[], timestamptz, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.check_bindings(p_gate text, p_bindings jsonb, OUT reason text, OUT detail text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_name text;
BEGIN
  SELECT one.binding INTO detail FROM cutter_guard.gate_bindings() AS one
   WHERE one.gate = p_gate AND one.needed AND NOT p_bindings ? one.binding LIMIT 1;
  IF detail IS NOT NULL THEN
    reason := 'binding_missing';
    RETURN;
  END IF;
  -- Every other gate names a run, or an approval, which names a deployment in its turn.
  SELECT one.name INTO v_name FROM cutter_governance.deployment AS one;
  IF p_gate = 'GAP7_execution_enable' AND p_bindings ->> 'deployment' IS DISTINCT FROM v_name THEN
    reason := 'binding_mismatch';
    detail := 'deployment is ' || (p_bindings ->> 'deployment') || ', expected ' || coalesce(v_name, 'none: this database has no name');
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.check_bindings(text, jsonb) FROM PUBLIC;

-- By what was signed, never by the bytes of a signature: those can be changed and stay valid.
CREATE OR REPLACE FUNCTION cutter_guard.check_use(p_document_sha256 text, p_bindings jsonb, OUT reason text, OUT detail text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT found.reason, found.detail FROM (
    SELECT 'approval_withdrawn', 'by ' || one.document_sha256 FROM cutter_governance.approval AS one
     WHERE one.gate = 'SG_W_withdrawal' AND one.bindings ->> 'approval_sha256' = p_document_sha256
    UNION ALL
    SELECT 'already_used', 'by ' || one.used_by FROM cutter_governance.approval AS one
     WHERE one.document_sha256 = p_document_sha256 AND one.used_at IS NOT NULL
    UNION ALL
    SELECT 'withdrawal_too_late', 'used by ' || one.used_by FROM cutter_governance.approval AS one
     WHERE one.document_sha256 = p_bindings ->> 'approval_sha256' AND one.used_at IS NOT NULL
  ) AS found (reason, detail) LIMIT 1
$$;
REVOKE ALL ON FUNCTION cutter_guard.check_use(text, jsonb) FROM PUBLIC;
