-- From 0.1.0: a governed database made by that version is brought into the present form, rows included. Does nothing in a
-- database without its tables, or where this has been done. What was signed then stands as it stood: nothing is added to a
-- record of that time, and what was not recorded is NULL.
DO $$
DECLARE
  one record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                  WHERE attrelid = to_regclass('public.information_unit') AND attname = 'status' AND NOT attisdropped) THEN
    RETURN;
  END IF;

  -- Names that are the user's own, and forms that now let more through; what other constraints say is said again below.
  DROP FUNCTION IF EXISTS public.fn_iu_create(text, text, jsonb);
  DROP FUNCTION IF EXISTS public.fn_iu_revert(text, text);
  FOR one IN
    SELECT conrelid::regclass AS held_by, conname FROM pg_catalog.pg_constraint
     WHERE connamespace IN ('public'::regnamespace, 'cutter_governance'::regnamespace) AND contype = 'f'
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.held_by, one.conname);
  END LOOP;

  ALTER TABLE cutter_governance.cut_change_set
    ADD COLUMN profile text CHECK (profile ~ '^[a-z][a-z0-9_-]{0,31}$'),
    ADD COLUMN granularity text CHECK (granularity IN ('article', 'clause', 'point')),
    ADD COLUMN accepts_sha256 text CHECK (accepts_sha256 ~ '^[0-9a-f]{64}$'),
    ADD COLUMN recorded boolean NOT NULL DEFAULT true,
    DROP CONSTRAINT cut_change_set_document_id_check,
    DROP CONSTRAINT cut_change_set_check, DROP CONSTRAINT cut_change_set_check1, DROP CONSTRAINT cut_change_set_check2,
    ALTER COLUMN created SET DEFAULT 0, ALTER COLUMN revised SET DEFAULT 0,
    ALTER COLUMN kept SET DEFAULT 0, ALTER COLUMN retired SET DEFAULT 0;
  ALTER TABLE cutter_governance.cut_change_set
    ALTER COLUMN recorded SET DEFAULT false,
    ADD CONSTRAINT cut_change_set_document_id_check CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    ADD CONSTRAINT cut_change_set_header CHECK ((profile IS NULL) = (granularity IS NULL)),
    ADD CONSTRAINT cut_change_set_counts CHECK (NOT recorded OR created + revised + kept > 0),
    ADD CONSTRAINT cut_change_set_reverted CHECK ((reverted_at IS NULL) = (revert_mode IS NULL)),
    ADD CONSTRAINT cut_change_set_enacted CHECK (enacted_at IS NULL OR revert_mode IS DISTINCT FROM 'hard'),
    ADD UNIQUE (id, run_id, document_id);

  ALTER TABLE public.information_unit RENAME COLUMN status TO lifecycle_status;
  ALTER TABLE public.information_unit RENAME CONSTRAINT information_unit_status_check TO information_unit_lifecycle_status_check;
  ALTER TABLE public.information_unit RENAME CONSTRAINT information_unit_check TO information_unit_own_parent;
  ALTER TABLE public.information_unit RENAME CONSTRAINT information_unit_check1 TO information_unit_own_cut_parent;
  ALTER TABLE public.information_unit
    DROP CONSTRAINT information_unit_document_id_check, DROP CONSTRAINT information_unit_unit_kind_check,
    ALTER COLUMN run_id DROP NOT NULL, ALTER COLUMN cut_run_id DROP NOT NULL,
    ALTER COLUMN cut_ordinal DROP NOT NULL, ALTER COLUMN cut_version DROP NOT NULL;
  ALTER TABLE public.information_unit
    ADD CONSTRAINT information_unit_unit_kind_check CHECK (unit_kind IN (
      'document', 'front_matter', 'preamble', 'part', 'chapter', 'section', 'subsection', 'article', 'clause', 'point',
      'wrap_up', 'annex', 'definition', 'recital', 'signature', 'toc', 'generic')),
    ADD CONSTRAINT information_unit_document_id_check CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    ADD CONSTRAINT information_unit_place CHECK (
      num_nulls(cut_ordinal, cut_version) IN (0, 2) AND (cut_run_id IS NULL OR cut_version IS NOT NULL)
      AND (run_id IS NULL OR cut_run_id IS NOT NULL)),
    ADD UNIQUE (id, document_id),
    ADD CONSTRAINT information_unit_cut_run FOREIGN KEY (cut_run_id, document_id)
      REFERENCES cutter_governance.cut_change_set (run_id, document_id),
    ADD CONSTRAINT information_unit_parent FOREIGN KEY (parent_id, document_id)
      REFERENCES public.information_unit (id, document_id),
    ADD CONSTRAINT information_unit_cut_parent FOREIGN KEY (cut_parent_id, document_id)
      REFERENCES public.information_unit (id, document_id);

  ALTER TABLE public.unit_version
    ALTER COLUMN run_id DROP NOT NULL,
    ADD UNIQUE (id, unit_id),
    ADD CONSTRAINT unit_version_unit FOREIGN KEY (unit_id) REFERENCES public.information_unit,
    ADD CONSTRAINT unit_version_run FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set (run_id);
  ALTER INDEX public.unit_version_run RENAME TO unit_version_of_run;

  ALTER TABLE public.iu_lifecycle_log RENAME CONSTRAINT iu_lifecycle_log_check TO iu_lifecycle_log_change;
  ALTER TABLE public.iu_lifecycle_log
    ALTER COLUMN run_id DROP NOT NULL,
    ADD CONSTRAINT iu_lifecycle_log_run FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set (run_id),
    ADD CONSTRAINT iu_lifecycle_log_version FOREIGN KEY (unit_version_id, unit_id) REFERENCES public.unit_version (id, unit_id);
  ALTER INDEX public.iu_lifecycle_log_run RENAME TO iu_lifecycle_log_of_run;

  ALTER TABLE cutter_governance.cut_change_set_affected_row
    ADD COLUMN run_id text, ADD COLUMN document_id text, ADD COLUMN key text CHECK (key <> '');
  -- Keys had not changed yet in that version: a unit's address then is its address now.
  UPDATE cutter_governance.cut_change_set_affected_row AS row
     SET run_id = cut.run_id, document_id = cut.document_id, key = unit.key
    FROM cutter_governance.cut_change_set AS cut, public.information_unit AS unit
   WHERE cut.id = row.change_set_id AND unit.id = row.unit_id;
  ALTER TABLE cutter_governance.cut_change_set_affected_row
    RENAME CONSTRAINT cut_change_set_affected_row_check TO cut_change_set_affected_row_bytes;
  ALTER TABLE cutter_governance.cut_change_set_affected_row
    DROP CONSTRAINT cut_change_set_affected_row_check1, DROP CONSTRAINT cut_change_set_affected_row_check2,
    ALTER COLUMN run_id SET NOT NULL, ALTER COLUMN document_id SET NOT NULL, ALTER COLUMN key SET NOT NULL,
    ADD CONSTRAINT cut_change_set_affected_row_place CHECK (
      (action = 'retire') = (ordinal IS NULL) AND num_nulls(ordinal, byte_start, byte_end) IN (0, 3)
      AND (action <> 'retire' OR parent_unit_id IS NULL)),
    ADD CONSTRAINT cut_change_set_affected_row_set FOREIGN KEY (change_set_id, run_id, document_id)
      REFERENCES cutter_governance.cut_change_set (id, run_id, document_id),
    ADD CONSTRAINT cut_change_set_affected_row_unit FOREIGN KEY (unit_id, document_id)
      REFERENCES public.information_unit (id, document_id),
    ADD CONSTRAINT cut_change_set_affected_row_version FOREIGN KEY (unit_version_id, unit_id)
      REFERENCES public.unit_version (id, unit_id),
    ADD CONSTRAINT cut_change_set_affected_row_parent FOREIGN KEY (parent_unit_id, document_id)
      REFERENCES public.information_unit (id, document_id);
  ALTER INDEX cutter_governance.cut_change_set_affected_row_unit RENAME TO cut_change_set_affected_row_of_unit;

  -- Everything else that hangs on a change set says of which document it is.
  FOR one IN SELECT unnest(ARRAY['manifest_envelope', 'review_decision', 'verify_result']) AS name LOOP
    EXECUTE format('ALTER TABLE cutter_governance.%I ADD COLUMN document_id text', one.name);
    EXECUTE format('UPDATE cutter_governance.%I AS row SET document_id = cut.document_id
                      FROM cutter_governance.cut_change_set AS cut WHERE cut.id = row.change_set_id', one.name);
    EXECUTE format('ALTER TABLE cutter_governance.%I ALTER COLUMN document_id SET NOT NULL,
                      ADD CONSTRAINT %I FOREIGN KEY (change_set_id, run_id, document_id)
                      REFERENCES cutter_governance.cut_change_set (id, run_id, document_id)', one.name, one.name || '_set');
  END LOOP;

  ALTER TABLE cutter_governance.review_decision
    DROP CONSTRAINT review_decision_change_set_id_key, DROP CONSTRAINT review_decision_run_id_key,
    DROP CONSTRAINT review_decision_gate_check;
  ALTER TABLE cutter_governance.review_decision
    ADD CONSTRAINT review_decision_gate_check CHECK (gate IN ('SG_1_cut_authz', 'SG_2_lifecycle_authz', 'SG_R_revert_authz')),
    ADD UNIQUE (change_set_id, gate),
    ADD UNIQUE (id, run_id);

  ALTER TABLE cutter_governance.signature
    DROP CONSTRAINT signature_run_id_document_sha256_signer_key,
    ALTER COLUMN path DROP NOT NULL, ALTER COLUMN commit DROP NOT NULL,
    ADD UNIQUE (review_decision_id, document_sha256, signer),
    ADD CONSTRAINT signature_decision FOREIGN KEY (review_decision_id, run_id)
      REFERENCES cutter_governance.review_decision (id, run_id);
END
$$;
