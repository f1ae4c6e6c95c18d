-- Bytes as numbers and as text. Everything in cutter_guard is internal: only workflow_admin, its owner, may call it, and
-- the functions that others may call (fn_admit) run as that owner.
CREATE OR REPLACE FUNCTION cutter_guard.big_endian(p_bytes bytea)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_number numeric := 0;
  v_at integer := octet_length(p_bytes) % 6;
BEGIN
  -- Six octets at a time fit a bigint; a number of 4096 bits takes 86 steps.
  FOR i IN 0 .. v_at - 1 LOOP
    v_number := v_number * 256 + get_byte(p_bytes, i);
  END LOOP;
  WHILE v_at < octet_length(p_bytes) LOOP
    v_number := v_number * 281474976710656 + (
      (get_byte(p_bytes, v_at)::bigint << 40) | (get_byte(p_bytes, v_at + 1)::bigint << 32)
      | (get_byte(p_bytes, v_at + 2)::bigint << 24) | (get_byte(p_bytes, v_at + 3)::bigint << 16)
      | (get_byte(p_bytes, v_at + 4)::bigint << 8) | get_byte(p_bytes, v_at + 5)::bigint);
    v_at := v_at + 6;
  END LOOP;
  RETURN v_number;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.big_endian(bytea) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.little_endian(p_bytes bytea)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_turned bytea := p_bytes;
  v_last integer := octet_length(p_bytes) - 1;
BEGIN
  FOR i IN 0 .. v_last LOOP
    v_turned := set_byte(v_turned, i, get_byte(p_bytes, v_last - i));
  END LOOP;
  RETURN cutter_guard.big_endian(v_turned);
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.little_endian(bytea) FROM PUBLIC;

-- Text of PostgreSQL cannot hold U+0000, which every reader here refuses anyway: it is read as U+0001, refused likewise.
CREATE OR REPLACE FUNCTION cutter_guard.without_nul(p_bytes bytea)
RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN position('\x00'::bytea IN p_bytes) = 0 THEN p_bytes ELSE (
    SELECT string_agg(CASE get_byte(p_bytes, at) WHEN 0 THEN '\x01'::bytea ELSE substr(p_bytes, at + 1, 1) END, ''::bytea ORDER BY at)
      FROM generate_series(0, octet_length(p_bytes) - 1) AS at) END
$$;
REVOKE ALL ON FUNCTION cutter_guard.without_nul(bytea) FROM PUBLIC;
