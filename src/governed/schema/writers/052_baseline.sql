-- baseline: units that were there before this product, taken in as they stood. Nobody signed them, and no row here will
-- ever say otherwise; a later cut of the document, signed, is what puts a signature behind them.
CREATE TABLE IF NOT EXISTS cutter_governance.baseline (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id text NOT NULL CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  units integer NOT NULL CHECK (units > 0),
  -- Of one line for each unit, in the order of their ids: what stood there when it was taken in.
  units_sha256 text NOT NULL CHECK (units_sha256 ~ '^[0-9a-f]{64}$'),
  signed boolean NOT NULL DEFAULT false CHECK (NOT signed),
  taken_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  taken_by text NOT NULL DEFAULT session_user,
  UNIQUE (id, document_id)
);
CREATE TABLE IF NOT EXISTS cutter_governance.baseline_unit (
  unit_id bigint PRIMARY KEY,
  baseline_id bigint NOT NULL,
  document_id text NOT NULL,
  unit_version_id bigint NOT NULL,
  key text NOT NULL CHECK (key <> ''),
  lifecycle_status text NOT NULL CHECK (lifecycle_status IN ('draft', 'enacted', 'retired')),
  ordinal integer NOT NULL CHECK (ordinal > 0),
  parent_unit_id bigint,
  CONSTRAINT baseline_unit_baseline FOREIGN KEY (baseline_id, document_id) REFERENCES cutter_governance.baseline (id, document_id),
  CONSTRAINT baseline_unit_unit FOREIGN KEY (unit_id, document_id) REFERENCES public.information_unit (id, document_id),
  CONSTRAINT baseline_unit_version FOREIGN KEY (unit_version_id, unit_id) REFERENCES public.unit_version (id, unit_id)
);
CREATE INDEX IF NOT EXISTS baseline_unit_of_baseline ON cutter_governance.baseline_unit (baseline_id);

-- take_baseline: gives every unit of a document that has no place yet the place at which it stands. As workflow_admin
-- alone, by `db baseline`. Answers with the number of units; none when nothing was left to take in.
CREATE OR REPLACE FUNCTION cutter_guard.take_baseline(p_document_id text)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_id bigint;
  v_units integer;
BEGIN
  PERFORM cutter_guard.take_fence();
  SELECT count(*) INTO v_units FROM public.information_unit AS unit
   WHERE unit.document_id = p_document_id AND unit.cut_version IS NULL;
  IF v_units = 0 THEN
    RETURN 0;
  END IF;
  IF EXISTS (SELECT FROM public.information_unit AS unit WHERE unit.document_id = p_document_id AND unit.cut_version IS NULL
                AND NOT EXISTS (SELECT FROM public.unit_version AS held WHERE held.unit_id = unit.id)) THEN
    PERFORM cutter_guard.refuse('incomplete', 'a unit of ' || p_document_id || ' has no version');
  END IF;
  INSERT INTO cutter_governance.baseline AS one (document_id, units, units_sha256)
  SELECT p_document_id, v_units, encode(sha256(convert_to(string_agg(to_jsonb(unit)::text, E'\n' ORDER BY unit.id), 'UTF8')), 'hex')
    FROM public.information_unit AS unit WHERE unit.document_id = p_document_id AND unit.cut_version IS NULL
  RETURNING one.id INTO v_id;
  INSERT INTO cutter_governance.baseline_unit
    (unit_id, baseline_id, document_id, unit_version_id, key, lifecycle_status, ordinal, parent_unit_id)
  SELECT unit.id, v_id, p_document_id, held.id, unit.key, unit.lifecycle_status, unit.ordinal, unit.parent_id
    FROM public.information_unit AS unit
    CROSS JOIN LATERAL (
      SELECT one.id FROM public.unit_version AS one WHERE one.unit_id = unit.id
       ORDER BY one.status = 'draft' DESC, one.status = 'enacted' DESC, one.version DESC LIMIT 1
    ) AS held
   WHERE unit.document_id = p_document_id AND unit.cut_version IS NULL;
  UPDATE public.information_unit AS unit
     SET cut_key = row.key, cut_ordinal = row.ordinal, cut_parent_id = row.parent_unit_id, cut_version = held.version
    FROM cutter_governance.baseline_unit AS row JOIN public.unit_version AS held ON held.id = row.unit_version_id
   WHERE row.baseline_id = v_id AND unit.id = row.unit_id;
  PERFORM cutter_guard.move_head(p_document_id);
  RETURN v_units;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.take_baseline(text) FROM PUBLIC;

-- Every place that a unit of a document has had in a cut that stands or in the baseline, which is older than every cut.
CREATE OR REPLACE FUNCTION cutter_guard.standing_places(p_document_id text)
RETURNS TABLE (unit_id bigint, age bigint, run_id text, unit_version_id bigint, key text, ordinal integer, parent_unit_id bigint, enacted boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT row.unit_id, cut.id, cut.run_id, row.unit_version_id, row.key, row.ordinal, row.parent_unit_id, cut.enacted_at IS NOT NULL
    FROM cutter_governance.cut_change_set_affected_row AS row
    JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
   WHERE cut.document_id = p_document_id AND cut.reverted_at IS NULL AND row.action <> 'retire'
  UNION ALL
  SELECT row.unit_id, 0, NULL, row.unit_version_id, row.key, row.ordinal, row.parent_unit_id, row.lifecycle_status = 'enacted'
    FROM cutter_governance.baseline_unit AS row WHERE row.document_id = p_document_id
$$;
REVOKE ALL ON FUNCTION cutter_guard.standing_places(text) FROM PUBLIC;
