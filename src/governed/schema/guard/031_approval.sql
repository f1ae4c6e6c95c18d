-- approval: what was admitted, byte for byte, under the digest by which it is used once for ever.
CREATE TABLE IF NOT EXISTS cutter_governance.approval (
  document_sha256 text PRIMARY KEY,
  document bytea NOT NULL,
  -- As they were verified, so that they can be verified again at the moment of use. Never a key: they are malleable.
  signatures bytea[] NOT NULL CHECK (cardinality(signatures) > 0),
  gate text NOT NULL,
  -- The run that it opens or names; NULL: none (a withdrawal).
  run_id text CHECK (run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
  bindings jsonb NOT NULL CHECK (jsonb_typeof(bindings) = 'object'),
  signed_at timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  -- Primary fingerprints, sorted.
  signers text[] NOT NULL CHECK (cardinality(signers) > 0),
  -- The keys that made the signatures: a signer may have several, and lose one.
  signing_keys text[] NOT NULL CHECK (cardinality(signing_keys) > 0),
  admitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  used_by text CHECK (used_by ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
  used_at timestamptz,
  -- The digest of the withdrawal.
  withdrawn_by text CHECK (withdrawn_by ~ '^[0-9a-f]{64}$'),
  CONSTRAINT approval_digest CHECK (document_sha256 = encode(pg_catalog.sha256(document), 'hex')),
  CONSTRAINT approval_window CHECK (valid_until - signed_at BETWEEN interval '23:45' AND interval '24:00'),
  CONSTRAINT approval_use CHECK ((used_by IS NULL) = (used_at IS NULL)),
  CONSTRAINT approval_used_or_withdrawn CHECK (used_at IS NULL OR withdrawn_by IS NULL),
  CONSTRAINT approval_run CHECK ((run_id IS NULL) = (gate = 'SG_W_withdrawal'))
);
CREATE INDEX IF NOT EXISTS approval_of_run ON cutter_governance.approval (run_id, gate);
-- A withdrawal is remembered even where what it withdraws has never been seen.
CREATE INDEX IF NOT EXISTS approval_withdrawals ON cutter_governance.approval ((bindings ->> 'approval_sha256'))
  WHERE gate = 'SG_W_withdrawal';
