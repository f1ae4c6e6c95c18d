-- cut_change_set: one row for each run that has cut. It comes first because every row a run writes refers to it; what it
-- says of the document and the plan is what was signed, and holds for the rows by the check at COMMIT (writers/045).
CREATE TABLE IF NOT EXISTS cutter_governance.cut_change_set (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text NOT NULL CHECK (run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
  document_id text NOT NULL CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  source_sha256 text NOT NULL CHECK (source_sha256 ~ '^[0-9a-f]{64}$'),
  -- What heads the plan that was signed; its other lines stand in the rows themselves. NULL: cut before plans had lines.
  profile text CHECK (profile ~ '^[a-z][a-z0-9_-]{0,31}$'),
  granularity text CHECK (granularity IN ('article', 'clause', 'point')),
  accepts_sha256 text CHECK (accepts_sha256 ~ '^[0-9a-f]{64}$'),
  cutplan_sha256 text NOT NULL CHECK (cutplan_sha256 ~ '^[0-9a-f]{64}$'),
  created integer NOT NULL DEFAULT 0 CHECK (created >= 0),
  revised integer NOT NULL DEFAULT 0 CHECK (revised >= 0),
  moved integer NOT NULL DEFAULT 0 CHECK (moved >= 0),
  renumbered integer NOT NULL DEFAULT 0 CHECK (renumbered >= 0),
  kept integer NOT NULL DEFAULT 0 CHECK (kept >= 0),
  retired integer NOT NULL DEFAULT 0 CHECK (retired >= 0),
  -- False only inside the transaction that cuts: until leg B has accounted for the rows.
  recorded boolean NOT NULL DEFAULT false,
  cut_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  enacted_at timestamptz,
  reverted_at timestamptz,
  revert_mode text CHECK (revert_mode IN ('soft', 'hard')),
  UNIQUE (run_id),
  UNIQUE (run_id, document_id),
  UNIQUE (id, run_id, document_id),
  CONSTRAINT cut_change_set_header CHECK ((profile IS NULL) = (granularity IS NULL)),
  CONSTRAINT cut_change_set_counts CHECK (NOT recorded OR created + revised + moved + renumbered + kept > 0),
  CONSTRAINT cut_change_set_reverted CHECK ((reverted_at IS NULL) = (revert_mode IS NULL)),
  CONSTRAINT cut_change_set_enacted CHECK (enacted_at IS NULL OR revert_mode IS DISTINCT FROM 'hard')
);
CREATE INDEX IF NOT EXISTS cut_change_set_document ON cutter_governance.cut_change_set (document_id, id);
