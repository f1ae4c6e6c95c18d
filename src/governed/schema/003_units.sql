-- information_unit: an addressed piece of a governed document, itself for life wherever it stands. key, ordinal, parent_id,
-- title and kinds are as served; the cut_ columns are its place in the newest cut, which is served only once it is enacted
-- (SG_2). Units without a run were there before this product: `db baseline` gives them their place.
CREATE TABLE IF NOT EXISTS public.information_unit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id text NOT NULL CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  key text NOT NULL CHECK (key <> ''),
  lifecycle_status text NOT NULL DEFAULT 'draft' CHECK (lifecycle_status IN ('draft', 'enacted', 'retired')),
  ordinal integer NOT NULL CHECK (ordinal > 0),
  parent_id bigint CONSTRAINT information_unit_own_parent CHECK (parent_id <> id),
  unit_kind text NOT NULL CHECK (unit_kind IN (
    'document', 'front_matter', 'preamble', 'part', 'chapter', 'section', 'subsection', 'article', 'clause', 'point',
    'wrap_up', 'annex', 'definition', 'recital', 'signature', 'toc', 'generic')),
  section_type text NOT NULL CHECK (section_type IN ('normative', 'heading_only', 'editorial', 'reference')),
  title text NOT NULL CHECK (title <> ''),
  run_id text,
  cut_run_id text,
  -- Its address in the newest cut: another than `key` where the unit has moved and nothing is enacted yet.
  cut_key text CHECK (cut_key <> ''),
  cut_ordinal integer CHECK (cut_ordinal > 0),
  cut_parent_id bigint CONSTRAINT information_unit_own_cut_parent CHECK (cut_parent_id <> id),
  cut_version integer CHECK (cut_version > 0),
  created_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  CONSTRAINT information_unit_place CHECK (
    num_nulls(cut_key, cut_ordinal, cut_version) IN (0, 3) AND (cut_run_id IS NULL OR cut_version IS NOT NULL)
    AND (run_id IS NULL OR cut_run_id IS NOT NULL)),
  UNIQUE (id, document_id),
  CONSTRAINT information_unit_cut_run FOREIGN KEY (cut_run_id, document_id)
    REFERENCES cutter_governance.cut_change_set (run_id, document_id),
  CONSTRAINT information_unit_parent FOREIGN KEY (parent_id, document_id)
    REFERENCES public.information_unit (id, document_id),
  CONSTRAINT information_unit_cut_parent FOREIGN KEY (cut_parent_id, document_id)
    REFERENCES public.information_unit (id, document_id),
  -- One unit in force at an address; judged at COMMIT, since units change places with each other.
  CONSTRAINT information_unit_address EXCLUDE USING btree (document_id WITH =, key WITH =)
    WHERE (lifecycle_status = 'enacted') DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX IF NOT EXISTS information_unit_cut_address
  ON public.information_unit (document_id, cut_key) WHERE lifecycle_status <> 'retired';
CREATE UNIQUE INDEX IF NOT EXISTS information_unit_cut ON public.information_unit (cut_run_id, cut_ordinal);

-- unit_version: a unit's text and what it is called. Never changed but for its status.
CREATE TABLE IF NOT EXISTS public.unit_version (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unit_id bigint NOT NULL CONSTRAINT unit_version_unit REFERENCES public.information_unit,
  version integer NOT NULL CHECK (version > 0),
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'enacted', 'superseded', 'retired')),
  unit_kind text NOT NULL,
  section_type text NOT NULL,
  title text NOT NULL CHECK (title <> ''),
  -- The label as written, and what the title says besides it; NULL: none, or not taken apart when it was cut.
  num text CHECK (num <> ''),
  heading text CHECK (heading <> ''),
  body text NOT NULL,
  sha256 text NOT NULL,
  run_id text CONSTRAINT unit_version_run REFERENCES cutter_governance.cut_change_set (run_id),
  created_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (unit_id, version),
  UNIQUE (id, unit_id),
  CONSTRAINT unit_version_digest CHECK (sha256 = encode(pg_catalog.sha256(convert_to(body, 'UTF8')), 'hex'))
);
CREATE UNIQUE INDEX IF NOT EXISTS unit_version_served ON public.unit_version (unit_id) WHERE status = 'enacted';
CREATE INDEX IF NOT EXISTS unit_version_of_run ON public.unit_version (run_id);

-- iu_lifecycle_log: every change of a version's status after its creation, and so the way back.
CREATE TABLE IF NOT EXISTS public.iu_lifecycle_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unit_id bigint NOT NULL,
  unit_version_id bigint NOT NULL,
  cause text NOT NULL CHECK (cause IN ('enact', 'revert')),
  from_status text NOT NULL,
  to_status text NOT NULL,
  run_id text CONSTRAINT iu_lifecycle_log_run REFERENCES cutter_governance.cut_change_set (run_id),
  at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (unit_version_id, run_id, cause),
  CONSTRAINT iu_lifecycle_log_change CHECK (to_status <> from_status),
  CONSTRAINT iu_lifecycle_log_version FOREIGN KEY (unit_version_id, unit_id) REFERENCES public.unit_version (id, unit_id)
);
CREATE INDEX IF NOT EXISTS iu_lifecycle_log_of_run ON public.iu_lifecycle_log (run_id);
