-- RSA signatures (RFC 8017, 8.2.2, RSASSA-PKCS1-v1_5): the one block that the digest allows is built in full and
-- compared as a number. Nothing is parsed, so there is nothing that padding or a lax parser could hide.

-- What a key must have; the one place where the numbers stand.
CREATE OR REPLACE FUNCTION cutter_guard.rsa_key_is_sound(p_modulus bytea, p_exponent bytea)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(
    get_byte(p_modulus, 0) > 0
    AND octet_length(p_modulus) * 8 - CASE WHEN get_byte(p_modulus, 0) > 127 THEN 0 ELSE 1 END >= 2048
    AND get_byte(p_modulus, octet_length(p_modulus) - 1) % 2 = 1
    AND octet_length(p_exponent) < octet_length(p_modulus)
    AND cutter_guard.big_endian(p_exponent) >= 65537
    AND get_byte(p_exponent, octet_length(p_exponent) - 1) % 2 = 1, false)
$$;
REVOKE ALL ON FUNCTION cutter_guard.rsa_key_is_sound(bytea, bytea) FROM PUBLIC;

-- The DER in front of a digest (RFC 8017, 9.2, note 1), by OpenPGP's number of the hash.
CREATE OR REPLACE FUNCTION cutter_guard.digest_info(p_hash integer, p_digest bytea)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE p_hash
    WHEN 8 THEN '\x3031300d060960864801650304020105000420'::bytea
    WHEN 9 THEN '\x3041300d060960864801650304020205000430'::bytea
    WHEN 10 THEN '\x3051300d060960864801650304020305000440'::bytea
  END || p_digest
$$;
REVOKE ALL ON FUNCTION cutter_guard.digest_info(integer, bytea) FROM PUBLIC;

-- The signature has as many octets as the modulus.
CREATE OR REPLACE FUNCTION cutter_guard.rsa_verify(
  p_modulus bytea, p_exponent bytea, p_hash integer, p_digest bytea, p_signature bytea)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_info CONSTANT bytea := cutter_guard.digest_info(p_hash, p_digest);
  n numeric;
  base numeric;
  power numeric;
  v_block bytea;
BEGIN
  IF v_info IS NULL OR NOT cutter_guard.rsa_key_is_sound(p_modulus, p_exponent)
     OR octet_length(p_signature) <> octet_length(p_modulus) THEN
    RETURN false;
  END IF;
  n := cutter_guard.big_endian(p_modulus);
  base := cutter_guard.big_endian(p_signature);
  IF base >= n THEN
    RETURN false;
  END IF;

  power := 1;
  FOR i IN 0 .. octet_length(p_exponent) - 1 LOOP
    FOR bit IN REVERSE 7 .. 0 LOOP
      IF power <> 1 THEN
        power := power * power % n;
      END IF;
      IF get_byte(p_exponent, i) >> bit & 1 = 1 THEN
        power := power * base % n;
      END IF;
    END LOOP;
  END LOOP;
  v_block := '\x0001'::bytea
    || decode(repeat('ff', octet_length(p_modulus) - octet_length(v_info) - 3), 'hex') || '\x00'::bytea || v_info;
  RETURN power = cutter_guard.big_endian(v_block);
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.rsa_verify(bytea, bytea, integer, bytea, bytea) FROM PUBLIC;
