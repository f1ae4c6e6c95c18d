-- One signature file over one document: what it claims, whether its key may claim it, and whether it is true; in the order
-- of src/approval/signature.ts. A key must be good both when it signed and now.
CREATE OR REPLACE FUNCTION cutter_guard.verify_signature(
  p_armored bytea, p_document bytea, p_now timestamptz, OUT reason text, OUT detail text, OUT signer text, OUT created_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_armor record;
  v_claim record;
  v_key cutter_governance.signer_key;
  v_digest bytea;
BEGIN
  SELECT * INTO v_armor FROM cutter_guard.read_armor(p_armored);
  reason := v_armor.reason;
  detail := v_armor.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  SELECT * INTO v_claim FROM cutter_guard.read_signature_packet(v_armor.packets);
  reason := v_claim.reason;
  detail := v_claim.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;

  detail := v_claim.issuer;
  SELECT * INTO v_key FROM cutter_governance.signer_key AS one WHERE one.key_fingerprint = v_claim.issuer;
  reason := CASE
    WHEN NOT FOUND THEN 'signer_not_pinned'
    WHEN v_key.revoked_at IS NOT NULL THEN 'key_revoked'
    WHEN v_key.unfit IS NOT NULL THEN v_key.unfit
    WHEN v_key.algorithm <> v_claim.algorithm THEN 'signature_malformed'
    WHEN v_claim.created_at < v_key.valid_from THEN 'key_not_yet_valid'
    WHEN v_key.ends_at <= v_claim.created_at OR v_key.ends_at <= p_now THEN 'key_expired'
    WHEN v_claim.expires_at <= p_now THEN 'signature_expired'
  END;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;

  -- Version 4 ends what is hashed with 04 ff and the length of the hashed part (RFC 9580, 5.2.4).
  v_digest := p_document || v_claim.hashed_part || '\x04ff'::bytea || int4send(octet_length(v_claim.hashed_part));
  v_digest := CASE v_claim.hash WHEN 8 THEN sha256(v_digest) WHEN 9 THEN sha384(v_digest) WHEN 10 THEN sha512(v_digest) END;
  IF substr(v_digest, 1, 2) IS DISTINCT FROM v_claim.left_bits OR (CASE v_key.algorithm
       WHEN 1 THEN cutter_guard.rsa_verify(v_key.material, v_key.exponent, v_claim.hash, v_digest,
                                           cutter_guard.padded(v_claim.numbers, octet_length(v_key.material)))
       ELSE cutter_guard.ed25519_verify(v_key.material, v_digest, v_claim.numbers)
     END) IS NOT TRUE THEN
    reason := 'signature_invalid';
    RETURN;
  END IF;
  detail := NULL;
  signer := v_key.primary_fingerprint;
  created_at := v_claim.created_at;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.verify_signature(bytea, bytea, timestamptz) FROM PUBLIC;
