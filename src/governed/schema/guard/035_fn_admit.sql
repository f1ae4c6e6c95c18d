-- fn_admit: the only way in which an approval becomes known to this database. Judged by its own clock; what is accepted is
-- kept, what is rejected leaves nothing. Admitting the same unused document again gives the same answer.
CREATE OR REPLACE FUNCTION cutter_governance.fn_admit(document bytea, signatures bytea[])
RETURNS TABLE (verdict text, reason text, detail text, document_sha256 text, gate text, run_id text, signers text[],
  signed_at timestamptz, valid_until timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p_document CONSTANT bytea := document;
  p_signatures CONSTANT bytea[] := signatures;
  v record;
  v_use record;
BEGIN
  IF cardinality(p_signatures) > 16 THEN
    RAISE EXCEPTION 'fn_admit: more than 16 signatures' USING ERRCODE = '22023';
  END IF;
  SELECT * INTO v FROM cutter_guard.judge(p_document, p_signatures, clock_timestamp(), true);

  IF v.verdict = 'accepted' THEN
    -- Admissions follow one another from here, so that a document and its withdrawal cannot pass each other unseen. Only
    -- the owner may lock this row: no login can hold up the others without a signed document in its hands.
    PERFORM FROM cutter_governance.deployment FOR NO KEY UPDATE;
    -- A withdrawal waits here for whoever is using what it withdraws, and then finds it used.
    PERFORM FROM cutter_governance.approval AS one WHERE one.document_sha256 = v.bindings ->> 'approval_sha256' FOR UPDATE;
    SELECT * INTO v_use FROM cutter_guard.check_use(v.document_sha256, v.bindings);
    IF v_use.reason IS NOT NULL THEN
      RETURN QUERY SELECT 'rejected', v_use.reason, v_use.detail, v.document_sha256, v.gate, v.run_id, NULL::text[],
        v.signed_at, NULL::timestamptz;
      RETURN;
    END IF;
    UPDATE cutter_governance.approval AS one SET withdrawn_by = v.document_sha256
     WHERE one.document_sha256 = v.bindings ->> 'approval_sha256' AND one.withdrawn_by IS NULL;
    INSERT INTO cutter_governance.approval AS held (
      document_sha256, document, signatures, gate, run_id, bindings, signed_at, valid_until, signers, signing_keys)
    VALUES (v.document_sha256, p_document, p_signatures, v.gate, v.run_id, v.bindings, v.signed_at, v.valid_until, v.signers,
      cutter_guard.signing_keys(p_signatures))
    ON CONFLICT (document_sha256) DO UPDATE
       SET signatures = excluded.signatures, signers = excluded.signers, signing_keys = excluded.signing_keys,
           valid_until = excluded.valid_until
     WHERE held.signers <@ excluded.signers
       AND (held.valid_until < excluded.valid_until OR NOT excluded.signers <@ held.signers);
  END IF;
  RETURN QUERY SELECT v.verdict, v.reason, v.detail, v.document_sha256, v.gate, v.run_id, v.signers, v.signed_at, v.valid_until;
END
$$;
REVOKE ALL ON FUNCTION cutter_governance.fn_admit(bytea, bytea[]) FROM PUBLIC;

-- The keys that made signatures which have been verified.
CREATE OR REPLACE FUNCTION cutter_guard.signing_keys(p_signatures bytea[])
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT array_agg(DISTINCT claim.issuer)
    FROM unnest(p_signatures) AS armored
    CROSS JOIN LATERAL cutter_guard.read_armor(armored) AS armor
    CROSS JOIN LATERAL cutter_guard.read_signature_packet(armor.packets) AS claim
$$;
REVOKE ALL ON FUNCTION cutter_guard.signing_keys(bytea[]) FROM PUBLIC;
