-- information_unit: an addressed piece of a governed document. ordinal, parent_id, title and kinds are as served; the
-- cut_ columns are its place in the newest cut, which is served only once it is enacted (SG_2).
CREATE TABLE IF NOT EXISTS public.information_unit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id text NOT NULL CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  key text NOT NULL CHECK (key <> ''),
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'enacted', 'retired')),
  ordinal integer NOT NULL CHECK (ordinal > 0),
  parent_id bigint REFERENCES public.information_unit CHECK (parent_id <> id),
  unit_kind text NOT NULL CHECK (unit_kind IN (
    'document', 'front_matter', 'preamble', 'part', 'chapter', 'section', 'subsection', 'article', 'clause', 'point',
    'annex', 'definition', 'recital', 'signature', 'toc', 'generic')),
  section_type text NOT NULL CHECK (section_type IN ('normative', 'heading_only', 'editorial', 'reference')),
  title text NOT NULL CHECK (title <> ''),
  run_id text NOT NULL,
  cut_run_id text NOT NULL,
  cut_ordinal integer NOT NULL CHECK (cut_ordinal > 0),
  cut_parent_id bigint REFERENCES public.information_unit CHECK (cut_parent_id <> id),
  cut_version integer NOT NULL CHECK (cut_version > 0),
  created_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  -- Deferred: units come before their account, and no transaction can end with units that nobody accounts for.
  FOREIGN KEY (cut_run_id, document_id)
    REFERENCES cutter_governance.cut_change_set (run_id, document_id) DEFERRABLE INITIALLY DEFERRED
);
-- unique(document_id, key) among the living: a key that comes back after its unit was retired is another unit.
CREATE UNIQUE INDEX IF NOT EXISTS information_unit_address
  ON public.information_unit (document_id, key) WHERE status <> 'retired';
CREATE UNIQUE INDEX IF NOT EXISTS information_unit_cut ON public.information_unit (cut_run_id, cut_ordinal);

-- unit_version: a unit's text and what it is called. Never changed but for its status.
CREATE TABLE IF NOT EXISTS public.unit_version (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unit_id bigint NOT NULL REFERENCES public.information_unit,
  version integer NOT NULL CHECK (version > 0),
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'enacted', 'superseded', 'retired')),
  unit_kind text NOT NULL,
  section_type text NOT NULL,
  title text NOT NULL CHECK (title <> ''),
  body text NOT NULL,
  sha256 text NOT NULL,
  run_id text NOT NULL REFERENCES cutter_governance.cut_change_set (run_id) DEFERRABLE INITIALLY DEFERRED,
  created_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (unit_id, version),
  CONSTRAINT unit_version_digest CHECK (sha256 = encode(pg_catalog.sha256(convert_to(body, 'UTF8')), 'hex'))
);
CREATE UNIQUE INDEX IF NOT EXISTS unit_version_served ON public.unit_version (unit_id) WHERE status = 'enacted';
CREATE INDEX IF NOT EXISTS unit_version_run ON public.unit_version (run_id);

-- iu_lifecycle_log: every change of a version's status after its creation, and so the way back.
CREATE TABLE IF NOT EXISTS public.iu_lifecycle_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unit_id bigint NOT NULL REFERENCES public.information_unit,
  unit_version_id bigint NOT NULL REFERENCES public.unit_version,
  cause text NOT NULL CHECK (cause IN ('enact', 'revert')),
  from_status text NOT NULL,
  to_status text NOT NULL CHECK (to_status <> from_status),
  run_id text NOT NULL REFERENCES cutter_governance.cut_change_set (run_id),
  at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  UNIQUE (unit_version_id, run_id, cause)
);
CREATE INDEX IF NOT EXISTS iu_lifecycle_log_run ON public.iu_lifecycle_log (run_id);
