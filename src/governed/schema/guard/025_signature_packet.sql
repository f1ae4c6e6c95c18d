-- What one detached signature claims, from its packet (RFC 9580, 5.2.3): version 4, over the exact bytes, and exactly one
-- packet. Only the hashed part is believed; the unhashed part is stepped over, since anybody can change it.
CREATE OR REPLACE FUNCTION cutter_guard.read_signature_packet(
  p_packets bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamptz, OUT expires_at timestamptz,
  OUT algorithm integer, OUT hash integer, OUT hashed_part bytea, OUT left_bits bytea, OUT numbers bytea)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rsa CONSTANT integer := 1;
  eddsa_legacy CONSTANT integer := 22;
  ed25519 CONSTANT integer := 27;
  v_size CONSTANT integer := octet_length(p_packets);
  -- Missing octets of a header read as zero; what is cut short fails by its length.
  v_header CONSTANT bytea := substr(p_packets, 1, 6) || '\x000000000000'::bytea;
  v_first CONSTANT integer := get_byte(v_header, 0);
  v_octets integer;
  v_length bigint;
  v_body bytea;
  v_hashed_end integer;
  v_unhashed_end integer;
  v_claims record;
BEGIN
  IF v_size = 0 THEN
    reason := 'signature_count';
    detail := 'the block is empty';
    RETURN;
  END IF;
  IF v_first < 128 THEN
    reason := 'signature_malformed';
    detail := 'these bytes are no OpenPGP packet';
    RETURN;
  END IF;
  IF (CASE WHEN v_first & 64 > 0 THEN v_first & 63 ELSE (v_first >> 2) & 15 END) <> 2 THEN
    reason := 'signature_count';
    detail := 'begins with a packet that is no signature';
    RETURN;
  END IF;
  IF v_first & 64 > 0 THEN
    v_octets := CASE WHEN get_byte(v_header, 1) < 192 THEN 1 WHEN get_byte(v_header, 1) < 224 THEN 2
                     WHEN get_byte(v_header, 1) = 255 THEN 5 END;
    v_length := CASE v_octets
      WHEN 1 THEN get_byte(v_header, 1)
      WHEN 2 THEN ((get_byte(v_header, 1) - 192) << 8) + get_byte(v_header, 2) + 192
      WHEN 5 THEN cutter_guard.big_endian(substr(v_header, 3, 4))::bigint END;
  ELSE
    v_octets := CASE v_first & 3 WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 2 THEN 4 END;
    v_length := cutter_guard.big_endian(substr(v_header, 2, v_octets))::bigint;
  END IF;
  IF coalesce(1 + v_octets + v_length > v_size, true) THEN
    reason := 'signature_malformed';
    detail := 'the packet is cut short, or does not state its length';
    RETURN;
  END IF;
  IF 1 + v_octets + v_length < v_size THEN
    reason := 'signature_count';
    detail := 'bytes follow the first signature';
    RETURN;
  END IF;

  v_body := substr(p_packets, 2 + v_octets);
  IF v_length < 1 OR get_byte(v_body, 0) <> 4 THEN
    reason := 'signature_malformed';
    detail := 'not of version 4';
    RETURN;
  END IF;
  IF v_length < 2 OR get_byte(v_body, 1) <> 0 THEN
    reason := 'signature_type';
    detail := 'not of type 0x00';
    RETURN;
  END IF;
  IF v_length < 4 OR get_byte(v_body, 3) NOT IN (8, 9, 10) THEN
    reason := 'weak_hash';
    detail := 'not SHA-256, SHA-384 or SHA-512';
    RETURN;
  END IF;
  hash := get_byte(v_body, 3);
  algorithm := get_byte(v_body, 2);
  IF algorithm NOT IN (rsa, eddsa_legacy, ed25519) THEN
    reason := 'weak_key';
    detail := 'public-key algorithm ' || algorithm;
    RETURN;
  END IF;

  v_hashed_end := cutter_guard.area_end(v_body, 4);
  v_unhashed_end := cutter_guard.area_end(v_body, v_hashed_end);
  numbers := cutter_guard.signature_numbers(algorithm, substr(v_body, v_unhashed_end + 3));
  IF numbers IS NULL THEN
    reason := 'signature_malformed';
    detail := 'the lengths inside the packet do not add up';
    RETURN;
  END IF;
  SELECT * INTO v_claims FROM cutter_guard.read_claims(substr(v_body, 7, v_hashed_end - 6));
  reason := v_claims.reason;
  detail := v_claims.detail;
  issuer := v_claims.issuer;
  created_at := v_claims.created_at;
  expires_at := v_claims.expires_at;
  hashed_part := substr(v_body, 1, v_hashed_end);
  left_bits := substr(v_body, v_unhashed_end + 1, 2);
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.read_signature_packet(bytea) FROM PUBLIC;

-- Where a subpacket area that begins at an offset ends: two octets of length, then as many octets. NULL: not inside.
CREATE OR REPLACE FUNCTION cutter_guard.area_end(p_body bytea, p_start integer)
RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_end integer;
BEGIN
  IF p_start + 2 > octet_length(p_body) THEN
    RETURN NULL;
  END IF;
  v_end := p_start + 2 + get_byte(p_body, p_start) * 256 + get_byte(p_body, p_start + 1);
  RETURN CASE WHEN v_end <= octet_length(p_body) THEN v_end END;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.area_end(bytea, integer) FROM PUBLIC;

-- The numbers of a signature that fill the rest of its packet exactly: 64 octets of R and S, or those of RSA's one number.
-- NULL when they are not in the one form that RFC 9580 gives them.
CREATE OR REPLACE FUNCTION cutter_guard.signature_numbers(p_algorithm integer, p_rest bytea)
RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_first CONSTANT integer := CASE WHEN p_algorithm <> 27 THEN cutter_guard.mpi_end(p_rest, 0) END;
  v_second CONSTANT integer := CASE WHEN p_algorithm = 22 THEN cutter_guard.mpi_end(p_rest, v_first) END;
BEGIN
  CASE p_algorithm
    WHEN 1 THEN
      RETURN CASE WHEN v_first = octet_length(p_rest) THEN substr(p_rest, 3) END;
    WHEN 22 THEN
      IF v_second = octet_length(p_rest) THEN
        RETURN cutter_guard.padded(substr(p_rest, 3, v_first - 2), 32) || cutter_guard.padded(substr(p_rest, v_first + 3), 32);
      END IF;
    WHEN 27 THEN
      RETURN CASE WHEN octet_length(p_rest) = 64 THEN p_rest END;
    ELSE
      NULL;
  END CASE;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.signature_numbers(integer, bytea) FROM PUBLIC;

-- Where a number that begins at an offset ends: two octets count its bits from the leading 1 (RFC 9580, 3.2).
CREATE OR REPLACE FUNCTION cutter_guard.mpi_end(p_bytes bytea, p_start integer)
RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_bits integer;
  v_lead integer;
  v_end integer;
BEGIN
  IF p_start + 3 > octet_length(p_bytes) THEN
    RETURN NULL;
  END IF;
  v_bits := get_byte(p_bytes, p_start) * 256 + get_byte(p_bytes, p_start + 1);
  v_lead := get_byte(p_bytes, p_start + 2);
  IF v_bits = 0 OR v_lead >> ((v_bits + 7) % 8) <> 1 THEN
    RETURN NULL;
  END IF;
  v_end := p_start + 2 + (v_bits + 7) / 8;
  RETURN CASE WHEN v_end <= octet_length(p_bytes) THEN v_end END;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.mpi_end(bytea, integer) FROM PUBLIC;

-- A number in a fixed count of octets; NULL when it has more.
CREATE OR REPLACE FUNCTION cutter_guard.padded(p_number bytea, p_octets integer)
RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN octet_length(p_number) <= p_octets
              THEN decode(repeat('00', p_octets - octet_length(p_number)), 'hex') || p_number END
$$;
REVOKE ALL ON FUNCTION cutter_guard.padded(bytea, integer) FROM PUBLIC;
