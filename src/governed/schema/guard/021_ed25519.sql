-- Ed25519 (RFC 8032, 5.1) over numeric. Strict where implementations differ: S below the order, A and R in their one
-- canonical encoding, neither of small order, and the equation without the cofactor: as OpenSSL 3.5 checks it.
-- Points are in extended coordinates; residues may be negative, since `%` keeps the sign and every use is modulo p.

-- The point behind 32 octets; NULLs when the encoding is not canonical, when no point of the curve has it, or when the
-- point is of small order: under such a key a signature says nothing about the message, and no signer makes such an R.
CREATE OR REPLACE FUNCTION cutter_guard.ed25519_point(p_encoded bytea, OUT x numeric, OUT y numeric)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  p CONSTANT numeric := 57896044618658097711785492504343953926634992332820282019728792003956564819949;
  d CONSTANT numeric := 37095705934669439343138083508754565189542113879843219016388785533085940283555;
  root_of_minus_one CONSTANT numeric := 19681161376707505956807079304988542015446066515923890162744021073123829784752;
  -- (p - 5) / 8 = 2^252 - 3. From z^(2^m - 1) to z^(2^(m+n) - 1): n squarings, times z^(2^n - 1), which is `part`.
  squarings CONSTANT integer[] := ARRAY[1, 2, 1, 5, 10, 5, 25, 50, 25, 125];
  part CONSTANT integer[] := ARRAY[1, 2, 1, 4, 5, 4, 7, 8, 7, 10];
  v_y numeric;
  v_x numeric;
  v_square numeric;
  u numeric;
  v numeric;
  z numeric;
  powers numeric[];
  a numeric;
  b numeric;
  s numeric;
BEGIN
  IF octet_length(p_encoded) IS DISTINCT FROM 32 THEN
    RETURN;
  END IF;
  v_y := cutter_guard.little_endian(set_byte(p_encoded, 31, get_byte(p_encoded, 31) & 127));
  IF v_y >= p THEN
    RETURN;
  END IF;

  -- x = u v^3 (u v^7)^((p - 5) / 8), or that times a root of -1 (RFC 8032, 5.1.3).
  u := (v_y * v_y - 1) % p;
  v := (v_y * v_y % p * d + 1) % p;
  z := v * v % p * v % p;
  v_x := u * z % p;
  z := z * z % p * v % p * u % p;
  powers := ARRAY[z];
  FOR i IN 1 .. 10 LOOP
    a := powers[i];
    FOR n IN 1 .. squarings[i] LOOP
      a := a * a % p;
    END LOOP;
    powers[i + 1] := a * powers[part[i]] % p;
  END LOOP;
  a := powers[11] * powers[11] % p;
  v_x := v_x * (a * a % p * z % p) % p;
  v_square := v_x * v_x % p * v % p;
  IF (v_square - u) % p <> 0 THEN
    IF (v_square + u) % p <> 0 THEN
      RETURN;
    END IF;
    v_x := v_x * root_of_minus_one % p;
  END IF;
  v_x := (v_x % p + p) % p;
  IF v_x % 2 <> get_byte(p_encoded, 31) >> 7 THEN
    v_x := p - v_x;
  END IF;

  -- Three doublings turn a point of small order, and no other, into the neutral one, the only such with x = 0.
  u := v_x;
  v := v_y;
  z := 1;
  FOR n IN 1 .. 3 LOOP
    a := u * u % p;
    b := v * v % p;
    s := a + b - (u + v) * (u + v) % p;
    z := z * z * 2 % p + a - b;
    u := s * z % p;
    v := (a - b) * (a + b) % p;
    z := z * (a - b) % p;
  END LOOP;
  IF u % p <> 0 THEN
    x := v_x;
    y := v_y;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.ed25519_point(bytea) FROM PUBLIC;

-- True when S B = R + k A. Both products are one walk over pairs of bits, with a table of i B - j A for i, j from 0 to 3.
CREATE OR REPLACE FUNCTION cutter_guard.ed25519_verify(p_key bytea, p_message bytea, p_signature bytea)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  p CONSTANT numeric := 57896044618658097711785492504343953926634992332820282019728792003956564819949;
  twice_d CONSTANT numeric := 16295367250680780974490674513165176452449235426866156013048779062215315747161;
  group_order CONSTANT numeric := 7237005577332262213973186563042994240857116359379907606001950938285454250989;
  base_x CONSTANT numeric := 15112221349535400772501151409588531511454012693041857206046113283949847762202;
  base_y CONSTANT numeric := 46316835694926478169428394003475163141307993866256225615783033603165251855960;
  xs numeric[] := ARRAY[]::numeric[];
  ys numeric[] := ARRAY[]::numeric[];
  zs numeric[] := ARRAY[]::numeric[];
  ts numeric[] := ARRAY[]::numeric[];
  -- The same points as an addition needs them: y - x, y + x, 2 z, 2 d t.
  differences numeric[] := ARRAY[]::numeric[];
  sums numeric[] := ARRAY[]::numeric[];
  twice_zs numeric[] := ARRAY[]::numeric[];
  twice_dts numeric[] := ARRAY[]::numeric[];
  limbs bigint[] := ARRAY[]::bigint[];
  key_x numeric;
  key_y numeric;
  r_x numeric;
  r_y numeric;
  k numeric;
  other integer;
  x numeric;
  y numeric;
  z numeric;
  t numeric;
  a numeric;
  b numeric;
  c numeric;
  e numeric;
  f numeric;
  g numeric;
  h numeric;
BEGIN
  IF octet_length(p_signature) <> 64 OR cutter_guard.little_endian(substr(p_signature, 33)) >= group_order THEN
    RETURN false;
  END IF;
  SELECT point.x, point.y INTO key_x, key_y FROM cutter_guard.ed25519_point(p_key) AS point;
  SELECT point.x, point.y INTO r_x, r_y FROM cutter_guard.ed25519_point(substr(p_signature, 1, 32)) AS point;
  IF key_x IS NULL OR r_x IS NULL THEN
    RETURN false;
  END IF;
  k := cutter_guard.little_endian(sha512(substr(p_signature, 1, 32) || p_key || p_message)) % group_order;
  FOR n IN 1 .. 5 LOOP
    limbs := limbs || (k % 1152921504606846976)::bigint;
    k := div(k, 1152921504606846976);
  END LOOP;

  FOR i IN 1 .. 15 LOOP
    IF i = 1 OR i = 4 THEN
      x := CASE i WHEN 1 THEN -key_x ELSE base_x END;
      y := CASE i WHEN 1 THEN key_y ELSE base_y END;
      z := 1;
      t := x * y % p;
    ELSE
      other := CASE WHEN i % 4 = 0 THEN 4 ELSE 1 END;
      a := (ys[i - other] - xs[i - other]) * differences[other] % p;
      b := (ys[i - other] + xs[i - other]) * sums[other] % p;
      c := ts[i - other] * twice_dts[other] % p;
      e := zs[i - other] * twice_zs[other] % p;
      x := (b - a) * (e - c) % p;
      y := (e + c) * (b + a) % p;
      z := (e - c) * (e + c) % p;
      t := (b - a) * (b + a) % p;
    END IF;
    xs[i] := x;
    ys[i] := y;
    zs[i] := z;
    ts[i] := t;
    differences[i] := y - x;
    sums[i] := y + x;
    twice_zs[i] := z + z;
    twice_dts[i] := t * twice_d % p;
  END LOOP;

  x := 0;
  y := 1;
  z := 1;
  FOR i IN REVERSE 126 .. 0 LOOP
    -- Each index holds two bits of S (straight from its octets) and two of k (from limbs of 60 bits).
    other := (get_byte(p_signature, 32 + i / 4) >> (i % 4 * 2) & 3) * 4
             + (limbs[i / 30 + 1] >> (i % 30 * 2) & 3)::integer;
    a := x * x;
    b := y * y;
    h := (a + b) % p;
    e := (a + b - (x + y) * (x + y)) % p;
    g := (a - b) % p;
    f := (z * z * 2 + a - b) % p;
    x := e * f % p;
    y := g * h % p;
    z := f * g % p;

    a := x * x;
    b := y * y;
    h := (a + b) % p;
    e := (a + b - (x + y) * (x + y)) % p;
    g := (a - b) % p;
    f := (z * z * 2 + a - b) % p;
    x := e * f % p;
    y := g * h % p;
    z := f * g % p;

    IF other > 0 THEN
      a := (y - x) * differences[other] % p;
      b := (y + x) * sums[other] % p;
      c := e * h % p * twice_dts[other] % p;
      z := z * twice_zs[other] % p;
      x := (b - a) * (z - c) % p;
      y := (z + c) * (b + a) % p;
      z := (z - c) * (z + c) % p;
    END IF;
  END LOOP;

  RETURN (x - r_x * z) % p = 0 AND (y - r_y * z) % p = 0;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.ed25519_verify(bytea, bytea, bytea) FROM PUBLIC;
