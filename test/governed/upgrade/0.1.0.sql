--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: cutter_governance; Type: SCHEMA; Schema: -; Owner: workflow_admin
--

CREATE SCHEMA cutter_governance;


ALTER SCHEMA cutter_governance OWNER TO workflow_admin;

--
-- Name: fn_iu_create(text, text, jsonb); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb) RETURNS TABLE(ordinal integer, key text, status text, unit_id bigint, version integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
#variable_conflict use_column
BEGIN
  IF p_run_id IS NULL OR p_document_id IS NULL OR jsonb_typeof(p_rows) IS DISTINCT FROM 'array' THEN
    RAISE EXCEPTION 'fn_iu_create: a run, a document and an array of rows are needed' USING ERRCODE = '22023';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set WHERE run_id = p_run_id) THEN
    RAISE EXCEPTION 'fn_iu_create: % has been recorded already', p_run_id USING ERRCODE = '55000';
  END IF;

  RETURN QUERY
  WITH planned AS MATERIALIZED (
    SELECT one.*, found.id AS found_id, found.cut_version,
           CASE one.action WHEN 'create' THEN nextval('public.information_unit_id_seq') ELSE found.id END AS unit_id,
           CASE one.action WHEN 'create' THEN 1 WHEN 'keep' THEN found.cut_version ELSE found.newest + 1 END AS version
      FROM jsonb_to_recordset(p_rows) AS one (action text, ordinal integer, key text, parent text, unit_kind text,
             section_type text, title text, body text, sha256 text)
      LEFT JOIN LATERAL (
        SELECT unit.id, unit.cut_version,
               (SELECT max(held.version) FROM public.unit_version AS held WHERE held.unit_id = unit.id) AS newest
          FROM public.information_unit AS unit
         WHERE unit.document_id = p_document_id AND unit.key = one.key AND unit.status <> 'retired' LIMIT 1
      ) AS found ON true
  ), placed AS MATERIALIZED (
    -- A parent stands before its children in the plan, so it is part of this cut already.
    SELECT planned.*, coalesce(beside.unit_id, earlier.id) AS parent_id
      FROM planned
      LEFT JOIN planned AS beside ON beside.key = planned.parent AND beside.ordinal < planned.ordinal
      LEFT JOIN LATERAL (
        SELECT unit.id FROM public.information_unit AS unit
         WHERE beside.key IS NULL AND unit.document_id = p_document_id AND unit.key = planned.parent
           AND unit.status <> 'retired' AND unit.cut_run_id = p_run_id LIMIT 1
      ) AS earlier ON true
  ), fit AS (
    SELECT * FROM placed WHERE parent IS NULL OR parent_id IS NOT NULL
  ), created AS (
    INSERT INTO public.information_unit AS unit (
      id, document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
      cut_run_id, cut_ordinal, cut_parent_id, cut_version)
    OVERRIDING SYSTEM VALUE
    SELECT unit_id, p_document_id, key, ordinal, parent_id, unit_kind, section_type, title, p_run_id,
           p_run_id, ordinal, parent_id, 1
      FROM fit WHERE action = 'create' AND found_id IS NULL ORDER BY ordinal
    RETURNING unit.id, unit.status
  ), moved AS (
    UPDATE public.information_unit AS unit
       SET cut_run_id = p_run_id, cut_ordinal = fit.ordinal, cut_parent_id = fit.parent_id, cut_version = fit.version
      FROM fit
     WHERE unit.id = ANY (ARRAY(SELECT found_id FROM fit WHERE found_id IS NOT NULL)) AND unit.id = fit.found_id
       AND unit.cut_run_id <> p_run_id AND fit.action IN ('revise', 'keep')
    RETURNING unit.id, unit.status
  ), standing AS MATERIALIZED (
    SELECT id, status FROM created UNION ALL SELECT id, status FROM moved
  ), written AS (
    INSERT INTO public.unit_version AS held (unit_id, version, unit_kind, section_type, title, body, sha256, run_id)
    SELECT fit.unit_id, fit.version, fit.unit_kind, fit.section_type, fit.title, fit.body, fit.sha256, p_run_id
      FROM fit JOIN standing ON standing.id = fit.unit_id WHERE fit.action <> 'keep' ORDER BY fit.ordinal
    RETURNING held.unit_id
  )
  SELECT placed.ordinal, placed.key,
         CASE
           WHEN placed.parent IS NOT NULL AND placed.parent_id IS NULL THEN 'parent_absent'
           WHEN placed.action IN ('revise', 'keep') AND placed.found_id IS NULL THEN 'absent'
           WHEN placed.action = 'create' AND placed.found_id IS NOT NULL THEN 'exists'
           WHEN standing.id IS NULL THEN CASE placed.action WHEN 'create' THEN 'not_created' ELSE 'cut_twice' END
           WHEN placed.action = 'create' AND standing.status <> 'draft' THEN standing.status
           WHEN placed.action = 'keep' AND NOT EXISTS (
             SELECT FROM public.unit_version AS held
              WHERE held.unit_id = placed.unit_id AND held.version = placed.version AND held.sha256 = placed.sha256
                AND (held.title, held.unit_kind, held.section_type) = (placed.title, placed.unit_kind, placed.section_type)
           ) THEN 'differs'
           WHEN placed.action = 'keep' THEN 'kept'
           WHEN written.unit_id IS NULL THEN 'no_version'
           WHEN placed.action = 'create' THEN 'created'
           ELSE 'revised'
         END,
         standing.id, placed.version
    FROM placed
    LEFT JOIN standing ON standing.id = placed.unit_id
    LEFT JOIN written ON written.unit_id = placed.unit_id;
END
$$;


ALTER FUNCTION public.fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb) OWNER TO workflow_admin;

--
-- Name: fn_iu_enact(text); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.fn_iu_enact(p_run_id text) RETURNS TABLE(unit_id bigint, status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  IF NOT FOUND OR v_set.enacted_at IS NOT NULL OR v_set.reverted_at IS NOT NULL THEN
    RAISE EXCEPTION 'fn_iu_enact: % is not recorded, or enacted or reverted already', p_run_id USING ERRCODE = '55000';
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.verify_result WHERE run_id = p_run_id AND kind = 'write') THEN
    RAISE EXCEPTION 'fn_iu_enact: the writes of % have not been verified', p_run_id USING ERRCODE = '55000';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set
              WHERE document_id = v_set.document_id AND id > v_set.id AND reverted_at IS NULL) THEN
    RAISE EXCEPTION 'fn_iu_enact: a later run has cut the document of %', p_run_id USING ERRCODE = '55000';
  END IF;

  RETURN QUERY
    SELECT row.unit_id, CASE WHEN row.action = 'retire' THEN 'retired' WHEN held.status = 'enacted' THEN 'kept' ELSE 'enacted' END
      FROM cutter_governance.cut_change_set_affected_row AS row
      JOIN public.unit_version AS held ON held.id = row.unit_version_id
     WHERE row.change_set_id = v_set.id;

  -- First everything that stops being served or waiting, since a unit serves one version at a time.
  WITH ending AS (
    SELECT held.id, held.unit_id, held.status AS from_status,
           CASE WHEN held.status = 'enacted' AND row.action <> 'retire' THEN 'superseded' ELSE 'retired' END AS to_status
      FROM cutter_governance.cut_change_set_affected_row AS row
      JOIN public.unit_version AS held ON held.unit_id = row.unit_id AND held.status IN ('draft', 'enacted')
     WHERE row.change_set_id = v_set.id AND (row.action = 'retire' OR held.id <> row.unit_version_id)
  ), ended AS (
    UPDATE public.unit_version AS held SET status = ending.to_status FROM ending WHERE held.id = ending.id
  )
  INSERT INTO public.iu_lifecycle_log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
  SELECT unit_id, id, 'enact', from_status, to_status, p_run_id FROM ending;

  WITH begun AS (
    UPDATE public.unit_version AS held SET status = 'enacted'
      FROM cutter_governance.cut_change_set_affected_row AS row
     WHERE row.change_set_id = v_set.id AND row.action <> 'retire'
       AND held.id = row.unit_version_id AND held.status = 'draft'
    RETURNING held.id, held.unit_id
  )
  INSERT INTO public.iu_lifecycle_log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
  SELECT unit_id, id, 'enact', 'draft', 'enacted', p_run_id FROM begun;

  UPDATE public.information_unit AS unit
     SET status = 'enacted', ordinal = row.ordinal, parent_id = row.parent_unit_id,
         unit_kind = held.unit_kind, section_type = held.section_type, title = held.title
    FROM cutter_governance.cut_change_set_affected_row AS row
    JOIN public.unit_version AS held ON held.id = row.unit_version_id
   WHERE row.change_set_id = v_set.id AND row.action <> 'retire' AND unit.id = row.unit_id
     AND (unit.status, unit.ordinal, unit.parent_id, unit.unit_kind, unit.section_type, unit.title)
         IS DISTINCT FROM ('enacted', row.ordinal, row.parent_unit_id, held.unit_kind, held.section_type, held.title);

  UPDATE public.information_unit AS unit SET status = 'retired'
    FROM cutter_governance.cut_change_set_affected_row AS row
   WHERE row.change_set_id = v_set.id AND row.action = 'retire' AND unit.id = row.unit_id;

  UPDATE cutter_governance.cut_change_set SET enacted_at = transaction_timestamp() WHERE id = v_set.id;
END
$$;


ALTER FUNCTION public.fn_iu_enact(p_run_id text) OWNER TO workflow_admin;

--
-- Name: fn_iu_revert(text, text); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.fn_iu_revert(p_run_id text, p_mode text) RETURNS TABLE(unit_version_id bigint, from_status text, to_status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  IF p_mode IS NULL OR p_mode NOT IN ('soft', 'hard') THEN
    RAISE EXCEPTION 'fn_iu_revert: the mode must be soft or hard' USING ERRCODE = '22023';
  END IF;
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  IF NOT FOUND OR v_set.reverted_at IS NOT NULL THEN
    RAISE EXCEPTION 'fn_iu_revert: % is not recorded, or reverted already', p_run_id USING ERRCODE = '55000';
  END IF;
  IF p_mode = 'hard' AND v_set.enacted_at IS NOT NULL THEN
    RAISE EXCEPTION 'fn_iu_revert: % is enacted, a hard revert is refused', p_run_id USING ERRCODE = '55000';
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set
              WHERE document_id = v_set.document_id AND id > v_set.id AND reverted_at IS NULL) THEN
    RAISE EXCEPTION 'fn_iu_revert: a later run has cut the document of %', p_run_id USING ERRCODE = '55000';
  END IF;

  UPDATE cutter_governance.cut_change_set
     SET reverted_at = transaction_timestamp(), revert_mode = p_mode WHERE id = v_set.id;

  IF p_mode = 'hard' THEN
    DELETE FROM cutter_governance.cut_change_set_affected_row WHERE change_set_id = v_set.id;
    RETURN QUERY DELETE FROM public.unit_version AS held WHERE held.run_id = p_run_id
      RETURNING held.id, held.status, 'deleted';
  ELSE
    -- What the run wrote stops first: a unit serves one version at a time.
    RETURN QUERY
    WITH ending AS (
      SELECT held.id, held.unit_id, held.status FROM public.unit_version AS held
       WHERE held.run_id = p_run_id AND held.status IN ('draft', 'enacted')
    ), ended AS (
      UPDATE public.unit_version AS held SET status = 'retired' FROM ending WHERE held.id = ending.id
    )
    INSERT INTO public.iu_lifecycle_log AS log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
    SELECT unit_id, id, 'revert', status, 'retired', p_run_id FROM ending
    RETURNING log.unit_version_id, log.from_status, log.to_status;

    RETURN QUERY
    WITH returning_ AS (
      SELECT log.unit_version_id AS id, log.unit_id, log.to_status AS from_status, log.from_status AS to_status
        FROM public.iu_lifecycle_log AS log
        JOIN public.unit_version AS held ON held.id = log.unit_version_id
       WHERE log.run_id = p_run_id AND log.cause = 'enact' AND held.run_id <> p_run_id
    ), returned AS (
      UPDATE public.unit_version AS held SET status = returning_.to_status FROM returning_ WHERE held.id = returning_.id
    )
    INSERT INTO public.iu_lifecycle_log AS log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
    SELECT unit_id, id, 'revert', from_status, to_status, p_run_id FROM returning_
    RETURNING log.unit_version_id, log.from_status, log.to_status;
  END IF;

  -- Every unit that this run placed goes back to its place in the newest cut that stands.
  UPDATE public.information_unit AS unit
     SET cut_run_id = before.run_id, cut_ordinal = before.ordinal, cut_parent_id = before.parent_unit_id,
         cut_version = before.version
    FROM (
      SELECT DISTINCT ON (row.unit_id) row.unit_id, cut.run_id, row.ordinal, row.parent_unit_id, held.version
        FROM cutter_governance.cut_change_set_affected_row AS row
        JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
        JOIN public.unit_version AS held ON held.id = row.unit_version_id
       WHERE cut.document_id = v_set.document_id AND cut.reverted_at IS NULL AND row.action <> 'retire'
       ORDER BY row.unit_id, cut.id DESC
    ) AS before
   WHERE unit.cut_run_id = p_run_id AND unit.id = before.unit_id;

  -- What is served again is what the newest enacted cut that stands has placed.
  IF v_set.enacted_at IS NOT NULL THEN
    UPDATE public.information_unit AS unit
       SET ordinal = before.ordinal, parent_id = before.parent_unit_id, unit_kind = before.unit_kind,
           section_type = before.section_type, title = before.title
      FROM (
        SELECT DISTINCT ON (row.unit_id) row.unit_id, row.ordinal, row.parent_unit_id,
               held.unit_kind, held.section_type, held.title
          FROM cutter_governance.cut_change_set_affected_row AS row
          JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
          JOIN public.unit_version AS held ON held.id = row.unit_version_id
         WHERE cut.document_id = v_set.document_id AND cut.reverted_at IS NULL AND cut.enacted_at IS NOT NULL
           AND row.action <> 'retire'
         ORDER BY row.unit_id, cut.id DESC
      ) AS before
     WHERE unit.id = before.unit_id AND unit.document_id = v_set.document_id;
  END IF;

  IF p_mode = 'hard' THEN
    DELETE FROM public.information_unit WHERE run_id = p_run_id;
  END IF;
  UPDATE public.information_unit AS unit SET status = standing.status
    FROM (
      SELECT one.id, CASE WHEN bool_or(held.status = 'enacted') THEN 'enacted'
                          WHEN bool_or(held.status = 'draft') THEN 'draft' ELSE 'retired' END AS status
        FROM public.information_unit AS one
        LEFT JOIN public.unit_version AS held ON held.unit_id = one.id
       WHERE one.document_id = v_set.document_id
       GROUP BY one.id
    ) AS standing
   WHERE unit.id = standing.id AND unit.status <> standing.status;
END
$$;


ALTER FUNCTION public.fn_iu_revert(p_run_id text, p_mode text) OWNER TO workflow_admin;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: cut_change_set; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.cut_change_set (
    id bigint NOT NULL,
    run_id text NOT NULL,
    document_id text NOT NULL,
    source_sha256 text NOT NULL,
    cutplan_sha256 text NOT NULL,
    created integer NOT NULL,
    revised integer NOT NULL,
    kept integer NOT NULL,
    retired integer NOT NULL,
    cut_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    enacted_at timestamp with time zone,
    reverted_at timestamp with time zone,
    revert_mode text,
    CONSTRAINT cut_change_set_check CHECK ((((created + revised) + kept) > 0)),
    CONSTRAINT cut_change_set_check1 CHECK (((reverted_at IS NULL) = (revert_mode IS NULL))),
    CONSTRAINT cut_change_set_check2 CHECK (((enacted_at IS NULL) OR (revert_mode IS DISTINCT FROM 'hard'::text))),
    CONSTRAINT cut_change_set_created_check CHECK ((created >= 0)),
    CONSTRAINT cut_change_set_cutplan_sha256_check CHECK ((cutplan_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT cut_change_set_document_id_check CHECK ((document_id ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text)),
    CONSTRAINT cut_change_set_kept_check CHECK ((kept >= 0)),
    CONSTRAINT cut_change_set_retired_check CHECK ((retired >= 0)),
    CONSTRAINT cut_change_set_revert_mode_check CHECK ((revert_mode = ANY (ARRAY['soft'::text, 'hard'::text]))),
    CONSTRAINT cut_change_set_revised_check CHECK ((revised >= 0)),
    CONSTRAINT cut_change_set_run_id_check CHECK ((run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'::text)),
    CONSTRAINT cut_change_set_source_sha256_check CHECK ((source_sha256 ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.cut_change_set OWNER TO workflow_admin;

--
-- Name: cut_change_set_affected_row; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.cut_change_set_affected_row (
    change_set_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    unit_version_id bigint NOT NULL,
    action text NOT NULL,
    ordinal integer,
    parent_unit_id bigint,
    byte_start bigint,
    byte_end bigint,
    CONSTRAINT cut_change_set_affected_row_action_check CHECK ((action = ANY (ARRAY['create'::text, 'revise'::text, 'keep'::text, 'retire'::text]))),
    CONSTRAINT cut_change_set_affected_row_byte_start_check CHECK ((byte_start >= 0)),
    CONSTRAINT cut_change_set_affected_row_check CHECK ((byte_end >= byte_start)),
    CONSTRAINT cut_change_set_affected_row_check1 CHECK ((((action = 'retire'::text) = (ordinal IS NULL)) AND (num_nulls(ordinal, byte_start, byte_end) = ANY (ARRAY[0, 3])))),
    CONSTRAINT cut_change_set_affected_row_check2 CHECK (((action <> 'retire'::text) OR (parent_unit_id IS NULL))),
    CONSTRAINT cut_change_set_affected_row_ordinal_check CHECK ((ordinal > 0))
);


ALTER TABLE cutter_governance.cut_change_set_affected_row OWNER TO workflow_admin;

--
-- Name: cut_change_set_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.cut_change_set ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.cut_change_set_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: manifest_envelope; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.manifest_envelope (
    id bigint NOT NULL,
    change_set_id bigint NOT NULL,
    run_id text NOT NULL,
    manifest jsonb NOT NULL,
    manifest_sha256 text NOT NULL,
    CONSTRAINT manifest_envelope_manifest_check CHECK ((jsonb_typeof(manifest) = 'object'::text)),
    CONSTRAINT manifest_envelope_manifest_sha256_check CHECK ((manifest_sha256 ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.manifest_envelope OWNER TO workflow_admin;

--
-- Name: manifest_envelope_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.manifest_envelope ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.manifest_envelope_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: review_decision; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.review_decision (
    id bigint NOT NULL,
    change_set_id bigint NOT NULL,
    run_id text NOT NULL,
    decision text DEFAULT 'accepted'::text NOT NULL,
    gate text NOT NULL,
    document_sha256 text NOT NULL,
    decided_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT review_decision_decision_check CHECK ((decision = 'accepted'::text)),
    CONSTRAINT review_decision_document_sha256_check CHECK ((document_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT review_decision_gate_check CHECK ((gate = 'SG_1_cut_authz'::text))
);


ALTER TABLE cutter_governance.review_decision OWNER TO workflow_admin;

--
-- Name: review_decision_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.review_decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.review_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: signature; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.signature (
    id bigint NOT NULL,
    review_decision_id bigint NOT NULL,
    run_id text NOT NULL,
    gate text NOT NULL,
    document_sha256 text NOT NULL,
    path text NOT NULL,
    commit text NOT NULL,
    signer text NOT NULL,
    CONSTRAINT signature_commit_check CHECK ((commit ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'::text)),
    CONSTRAINT signature_document_sha256_check CHECK ((document_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT signature_gate_check CHECK ((gate ~ '^(GAP7|SG_[12RH])_[a-z_]+$'::text)),
    CONSTRAINT signature_path_check CHECK ((path ~ '^approvals/[A-Za-z0-9][A-Za-z0-9._-]{0,99}[.]md$'::text)),
    CONSTRAINT signature_signer_check CHECK ((signer ~ '^[0-9A-F]{40}$'::text))
);


ALTER TABLE cutter_governance.signature OWNER TO workflow_admin;

--
-- Name: signature_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.signature ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.signature_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: verify_result; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.verify_result (
    id bigint NOT NULL,
    change_set_id bigint NOT NULL,
    run_id text NOT NULL,
    kind text NOT NULL,
    result jsonb NOT NULL,
    result_sha256 text NOT NULL,
    verified_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT verify_result_kind_check CHECK ((kind = ANY (ARRAY['write'::text, 'enactment'::text, 'revert'::text]))),
    CONSTRAINT verify_result_result_check CHECK ((jsonb_typeof(result) = 'object'::text)),
    CONSTRAINT verify_result_result_sha256_check CHECK ((result_sha256 ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.verify_result OWNER TO workflow_admin;

--
-- Name: verify_result_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.verify_result ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.verify_result_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: information_unit; Type: TABLE; Schema: public; Owner: workflow_admin
--

CREATE TABLE public.information_unit (
    id bigint NOT NULL,
    document_id text NOT NULL,
    key text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    ordinal integer NOT NULL,
    parent_id bigint,
    unit_kind text NOT NULL,
    section_type text NOT NULL,
    title text NOT NULL,
    run_id text NOT NULL,
    cut_run_id text NOT NULL,
    cut_ordinal integer NOT NULL,
    cut_parent_id bigint,
    cut_version integer NOT NULL,
    created_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT information_unit_check CHECK ((parent_id <> id)),
    CONSTRAINT information_unit_check1 CHECK ((cut_parent_id <> id)),
    CONSTRAINT information_unit_cut_ordinal_check CHECK ((cut_ordinal > 0)),
    CONSTRAINT information_unit_cut_version_check CHECK ((cut_version > 0)),
    CONSTRAINT information_unit_document_id_check CHECK ((document_id ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text)),
    CONSTRAINT information_unit_key_check CHECK ((key <> ''::text)),
    CONSTRAINT information_unit_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT information_unit_section_type_check CHECK ((section_type = ANY (ARRAY['normative'::text, 'heading_only'::text, 'editorial'::text, 'reference'::text]))),
    CONSTRAINT information_unit_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'enacted'::text, 'retired'::text]))),
    CONSTRAINT information_unit_title_check CHECK ((title <> ''::text)),
    CONSTRAINT information_unit_unit_kind_check CHECK ((unit_kind = ANY (ARRAY['document'::text, 'front_matter'::text, 'preamble'::text, 'part'::text, 'chapter'::text, 'section'::text, 'subsection'::text, 'article'::text, 'clause'::text, 'point'::text, 'annex'::text, 'definition'::text, 'recital'::text, 'signature'::text, 'toc'::text, 'generic'::text])))
);


ALTER TABLE public.information_unit OWNER TO workflow_admin;

--
-- Name: information_unit_id_seq; Type: SEQUENCE; Schema: public; Owner: workflow_admin
--

ALTER TABLE public.information_unit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.information_unit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: iu_lifecycle_log; Type: TABLE; Schema: public; Owner: workflow_admin
--

CREATE TABLE public.iu_lifecycle_log (
    id bigint NOT NULL,
    unit_id bigint NOT NULL,
    unit_version_id bigint NOT NULL,
    cause text NOT NULL,
    from_status text NOT NULL,
    to_status text NOT NULL,
    run_id text NOT NULL,
    at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT iu_lifecycle_log_cause_check CHECK ((cause = ANY (ARRAY['enact'::text, 'revert'::text]))),
    CONSTRAINT iu_lifecycle_log_check CHECK ((to_status <> from_status))
);


ALTER TABLE public.iu_lifecycle_log OWNER TO workflow_admin;

--
-- Name: iu_lifecycle_log_id_seq; Type: SEQUENCE; Schema: public; Owner: workflow_admin
--

ALTER TABLE public.iu_lifecycle_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.iu_lifecycle_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: unit_version; Type: TABLE; Schema: public; Owner: workflow_admin
--

CREATE TABLE public.unit_version (
    id bigint NOT NULL,
    unit_id bigint NOT NULL,
    version integer NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    unit_kind text NOT NULL,
    section_type text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    sha256 text NOT NULL,
    run_id text NOT NULL,
    created_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT unit_version_digest CHECK ((sha256 = encode(sha256(convert_to(body, 'UTF8'::name)), 'hex'::text))),
    CONSTRAINT unit_version_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'enacted'::text, 'superseded'::text, 'retired'::text]))),
    CONSTRAINT unit_version_title_check CHECK ((title <> ''::text)),
    CONSTRAINT unit_version_version_check CHECK ((version > 0))
);


ALTER TABLE public.unit_version OWNER TO workflow_admin;

--
-- Name: unit_version_id_seq; Type: SEQUENCE; Schema: public; Owner: workflow_admin
--

ALTER TABLE public.unit_version ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.unit_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Data for Name: cut_change_set; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.cut_change_set OVERRIDING SYSTEM VALUE VALUES (1, 'run-20260521-0000000000000001', 'charter', '7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b', 'b137dab4748e4b1babb9104977f20ab5d3f70464641584b04db19f16e52a68b3', 4, 0, 0, 0, '2026-11-24 17:36:43.52523+00', '2026-11-24 17:36:43.724721+00', NULL, NULL);
INSERT INTO cutter_governance.cut_change_set OVERRIDING SYSTEM VALUE VALUES (2, 'run-20260521-0000000000000002', 'charter', 'd09a2fd5fa295a03f6de4d7305a2883e88b50b47eb71e8eab544094ae3ddade8', '140cd0582cea1358d7be2ee431572d8efd55a9d20d95cb8d4acc99afa645c5db', 1, 1, 2, 1, '2026-11-24 17:36:43.851632+00', NULL, NULL, NULL);


--
-- Data for Name: cut_change_set_affected_row; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 1, 1, 'create', 1, NULL, 0, 53);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 2, 2, 'create', 2, 1, 53, 106);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 3, 3, 'create', 3, 1, 106, 187);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 4, 4, 'create', 4, 1, 187, 252);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 1, 1, 'keep', 1, NULL, 0, 53);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 2, 5, 'revise', 2, 1, 53, 123);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 3, 3, 'keep', 3, 1, 123, 204);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 5, 6, 'create', 4, 1, 204, 242);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 4, 4, 'retire', NULL, NULL, NULL, NULL);


--
-- Data for Name: manifest_envelope; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.manifest_envelope OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20260521-0000000000000001', '{"source": "charter.md"}', '4c59b0e3773d54fcdc0967df93198fc6f3b77ac065ab801592890024763999a1');
INSERT INTO cutter_governance.manifest_envelope OVERRIDING SYSTEM VALUE VALUES (2, 2, 'run-20260521-0000000000000002', '{"source": "charter.md"}', '4c59b0e3773d54fcdc0967df93198fc6f3b77ac065ab801592890024763999a1');


--
-- Data for Name: review_decision; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.review_decision OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20260521-0000000000000001', 'accepted', 'SG_1_cut_authz', '91192c458a9bc97d5f783371d27d5ea2636e88212a3447cfa22dcf82810a817d', '2026-11-24 17:36:43.52523+00');
INSERT INTO cutter_governance.review_decision OVERRIDING SYSTEM VALUE VALUES (2, 2, 'run-20260521-0000000000000002', 'accepted', 'SG_1_cut_authz', '91192c458a9bc97d5f783371d27d5ea2636e88212a3447cfa22dcf82810a817d', '2026-11-24 17:36:43.851632+00');


--
-- Data for Name: signature; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20260521-0000000000000001', 'GAP7_execution_enable', '56cd34894214148df432346cf2d8f0a58d03ee777342d463eef17ca3d0dabdd0', 'approvals/GAP7_execution_enable.md', 'cccccccccccccccccccccccccccccccccccccccc', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (2, 1, 'run-20260521-0000000000000001', 'SG_1_cut_authz', '91192c458a9bc97d5f783371d27d5ea2636e88212a3447cfa22dcf82810a817d', 'approvals/SG_1_cut_authz.md', 'cccccccccccccccccccccccccccccccccccccccc', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (3, 2, 'run-20260521-0000000000000002', 'GAP7_execution_enable', '56cd34894214148df432346cf2d8f0a58d03ee777342d463eef17ca3d0dabdd0', 'approvals/GAP7_execution_enable.md', 'cccccccccccccccccccccccccccccccccccccccc', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (4, 2, 'run-20260521-0000000000000002', 'SG_1_cut_authz', '91192c458a9bc97d5f783371d27d5ea2636e88212a3447cfa22dcf82810a817d', 'approvals/SG_1_cut_authz.md', 'cccccccccccccccccccccccccccccccccccccccc', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');


--
-- Data for Name: verify_result; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.verify_result OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20260521-0000000000000001', 'write', '{"cut_leg_a": {"units": 4, "versions": 4, "unit_ids_sha256": "37db36876b9ccaaa88394679f019c3435af9320dea117e867003840317870e25"}, "leg_b_record": {"affected_rows": 4, "change_set_id": "1", "signature_ids": ["1", "2"], "review_decision_id": "1", "manifest_envelope_id": "1"}, "cutplan_sha256": "b137dab4748e4b1babb9104977f20ab5d3f70464641584b04db19f16e52a68b3", "structural_verify": {"units": 4, "tree_sha256": "c6652699b1497e2576ecc1e9ade7e7f6abc427b094108315cc7ace6c43d7b277", "source_sha256": "7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b"}}', 'c967d9ee0338cf12bde13cefb97fad7551de5732ea474a34568c5d40a0e49782', '2026-11-24 17:36:43.678307+00');
INSERT INTO cutter_governance.verify_result OVERRIDING SYSTEM VALUE VALUES (2, 1, 'run-20260521-0000000000000001', 'enactment', '{"in_force": {"units": 4, "tree_sha256": "c6652699b1497e2576ecc1e9ade7e7f6abc427b094108315cc7ace6c43d7b277", "source_sha256": "7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b"}, "lifecycle_enact": {"kept": 0, "enacted": 4, "retired": 0, "log_rows": 4}}', '49c0bc952af7d37a217287bda8d6dc267cae3a8bb03d2345c71d961c66f960e3', '2026-11-24 17:36:43.793594+00');


--
-- Data for Name: information_unit; Type: TABLE DATA; Schema: public; Owner: workflow_admin
--

INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (4, 'charter', 'art-3', 'enacted', 4, 1, 'article', 'normative', 'Article 3 Dissolution', 'run-20260521-0000000000000001', 'run-20260521-0000000000000001', 4, 1, 1, '2026-11-24 17:36:43.52523+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (5, 'charter', 'art-4', 'draft', 4, 1, 'article', 'normative', 'Article 4 Tools', 'run-20260521-0000000000000002', 'run-20260521-0000000000000002', 4, 1, 1, '2026-11-24 17:36:43.851632+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (1, 'charter', 'document', 'enacted', 1, NULL, 'document', 'editorial', 'Charter of the Garden', 'run-20260521-0000000000000001', 'run-20260521-0000000000000002', 1, NULL, 1, '2026-11-24 17:36:43.52523+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (2, 'charter', 'art-1', 'enacted', 2, 1, 'article', 'normative', 'Article 1 Purpose', 'run-20260521-0000000000000001', 'run-20260521-0000000000000002', 2, 1, 2, '2026-11-24 17:36:43.52523+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (3, 'charter', 'art-2', 'enacted', 3, 1, 'article', 'normative', 'Article 2 Membership', 'run-20260521-0000000000000001', 'run-20260521-0000000000000002', 3, 1, 1, '2026-11-24 17:36:43.52523+00');


--
-- Data for Name: iu_lifecycle_log; Type: TABLE DATA; Schema: public; Owner: workflow_admin
--

INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'enact', 'draft', 'enacted', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.724721+00');
INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (2, 2, 2, 'enact', 'draft', 'enacted', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.724721+00');
INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (3, 3, 3, 'enact', 'draft', 'enacted', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.724721+00');
INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (4, 4, 4, 'enact', 'draft', 'enacted', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.724721+00');


--
-- Data for Name: unit_version; Type: TABLE DATA; Schema: public; Owner: workflow_admin
--

INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'enacted', 'document', 'editorial', 'Charter of the Garden', '# Charter of the Garden

The members agree on this.

', 'c3d34da3e0795ea8735ae8fb4b050236d3a7d7124d8bff92c65fba17370b4e81', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.52523+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (2, 2, 1, 'enacted', 'article', 'normative', 'Article 1 Purpose', '## Article 1 Purpose

The garden feeds its members.

', '7aa4bb3072ff3ce22bcb0e541ed9e045783c0c10c53095e2af29bde10271edf8', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.52523+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (3, 3, 1, 'enacted', 'article', 'normative', 'Article 2 Membership', '## Article 2 Membership

Anyone may join.	Tabs, back\slashes and "quotes" stay.

', 'd920b9c312ad6873e7b945a8eed73e7a4a012155dbb4d0de91cf03be15b2fd02', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.52523+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (4, 4, 1, 'enacted', 'article', 'normative', 'Article 3 Dissolution', '## Article 3 Dissolution

The garden ends when nobody waters it.
', 'd2833e925fa30cf516f0945db6229b155e1830823a073d1b94e56f6546b780b2', 'run-20260521-0000000000000001', '2026-11-24 17:36:43.52523+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (5, 2, 2, 'draft', 'article', 'normative', 'Article 1 Purpose', '## Article 1 Purpose

The garden feeds its members and their guests.

', 'a2e3b0f4c93a8f5e0f29d211285c1377ae7e17328508ddee1611e1805ee9f3f3', 'run-20260521-0000000000000002', '2026-11-24 17:36:43.851632+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (6, 5, 1, 'draft', 'article', 'normative', 'Article 4 Tools', '## Article 4 Tools

Tools are shared.
', 'c8631b7adefe3e26aa21385e9ff5daee1cdc08024766a50f42a8d639cd78e955', 'run-20260521-0000000000000002', '2026-11-24 17:36:43.851632+00');


--
-- Name: cut_change_set_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.cut_change_set_id_seq', 2, true);


--
-- Name: manifest_envelope_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.manifest_envelope_id_seq', 2, true);


--
-- Name: review_decision_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.review_decision_id_seq', 2, true);


--
-- Name: signature_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.signature_id_seq', 4, true);


--
-- Name: verify_result_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.verify_result_id_seq', 2, true);


--
-- Name: information_unit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: workflow_admin
--

SELECT pg_catalog.setval('public.information_unit_id_seq', 5, true);


--
-- Name: iu_lifecycle_log_id_seq; Type: SEQUENCE SET; Schema: public; Owner: workflow_admin
--

SELECT pg_catalog.setval('public.iu_lifecycle_log_id_seq', 4, true);


--
-- Name: unit_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: workflow_admin
--

SELECT pg_catalog.setval('public.unit_version_id_seq', 6, true);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_change_set_id_ordinal_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_change_set_id_ordinal_key UNIQUE (change_set_id, ordinal);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_pkey PRIMARY KEY (change_set_id, unit_id);


--
-- Name: cut_change_set cut_change_set_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set
    ADD CONSTRAINT cut_change_set_pkey PRIMARY KEY (id);


--
-- Name: cut_change_set cut_change_set_run_id_document_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set
    ADD CONSTRAINT cut_change_set_run_id_document_id_key UNIQUE (run_id, document_id);


--
-- Name: cut_change_set cut_change_set_run_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set
    ADD CONSTRAINT cut_change_set_run_id_key UNIQUE (run_id);


--
-- Name: manifest_envelope manifest_envelope_change_set_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.manifest_envelope
    ADD CONSTRAINT manifest_envelope_change_set_id_key UNIQUE (change_set_id);


--
-- Name: manifest_envelope manifest_envelope_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.manifest_envelope
    ADD CONSTRAINT manifest_envelope_pkey PRIMARY KEY (id);


--
-- Name: manifest_envelope manifest_envelope_run_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.manifest_envelope
    ADD CONSTRAINT manifest_envelope_run_id_key UNIQUE (run_id);


--
-- Name: review_decision review_decision_change_set_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_change_set_id_key UNIQUE (change_set_id);


--
-- Name: review_decision review_decision_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_pkey PRIMARY KEY (id);


--
-- Name: review_decision review_decision_run_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_run_id_key UNIQUE (run_id);


--
-- Name: signature signature_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_pkey PRIMARY KEY (id);


--
-- Name: signature signature_run_id_document_sha256_signer_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_run_id_document_sha256_signer_key UNIQUE (run_id, document_sha256, signer);


--
-- Name: verify_result verify_result_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.verify_result
    ADD CONSTRAINT verify_result_pkey PRIMARY KEY (id);


--
-- Name: verify_result verify_result_run_id_kind_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.verify_result
    ADD CONSTRAINT verify_result_run_id_kind_key UNIQUE (run_id, kind);


--
-- Name: information_unit information_unit_pkey; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_pkey PRIMARY KEY (id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_pkey; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_pkey PRIMARY KEY (id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_unit_version_id_run_id_cause_key; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_unit_version_id_run_id_cause_key UNIQUE (unit_version_id, run_id, cause);


--
-- Name: unit_version unit_version_pkey; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_pkey PRIMARY KEY (id);


--
-- Name: unit_version unit_version_unit_id_version_key; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_unit_id_version_key UNIQUE (unit_id, version);


--
-- Name: cut_change_set_affected_row_unit; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX cut_change_set_affected_row_unit ON cutter_governance.cut_change_set_affected_row USING btree (unit_id, change_set_id);


--
-- Name: cut_change_set_document; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX cut_change_set_document ON cutter_governance.cut_change_set USING btree (document_id, id);


--
-- Name: information_unit_address; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE UNIQUE INDEX information_unit_address ON public.information_unit USING btree (document_id, key) WHERE (status <> 'retired'::text);


--
-- Name: information_unit_cut; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE UNIQUE INDEX information_unit_cut ON public.information_unit USING btree (cut_run_id, cut_ordinal);


--
-- Name: iu_lifecycle_log_run; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE INDEX iu_lifecycle_log_run ON public.iu_lifecycle_log USING btree (run_id);


--
-- Name: unit_version_run; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE INDEX unit_version_run ON public.unit_version USING btree (run_id);


--
-- Name: unit_version_served; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE UNIQUE INDEX unit_version_served ON public.unit_version USING btree (unit_id) WHERE (status = 'enacted'::text);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_change_set_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_change_set_id_fkey FOREIGN KEY (change_set_id) REFERENCES cutter_governance.cut_change_set(id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_parent_unit_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_parent_unit_id_fkey FOREIGN KEY (parent_unit_id) REFERENCES public.information_unit(id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_unit_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.information_unit(id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_unit_version_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_unit_version_id_fkey FOREIGN KEY (unit_version_id) REFERENCES public.unit_version(id);


--
-- Name: manifest_envelope manifest_envelope_change_set_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.manifest_envelope
    ADD CONSTRAINT manifest_envelope_change_set_id_fkey FOREIGN KEY (change_set_id) REFERENCES cutter_governance.cut_change_set(id);


--
-- Name: manifest_envelope manifest_envelope_run_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.manifest_envelope
    ADD CONSTRAINT manifest_envelope_run_id_fkey FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: review_decision review_decision_change_set_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_change_set_id_fkey FOREIGN KEY (change_set_id) REFERENCES cutter_governance.cut_change_set(id);


--
-- Name: review_decision review_decision_run_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_run_id_fkey FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: signature signature_review_decision_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_review_decision_id_fkey FOREIGN KEY (review_decision_id) REFERENCES cutter_governance.review_decision(id);


--
-- Name: signature signature_run_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_run_id_fkey FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: verify_result verify_result_change_set_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.verify_result
    ADD CONSTRAINT verify_result_change_set_id_fkey FOREIGN KEY (change_set_id) REFERENCES cutter_governance.cut_change_set(id);


--
-- Name: verify_result verify_result_run_id_fkey; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.verify_result
    ADD CONSTRAINT verify_result_run_id_fkey FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: information_unit information_unit_cut_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_cut_parent_id_fkey FOREIGN KEY (cut_parent_id) REFERENCES public.information_unit(id);


--
-- Name: information_unit information_unit_cut_run_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_cut_run_id_document_id_fkey FOREIGN KEY (cut_run_id, document_id) REFERENCES cutter_governance.cut_change_set(run_id, document_id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: information_unit information_unit_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.information_unit(id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_run_id_fkey FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.information_unit(id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_unit_version_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_unit_version_id_fkey FOREIGN KEY (unit_version_id) REFERENCES public.unit_version(id);


--
-- Name: unit_version unit_version_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_run_id_fkey FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: unit_version unit_version_unit_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.information_unit(id);


--
-- Name: SCHEMA cutter_governance; Type: ACL; Schema: -; Owner: workflow_admin
--

GRANT USAGE ON SCHEMA cutter_governance TO cutter_exec;
GRANT USAGE ON SCHEMA cutter_governance TO cutter_verify;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT ALL ON SCHEMA public TO workflow_admin;
GRANT USAGE ON SCHEMA public TO cutter_exec;
GRANT USAGE ON SCHEMA public TO cutter_verify;


--
-- Name: FUNCTION fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb) TO cutter_exec;


--
-- Name: FUNCTION fn_iu_enact(p_run_id text); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.fn_iu_enact(p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fn_iu_enact(p_run_id text) TO cutter_exec;


--
-- Name: FUNCTION fn_iu_revert(p_run_id text, p_mode text); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.fn_iu_revert(p_run_id text, p_mode text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fn_iu_revert(p_run_id text, p_mode text) TO cutter_exec;


--
-- Name: TABLE cut_change_set; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.cut_change_set TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.cut_change_set TO cutter_verify;


--
-- Name: COLUMN cut_change_set.run_id; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(run_id) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.document_id; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(document_id) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.source_sha256; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(source_sha256) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.cutplan_sha256; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(cutplan_sha256) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.created; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(created) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.revised; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(revised) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.kept; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(kept) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: COLUMN cut_change_set.retired; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT INSERT(retired) ON TABLE cutter_governance.cut_change_set TO cutter_exec;


--
-- Name: TABLE cut_change_set_affected_row; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT,INSERT ON TABLE cutter_governance.cut_change_set_affected_row TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.cut_change_set_affected_row TO cutter_verify;


--
-- Name: SEQUENCE cut_change_set_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.cut_change_set_id_seq TO cutter_verify;


--
-- Name: TABLE manifest_envelope; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT,INSERT ON TABLE cutter_governance.manifest_envelope TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.manifest_envelope TO cutter_verify;


--
-- Name: SEQUENCE manifest_envelope_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.manifest_envelope_id_seq TO cutter_verify;


--
-- Name: TABLE review_decision; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT,INSERT ON TABLE cutter_governance.review_decision TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.review_decision TO cutter_verify;


--
-- Name: SEQUENCE review_decision_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.review_decision_id_seq TO cutter_verify;


--
-- Name: TABLE signature; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT,INSERT ON TABLE cutter_governance.signature TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.signature TO cutter_verify;


--
-- Name: SEQUENCE signature_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.signature_id_seq TO cutter_verify;


--
-- Name: TABLE verify_result; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.verify_result TO cutter_exec;
GRANT SELECT,INSERT ON TABLE cutter_governance.verify_result TO cutter_verify;


--
-- Name: SEQUENCE verify_result_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.verify_result_id_seq TO cutter_verify;


--
-- Name: TABLE information_unit; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON TABLE public.information_unit TO cutter_exec;
GRANT SELECT ON TABLE public.information_unit TO cutter_verify;


--
-- Name: SEQUENCE information_unit_id_seq; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE public.information_unit_id_seq TO cutter_verify;


--
-- Name: TABLE iu_lifecycle_log; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON TABLE public.iu_lifecycle_log TO cutter_exec;
GRANT SELECT ON TABLE public.iu_lifecycle_log TO cutter_verify;


--
-- Name: SEQUENCE iu_lifecycle_log_id_seq; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE public.iu_lifecycle_log_id_seq TO cutter_verify;


--
-- Name: TABLE unit_version; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON TABLE public.unit_version TO cutter_exec;
GRANT SELECT ON TABLE public.unit_version TO cutter_verify;


--
-- Name: SEQUENCE unit_version_id_seq; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE public.unit_version_id_seq TO cutter_verify;


--
-- PostgreSQL database dump complete
--


