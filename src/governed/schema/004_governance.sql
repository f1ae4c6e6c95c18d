-- Leg B: what accounts for the units of a cut. Everything hangs on the change set, and so on one run.
CREATE TABLE IF NOT EXISTS cutter_governance.cut_change_set_affected_row (
  change_set_id bigint NOT NULL REFERENCES cutter_governance.cut_change_set,
  unit_id bigint NOT NULL REFERENCES public.information_unit,
  unit_version_id bigint NOT NULL REFERENCES public.unit_version,
  action text NOT NULL CHECK (action IN ('create', 'revise', 'keep', 'retire')),
  ordinal integer CHECK (ordinal > 0),
  parent_unit_id bigint REFERENCES public.information_unit,
  byte_start bigint CHECK (byte_start >= 0),
  byte_end bigint CHECK (byte_end >= byte_start),
  PRIMARY KEY (change_set_id, unit_id),
  UNIQUE (change_set_id, ordinal),
  -- A retired unit has no place in the document that was cut; every other has one.
  CHECK ((action = 'retire') = (ordinal IS NULL) AND num_nulls(ordinal, byte_start, byte_end) IN (0, 3)),
  CHECK (action <> 'retire' OR parent_unit_id IS NULL)
);
CREATE INDEX IF NOT EXISTS cut_change_set_affected_row_unit
  ON cutter_governance.cut_change_set_affected_row (unit_id, change_set_id);

CREATE TABLE IF NOT EXISTS cutter_governance.manifest_envelope (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_set_id bigint NOT NULL UNIQUE REFERENCES cutter_governance.cut_change_set,
  run_id text NOT NULL UNIQUE REFERENCES cutter_governance.cut_change_set (run_id),
  manifest jsonb NOT NULL CHECK (jsonb_typeof(manifest) = 'object'),
  manifest_sha256 text NOT NULL CHECK (manifest_sha256 ~ '^[0-9a-f]{64}$')
);

CREATE TABLE IF NOT EXISTS cutter_governance.review_decision (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_set_id bigint NOT NULL UNIQUE REFERENCES cutter_governance.cut_change_set,
  run_id text NOT NULL UNIQUE REFERENCES cutter_governance.cut_change_set (run_id),
  decision text NOT NULL DEFAULT 'accepted' CHECK (decision = 'accepted'),
  gate text NOT NULL CHECK (gate = 'SG_1_cut_authz'),
  document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  decided_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);

CREATE TABLE IF NOT EXISTS cutter_governance.signature (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  review_decision_id bigint NOT NULL REFERENCES cutter_governance.review_decision,
  run_id text NOT NULL REFERENCES cutter_governance.cut_change_set (run_id),
  gate text NOT NULL CHECK (gate ~ '^(GAP7|SG_[12RH])_[a-z_]+$'),
  document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  path text NOT NULL CHECK (path ~ '^approvals/[A-Za-z0-9][A-Za-z0-9._-]{0,99}[.]md$'),
  commit text NOT NULL CHECK (commit ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
  signer text NOT NULL CHECK (signer ~ '^[0-9A-F]{40}$'),
  UNIQUE (run_id, document_sha256, signer)
);

CREATE TABLE IF NOT EXISTS cutter_governance.verify_result (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_set_id bigint NOT NULL REFERENCES cutter_governance.cut_change_set,
  run_id text NOT NULL REFERENCES cutter_governance.cut_change_set (run_id),
  kind text NOT NULL CHECK (kind IN ('write', 'enactment', 'revert')),
  result jsonb NOT NULL CHECK (jsonb_typeof(result) = 'object'),
  result_sha256 text NOT NULL CHECK (result_sha256 ~ '^[0-9a-f]{64}$'),
  verified_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (run_id, kind)
);
