-- document_head: what the guarded functions have made of each document, so that a run recomputes its own document alone and
-- holds the others by their heads. Who writes past the functions, which only the owner of the tables can, moves no head and
-- leaves a row in hand_write; then all documents are recomputed and held against their heads.
CREATE TABLE IF NOT EXISTS cutter_governance.document_head (
  document_id text PRIMARY KEY CHECK (document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  -- The place of its last move among the moves of all documents, by which those that moved since are found.
  move bigint NOT NULL UNIQUE CHECK (move > 0),
  draft_units integer NOT NULL,
  enacted_units integer NOT NULL,
  retired_units integer NOT NULL,
  draft_versions integer NOT NULL,
  versions integer NOT NULL,
  lifecycle_log integer NOT NULL,
  change_sets integer NOT NULL,
  verify_results integer NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$')
);

-- Append-only and once for each transaction: writers of other tables by hand never wait for each other here.
CREATE TABLE IF NOT EXISTS cutter_governance.hand_write (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  relation text NOT NULL,
  role text NOT NULL DEFAULT session_user,
  transaction text NOT NULL UNIQUE,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX IF NOT EXISTS information_unit_of_document ON public.information_unit (document_id, id);

-- account_of: a document as its rows have it now. The digest is of one line for each version, and for each unit without one,
-- which says all that is served or waiting; a body is covered by its own digest, which the table checks.
CREATE OR REPLACE FUNCTION cutter_governance.account_of(p_document_id text)
RETURNS TABLE (draft_units integer, enacted_units integer, retired_units integer, draft_versions integer, versions integer,
  lifecycle_log integer, change_sets integer, verify_results integer, sha256 text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  WITH line AS (
    SELECT unit.id, held.version, held.id AS version_id, unit.lifecycle_status AS unit_status, held.status,
           ROW(unit.id, unit.key, unit.lifecycle_status, unit.ordinal, unit.parent_id, unit.run_id, unit.cut_run_id, unit.cut_key,
               unit.cut_ordinal, unit.cut_parent_id, unit.cut_version, unit.unit_kind, unit.section_type, unit.title,
               held.id, held.version, held.status, held.unit_kind, held.section_type, held.title, held.num, held.heading,
               held.sha256, held.run_id)::text AS line
      FROM public.information_unit AS unit
      -- One by one: statistics from before a large cut would have the whole table read for each unit.
      LEFT JOIN LATERAL (SELECT one.* FROM public.unit_version AS one WHERE one.unit_id = unit.id OFFSET 0) AS held ON true
     WHERE unit.document_id = p_document_id
  ), unit AS (
    SELECT count(*) FILTER (WHERE one.lifecycle_status = 'draft') AS draft, count(*) FILTER (WHERE one.lifecycle_status = 'enacted') AS enacted,
           count(*) FILTER (WHERE one.lifecycle_status = 'retired') AS retired
      FROM public.information_unit AS one WHERE one.document_id = p_document_id
  ), version AS (
    SELECT count(*) FILTER (WHERE line.status = 'draft') AS draft, count(line.version_id) AS versions,
           coalesce(sum(logged.rows), 0)::bigint AS logged,
           encode(sha256(convert_to(coalesce(string_agg(line.line, E'\n' ORDER BY line.id, line.version), ''), 'UTF8')), 'hex') AS sha256
      FROM line
      CROSS JOIN LATERAL (SELECT count(*) AS rows FROM public.iu_lifecycle_log AS log WHERE log.unit_version_id = line.version_id OFFSET 0) AS logged
  )
  SELECT unit.draft::integer, unit.enacted::integer, unit.retired::integer, version.draft::integer, version.versions::integer,
         version.logged::integer,
         (SELECT count(*)::integer FROM cutter_governance.cut_change_set AS one WHERE one.document_id = p_document_id),
         (SELECT count(*)::integer FROM cutter_governance.cut_change_set AS one
           CROSS JOIN LATERAL (SELECT FROM cutter_governance.verify_result AS result WHERE result.run_id = one.run_id OFFSET 0) AS found
           WHERE one.document_id = p_document_id),
         version.sha256
    FROM unit CROSS JOIN version
$$;
REVOKE ALL ON FUNCTION cutter_governance.account_of(text) FROM PUBLIC;

-- move_head: the last thing that a guarded function does to a document. Behind the fence, so moves follow one another.
CREATE OR REPLACE FUNCTION cutter_guard.move_head(p_document_id text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_move CONSTANT bigint := 1 + coalesce((SELECT max(head.move) FROM cutter_governance.document_head AS head), 0);
BEGIN
  DELETE FROM cutter_governance.document_head AS head WHERE head.document_id = p_document_id;
  INSERT INTO cutter_governance.document_head
  SELECT p_document_id, v_move, one.*
    FROM cutter_governance.account_of(p_document_id) AS one;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.move_head(text) FROM PUBLIC;

-- documents_unlike_heads: every document whose rows are not what its head says, with what they are. Reads every row there is.
CREATE OR REPLACE FUNCTION cutter_governance.documents_unlike_heads()
RETURNS TABLE (document_id text, sha256 text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
  SELECT known.document_id, found.whole
    FROM (SELECT one.document_id FROM public.information_unit AS one
          UNION SELECT one.document_id FROM cutter_governance.cut_change_set AS one
          UNION SELECT one.document_id FROM cutter_governance.document_head AS one) AS known
    CROSS JOIN LATERAL (SELECT one.*, encode(pg_catalog.sha256(convert_to(ROW(one.*)::text, 'UTF8')), 'hex') AS whole
                          FROM cutter_governance.account_of(known.document_id) AS one OFFSET 0) AS found
    LEFT JOIN cutter_governance.document_head AS head ON head.document_id = known.document_id
   WHERE (head.draft_units, head.enacted_units, head.retired_units, head.draft_versions, head.versions, head.lifecycle_log,
          head.change_sets, head.verify_results, head.sha256)
         IS DISTINCT FROM (found.draft_units, found.enacted_units, found.retired_units, found.draft_versions, found.versions,
          found.lifecycle_log, found.change_sets, found.verify_results, found.sha256)
$$;
REVOKE ALL ON FUNCTION cutter_governance.documents_unlike_heads() FROM PUBLIC;

-- note_hand_write: for every statement on these tables outside a guarded function, which take_fence marks by the transaction.
-- No defence against the owner of the tables, who could take the trigger away; it is for whoever mends a row by hand.
CREATE OR REPLACE FUNCTION cutter_guard.note_hand_write()
RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- With its beginning: a database that was restored elsewhere counts its transactions anew, and has the rows of the old ones.
  INSERT INTO cutter_governance.hand_write (relation, transaction)
  VALUES (TG_TABLE_NAME, pg_current_xact_id()::text || ' of ' || extract(epoch FROM transaction_timestamp())::text)
  ON CONFLICT (transaction) DO NOTHING;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.note_hand_write() FROM PUBLIC;

CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.information_unit FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();
CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.unit_version FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();
CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.iu_lifecycle_log FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();
CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cutter_governance.cut_change_set FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();
CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cutter_governance.cut_change_set_affected_row FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();
CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cutter_governance.verify_result FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();
CREATE OR REPLACE TRIGGER by_hand AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cutter_governance.document_head FOR EACH STATEMENT
  WHEN (current_setting('cutter_guard.fence', true) IS DISTINCT FROM pg_current_xact_id()::text)
  EXECUTE FUNCTION cutter_guard.note_hand_write();

-- Documents from before there were heads, by this file alone; a guarded function makes the head of a new one.
DO $$
DECLARE
  v_document text;
BEGIN
  PERFORM cutter_guard.take_fence();
  FOR v_document IN
    SELECT one.document_id FROM public.information_unit AS one UNION SELECT one.document_id FROM cutter_governance.cut_change_set AS one
    EXCEPT SELECT one.document_id FROM cutter_governance.document_head AS one
  LOOP
    PERFORM cutter_guard.move_head(v_document);
  END LOOP;
END
$$;
