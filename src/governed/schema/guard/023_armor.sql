-- A signature file as the packets it holds: exactly one armored PGP SIGNATURE block and not one byte more (RFC 9580, 6.2),
-- by the same rules as src/approval/armor.ts.
CREATE OR REPLACE FUNCTION cutter_guard.read_armor(p_bytes bytea, OUT reason text, OUT detail text, OUT packets bytea)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  head CONSTANT text := '-----BEGIN PGP SIGNATURE-----';
  tail CONSTANT text := '-----END PGP SIGNATURE-----';
  v_text text;
  v_lines text[];
  v_blank integer;
  v_last integer;
  v_base64 text := '';
  v_checksum text;
BEGIN
  IF octet_length(p_bytes) > 16384 THEN
    reason := 'signature_too_large';
    detail := octet_length(p_bytes) || ' bytes, at most 16384';
    RETURN;
  END IF;
  v_text := convert_from(cutter_guard.without_nul(p_bytes), 'LATIN1');
  IF v_text ~ '(^|[\n\r])-----BEGIN PGP (SIGNED )?MESSAGE-----' THEN
    reason := 'clear_signed';
    detail := 'found an inline or clear-signed message';
    RETURN;
  END IF;

  reason := 'signature_armor';
  v_lines := string_to_array(replace(v_text, E'\r\n', E'\n'), E'\n');
  v_last := cardinality(v_lines);
  IF v_lines[v_last] = '' THEN
    v_last := v_last - 1;
  END IF;
  IF v_lines[1] IS DISTINCT FROM head THEN
    detail := 'the first line is not ' || head;
    RETURN;
  END IF;
  IF v_lines[v_last] IS DISTINCT FROM tail THEN
    detail := 'the last line is not ' || tail;
    RETURN;
  END IF;
  v_blank := array_position(v_lines[:v_last], '');
  IF v_blank IS NULL THEN
    detail := 'no empty line behind the armor headers';
    RETURN;
  END IF;
  FOR i IN 2 .. v_blank - 1 LOOP
    IF v_lines[i] !~ '^(Version|Comment): [ -~]*$' THEN
      detail := 'line ' || i || ' is not a Version or Comment header';
      RETURN;
    END IF;
  END LOOP;

  v_last := v_last - 1;
  IF v_lines[v_last] ~ '^=[A-Za-z0-9+/]{4}$' THEN
    v_checksum := substr(v_lines[v_last], 2);
    v_last := v_last - 1;
  END IF;
  FOR i IN v_blank + 1 .. v_last LOOP
    IF v_lines[i] !~ '^[A-Za-z0-9+/]{1,76}={0,2}$' THEN
      detail := 'line ' || i || ' is not a line of base64';
      RETURN;
    END IF;
  END LOOP;
  v_base64 := array_to_string(v_lines[v_blank + 1:v_last], '');
  -- In this form the decoder raises nothing; what it forgives are stray bits, so encoding again must give the same text.
  IF v_base64 !~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'
     OR replace(encode(decode(v_base64, 'base64'), 'base64'), E'\n', '') <> v_base64 THEN
    detail := 'the base64 is not in its canonical form';
    RETURN;
  END IF;
  IF v_checksum <> cutter_guard.crc24(decode(v_base64, 'base64')) THEN
    detail := 'the checksum does not fit the block';
    RETURN;
  END IF;
  packets := decode(v_base64, 'base64');
  reason := NULL;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.read_armor(bytea) FROM PUBLIC;

-- RFC 9580, 6.1.1, as four characters of base64; half an octet at a time.
CREATE OR REPLACE FUNCTION cutter_guard.crc24(p_bytes bytea)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  step CONSTANT integer[] := ARRAY[
    0, 8801531, 9098509, 825846, 9692897, 1419802, 1651692, 10452759,
    10584377, 2608578, 2839604, 11344079, 3303384, 11807523, 12104405, 4128302];
  crc integer := 11994318;
  octet integer;
BEGIN
  FOR i IN 0 .. octet_length(p_bytes) - 1 LOOP
    octet := get_byte(p_bytes, i);
    crc := ((crc << 4) & 16777215) # step[((crc >> 20) # (octet >> 4)) + 1];
    crc := ((crc << 4) & 16777215) # step[((crc >> 20) # (octet & 15)) + 1];
  END LOOP;
  RETURN encode(decode(lpad(to_hex(crc), 6, '0'), 'hex'), 'base64');
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.crc24(bytea) FROM PUBLIC;
