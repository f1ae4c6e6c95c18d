-- cut_change_set: one row for each run that has cut. It comes first because every row a run writes refers to it.
CREATE TABLE IF NOT EXISTS cutter_governance.cut_change_set (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL CHECK (run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
  document_id text NOT NULL CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  source_sha256 text NOT NULL CHECK (source_sha256 ~ '^[0-9a-f]{64}$'),
  -- What heads the plan that was signed; its other lines stand in the rows themselves.
  profile text NOT NULL CHECK (profile ~ '^[a-z][a-z0-9_-]{0,31}$'),
  granularity text NOT NULL CHECK (granularity IN ('article', 'clause', 'point')),
  accepts_sha256 text CHECK (accepts_sha256 ~ '^[0-9a-f]{64}$'),
  cutplan_sha256 text NOT NULL CHECK (cutplan_sha256 ~ '^[0-9a-f]{64}$'),
  created integer NOT NULL CHECK (created >= 0),
  revised integer NOT NULL CHECK (revised >= 0),
  kept integer NOT NULL CHECK (kept >= 0),
  retired integer NOT NULL CHECK (retired >= 0),
  cut_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  enacted_at timestamptz,
  reverted_at timestamptz,
  revert_mode text CHECK (revert_mode IN ('soft', 'hard')),
  UNIQUE (run_id),
  UNIQUE (run_id, document_id),
  CHECK (created + revised + kept > 0),
  CHECK ((reverted_at IS NULL) = (revert_mode IS NULL)),
  CHECK (enacted_at IS NULL OR revert_mode IS DISTINCT FROM 'hard')
);
CREATE INDEX IF NOT EXISTS cut_change_set_document ON cutter_governance.cut_change_set (document_id, id);
