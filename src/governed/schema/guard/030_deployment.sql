-- deployment: the one name under which signatures are good in this database. Without it no run can be opened.
CREATE TABLE IF NOT EXISTS cutter_governance.deployment (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  name text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$')
);

-- gate_threshold: distinct signers that a gate asks for; one where nothing is said.
CREATE TABLE IF NOT EXISTS cutter_governance.gate_threshold (
  gate text PRIMARY KEY,
  signers integer NOT NULL CHECK (signers BETWEEN 1 AND 16)
);

-- master_switch: off, nothing is written; on, it enables nothing by itself. A missing row reads as off.
CREATE TABLE IF NOT EXISTS cutter_governance.master_switch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  enabled boolean NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);
INSERT INTO cutter_governance.master_switch (enabled) VALUES (true) ON CONFLICT DO NOTHING;
