-- The hashed subpackets of a document signature: who signed and when (RFC 9580, 5.2.3.7). Each claim stands there exactly
-- once, and nothing that is critical is passed over: the same rules as src/approval/subpackets.ts.
CREATE OR REPLACE FUNCTION cutter_guard.read_claims(
  p_area bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamptz, OUT expires_at timestamptz)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  creation_time CONSTANT integer := 2;
  expiration_time CONSTANT integer := 3;
  revocation_key CONSTANT integer := 12;
  issuer_key_id CONSTANT integer := 16;
  signature_target CONSTANT integer := 31;
  embedded_signature CONSTANT integer := 32;
  issuer_fingerprint CONSTANT integer := 33;
  v_at integer := 0;
  v_first integer;
  v_length bigint;
  v_types integer[] := ARRAY[]::integer[];
  v_critical boolean[] := ARRAY[]::boolean[];
  v_bodies bytea[] := ARRAY[]::bytea[];
  v_body bytea;
  v_times integer := 0;
  v_lives integer := 0;
  v_issuers integer := 0;
  v_created bigint;
  v_life bigint := 0;
  v_fingerprint bytea;
BEGIN
  WHILE v_at < octet_length(p_area) LOOP
    v_first := get_byte(p_area, v_at);
    v_at := v_at + CASE WHEN v_first < 192 THEN 1 WHEN v_first < 255 THEN 2 ELSE 5 END;
    IF v_at >= octet_length(p_area) THEN
      v_length := 0;
    ELSE
      v_length := CASE
        WHEN v_first < 192 THEN v_first
        WHEN v_first < 255 THEN ((v_first - 192) << 8) + get_byte(p_area, v_at - 1) + 192
        ELSE cutter_guard.big_endian(substr(p_area, v_at - 3, 4))::bigint END;
    END IF;
    IF v_length = 0 OR v_at + v_length > octet_length(p_area) THEN
      reason := 'signature_malformed';
      detail := 'the lengths of the subpackets do not add up';
      RETURN;
    END IF;
    v_types := v_types || (get_byte(p_area, v_at) & 127);
    v_critical := v_critical || (get_byte(p_area, v_at) > 127);
    v_bodies := v_bodies || substr(p_area, v_at + 2, v_length::integer - 1);
    v_at := v_at + v_length::integer;
  END LOOP;

  reason := 'signature_subpackets';
  FOR i IN 1 .. cardinality(v_types) LOOP
    IF v_critical[i] AND v_types[i] NOT IN (creation_time, expiration_time, issuer_key_id, issuer_fingerprint) THEN
      detail := 'subpacket ' || v_types[i] || ' is critical and not understood';
      RETURN;
    END IF;
    IF v_types[i] IN (revocation_key, signature_target, embedded_signature) THEN
      detail := 'subpacket ' || v_types[i] || ' does not belong on a document';
      RETURN;
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(v_types) LOOP
    v_body := v_bodies[i];
    IF v_types[i] = creation_time THEN
      v_times := v_times + CASE octet_length(v_body) WHEN 4 THEN 1 ELSE 2 END;
      v_created := cutter_guard.big_endian(v_body);
    ELSIF v_types[i] = expiration_time THEN
      v_lives := v_lives + CASE octet_length(v_body) WHEN 4 THEN 1 ELSE 2 END;
      v_life := cutter_guard.big_endian(v_body);
    ELSIF v_types[i] = issuer_fingerprint THEN
      v_issuers := v_issuers + CASE WHEN octet_length(v_body) = 21 AND substr(v_body, 1, 1) = '\x04'::bytea THEN 1 ELSE 2 END;
      v_fingerprint := substr(v_body, 2);
    END IF;
  END LOOP;
  IF v_times <> 1 THEN
    detail := 'needs exactly one creation time';
  ELSIF v_lives > 1 THEN
    detail := 'has more than one expiration time, or a malformed one';
  ELSIF v_issuers <> 1 THEN
    detail := 'needs exactly one issuer fingerprint of a version 4 key';
  ELSE
    FOR i IN 1 .. cardinality(v_types) LOOP
      IF v_types[i] = issuer_key_id AND v_bodies[i] IS DISTINCT FROM substr(v_fingerprint, 13) THEN
        detail := 'the issuer key ID is not that of the issuer fingerprint';
      END IF;
    END LOOP;
  END IF;
  IF detail IS NULL THEN
    reason := NULL;
    issuer := upper(encode(v_fingerprint, 'hex'));
    created_at := to_timestamp(v_created);
    -- Zero means that the signature never ends (RFC 9580, 5.2.3.18).
    expires_at := CASE WHEN v_life > 0 THEN to_timestamp(v_created + v_life) END;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.read_claims(bytea) FROM PUBLIC;
