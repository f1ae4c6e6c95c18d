-- run_head: the newest entry of a run's log that this database has seen; a log that is shorter has been rewound.
CREATE TABLE IF NOT EXISTS cutter_governance.run_head (
  run_id text PRIMARY KEY CHECK (run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
  entries bigint NOT NULL CHECK (entries > 0),
  head_sha256 text NOT NULL CHECK (head_sha256 ~ '^[0-9a-f]{64}$'),
  noted_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);

-- run_closed: abandoned or reverted. Closing needs no signature, opening again is impossible.
CREATE TABLE IF NOT EXISTS cutter_governance.run_closed (
  run_id text PRIMARY KEY CHECK (run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
  outcome text NOT NULL CHECK (outcome IN ('abandoned', 'reverted')),
  closed_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);
