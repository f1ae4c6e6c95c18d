-- Whether anything that a key signs can be believed: no degenerate exponent, no small modulus, no point of small order.
CREATE OR REPLACE FUNCTION cutter_guard.key_is_sound(p_algorithm integer, p_material bytea, p_exponent bytea)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CASE p_algorithm
    WHEN 1 THEN
      RETURN cutter_guard.rsa_key_is_sound(p_material, p_exponent);
    WHEN 22, 27 THEN
      RETURN p_exponent IS NULL AND (SELECT point.x IS NOT NULL FROM cutter_guard.ed25519_point(p_material) AS point);
    ELSE
      RETURN false;
  END CASE;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.key_is_sound(integer, bytea, bytea) FROM PUBLIC;

-- signer_key: the pinned keys, each primary key and subkey with what it may do, as openpgp.js judged the certificates.
-- Loaded by `db signers` as workflow_admin; no login of the bot can change a row.
CREATE TABLE IF NOT EXISTS cutter_governance.signer_key (
  key_fingerprint text PRIMARY KEY CHECK (key_fingerprint ~ '^[0-9A-F]{40}$'),
  -- Who signs: signatures of one primary key count once, however many subkeys it has.
  primary_fingerprint text NOT NULL CHECK (primary_fingerprint ~ '^[0-9A-F]{40}$'),
  key_id text NOT NULL GENERATED ALWAYS AS (right(key_fingerprint, 16)) STORED,
  -- OpenPGP's number: 1 RSA, 22 and 27 Ed25519.
  algorithm integer NOT NULL,
  -- The modulus of RSA, or the 32 octets of a point; NULL where nothing could be verified with it anyway.
  material bytea,
  exponent bytea,
  valid_from timestamptz NOT NULL,
  ends_at timestamptz,
  -- Once set, the key signs nothing, whatever the time of the signature.
  revoked_at timestamptz,
  unfit text CHECK (unfit IN ('weak_key', 'key_cannot_sign', 'key_not_cross_certified')),
  may_sign boolean NOT NULL GENERATED ALWAYS AS (revoked_at IS NULL AND unfit IS NULL) STORED,
  loaded_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  -- What could be forged under such a key is told apart from signing: the row may stand there, but as unfit.
  CONSTRAINT signer_key_sound CHECK (
    revoked_at IS NOT NULL OR unfit IS NOT NULL OR cutter_guard.key_is_sound(algorithm, material, exponent))
);
CREATE INDEX IF NOT EXISTS signer_key_primary ON cutter_governance.signer_key (primary_fingerprint);
