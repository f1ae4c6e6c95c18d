-- Units that keep their identity when they move: from databases in which a unit's key was the unit. Does nothing where
-- information_unit has no tables yet, or has them in the present form.
DO $$
BEGIN
  IF to_regclass('public.information_unit') IS NULL OR EXISTS (
       SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('public.information_unit') AND attname = 'cut_key') THEN
    RETURN;
  END IF;

  -- What a function answers with cannot be replaced; the writers' files make them again.
  DROP FUNCTION IF EXISTS cutter_guard.standing_places(text);
  DROP FUNCTION IF EXISTS cutter_guard.plan_row(text, integer, text, text, text, text, text, text, bigint, bigint, text);

  ALTER TABLE public.information_unit ADD COLUMN cut_key text CHECK (cut_key <> '');
  UPDATE public.information_unit SET cut_key = key WHERE cut_version IS NOT NULL;
  DROP INDEX IF EXISTS public.information_unit_address;
  ALTER TABLE public.information_unit
    DROP CONSTRAINT information_unit_place,
    ADD CONSTRAINT information_unit_place CHECK (
      num_nulls(cut_key, cut_ordinal, cut_version) IN (0, 3) AND (cut_run_id IS NULL OR cut_version IS NOT NULL)
      AND (run_id IS NULL OR cut_run_id IS NOT NULL)),
    ADD CONSTRAINT information_unit_address EXCLUDE USING btree (document_id WITH =, key WITH =)
      WHERE (lifecycle_status = 'enacted') DEFERRABLE INITIALLY DEFERRED;

  ALTER TABLE public.unit_version
    ADD COLUMN num text CHECK (num <> ''),
    ADD COLUMN heading text CHECK (heading <> '');

  ALTER TABLE cutter_governance.cut_change_set
    ADD COLUMN moved integer NOT NULL DEFAULT 0 CHECK (moved >= 0),
    ADD COLUMN renumbered integer NOT NULL DEFAULT 0 CHECK (renumbered >= 0),
    DROP CONSTRAINT cut_change_set_counts,
    ADD CONSTRAINT cut_change_set_counts CHECK (NOT recorded OR created + revised + moved + renumbered + kept > 0);

  ALTER TABLE cutter_governance.cut_change_set_affected_row
    ADD COLUMN was text CHECK (was <> key),
    DROP CONSTRAINT cut_change_set_affected_row_action_check,
    ADD CONSTRAINT cut_change_set_affected_row_action_check
      CHECK (action IN ('create', 'revise', 'move', 'renumber', 'keep', 'retire')),
    ADD CONSTRAINT cut_change_set_affected_row_was CHECK (
      CASE action WHEN 'move' THEN was IS NOT NULL WHEN 'revise' THEN true WHEN 'renumber' THEN true ELSE was IS NULL END);
END
$$;
