-- Leg B: what accounts for the units of a cut. Everything hangs on the change set, and so on one run and one document.
CREATE TABLE IF NOT EXISTS cutter_governance.cut_change_set_affected_row (
  change_set_id bigint NOT NULL,
  run_id text NOT NULL,
  document_id text NOT NULL,
  unit_id bigint NOT NULL,
  unit_version_id bigint NOT NULL,
  action text NOT NULL CHECK (action IN ('create', 'revise', 'move', 'renumber', 'keep', 'retire')),
  -- The unit's address in the document that was cut, which its unit may leave later.
  key text NOT NULL CHECK (key <> ''),
  -- Its address in the cut before, where that was another.
  was text CHECK (was <> key),
  ordinal integer CHECK (ordinal > 0),
  parent_unit_id bigint,
  byte_start bigint CHECK (byte_start >= 0),
  byte_end bigint,
  PRIMARY KEY (change_set_id, unit_id),
  UNIQUE (change_set_id, ordinal),
  CONSTRAINT cut_change_set_affected_row_bytes CHECK (byte_end >= byte_start),
  -- A retired unit has no place in the document that was cut; every other has one.
  CONSTRAINT cut_change_set_affected_row_place CHECK (
    (action = 'retire') = (ordinal IS NULL) AND num_nulls(ordinal, byte_start, byte_end) IN (0, 3)
    AND (action <> 'retire' OR parent_unit_id IS NULL)),
  CONSTRAINT cut_change_set_affected_row_was CHECK (
    CASE action WHEN 'move' THEN was IS NOT NULL WHEN 'revise' THEN true WHEN 'renumber' THEN true ELSE was IS NULL END),
  CONSTRAINT cut_change_set_affected_row_set FOREIGN KEY (change_set_id, run_id, document_id)
    REFERENCES cutter_governance.cut_change_set (id, run_id, document_id),
  CONSTRAINT cut_change_set_affected_row_unit FOREIGN KEY (unit_id, document_id)
    REFERENCES public.information_unit (id, document_id),
  CONSTRAINT cut_change_set_affected_row_version FOREIGN KEY (unit_version_id, unit_id)
    REFERENCES public.unit_version (id, unit_id),
  CONSTRAINT cut_change_set_affected_row_parent FOREIGN KEY (parent_unit_id, document_id)
    REFERENCES public.information_unit (id, document_id)
);
CREATE INDEX IF NOT EXISTS cut_change_set_affected_row_of_unit
  ON cutter_governance.cut_change_set_affected_row (unit_id, change_set_id);

-- unit_address: where a unit stood in each document that was cut, so that an old citation finds its unit. A view: an
-- address that nobody signed cannot be written.
CREATE OR REPLACE VIEW cutter_governance.unit_address AS
  SELECT unit_id, key, change_set_id, document_id, run_id
    FROM cutter_governance.cut_change_set_affected_row WHERE action <> 'retire';

-- manifest_envelope: what the bot states about its side of the cut (where the source and the backup are). Nothing signed.
CREATE TABLE IF NOT EXISTS cutter_governance.manifest_envelope (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_set_id bigint NOT NULL UNIQUE,
  run_id text NOT NULL UNIQUE,
  document_id text NOT NULL,
  manifest jsonb NOT NULL CHECK (jsonb_typeof(manifest) = 'object'),
  manifest_sha256 text NOT NULL CHECK (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT manifest_envelope_set FOREIGN KEY (change_set_id, run_id, document_id)
    REFERENCES cutter_governance.cut_change_set (id, run_id, document_id)
);

-- review_decision: one for each gate that a signature opened for this run: the cut, the enactment, the revert.
CREATE TABLE IF NOT EXISTS cutter_governance.review_decision (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_set_id bigint NOT NULL,
  run_id text NOT NULL,
  document_id text NOT NULL,
  decision text NOT NULL DEFAULT 'accepted' CHECK (decision = 'accepted'),
  gate text NOT NULL CHECK (gate IN ('SG_1_cut_authz', 'SG_2_lifecycle_authz', 'SG_R_revert_authz')),
  document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  decided_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (change_set_id, gate),
  UNIQUE (id, run_id),
  CONSTRAINT review_decision_set FOREIGN KEY (change_set_id, run_id, document_id)
    REFERENCES cutter_governance.cut_change_set (id, run_id, document_id)
);

-- signature: who signed what the decision rests on, taken from the admitted approvals. path and commit stand only beside
-- what was recorded before approvals were admitted here.
CREATE TABLE IF NOT EXISTS cutter_governance.signature (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  review_decision_id bigint NOT NULL,
  run_id text NOT NULL,
  gate text NOT NULL CHECK (gate ~ '^(GAP7|SG_[12RH])_[a-z_]+$'),
  document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  path text CHECK (path ~ '^approvals/[A-Za-z0-9][A-Za-z0-9._-]{0,99}[.]md$'),
  commit text CHECK (commit ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
  signer text NOT NULL CHECK (signer ~ '^[0-9A-F]{40}$'),
  UNIQUE (review_decision_id, document_sha256, signer),
  CONSTRAINT signature_decision FOREIGN KEY (review_decision_id, run_id)
    REFERENCES cutter_governance.review_decision (id, run_id)
);

-- verify_result: what the database found when it recomputed a run's rows (writers/051). Once for each run and kind.
CREATE TABLE IF NOT EXISTS cutter_governance.verify_result (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_set_id bigint NOT NULL,
  run_id text NOT NULL,
  document_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('write', 'enactment', 'revert')),
  result jsonb NOT NULL CHECK (jsonb_typeof(result) = 'object'),
  result_sha256 text NOT NULL CHECK (result_sha256 ~ '^[0-9a-f]{64}$'),
  verified_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (run_id, kind),
  CONSTRAINT verify_result_set FOREIGN KEY (change_set_id, run_id, document_id)
    REFERENCES cutter_governance.cut_change_set (id, run_id, document_id)
);
