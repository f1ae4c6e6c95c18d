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
-- Name: cutter_guard; Type: SCHEMA; Schema: -; Owner: workflow_admin
--

CREATE SCHEMA cutter_guard;


ALTER SCHEMA cutter_guard OWNER TO workflow_admin;

--
-- Name: account_of(text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.account_of(p_document_id text) RETURNS TABLE(draft_units integer, enacted_units integer, retired_units integer, draft_versions integer, versions integer, lifecycle_log integer, change_sets integer, verify_results integer, sha256 text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
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


ALTER FUNCTION cutter_governance.account_of(p_document_id text) OWNER TO workflow_admin;

--
-- Name: documents_unlike_heads(); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.documents_unlike_heads() RETURNS TABLE(document_id text, sha256 text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
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


ALTER FUNCTION cutter_governance.documents_unlike_heads() OWNER TO workflow_admin;

--
-- Name: fn_admit(bytea, bytea[]); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_admit(document bytea, signatures bytea[]) RETURNS TABLE(verdict text, reason text, detail text, document_sha256 text, gate text, run_id text, signers text[], signed_at timestamp with time zone, valid_until timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  p_document CONSTANT bytea := document;
  p_signatures CONSTANT bytea[] := signatures;
  v record;
  v_use record;
BEGIN
  IF cardinality(p_signatures) > 16 THEN
    RAISE EXCEPTION 'fn_admit: more than 16 signatures' USING ERRCODE = '22023';
  END IF;
  SELECT * INTO v FROM cutter_guard.judge(p_document, p_signatures, clock_timestamp(), true);

  IF v.verdict = 'accepted' THEN
    -- Admissions follow one another from here, so that a document and its withdrawal cannot pass each other unseen. Only
    -- the owner may lock this row: no login can hold up the others without a signed document in its hands.
    PERFORM FROM cutter_governance.deployment FOR NO KEY UPDATE;
    -- A withdrawal waits here for whoever is using what it withdraws, and then finds it used.
    PERFORM FROM cutter_governance.approval AS one WHERE one.document_sha256 = v.bindings ->> 'approval_sha256' FOR UPDATE;
    SELECT * INTO v_use FROM cutter_guard.check_use(v.document_sha256, v.bindings);
    IF v_use.reason IS NOT NULL THEN
      RETURN QUERY SELECT 'rejected', v_use.reason, v_use.detail, v.document_sha256, v.gate, v.run_id, NULL::text[],
        v.signed_at, NULL::timestamptz;
      RETURN;
    END IF;
    UPDATE cutter_governance.approval AS one SET withdrawn_by = v.document_sha256
     WHERE one.document_sha256 = v.bindings ->> 'approval_sha256' AND one.withdrawn_by IS NULL;
    INSERT INTO cutter_governance.approval AS held (
      document_sha256, document, signatures, gate, run_id, bindings, signed_at, valid_until, signers, signing_keys)
    VALUES (v.document_sha256, p_document, p_signatures, v.gate, v.run_id, v.bindings, v.signed_at, v.valid_until, v.signers,
      cutter_guard.signing_keys(p_signatures))
    ON CONFLICT (document_sha256) DO UPDATE
       SET signatures = excluded.signatures, signers = excluded.signers, signing_keys = excluded.signing_keys,
           valid_until = excluded.valid_until
     WHERE held.signers <@ excluded.signers
       AND (held.valid_until < excluded.valid_until OR NOT excluded.signers <@ held.signers);
  END IF;
  RETURN QUERY SELECT v.verdict, v.reason, v.detail, v.document_sha256, v.gate, v.run_id, v.signers, v.signed_at, v.valid_until;
END
$$;


ALTER FUNCTION cutter_governance.fn_admit(document bytea, signatures bytea[]) OWNER TO workflow_admin;

--
-- Name: fn_close_run(text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_close_run(p_run_id text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT cutter_guard.knows_run(p_run_id) THEN
    PERFORM cutter_guard.refuse('run_not_found', p_run_id || ' is not known here');
  END IF;
  -- A write of this run that is under way ends first.
  PERFORM FROM cutter_governance.approval AS one WHERE one.document_sha256 = cutter_guard.opening_of(p_run_id) FOR UPDATE;
  INSERT INTO cutter_governance.run_closed (run_id, outcome) VALUES (p_run_id, 'abandoned') ON CONFLICT DO NOTHING;
END
$$;


ALTER FUNCTION cutter_governance.fn_close_run(p_run_id text) OWNER TO workflow_admin;

--
-- Name: fn_evidence(text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_evidence(p_run_id text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id;
  RETURN CASE WHEN FOUND THEN cutter_guard.evidence(v_set) END;
END
$$;


ALTER FUNCTION cutter_governance.fn_evidence(p_run_id text) OWNER TO workflow_admin;

--
-- Name: fn_master_off(text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_master_off(p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE cutter_governance.master_switch SET enabled = false, changed_at = clock_timestamp(), changed_by = left(p_by, 100);
END
$$;


ALTER FUNCTION cutter_governance.fn_master_off(p_by text) OWNER TO workflow_admin;

--
-- Name: fn_note_head(text, bigint, text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_note_head(p_run_id text, p_entries bigint, p_head_sha256 text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_held cutter_governance.run_head;
BEGIN
  IF NOT cutter_guard.knows_run(p_run_id) THEN
    PERFORM cutter_guard.refuse('run_not_found', p_run_id || ' is not known here');
  END IF;
  INSERT INTO cutter_governance.run_head AS held (run_id, entries, head_sha256) VALUES (p_run_id, p_entries, p_head_sha256)
  ON CONFLICT (run_id) DO UPDATE SET entries = excluded.entries, head_sha256 = excluded.head_sha256, noted_at = transaction_timestamp()
   WHERE held.entries < excluded.entries;
  SELECT * INTO v_held FROM cutter_governance.run_head AS one WHERE one.run_id = p_run_id;
  IF (v_held.entries, v_held.head_sha256) IS DISTINCT FROM (p_entries, p_head_sha256) THEN
    PERFORM cutter_guard.refuse('head_rewound', 'the log of ' || p_run_id || ' had ' || v_held.entries || ' entries, ' || p_entries || ' are stated');
  END IF;
END
$$;


ALTER FUNCTION cutter_governance.fn_note_head(p_run_id text, p_entries bigint, p_head_sha256 text) OWNER TO workflow_admin;

--
-- Name: fn_open_cut(text, text, text, text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_open_cut(p_run_id text, p_cutplan_sha256 text, p_profile text, p_granularity text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v record;
  v_id bigint;
BEGIN
  PERFORM cutter_governance.fn_open_write(p_run_id, 'SG_1_cut_authz');
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, 'SG_1_cut_authz', p_cutplan_sha256);
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id) THEN
    PERFORM cutter_guard.refuse('already_cut', p_run_id || ' has been recorded already');
  END IF;
  IF EXISTS (SELECT FROM public.information_unit AS one
              WHERE one.document_id = v.document_id AND one.lifecycle_status <> 'retired' AND one.cut_version IS NULL) THEN
    PERFORM cutter_guard.refuse('not_baselined', v.document_id || ' has units from before: run `countersign db baseline` first');
  END IF;
  INSERT INTO cutter_governance.cut_change_set AS one
    (run_id, document_id, source_sha256, cutplan_sha256, profile, granularity, accepts_sha256)
  VALUES (p_run_id, v.document_id, v.source_sha256, v.digest, p_profile, p_granularity, v.accepts_sha256)
  RETURNING one.id INTO v_id;
  RETURN v_id;
END
$$;


ALTER FUNCTION cutter_governance.fn_open_cut(p_run_id text, p_cutplan_sha256 text, p_profile text, p_granularity text) OWNER TO workflow_admin;

--
-- Name: fn_open_write(text, text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_open_write(p_run_id text, p_gate text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v record;
BEGIN
  PERFORM cutter_guard.authorise(p_run_id, p_gate, NULL);
  PERFORM cutter_guard.take_fence();
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, p_gate, NULL);
  PERFORM cutter_guard.assert_signers(v.enable);
  PERFORM cutter_guard.assert_signers(v.approval);
END
$$;


ALTER FUNCTION cutter_governance.fn_open_write(p_run_id text, p_gate text) OWNER TO workflow_admin;

--
-- Name: fn_record_cut(text, jsonb); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_record_cut(p_run_id text, p_manifest jsonb) RETURNS TABLE(change_set_id bigint, manifest_envelope_id bigint, review_decision_id bigint, signature_ids bigint[], affected_rows integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v record;
  v_used record;
  v_counts record;
  v_manifest bigint;
BEGIN
  IF jsonb_typeof(p_manifest) IS DISTINCT FROM 'object' OR octet_length(p_manifest::text) > 16384 THEN
    PERFORM cutter_guard.refuse('incomplete', 'fn_record_cut needs a manifest, an object of at most 16 KiB');
  END IF;
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('not_opened', p_run_id || ' has no open cut: call fn_open_cut first');
  END IF;
  IF v_set.recorded THEN
    PERFORM cutter_guard.refuse('already_cut', p_run_id || ' has been recorded already');
  END IF;
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, 'SG_1_cut_authz', v_set.cutplan_sha256);

  SELECT count(*) FILTER (WHERE action = 'create')::integer AS created, count(*) FILTER (WHERE action = 'revise')::integer AS revised,
         count(*) FILTER (WHERE action = 'move')::integer AS moved, count(*) FILTER (WHERE action = 'renumber')::integer AS renumbered,
         count(*) FILTER (WHERE action = 'keep')::integer AS kept, count(*) FILTER (WHERE action = 'retire')::integer AS retired
    INTO v_counts FROM cutter_governance.cut_change_set_affected_row WHERE change_set_id = v_set.id;
  UPDATE cutter_governance.cut_change_set
     SET created = v_counts.created, revised = v_counts.revised, moved = v_counts.moved, renumbered = v_counts.renumbered,
         kept = v_counts.kept, retired = v_counts.retired, recorded = true
   WHERE id = v_set.id;
  INSERT INTO cutter_governance.manifest_envelope AS one (change_set_id, run_id, document_id, manifest, manifest_sha256)
  VALUES (v_set.id, p_run_id, v_set.document_id, p_manifest, cutter_guard.digest_of(cutter_guard.canonical_json(p_manifest)))
  RETURNING one.id INTO v_manifest;
  SELECT * INTO v_used FROM cutter_guard.use_approvals(v_set, 'SG_1_cut_authz', v.approval,
    ARRAY[cutter_guard.opening_of(p_run_id), v.enable]);
  PERFORM cutter_guard.move_head(v_set.document_id);
  RETURN QUERY SELECT v_set.id, v_manifest, v_used.review_decision_id, v_used.signature_ids,
    v_counts.created + v_counts.revised + v_counts.moved + v_counts.renumbered + v_counts.kept + v_counts.retired;
END
$$;


ALTER FUNCTION cutter_governance.fn_record_cut(p_run_id text, p_manifest jsonb) OWNER TO workflow_admin;

--
-- Name: fn_revert_plan(text, boolean); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id;
  SELECT one.reason, one.detail INTO reason, detail FROM cutter_guard.revert_refusal(v_set, p_hard IS TRUE) AS one;
  IF reason IS NULL THEN
    plan := cutter_guard.revert_plan(v_set, p_hard IS TRUE);
  END IF;
END
$$;


ALTER FUNCTION cutter_governance.fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text) OWNER TO workflow_admin;

--
-- Name: fn_state_of(text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_state_of(p_run_id text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id;
  RETURN jsonb_build_object(
    'run_id', p_run_id,
    'opening', cutter_guard.opening_of(p_run_id),
    'approvals', coalesce((SELECT jsonb_agg(jsonb_build_object('document_sha256', one.document_sha256, 'gate', one.gate,
        'signers', to_jsonb(one.signers), 'valid_until', cutter_guard.instant(one.valid_until), 'used', one.used_at IS NOT NULL,
        'withdrawn', one.withdrawn_by IS NOT NULL) ORDER BY one.signed_at, one.document_sha256)
      FROM cutter_governance.approval AS one WHERE one.run_id = p_run_id), '[]'),
    'head', (SELECT jsonb_build_object('entries', one.entries, 'hash', one.head_sha256)
      FROM cutter_governance.run_head AS one WHERE one.run_id = p_run_id),
    'closed', (SELECT one.outcome FROM cutter_governance.run_closed AS one WHERE one.run_id = p_run_id),
    'cut', CASE WHEN v_set.recorded THEN cutter_guard.cut_facts(v_set) || jsonb_build_object(
      'stated', jsonb_build_object('source_sha256', v_set.source_sha256, 'cutplan_sha256', v_set.cutplan_sha256,
        'units', v_set.created, 'versions', v_set.created + v_set.revised,
        'affected_rows', v_set.created + v_set.revised + v_set.kept + v_set.retired)) END,
    'enactment', CASE WHEN v_set.enacted_at IS NOT NULL THEN cutter_guard.enactment_facts(v_set) END,
    'reverted', v_set.revert_mode,
    'verifications', coalesce((SELECT jsonb_agg(jsonb_build_object(
        'kind', one.kind, 'verify_result_id', one.id::text, 'result_sha256', one.result_sha256) ORDER BY one.id)
      FROM cutter_governance.verify_result AS one WHERE one.run_id = p_run_id), '[]'));
END
$$;


ALTER FUNCTION cutter_governance.fn_state_of(p_run_id text) OWNER TO workflow_admin;

--
-- Name: fn_verify(text, text); Type: FUNCTION; Schema: cutter_governance; Owner: workflow_admin
--

CREATE FUNCTION cutter_governance.fn_verify(p_run_id text, p_kind text) RETURNS TABLE(verify_result_id bigint, result jsonb, result_sha256 text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v_gate CONSTANT text := CASE p_kind
    WHEN 'write' THEN 'SG_1_cut_authz' WHEN 'enactment' THEN 'SG_2_lifecycle_authz' WHEN 'revert' THEN 'SG_R_revert_authz' END;
  v_result jsonb;
  v_sha256 text;
  v_earlier cutter_governance.verify_result;
BEGIN
  PERFORM cutter_governance.fn_open_write(p_run_id, v_gate);
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id;
  IF v_set.id IS NULL THEN
    PERFORM cutter_guard.refuse('not_recorded', 'nothing of ' || p_run_id || ' is in the database');
  END IF;
  v_result := CASE p_kind
    WHEN 'write' THEN cutter_guard.assert_account(v_set)
    WHEN 'enactment' THEN cutter_guard.assert_enactment(v_set)
    ELSE cutter_guard.assert_revert(v_set) END
    || jsonb_build_object('format', 'countersign/verify/1', 'kind', p_kind, 'run_id', p_run_id,
         'document_id', v_set.document_id, 'change_set_id', v_set.id::text);
  v_sha256 := cutter_guard.digest_of(cutter_guard.canonical_json(v_result));
  SELECT * INTO v_earlier FROM cutter_governance.verify_result WHERE run_id = p_run_id AND kind = p_kind;
  IF v_earlier.result_sha256 <> v_sha256 THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the result for ' || p_kind || ' was ' || v_earlier.result_sha256 || ', is ' || v_sha256);
  END IF;
  IF v_earlier.id IS NULL THEN
    INSERT INTO cutter_governance.verify_result AS one (change_set_id, run_id, document_id, kind, result, result_sha256)
    VALUES (v_set.id, p_run_id, v_set.document_id, p_kind, v_result, v_sha256)
    RETURNING * INTO v_earlier;
    PERFORM cutter_guard.move_head(v_set.document_id);
  END IF;
  RETURN QUERY SELECT v_earlier.id, v_result, v_sha256;
END
$$;


ALTER FUNCTION cutter_governance.fn_verify(p_run_id text, p_kind text) OWNER TO workflow_admin;

--
-- Name: area_end(bytea, integer); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.area_end(p_body bytea, p_start integer) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_end integer;
BEGIN
  IF p_start + 2 > octet_length(p_body) THEN
    RETURN NULL;
  END IF;
  v_end := p_start + 2 + get_byte(p_body, p_start) * 256 + get_byte(p_body, p_start + 1);
  RETURN CASE WHEN v_end <= octet_length(p_body) THEN v_end END;
END
$$;


ALTER FUNCTION cutter_guard.area_end(p_body bytea, p_start integer) OWNER TO workflow_admin;

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
    profile text,
    granularity text,
    accepts_sha256 text,
    cutplan_sha256 text NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    revised integer DEFAULT 0 NOT NULL,
    moved integer DEFAULT 0 NOT NULL,
    renumbered integer DEFAULT 0 NOT NULL,
    kept integer DEFAULT 0 NOT NULL,
    retired integer DEFAULT 0 NOT NULL,
    recorded boolean DEFAULT false NOT NULL,
    cut_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    enacted_at timestamp with time zone,
    reverted_at timestamp with time zone,
    revert_mode text,
    CONSTRAINT cut_change_set_accepts_sha256_check CHECK ((accepts_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT cut_change_set_counts CHECK (((NOT recorded) OR (((((created + revised) + moved) + renumbered) + kept) > 0))),
    CONSTRAINT cut_change_set_created_check CHECK ((created >= 0)),
    CONSTRAINT cut_change_set_cutplan_sha256_check CHECK ((cutplan_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT cut_change_set_document_id_check CHECK ((document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'::text)),
    CONSTRAINT cut_change_set_enacted CHECK (((enacted_at IS NULL) OR (revert_mode IS DISTINCT FROM 'hard'::text))),
    CONSTRAINT cut_change_set_granularity_check CHECK ((granularity = ANY (ARRAY['article'::text, 'clause'::text, 'point'::text]))),
    CONSTRAINT cut_change_set_header CHECK (((profile IS NULL) = (granularity IS NULL))),
    CONSTRAINT cut_change_set_kept_check CHECK ((kept >= 0)),
    CONSTRAINT cut_change_set_moved_check CHECK ((moved >= 0)),
    CONSTRAINT cut_change_set_profile_check CHECK ((profile ~ '^[a-z][a-z0-9_-]{0,31}$'::text)),
    CONSTRAINT cut_change_set_renumbered_check CHECK ((renumbered >= 0)),
    CONSTRAINT cut_change_set_retired_check CHECK ((retired >= 0)),
    CONSTRAINT cut_change_set_revert_mode_check CHECK ((revert_mode = ANY (ARRAY['soft'::text, 'hard'::text]))),
    CONSTRAINT cut_change_set_reverted CHECK (((reverted_at IS NULL) = (revert_mode IS NULL))),
    CONSTRAINT cut_change_set_revised_check CHECK ((revised >= 0)),
    CONSTRAINT cut_change_set_run_id_check CHECK ((run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'::text)),
    CONSTRAINT cut_change_set_source_sha256_check CHECK ((source_sha256 ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.cut_change_set OWNER TO workflow_admin;

--
-- Name: assert_account(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.assert_account(p_set cutter_governance.cut_change_set) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_facts jsonb;
  v_signed CONSTANT text := cutter_guard.decided_digest(p_set.id, 'SG_1_cut_authz');
BEGIN
  IF p_set.recorded IS NOT TRUE THEN
    PERFORM cutter_guard.refuse('incomplete', 'the cut of ' || p_set.run_id || ' is not accounted for');
  END IF;
  v_facts := cutter_guard.cut_facts(p_set);
  IF v_facts ->> 'cutplan_sha256' IS DISTINCT FROM v_signed OR p_set.cutplan_sha256 IS DISTINCT FROM v_signed THEN
    PERFORM cutter_guard.refuse('plan_differs', 'the rows have the plan ' || coalesce(v_facts ->> 'cutplan_sha256', 'of none')
      || ', stated is ' || p_set.cutplan_sha256 || ', signed is ' || coalesce(v_signed, 'none'));
  END IF;
  IF v_facts ->> 'source_sha256' IS DISTINCT FROM p_set.source_sha256 THEN
    PERFORM cutter_guard.refuse('source_differs', 'the texts in order have sha256 ' || coalesce(v_facts ->> 'source_sha256', 'of none')
      || ', signed is ' || p_set.source_sha256);
  END IF;
  IF NOT EXISTS (
       SELECT FROM cutter_governance.approval AS one WHERE one.document_sha256 = cutter_guard.opening_of(p_set.run_id)
          AND one.bindings @> jsonb_build_object('document_id', p_set.document_id, 'source_sha256', p_set.source_sha256)) THEN
    PERFORM cutter_guard.refuse('source_differs', p_set.run_id || ' was opened for another document or source');
  END IF;
  IF v_facts -> 'counts' IS DISTINCT FROM jsonb_build_object(
       'create', p_set.created, 'revise', p_set.revised, 'move', p_set.moved, 'renumber', p_set.renumbered,
       'keep', p_set.kept, 'retire', p_set.retired) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the counts of ' || p_set.run_id || ' are not those of its rows');
  END IF;
  IF (v_facts ->> 'units')::bigint <> p_set.created OR (v_facts ->> 'versions')::bigint <> p_set.created + p_set.revised + p_set.renumbered THEN
    PERFORM cutter_guard.refuse('verify_mismatch', p_set.run_id || ' has units or versions that it does not account for');
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.manifest_envelope AS one WHERE one.change_set_id = p_set.id
                    AND one.manifest_sha256 = cutter_guard.digest_of(cutter_guard.canonical_json(one.manifest))) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the manifest of ' || p_set.run_id || ' does not have its digest');
  END IF;
  PERFORM cutter_guard.assert_signatures(p_set, 'SG_1_cut_authz');
  RETURN v_facts;
END
$$;


ALTER FUNCTION cutter_guard.assert_account(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: assert_cut(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.assert_cut(p_set cutter_governance.cut_change_set) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
BEGIN
  PERFORM cutter_guard.assert_account(p_set);
  -- The plan was made from the units as they stood: one that it does not name would stay in force beside the document.
  IF EXISTS (
    SELECT FROM public.information_unit AS unit
     WHERE unit.document_id = p_set.document_id AND unit.lifecycle_status <> 'retired'
       AND unit.cut_run_id IS DISTINCT FROM p_set.run_id
       AND NOT EXISTS (SELECT FROM cutter_governance.cut_change_set_affected_row AS row
                        WHERE row.change_set_id = p_set.id AND row.unit_id = unit.id)) THEN
    PERFORM cutter_guard.refuse('unit_left_out', p_set.document_id || ' has a unit that the plan does not name');
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.assert_cut(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: assert_enactment(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.assert_enactment(p_set cutter_governance.cut_change_set) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  v_in_force text;
  v_units bigint;
BEGIN
  IF p_set.enacted_at IS NULL OR p_set.reverted_at IS NOT NULL THEN
    PERFORM cutter_guard.refuse('not_enacted', 'the units of ' || p_set.run_id || ' are not in force');
  END IF;
  IF cutter_guard.digest_of(cutter_guard.evidence(p_set)) IS DISTINCT FROM cutter_guard.decided_digest(p_set.id, 'SG_2_lifecycle_authz') THEN
    PERFORM cutter_guard.refuse('evidence_differs', 'the evidence of ' || p_set.run_id || ' is not the one that SG_2 signed');
  END IF;
  IF EXISTS (
    SELECT FROM cutter_governance.cut_change_set_affected_row AS row
      JOIN public.unit_version AS held ON held.id = row.unit_version_id
      JOIN public.information_unit AS unit ON unit.id = row.unit_id
     WHERE row.change_set_id = p_set.id AND (
       row.action = 'retire' AND (unit.lifecycle_status <> 'retired' OR held.status IN ('draft', 'enacted'))
       OR row.action <> 'retire' AND (
         held.status <> 'enacted'
         OR (unit.lifecycle_status, unit.key, unit.ordinal, unit.parent_id, unit.unit_kind, unit.section_type, unit.title)
            IS DISTINCT FROM ('enacted', row.key, row.ordinal, row.parent_unit_id, held.unit_kind, held.section_type, held.title)))) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a unit of ' || p_set.document_id || ' is not in force as it was cut');
  END IF;
  SELECT count(*), encode(sha256(string_agg(convert_to(held.body, 'UTF8'), '' ORDER BY unit.ordinal, unit.id)), 'hex')
    INTO v_units, v_in_force
    FROM public.information_unit AS unit
    -- One by one, whatever the planner takes the number of enacted versions for.
    CROSS JOIN LATERAL (SELECT one.body FROM public.unit_version AS one
      WHERE one.unit_id = unit.id AND one.status = 'enacted' OFFSET 0) AS held
   WHERE unit.document_id = p_set.document_id;
  IF v_in_force IS DISTINCT FROM p_set.source_sha256 THEN
    PERFORM cutter_guard.refuse('source_differs', 'what is in force of ' || p_set.document_id || ' has sha256 '
      || coalesce(v_in_force, 'of nothing') || ', signed is ' || p_set.source_sha256);
  END IF;
  PERFORM cutter_guard.assert_signatures(p_set, 'SG_2_lifecycle_authz');
  RETURN cutter_guard.enactment_facts(p_set) || jsonb_build_object('units', v_units, 'source_sha256', v_in_force);
END
$$;


ALTER FUNCTION cutter_guard.assert_enactment(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: assert_revert(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.assert_revert(p_set cutter_governance.cut_change_set) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  v_back bigint;
BEGIN
  IF p_set.reverted_at IS NULL THEN
    PERFORM cutter_guard.refuse('not_reverted', 'the cut of ' || p_set.run_id || ' has not been taken back');
  END IF;
  IF EXISTS (SELECT FROM public.unit_version AS held
              WHERE held.run_id = p_set.run_id AND (p_set.revert_mode = 'hard' OR held.status IN ('draft', 'enacted'))) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a version of ' || p_set.run_id || ' still stands');
  END IF;
  IF EXISTS (SELECT FROM public.information_unit AS unit WHERE unit.document_id = p_set.document_id AND unit.run_id = p_set.run_id
                AND (p_set.revert_mode = 'hard' OR unit.lifecycle_status <> 'retired')) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a unit of ' || p_set.run_id || ' still stands');
  END IF;
  IF EXISTS (
    SELECT log.unit_version_id FROM public.iu_lifecycle_log AS log WHERE log.run_id = p_set.run_id AND log.cause = 'enact'
    EXCEPT
    SELECT back.unit_version_id FROM public.iu_lifecycle_log AS back WHERE back.run_id = p_set.run_id AND back.cause = 'revert') THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'what ' || p_set.run_id || ' had ended has not come back');
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.run_closed AS one WHERE one.run_id = p_set.run_id AND one.outcome = 'reverted') THEN
    PERFORM cutter_guard.refuse('verify_mismatch', p_set.run_id || ' is not closed');
  END IF;
  PERFORM cutter_guard.assert_signatures(p_set, 'SG_R_revert_authz');
  SELECT count(*) INTO v_back FROM public.iu_lifecycle_log AS log WHERE log.run_id = p_set.run_id AND log.cause = 'revert';
  RETURN jsonb_build_object('mode', p_set.revert_mode, 'log_rows', v_back,
    'plan_sha256', cutter_guard.decided_digest(p_set.id, 'SG_R_revert_authz'));
END
$$;


ALTER FUNCTION cutter_guard.assert_revert(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: assert_signatures(cutter_governance.cut_change_set, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.assert_signatures(p_set cutter_governance.cut_change_set, p_gate text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_decision cutter_governance.review_decision;
  v_opening CONSTANT text := CASE WHEN p_gate <> 'SG_R_revert_authz' THEN cutter_guard.opening_of(p_set.run_id) END;
BEGIN
  SELECT * INTO v_decision FROM cutter_governance.review_decision AS one WHERE one.change_set_id = p_set.id AND one.gate = p_gate;
  IF NOT EXISTS (SELECT FROM cutter_governance.approval AS one
                  WHERE one.document_sha256 = v_decision.document_sha256 AND one.gate = p_gate AND one.used_by = p_set.run_id) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'the decision for ' || p_gate || ' rests on no approval that ' || p_set.run_id || ' has used');
  END IF;
  IF EXISTS (
    SELECT signed.document_sha256, signed.gate, signed.signer FROM cutter_governance.signature AS signed
     WHERE signed.review_decision_id = v_decision.id
    EXCEPT
    SELECT one.document_sha256, one.gate, unnest(one.signers) FROM cutter_governance.approval AS one
     WHERE one.used_by = p_set.run_id) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a signature row of ' || p_set.run_id || ' is of no approval that it has used');
  END IF;
  IF EXISTS (
    SELECT one.document_sha256, unnest(one.signers) FROM cutter_governance.approval AS one
     WHERE one.document_sha256 IN (v_decision.document_sha256, v_opening)
    EXCEPT
    SELECT signed.document_sha256, signed.signer FROM cutter_governance.signature AS signed
     WHERE signed.review_decision_id = v_decision.id) THEN
    PERFORM cutter_guard.refuse('verify_mismatch', 'a signature row of ' || p_set.run_id || ' is missing');
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.assert_signatures(p_set cutter_governance.cut_change_set, p_gate text) OWNER TO workflow_admin;

--
-- Name: assert_signers(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.assert_signers(p_document_sha256 text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_approval cutter_governance.approval;
  v_standing integer;
  v_wanted integer;
BEGIN
  IF p_document_sha256 IS NULL THEN
    RETURN;
  END IF;
  SELECT one.* INTO v_approval FROM cutter_governance.approval AS one WHERE one.document_sha256 = p_document_sha256;
  SELECT count(DISTINCT key.primary_fingerprint) INTO v_standing
    FROM cutter_governance.signer_key AS key
   WHERE key.key_fingerprint = ANY (v_approval.signing_keys) AND key.may_sign AND (key.ends_at IS NULL OR clock_timestamp() < key.ends_at);
  SELECT one.signers INTO v_wanted FROM cutter_governance.gate_threshold AS one WHERE one.gate = v_approval.gate;
  IF v_standing < coalesce(v_wanted, 1) THEN
    PERFORM cutter_guard.refuse('key_revoked', 'too few keys that signed for ' || v_approval.gate || ' of ' || v_approval.run_id || ' may sign now');
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.assert_signers(p_document_sha256 text) OWNER TO workflow_admin;

--
-- Name: authorise(text, text, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.authorise(p_run_id text, p_gate text, p_digest text, OUT enable text, OUT approval text, OUT digest text, OUT document_id text, OUT source_sha256 text, OUT accepts_sha256 text) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_now CONSTANT timestamptz := clock_timestamp();
  v_opening cutter_governance.approval;
  v_found cutter_governance.approval;
  v_binding CONSTANT text := CASE p_gate
    WHEN 'SG_1_cut_authz' THEN 'cutplan_sha256'
    WHEN 'SG_2_lifecycle_authz' THEN 'evidence_sha256'
    WHEN 'SG_R_revert_authz' THEN 'revert_plan_sha256'
  END;
BEGIN
  -- A snapshot older than the fence would not see the switch, a closing or a withdrawal.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM cutter_guard.refuse('isolation', 'writing needs READ COMMITTED, this transaction is ' || current_setting('transaction_isolation'));
  END IF;
  -- In a session that plays a replica neither the check at COMMIT nor a foreign key would run.
  IF current_setting('session_replication_role') <> 'origin' THEN
    PERFORM cutter_guard.refuse('replication_role', 'writing needs a session whose triggers fire');
  END IF;
  IF p_run_id IS NULL OR v_binding IS NULL THEN
    PERFORM cutter_guard.refuse('gate_unknown', 'a run and one of SG_1, SG_2, SG_R are needed');
  END IF;
  -- Shared row locks, held to the end of the transaction: who switches off, closes the run or takes an approval back waits
  -- for this write, or this write waits and finds it done.
  PERFORM FROM cutter_governance.master_switch AS one WHERE one.enabled FOR SHARE;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('switch_off', 'the master switch of this database is off');
  END IF;

  IF p_gate <> 'SG_R_revert_authz' THEN
    SELECT one.* INTO v_opening FROM cutter_governance.approval AS one
     WHERE one.run_id = p_run_id AND one.gate = 'GAP7_execution_enable' AND NOT one.bindings ? 'run_id'
       AND one.run_id = 'run-' || to_char(one.signed_at AT TIME ZONE 'UTC', 'YYYYMMDD') || '-' || left(one.document_sha256, 16)
       FOR SHARE;
    IF NOT FOUND THEN
      PERFORM cutter_guard.refuse('run_not_found', p_run_id || ' was opened by no approval that this database admitted');
    END IF;
    IF v_opening.withdrawn_by IS NOT NULL THEN
      PERFORM cutter_guard.refuse('approval_withdrawn', 'the approval that opened ' || p_run_id || ' was taken back');
    END IF;
    IF v_opening.bindings ->> 'deployment' IS DISTINCT FROM (SELECT one.name FROM cutter_governance.deployment AS one) THEN
      PERFORM cutter_guard.refuse('binding_mismatch', p_run_id || ' was opened for another deployment');
    END IF;
    IF EXISTS (SELECT FROM cutter_governance.run_closed AS one WHERE one.run_id = p_run_id) THEN
      PERFORM cutter_guard.refuse('run_closed', p_run_id || ' is closed');
    END IF;
    document_id := v_opening.bindings ->> 'document_id';
    source_sha256 := v_opening.bindings ->> 'source_sha256';
    accepts_sha256 := v_opening.bindings ->> 'accepts_sha256';

    -- The enable: the opening one, or a renewal that names this run and the same document.
    SELECT one.* INTO v_found FROM cutter_governance.approval AS one
     WHERE one.run_id = p_run_id AND one.gate = 'GAP7_execution_enable' AND one.withdrawn_by IS NULL
       AND one.bindings - ARRAY['run_id', 'recorder_key', 'accepts_sha256']
         = v_opening.bindings - ARRAY['run_id', 'recorder_key', 'accepts_sha256']
     ORDER BY one.valid_until DESC LIMIT 1 FOR SHARE;
    IF v_found.valid_until IS NULL OR v_now >= v_found.valid_until THEN
      PERFORM cutter_guard.refuse('enable_expired', 'the enable of ' || p_run_id || ' ended at ' || cutter_guard.instant(v_found.valid_until));
    END IF;
    enable := v_found.document_sha256;
  END IF;

  SELECT one.* INTO v_found FROM cutter_governance.approval AS one
   WHERE one.run_id = p_run_id AND one.gate = p_gate AND one.withdrawn_by IS NULL
     AND (p_digest IS NULL OR one.bindings ->> v_binding = p_digest)
   ORDER BY one.valid_until DESC LIMIT 1 FOR SHARE;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('gate_not_signed', 'no approval for ' || p_gate || ' of ' || p_run_id || ' signs '
      || v_binding || coalesce(' ' || p_digest, ''));
  END IF;
  IF v_now >= v_found.valid_until THEN
    PERFORM cutter_guard.refuse('window_expired', 'the approval for ' || p_gate || ' ended at ' || cutter_guard.instant(v_found.valid_until));
  END IF;
  approval := v_found.document_sha256;
  digest := v_found.bindings ->> v_binding;
END
$$;


ALTER FUNCTION cutter_guard.authorise(p_run_id text, p_gate text, p_digest text, OUT enable text, OUT approval text, OUT digest text, OUT document_id text, OUT source_sha256 text, OUT accepts_sha256 text) OWNER TO workflow_admin;

--
-- Name: big_endian(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.big_endian(p_bytes bytea) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_number numeric := 0;
  v_at integer := octet_length(p_bytes) % 6;
BEGIN
  -- Six octets at a time fit a bigint; a number of 4096 bits takes 86 steps.
  FOR i IN 0 .. v_at - 1 LOOP
    v_number := v_number * 256 + get_byte(p_bytes, i);
  END LOOP;
  WHILE v_at < octet_length(p_bytes) LOOP
    v_number := v_number * 281474976710656 + (
      (get_byte(p_bytes, v_at)::bigint << 40) | (get_byte(p_bytes, v_at + 1)::bigint << 32)
      | (get_byte(p_bytes, v_at + 2)::bigint << 24) | (get_byte(p_bytes, v_at + 3)::bigint << 16)
      | (get_byte(p_bytes, v_at + 4)::bigint << 8) | get_byte(p_bytes, v_at + 5)::bigint);
    v_at := v_at + 6;
  END LOOP;
  RETURN v_number;
END
$$;


ALTER FUNCTION cutter_guard.big_endian(p_bytes bytea) OWNER TO workflow_admin;

--
-- Name: canonical_json(jsonb); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.canonical_json(p_value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN CASE jsonb_typeof(p_value)
    WHEN 'object' THEN '{' || coalesce((
      SELECT string_agg(to_json(one.key)::text || ':' || cutter_guard.canonical_json(one.value), ',' ORDER BY one.key COLLATE "C")
        FROM jsonb_each(p_value) AS one), '') || '}'
    WHEN 'array' THEN '[' || coalesce((
      SELECT string_agg(cutter_guard.canonical_json(one.value), ',' ORDER BY one.place)
        FROM jsonb_array_elements(p_value) WITH ORDINALITY AS one (value, place)), '') || ']'
    WHEN 'string' THEN to_json(p_value #>> '{}')::text
    ELSE p_value::text
  END;
END
$$;


ALTER FUNCTION cutter_guard.canonical_json(p_value jsonb) OWNER TO workflow_admin;

--
-- Name: check_at_commit(); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.check_at_commit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  v_set cutter_governance.cut_change_set;
  v_gate CONSTANT text := CASE
    WHEN NEW.reverted_at IS NOT NULL THEN 'SG_R_revert_authz'
    WHEN NEW.enacted_at IS NOT NULL THEN 'SG_2_lifecycle_authz'
    ELSE 'SG_1_cut_authz' END;
  v_digest text;
  v record;
BEGIN
  IF current_query() !~* '^\s*(commit|end)(\s+(work|transaction))?\s*;?\s*$' THEN
    PERFORM cutter_guard.refuse('commit_only', 'the check at COMMIT runs in COMMIT alone');
  END IF;
  -- As it stands now: the row that the trigger was given is the one of its event.
  SELECT * INTO v_set FROM cutter_governance.cut_change_set AS one WHERE one.id = NEW.id;
  v_digest := cutter_guard.decided_digest(v_set.id, v_gate);
  CASE v_gate
    WHEN 'SG_1_cut_authz' THEN
      PERFORM cutter_guard.assert_cut(v_set);
    WHEN 'SG_2_lifecycle_authz' THEN
      PERFORM cutter_guard.assert_enactment(v_set);
    ELSE
      PERFORM cutter_guard.assert_revert(v_set);
  END CASE;
  SELECT * INTO v FROM cutter_guard.authorise(NEW.run_id, v_gate, v_digest);
  PERFORM cutter_guard.assert_signers(v.enable);
  PERFORM cutter_guard.assert_signers(v.approval);
  RETURN NULL;
END
$_$;


ALTER FUNCTION cutter_guard.check_at_commit() OWNER TO workflow_admin;

--
-- Name: check_bindings(text, jsonb); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.check_bindings(p_gate text, p_bindings jsonb, OUT reason text, OUT detail text) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_name text;
BEGIN
  SELECT one.binding INTO detail FROM cutter_guard.gate_bindings() AS one
   WHERE one.gate = p_gate AND one.needed AND NOT p_bindings ? one.binding LIMIT 1;
  IF detail IS NOT NULL THEN
    reason := 'binding_missing';
    RETURN;
  END IF;
  -- Every other gate names a run, or an approval, which names a deployment in its turn.
  SELECT one.name INTO v_name FROM cutter_governance.deployment AS one;
  IF p_gate = 'GAP7_execution_enable' AND p_bindings ->> 'deployment' IS DISTINCT FROM v_name THEN
    reason := 'binding_mismatch';
    detail := 'deployment is ' || (p_bindings ->> 'deployment') || ', expected ' || coalesce(v_name, 'none: this database has no name');
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.check_bindings(p_gate text, p_bindings jsonb, OUT reason text, OUT detail text) OWNER TO workflow_admin;

--
-- Name: check_use(text, jsonb); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.check_use(p_document_sha256 text, p_bindings jsonb, OUT reason text, OUT detail text) RETURNS record
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT found.reason, found.detail FROM (
    SELECT 'approval_withdrawn', 'by ' || one.document_sha256 FROM cutter_governance.approval AS one
     WHERE one.gate = 'SG_W_withdrawal' AND one.bindings ->> 'approval_sha256' = p_document_sha256
    UNION ALL
    SELECT 'already_used', 'by ' || one.used_by FROM cutter_governance.approval AS one
     WHERE one.document_sha256 = p_document_sha256 AND one.used_at IS NOT NULL
    UNION ALL
    SELECT 'withdrawal_too_late', 'used by ' || one.used_by FROM cutter_governance.approval AS one
     WHERE one.document_sha256 = p_bindings ->> 'approval_sha256' AND one.used_at IS NOT NULL
  ) AS found (reason, detail) LIMIT 1
$$;


ALTER FUNCTION cutter_guard.check_use(p_document_sha256 text, p_bindings jsonb, OUT reason text, OUT detail text) OWNER TO workflow_admin;

--
-- Name: crc24(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.crc24(p_bytes bytea) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  step CONSTANT integer[] := ARRAY[
    0, 8801531, 9098509, 825846, 9692897, 1419802, 1651692, 10452759,
    10584377, 2608578, 2839604, 11344079, 3303384, 11807523, 12104405, 4128302];
  crc integer := 11994318;
  octet integer;
BEGIN
  FOR i IN 0 .. octet_length(p_bytes) - 1 LOOP
    octet := get_byte(p_bytes, i);
    crc := ((crc << 4) & 16777215) # step[((crc >> 20) # (octet >> 4)) + 1];
    crc := ((crc << 4) & 16777215) # step[((crc >> 20) # (octet & 15)) + 1];
  END LOOP;
  RETURN encode(decode(lpad(to_hex(crc), 6, '0'), 'hex'), 'base64');
END
$$;


ALTER FUNCTION cutter_guard.crc24(p_bytes bytea) OWNER TO workflow_admin;

--
-- Name: cut_facts(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.cut_facts(p_set cutter_governance.cut_change_set) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  v_rows record;
  v_facts jsonb;
BEGIN
  SELECT count(*) AS affected_rows,
         jsonb_build_object('create', count(*) FILTER (WHERE row.action = 'create'), 'revise', count(*) FILTER (WHERE row.action = 'revise'),
           'move', count(*) FILTER (WHERE row.action = 'move'), 'renumber', count(*) FILTER (WHERE row.action = 'renumber'),
           'keep', count(*) FILTER (WHERE row.action = 'keep'), 'retire', count(*) FILTER (WHERE row.action = 'retire')) AS counts,
         encode(sha256(convert_to(coalesce(string_agg(row.unit_id::text, ',' ORDER BY row.ordinal)
           FILTER (WHERE row.action <> 'retire'), ''), 'UTF8')), 'hex') AS unit_ids_sha256
    INTO v_rows FROM cutter_governance.cut_change_set_affected_row AS row WHERE row.change_set_id = p_set.id;
  v_facts := jsonb_build_object(
    'change_set_id', p_set.id::text, 'run_id', p_set.run_id, 'document_id', p_set.document_id,
    'affected_rows', v_rows.affected_rows, 'counts', v_rows.counts, 'unit_ids_sha256', v_rows.unit_ids_sha256,
    'units', (SELECT count(*) FROM public.information_unit AS unit WHERE unit.document_id = p_set.document_id AND unit.run_id = p_set.run_id),
    'versions', (SELECT count(*) FROM public.unit_version AS held WHERE held.run_id = p_set.run_id),
    'source_sha256', cutter_guard.source_digest(p_set.id),
    'cutplan_sha256', CASE WHEN p_set.profile IS NOT NULL THEN cutter_guard.plan_head(p_set.id) END);
  RETURN v_facts || (
    SELECT jsonb_build_object(
             'manifest_envelope_id', (SELECT one.id::text FROM cutter_governance.manifest_envelope AS one WHERE one.change_set_id = p_set.id),
             'review_decision_id', decision.id::text,
             'signature_ids', coalesce(jsonb_agg(signed.id::text ORDER BY signed.id) FILTER (WHERE signed.id IS NOT NULL), '[]'),
             'signatures', coalesce(jsonb_agg(jsonb_build_object('gate', signed.gate, 'document_sha256', signed.document_sha256,
               'signer', signed.signer) ORDER BY signed.id) FILTER (WHERE signed.id IS NOT NULL), '[]'))
      FROM (SELECT p_set.id) AS one
      LEFT JOIN cutter_governance.review_decision AS decision ON decision.change_set_id = one.id AND decision.gate = 'SG_1_cut_authz'
      LEFT JOIN cutter_governance.signature AS signed ON signed.review_decision_id = decision.id
     GROUP BY decision.id);
END
$$;


ALTER FUNCTION cutter_guard.cut_facts(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: decided_digest(bigint, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.decided_digest(p_change_set_id bigint, p_gate text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(held.bindings ->> 'cutplan_sha256', held.bindings ->> 'evidence_sha256', held.bindings ->> 'revert_plan_sha256')
    FROM cutter_governance.review_decision AS one
    JOIN cutter_governance.approval AS held ON held.document_sha256 = one.document_sha256
   WHERE one.change_set_id = p_change_set_id AND one.gate = p_gate
$$;


ALTER FUNCTION cutter_guard.decided_digest(p_change_set_id bigint, p_gate text) OWNER TO workflow_admin;

--
-- Name: digest_info(integer, bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.digest_info(p_hash integer, p_digest bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE p_hash
    WHEN 8 THEN '\x3031300d060960864801650304020105000420'::bytea
    WHEN 9 THEN '\x3041300d060960864801650304020205000430'::bytea
    WHEN 10 THEN '\x3051300d060960864801650304020305000440'::bytea
  END || p_digest
$$;


ALTER FUNCTION cutter_guard.digest_info(p_hash integer, p_digest bytea) OWNER TO workflow_admin;

--
-- Name: digest_of(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.digest_of(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT encode(sha256(convert_to(p_text, 'UTF8')), 'hex') $$;


ALTER FUNCTION cutter_guard.digest_of(p_text text) OWNER TO workflow_admin;

--
-- Name: ed25519_point(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.ed25519_point(p_encoded bytea, OUT x numeric, OUT y numeric) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  p CONSTANT numeric := 57896044618658097711785492504343953926634992332820282019728792003956564819949;
  d CONSTANT numeric := 37095705934669439343138083508754565189542113879843219016388785533085940283555;
  root_of_minus_one CONSTANT numeric := 19681161376707505956807079304988542015446066515923890162744021073123829784752;
  -- (p - 5) / 8 = 2^252 - 3. From z^(2^m - 1) to z^(2^(m+n) - 1): n squarings, times z^(2^n - 1), which is `part`.
  squarings CONSTANT integer[] := ARRAY[1, 2, 1, 5, 10, 5, 25, 50, 25, 125];
  part CONSTANT integer[] := ARRAY[1, 2, 1, 4, 5, 4, 7, 8, 7, 10];
  v_y numeric;
  v_x numeric;
  v_square numeric;
  u numeric;
  v numeric;
  z numeric;
  powers numeric[];
  a numeric;
  b numeric;
  s numeric;
BEGIN
  IF octet_length(p_encoded) IS DISTINCT FROM 32 THEN
    RETURN;
  END IF;
  v_y := cutter_guard.little_endian(set_byte(p_encoded, 31, get_byte(p_encoded, 31) & 127));
  IF v_y >= p THEN
    RETURN;
  END IF;

  -- x = u v^3 (u v^7)^((p - 5) / 8), or that times a root of -1 (RFC 8032, 5.1.3).
  u := (v_y * v_y - 1) % p;
  v := (v_y * v_y % p * d + 1) % p;
  z := v * v % p * v % p;
  v_x := u * z % p;
  z := z * z % p * v % p * u % p;
  powers := ARRAY[z];
  FOR i IN 1 .. 10 LOOP
    a := powers[i];
    FOR n IN 1 .. squarings[i] LOOP
      a := a * a % p;
    END LOOP;
    powers[i + 1] := a * powers[part[i]] % p;
  END LOOP;
  a := powers[11] * powers[11] % p;
  v_x := v_x * (a * a % p * z % p) % p;
  v_square := v_x * v_x % p * v % p;
  IF (v_square - u) % p <> 0 THEN
    IF (v_square + u) % p <> 0 THEN
      RETURN;
    END IF;
    v_x := v_x * root_of_minus_one % p;
  END IF;
  v_x := (v_x % p + p) % p;
  IF v_x % 2 <> get_byte(p_encoded, 31) >> 7 THEN
    v_x := p - v_x;
  END IF;

  -- Three doublings turn a point of small order, and no other, into the neutral one, the only such with x = 0.
  u := v_x;
  v := v_y;
  z := 1;
  FOR n IN 1 .. 3 LOOP
    a := u * u % p;
    b := v * v % p;
    s := a + b - (u + v) * (u + v) % p;
    z := z * z * 2 % p + a - b;
    u := s * z % p;
    v := (a - b) * (a + b) % p;
    z := z * (a - b) % p;
  END LOOP;
  IF u % p <> 0 THEN
    x := v_x;
    y := v_y;
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.ed25519_point(p_encoded bytea, OUT x numeric, OUT y numeric) OWNER TO workflow_admin;

--
-- Name: ed25519_verify(bytea, bytea, bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.ed25519_verify(p_key bytea, p_message bytea, p_signature bytea) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  p CONSTANT numeric := 57896044618658097711785492504343953926634992332820282019728792003956564819949;
  twice_d CONSTANT numeric := 16295367250680780974490674513165176452449235426866156013048779062215315747161;
  group_order CONSTANT numeric := 7237005577332262213973186563042994240857116359379907606001950938285454250989;
  base_x CONSTANT numeric := 15112221349535400772501151409588531511454012693041857206046113283949847762202;
  base_y CONSTANT numeric := 46316835694926478169428394003475163141307993866256225615783033603165251855960;
  xs numeric[] := ARRAY[]::numeric[];
  ys numeric[] := ARRAY[]::numeric[];
  zs numeric[] := ARRAY[]::numeric[];
  ts numeric[] := ARRAY[]::numeric[];
  -- The same points as an addition needs them: y - x, y + x, 2 z, 2 d t.
  differences numeric[] := ARRAY[]::numeric[];
  sums numeric[] := ARRAY[]::numeric[];
  twice_zs numeric[] := ARRAY[]::numeric[];
  twice_dts numeric[] := ARRAY[]::numeric[];
  limbs bigint[] := ARRAY[]::bigint[];
  key_x numeric;
  key_y numeric;
  r_x numeric;
  r_y numeric;
  k numeric;
  other integer;
  x numeric;
  y numeric;
  z numeric;
  t numeric;
  a numeric;
  b numeric;
  c numeric;
  e numeric;
  f numeric;
  g numeric;
  h numeric;
BEGIN
  IF octet_length(p_signature) <> 64 OR cutter_guard.little_endian(substr(p_signature, 33)) >= group_order THEN
    RETURN false;
  END IF;
  SELECT point.x, point.y INTO key_x, key_y FROM cutter_guard.ed25519_point(p_key) AS point;
  SELECT point.x, point.y INTO r_x, r_y FROM cutter_guard.ed25519_point(substr(p_signature, 1, 32)) AS point;
  IF key_x IS NULL OR r_x IS NULL THEN
    RETURN false;
  END IF;
  k := cutter_guard.little_endian(sha512(substr(p_signature, 1, 32) || p_key || p_message)) % group_order;
  FOR n IN 1 .. 5 LOOP
    limbs := limbs || (k % 1152921504606846976)::bigint;
    k := div(k, 1152921504606846976);
  END LOOP;

  FOR i IN 1 .. 15 LOOP
    IF i = 1 OR i = 4 THEN
      x := CASE i WHEN 1 THEN -key_x ELSE base_x END;
      y := CASE i WHEN 1 THEN key_y ELSE base_y END;
      z := 1;
      t := x * y % p;
    ELSE
      other := CASE WHEN i % 4 = 0 THEN 4 ELSE 1 END;
      a := (ys[i - other] - xs[i - other]) * differences[other] % p;
      b := (ys[i - other] + xs[i - other]) * sums[other] % p;
      c := ts[i - other] * twice_dts[other] % p;
      e := zs[i - other] * twice_zs[other] % p;
      x := (b - a) * (e - c) % p;
      y := (e + c) * (b + a) % p;
      z := (e - c) * (e + c) % p;
      t := (b - a) * (b + a) % p;
    END IF;
    xs[i] := x;
    ys[i] := y;
    zs[i] := z;
    ts[i] := t;
    differences[i] := y - x;
    sums[i] := y + x;
    twice_zs[i] := z + z;
    twice_dts[i] := t * twice_d % p;
  END LOOP;

  x := 0;
  y := 1;
  z := 1;
  FOR i IN REVERSE 126 .. 0 LOOP
    -- Each index holds two bits of S (straight from its octets) and two of k (from limbs of 60 bits).
    other := (get_byte(p_signature, 32 + i / 4) >> (i % 4 * 2) & 3) * 4
             + (limbs[i / 30 + 1] >> (i % 30 * 2) & 3)::integer;
    a := x * x;
    b := y * y;
    h := (a + b) % p;
    e := (a + b - (x + y) * (x + y)) % p;
    g := (a - b) % p;
    f := (z * z * 2 + a - b) % p;
    x := e * f % p;
    y := g * h % p;
    z := f * g % p;

    a := x * x;
    b := y * y;
    h := (a + b) % p;
    e := (a + b - (x + y) * (x + y)) % p;
    g := (a - b) % p;
    f := (z * z * 2 + a - b) % p;
    x := e * f % p;
    y := g * h % p;
    z := f * g % p;

    IF other > 0 THEN
      a := (y - x) * differences[other] % p;
      b := (y + x) * sums[other] % p;
      c := e * h % p * twice_dts[other] % p;
      z := z * twice_zs[other] % p;
      x := (b - a) * (z - c) % p;
      y := (z + c) * (b + a) % p;
      z := (z - c) * (z + c) % p;
    END IF;
  END LOOP;

  RETURN (x - r_x * z) % p = 0 AND (y - r_y * z) % p = 0;
END
$$;


ALTER FUNCTION cutter_guard.ed25519_verify(p_key bytea, p_message bytea, p_signature bytea) OWNER TO workflow_admin;

--
-- Name: enactment_facts(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.enactment_facts(p_set cutter_governance.cut_change_set) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
  SELECT jsonb_build_object(
    'enacted', count(*) FILTER (WHERE row.action <> 'retire' AND log.id IS NOT NULL),
    'kept', count(*) FILTER (WHERE row.action <> 'retire' AND log.id IS NULL),
    'retired', count(*) FILTER (WHERE row.action = 'retire'),
    'log_rows', (SELECT count(*) FROM public.iu_lifecycle_log AS one WHERE one.run_id = p_set.run_id AND one.cause = 'enact'))
    FROM cutter_governance.cut_change_set_affected_row AS row
    LEFT JOIN public.iu_lifecycle_log AS log
           ON log.unit_version_id = row.unit_version_id AND log.run_id = p_set.run_id AND log.cause = 'enact' AND log.to_status = 'enacted'
   WHERE row.change_set_id = p_set.id
$$;


ALTER FUNCTION cutter_guard.enactment_facts(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: evidence(cutter_governance.cut_change_set); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.evidence(p_set cutter_governance.cut_change_set) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_facts CONSTANT jsonb := cutter_guard.cut_facts(p_set);
BEGIN
  RETURN cutter_guard.canonical_json((v_facts - ARRAY['signatures', 'units', 'versions']) || jsonb_build_object(
    'format', 'countersign/evidence/1',
    'write_verify', (SELECT jsonb_build_object('verify_result_id', one.id::text, 'result_sha256', one.result_sha256)
      FROM cutter_governance.verify_result AS one WHERE one.change_set_id = p_set.id AND one.kind = 'write')));
END
$$;


ALTER FUNCTION cutter_guard.evidence(p_set cutter_governance.cut_change_set) OWNER TO workflow_admin;

--
-- Name: gate_bindings(); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.gate_bindings() RETURNS TABLE(gate text, binding text, needed boolean, form text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT one.gate, one.binding, one.needed, CASE
      WHEN one.binding LIKE '%\_sha256' THEN '^[0-9a-f]{64}$'
      WHEN one.binding = 'run_id' THEN '^run-[0-9]{8}-[0-9a-f]{16}$'
      WHEN one.binding = 'document_id' THEN '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'
      WHEN one.binding = 'deployment' THEN '^[a-z0-9][a-z0-9-]{0,62}$'
      WHEN one.binding = 'mode' THEN '^LIVE$'
      WHEN one.binding = 'recorder_key' THEN '^[0-9a-f]{64}$'
    END
    FROM (VALUES
      ('GAP7_execution_enable', 'deployment', true),
      ('GAP7_execution_enable', 'document_id', true),
      ('GAP7_execution_enable', 'mode', true),
      ('GAP7_execution_enable', 'source_sha256', true),
      ('GAP7_execution_enable', 'recorder_key', true),
      ('GAP7_execution_enable', 'run_id', false),
      ('GAP7_execution_enable', 'accepts_sha256', false),
      ('SG_1_cut_authz', 'run_id', true),
      ('SG_1_cut_authz', 'cutplan_sha256', true),
      ('SG_1_cut_authz', 'event_log_sha256', true),
      ('SG_2_lifecycle_authz', 'run_id', true),
      ('SG_2_lifecycle_authz', 'evidence_sha256', true),
      ('SG_2_lifecycle_authz', 'event_log_sha256', true),
      ('SG_R_revert_authz', 'run_id', true),
      ('SG_R_revert_authz', 'revert_plan_sha256', true),
      ('SG_R_revert_authz', 'event_log_sha256', true),
      ('SG_H_release_authz', 'run_id', true),
      ('SG_H_release_authz', 'event_log_sha256', true),
      ('SG_W_withdrawal', 'approval_sha256', true)
    ) AS one (gate, binding, needed)
$_$;


ALTER FUNCTION cutter_guard.gate_bindings() OWNER TO workflow_admin;

--
-- Name: instant(timestamp with time zone); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.instant(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT coalesce(to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'no time') $$;


ALTER FUNCTION cutter_guard.instant(p_at timestamp with time zone) OWNER TO workflow_admin;

--
-- Name: judge(bytea, bytea[], timestamp with time zone, boolean); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.judge(p_document bytea, p_signatures bytea[], p_now timestamp with time zone, p_bound boolean, OUT verdict text, OUT reason text, OUT detail text, OUT document_sha256 text, OUT gate text, OUT run_id text, OUT bindings jsonb, OUT signers text[], OUT signed_at timestamp with time zone, OUT valid_until timestamp with time zone) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_read record;
  v_signed record;
  v_armored bytea;
  v_at timestamptz;
  v_instants timestamptz[];
  v_wanted integer;
  v_by text[] := ARRAY[]::text[];
BEGIN
  IF p_document IS NULL OR p_signatures IS NULL OR p_now IS NULL OR p_bound IS NULL THEN
    RAISE EXCEPTION 'an approval, its signatures and a time are needed' USING ERRCODE = '22004';
  END IF;
  verdict := 'rejected';

  SELECT * INTO v_read FROM cutter_guard.read_approval(p_document);
  reason := v_read.reason;
  detail := v_read.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  gate := v_read.gate;
  bindings := v_read.bindings;
  signed_at := v_read.signed_at;
  document_sha256 := encode(sha256(p_document), 'hex');
  run_id := coalesce(bindings ->> 'run_id', cutter_guard.run_id_of(p_document));
  IF p_bound THEN
    SELECT bound.reason, bound.detail INTO reason, detail FROM cutter_guard.check_bindings(gate, bindings) AS bound;
    IF reason IS NOT NULL THEN
      RETURN;
    END IF;
  END IF;

  IF cardinality(p_signatures) = 0 THEN
    reason := 'signature_missing';
    RETURN;
  END IF;
  v_instants := ARRAY[signed_at];
  FOREACH v_armored IN ARRAY p_signatures LOOP
    SELECT * INTO v_signed FROM cutter_guard.verify_signature(v_armored, p_document, p_now);
    IF v_signed.signer IS NULL THEN
      reason := v_signed.reason;
      detail := v_signed.detail;
      RETURN;
    END IF;
    v_by := v_by || v_signed.signer;
    v_instants := v_instants || v_signed.created_at;
  END LOOP;

  v_by := ARRAY(SELECT DISTINCT one FROM unnest(v_by) AS one ORDER BY one);
  SELECT one.signers INTO v_wanted FROM cutter_governance.gate_threshold AS one WHERE one.gate = v_read.gate;
  IF cardinality(v_by) < coalesce(v_wanted, 1) THEN
    reason := 'threshold_not_met';
    detail := cardinality(v_by) || ' of ' || v_wanted || ' signers';
    RETURN;
  END IF;

  FOREACH v_at IN ARRAY v_instants LOOP
    IF v_at - signed_at NOT BETWEEN interval '-15 minutes' AND interval '15 minutes' THEN
      reason := 'times_disagree';
      RETURN;
    END IF;
  END LOOP;
  FOREACH v_at IN ARRAY v_instants LOOP
    IF v_at > p_now THEN
      reason := 'signed_in_future';
      RETURN;
    END IF;
    IF p_now - v_at >= interval '24:00' THEN
      reason := 'window_expired';
      RETURN;
    END IF;
  END LOOP;

  SELECT used.reason, used.detail INTO reason, detail FROM cutter_guard.check_use(document_sha256, bindings) AS used;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  verdict := 'accepted';
  signers := v_by;
  valid_until := (SELECT min(one) FROM unnest(v_instants) AS one) + interval '24:00';
END
$$;


ALTER FUNCTION cutter_guard.judge(p_document bytea, p_signatures bytea[], p_now timestamp with time zone, p_bound boolean, OUT verdict text, OUT reason text, OUT detail text, OUT document_sha256 text, OUT gate text, OUT run_id text, OUT bindings jsonb, OUT signers text[], OUT signed_at timestamp with time zone, OUT valid_until timestamp with time zone) OWNER TO workflow_admin;

--
-- Name: key_is_sound(integer, bytea, bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.key_is_sound(p_algorithm integer, p_material bytea, p_exponent bytea) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  CASE p_algorithm
    WHEN 1 THEN
      RETURN cutter_guard.rsa_key_is_sound(p_material, p_exponent);
    WHEN 22, 27 THEN
      RETURN p_exponent IS NULL AND (SELECT point.x IS NOT NULL FROM cutter_guard.ed25519_point(p_material) AS point);
    ELSE
      RETURN false;
  END CASE;
END
$$;


ALTER FUNCTION cutter_guard.key_is_sound(p_algorithm integer, p_material bytea, p_exponent bytea) OWNER TO workflow_admin;

--
-- Name: knows_run(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.knows_run(p_run_id text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT cutter_guard.opening_of(p_run_id) IS NOT NULL
      OR EXISTS (SELECT FROM cutter_governance.cut_change_set AS one WHERE one.run_id = p_run_id)
$$;


ALTER FUNCTION cutter_guard.knows_run(p_run_id text) OWNER TO workflow_admin;

--
-- Name: little_endian(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.little_endian(p_bytes bytea) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_turned bytea := p_bytes;
  v_last integer := octet_length(p_bytes) - 1;
BEGIN
  FOR i IN 0 .. v_last LOOP
    v_turned := set_byte(v_turned, i, get_byte(p_bytes, v_last - i));
  END LOOP;
  RETURN cutter_guard.big_endian(v_turned);
END
$$;


ALTER FUNCTION cutter_guard.little_endian(p_bytes bytea) OWNER TO workflow_admin;

--
-- Name: master_on(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.master_on(p_by text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO cutter_governance.master_switch AS one (enabled, changed_by) VALUES (true, left(p_by, 100))
  ON CONFLICT (only_row) DO UPDATE SET enabled = true, changed_at = clock_timestamp(), changed_by = excluded.changed_by;
END
$$;


ALTER FUNCTION cutter_guard.master_on(p_by text) OWNER TO workflow_admin;

--
-- Name: move_head(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.move_head(p_document_id text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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


ALTER FUNCTION cutter_guard.move_head(p_document_id text) OWNER TO workflow_admin;

--
-- Name: mpi_end(bytea, integer); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.mpi_end(p_bytes bytea, p_start integer) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_bits integer;
  v_lead integer;
  v_end integer;
BEGIN
  IF p_start + 3 > octet_length(p_bytes) THEN
    RETURN NULL;
  END IF;
  v_bits := get_byte(p_bytes, p_start) * 256 + get_byte(p_bytes, p_start + 1);
  v_lead := get_byte(p_bytes, p_start + 2);
  IF v_bits = 0 OR v_lead >> ((v_bits + 7) % 8) <> 1 THEN
    RETURN NULL;
  END IF;
  v_end := p_start + 2 + (v_bits + 7) / 8;
  RETURN CASE WHEN v_end <= octet_length(p_bytes) THEN v_end END;
END
$$;


ALTER FUNCTION cutter_guard.mpi_end(p_bytes bytea, p_start integer) OWNER TO workflow_admin;

--
-- Name: note_hand_write(); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.note_hand_write() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- With its beginning: a database that was restored elsewhere counts its transactions anew, and has the rows of the old ones.
  INSERT INTO cutter_governance.hand_write (relation, transaction)
  VALUES (TG_TABLE_NAME, pg_current_xact_id()::text || ' of ' || extract(epoch FROM transaction_timestamp())::text)
  ON CONFLICT (transaction) DO NOTHING;
  RETURN NULL;
END
$$;


ALTER FUNCTION cutter_guard.note_hand_write() OWNER TO workflow_admin;

--
-- Name: opening_of(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.opening_of(p_run_id text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT one.document_sha256 FROM cutter_governance.approval AS one
   WHERE one.run_id = p_run_id AND one.gate = 'GAP7_execution_enable' AND NOT one.bindings ? 'run_id'
$$;


ALTER FUNCTION cutter_guard.opening_of(p_run_id text) OWNER TO workflow_admin;

--
-- Name: padded(bytea, integer); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.padded(p_number bytea, p_octets integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN octet_length(p_number) <= p_octets
              THEN decode(repeat('00', p_octets - octet_length(p_number)), 'hex') || p_number END
$$;


ALTER FUNCTION cutter_guard.padded(p_number bytea, p_octets integer) OWNER TO workflow_admin;

--
-- Name: plan_head(bigint); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.plan_head(p_change_set_id bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  v_leaf_hashes bytea := (
    SELECT string_agg(cutter_guard.tree_leaf(line), '' ORDER BY place) FROM cutter_guard.plan_lines(p_change_set_id));
BEGIN
  IF v_leaf_hashes IS NULL THEN
    RAISE EXCEPTION 'plan_head: there is no change set %', p_change_set_id USING ERRCODE = 'P0002';
  END IF;
  RETURN encode(cutter_guard.tree_head(v_leaf_hashes), 'hex');
END
$$;


ALTER FUNCTION cutter_guard.plan_head(p_change_set_id bigint) OWNER TO workflow_admin;

--
-- Name: plan_header(text, text, text, text, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.plan_header(p_document_id text, p_source_sha256 text, p_profile text, p_granularity text, p_accepts_sha256 text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT '{"accepts_sha256":' || coalesce(to_json(p_accepts_sha256)::text, 'null')
      || ',"document_id":' || to_json(p_document_id)::text
      || ',"format":"countersign/plan/1","granularity":' || to_json(p_granularity)::text
      || ',"profile":' || to_json(p_profile)::text
      || ',"source_sha256":' || to_json(p_source_sha256)::text || '}'
$$;


ALTER FUNCTION cutter_guard.plan_header(p_document_id text, p_source_sha256 text, p_profile text, p_granularity text, p_accepts_sha256 text) OWNER TO workflow_admin;

--
-- Name: plan_lines(bigint); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.plan_lines(p_change_set_id bigint) RETURNS TABLE(place bigint, line text)
    LANGUAGE sql STABLE
    AS $$
  SELECT 0, cutter_guard.plan_header(cut.document_id, cut.source_sha256, cut.profile, cut.granularity, cut.accepts_sha256)
    FROM cutter_governance.cut_change_set AS cut WHERE cut.id = p_change_set_id
  UNION ALL
  SELECT row_number() OVER (ORDER BY affected.ordinal NULLS LAST, affected.key COLLATE "C"),
         CASE affected.action
           WHEN 'retire' THEN
             cutter_guard.plan_retired(affected.key, held.unit_kind, held.section_type, held.title, held.sha256)
           ELSE
             cutter_guard.plan_row(affected.action, affected.ordinal, affected.key, affected.was, parent.key, held.unit_kind,
               held.section_type, held.title, held.num, held.heading, affected.byte_start, affected.byte_end, held.sha256)
         END
    FROM cutter_governance.cut_change_set_affected_row AS affected
    -- Looked up one by one: a million units of other documents cost nothing, and the planner has no choice to make.
    CROSS JOIN LATERAL (SELECT one.* FROM public.unit_version AS one WHERE one.id = affected.unit_version_id OFFSET 0) AS held
    LEFT JOIN LATERAL (SELECT one.key FROM cutter_governance.cut_change_set_affected_row AS one
      WHERE one.change_set_id = affected.change_set_id AND one.unit_id = affected.parent_unit_id OFFSET 0) AS parent ON true
   WHERE affected.change_set_id = p_change_set_id
$$;


ALTER FUNCTION cutter_guard.plan_lines(p_change_set_id bigint) OWNER TO workflow_admin;

--
-- Name: plan_retired(text, text, text, text, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.plan_retired(p_key text, p_unit_kind text, p_section_type text, p_title text, p_body_sha256 text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT '{"action":"retire","body_sha256":' || to_json(p_body_sha256)::text
      || ',"key":' || to_json(p_key)::text
      || ',"section_type":' || to_json(p_section_type)::text
      || ',"title":' || to_json(p_title)::text
      || ',"unit_kind":' || to_json(p_unit_kind)::text || '}'
$$;


ALTER FUNCTION cutter_guard.plan_retired(p_key text, p_unit_kind text, p_section_type text, p_title text, p_body_sha256 text) OWNER TO workflow_admin;

--
-- Name: plan_row(text, integer, text, text, text, text, text, text, text, text, bigint, bigint, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.plan_row(p_action text, p_ordinal integer, p_key text, p_was text, p_parent text, p_unit_kind text, p_section_type text, p_title text, p_num text, p_heading text, p_byte_start bigint, p_byte_end bigint, p_body_sha256 text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT '{"action":' || to_json(p_action)::text
      || ',"body_sha256":' || to_json(p_body_sha256)::text
      || ',"byte_end":' || p_byte_end::text
      || ',"byte_start":' || p_byte_start::text
      || ',"heading":' || coalesce(to_json(p_heading)::text, 'null')
      || ',"key":' || to_json(p_key)::text
      || ',"num":' || coalesce(to_json(p_num)::text, 'null')
      || ',"ordinal":' || p_ordinal::text
      || ',"parent":' || coalesce(to_json(p_parent)::text, 'null')
      || ',"section_type":' || to_json(p_section_type)::text
      || ',"title":' || to_json(p_title)::text
      || ',"unit_kind":' || to_json(p_unit_kind)::text
      || coalesce(',"was":' || to_json(p_was)::text, '') || '}'
$$;


ALTER FUNCTION cutter_guard.plan_row(p_action text, p_ordinal integer, p_key text, p_was text, p_parent text, p_unit_kind text, p_section_type text, p_title text, p_num text, p_heading text, p_byte_start bigint, p_byte_end bigint, p_body_sha256 text) OWNER TO workflow_admin;

--
-- Name: read_approval(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_approval(p_document bytea, OUT reason text, OUT detail text, OUT gate text, OUT signed_utc text, OUT signed_at timestamp with time zone, OUT bindings jsonb) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_plain record;
  v_read record;
  v_key text;
  v_binding record;
BEGIN
  SELECT * INTO v_plain FROM cutter_guard.read_plain_text(p_document);
  reason := v_plain.reason;
  detail := v_plain.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  SELECT * INTO v_read FROM cutter_guard.read_key_values(v_plain.body);
  reason := v_read.reason;
  detail := v_read.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;

  FOREACH v_key IN ARRAY ARRAY['gate', 'signed_utc', 'allowance'] LOOP
    IF NOT (v_read.entries ? v_key) THEN
      reason := 'missing_key';
      detail := v_key;
      RETURN;
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM cutter_guard.gate_bindings() AS one WHERE one.gate = v_read.entries ->> 'gate') THEN
    reason := 'gate_unknown';
    RETURN;
  END IF;
  signed_at := cutter_guard.read_instant(v_read.entries ->> 'signed_utc');
  IF signed_at IS NULL THEN
    reason := 'signed_utc_invalid';
    RETURN;
  END IF;
  IF v_read.entries ->> 'allowance' <> 'explicit' THEN
    reason := 'allowance_not_explicit';
    RETURN;
  END IF;
  bindings := v_read.entries - ARRAY['gate', 'signed_utc', 'allowance'];
  FOR v_binding IN
    SELECT one.binding, one.form FROM cutter_guard.gate_bindings() AS one WHERE one.gate = v_read.entries ->> 'gate'
  LOOP
    IF bindings ? v_binding.binding AND (bindings ->> v_binding.binding ~ v_binding.form) IS NOT TRUE THEN
      reason := 'value_invalid';
      detail := v_binding.binding;
      RETURN;
    END IF;
  END LOOP;
  SELECT given.key INTO v_key FROM jsonb_object_keys(bindings) AS given (key)
   WHERE NOT EXISTS (SELECT FROM cutter_guard.gate_bindings() AS one
                      WHERE one.gate = v_read.entries ->> 'gate' AND one.binding = given.key)
   LIMIT 1;
  IF v_key IS NOT NULL THEN
    reason := 'unknown_key';
    detail := v_key;
    RETURN;
  END IF;
  gate := v_read.entries ->> 'gate';
  signed_utc := v_read.entries ->> 'signed_utc';
END
$$;


ALTER FUNCTION cutter_guard.read_approval(p_document bytea, OUT reason text, OUT detail text, OUT gate text, OUT signed_utc text, OUT signed_at timestamp with time zone, OUT bindings jsonb) OWNER TO workflow_admin;

--
-- Name: read_armor(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_armor(p_bytes bytea, OUT reason text, OUT detail text, OUT packets bytea) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  head CONSTANT text := '-----BEGIN PGP SIGNATURE-----';
  tail CONSTANT text := '-----END PGP SIGNATURE-----';
  v_text text;
  v_lines text[];
  v_blank integer;
  v_last integer;
  v_base64 text := '';
  v_checksum text;
BEGIN
  IF octet_length(p_bytes) > 16384 THEN
    reason := 'signature_too_large';
    detail := octet_length(p_bytes) || ' bytes, at most 16384';
    RETURN;
  END IF;
  v_text := convert_from(cutter_guard.without_nul(p_bytes), 'LATIN1');
  IF v_text ~ '(^|[\n\r])-----BEGIN PGP (SIGNED )?MESSAGE-----' THEN
    reason := 'clear_signed';
    detail := 'found an inline or clear-signed message';
    RETURN;
  END IF;

  reason := 'signature_armor';
  v_lines := string_to_array(replace(v_text, E'\r\n', E'\n'), E'\n');
  v_last := cardinality(v_lines);
  IF v_lines[v_last] = '' THEN
    v_last := v_last - 1;
  END IF;
  IF v_lines[1] IS DISTINCT FROM head THEN
    detail := 'the first line is not ' || head;
    RETURN;
  END IF;
  IF v_lines[v_last] IS DISTINCT FROM tail THEN
    detail := 'the last line is not ' || tail;
    RETURN;
  END IF;
  v_blank := array_position(v_lines[:v_last], '');
  IF v_blank IS NULL THEN
    detail := 'no empty line behind the armor headers';
    RETURN;
  END IF;
  FOR i IN 2 .. v_blank - 1 LOOP
    IF v_lines[i] !~ '^(Version|Comment): [ -~]*$' THEN
      detail := 'line ' || i || ' is not a Version or Comment header';
      RETURN;
    END IF;
  END LOOP;

  v_last := v_last - 1;
  IF v_lines[v_last] ~ '^=[A-Za-z0-9+/]{4}$' THEN
    v_checksum := substr(v_lines[v_last], 2);
    v_last := v_last - 1;
  END IF;
  FOR i IN v_blank + 1 .. v_last LOOP
    IF v_lines[i] !~ '^[A-Za-z0-9+/]{1,76}={0,2}$' THEN
      detail := 'line ' || i || ' is not a line of base64';
      RETURN;
    END IF;
  END LOOP;
  v_base64 := array_to_string(v_lines[v_blank + 1:v_last], '');
  -- In this form the decoder raises nothing; what it forgives are stray bits, so encoding again must give the same text.
  IF v_base64 !~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'
     OR replace(encode(decode(v_base64, 'base64'), 'base64'), E'\n', '') <> v_base64 THEN
    detail := 'the base64 is not in its canonical form';
    RETURN;
  END IF;
  IF v_checksum <> cutter_guard.crc24(decode(v_base64, 'base64')) THEN
    detail := 'the checksum does not fit the block';
    RETURN;
  END IF;
  packets := decode(v_base64, 'base64');
  reason := NULL;
END
$_$;


ALTER FUNCTION cutter_guard.read_armor(p_bytes bytea, OUT reason text, OUT detail text, OUT packets bytea) OWNER TO workflow_admin;

--
-- Name: read_claims(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_claims(p_area bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  creation_time CONSTANT integer := 2;
  expiration_time CONSTANT integer := 3;
  revocation_key CONSTANT integer := 12;
  issuer_key_id CONSTANT integer := 16;
  signature_target CONSTANT integer := 31;
  embedded_signature CONSTANT integer := 32;
  issuer_fingerprint CONSTANT integer := 33;
  v_at integer := 0;
  v_first integer;
  v_length bigint;
  v_types integer[] := ARRAY[]::integer[];
  v_critical boolean[] := ARRAY[]::boolean[];
  v_bodies bytea[] := ARRAY[]::bytea[];
  v_body bytea;
  v_times integer := 0;
  v_lives integer := 0;
  v_issuers integer := 0;
  v_created bigint;
  v_life bigint := 0;
  v_fingerprint bytea;
BEGIN
  WHILE v_at < octet_length(p_area) LOOP
    v_first := get_byte(p_area, v_at);
    v_at := v_at + CASE WHEN v_first < 192 THEN 1 WHEN v_first < 255 THEN 2 ELSE 5 END;
    IF v_at >= octet_length(p_area) THEN
      v_length := 0;
    ELSE
      v_length := CASE
        WHEN v_first < 192 THEN v_first
        WHEN v_first < 255 THEN ((v_first - 192) << 8) + get_byte(p_area, v_at - 1) + 192
        ELSE cutter_guard.big_endian(substr(p_area, v_at - 3, 4))::bigint END;
    END IF;
    IF v_length = 0 OR v_at + v_length > octet_length(p_area) THEN
      reason := 'signature_malformed';
      detail := 'the lengths of the subpackets do not add up';
      RETURN;
    END IF;
    v_types := v_types || (get_byte(p_area, v_at) & 127);
    v_critical := v_critical || (get_byte(p_area, v_at) > 127);
    v_bodies := v_bodies || substr(p_area, v_at + 2, v_length::integer - 1);
    v_at := v_at + v_length::integer;
  END LOOP;

  reason := 'signature_subpackets';
  FOR i IN 1 .. cardinality(v_types) LOOP
    IF v_critical[i] AND v_types[i] NOT IN (creation_time, expiration_time, issuer_key_id, issuer_fingerprint) THEN
      detail := 'subpacket ' || v_types[i] || ' is critical and not understood';
      RETURN;
    END IF;
    IF v_types[i] IN (revocation_key, signature_target, embedded_signature) THEN
      detail := 'subpacket ' || v_types[i] || ' does not belong on a document';
      RETURN;
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(v_types) LOOP
    v_body := v_bodies[i];
    IF v_types[i] = creation_time THEN
      v_times := v_times + CASE octet_length(v_body) WHEN 4 THEN 1 ELSE 2 END;
      v_created := cutter_guard.big_endian(v_body);
    ELSIF v_types[i] = expiration_time THEN
      v_lives := v_lives + CASE octet_length(v_body) WHEN 4 THEN 1 ELSE 2 END;
      v_life := cutter_guard.big_endian(v_body);
    ELSIF v_types[i] = issuer_fingerprint THEN
      v_issuers := v_issuers + CASE WHEN octet_length(v_body) = 21 AND substr(v_body, 1, 1) = '\x04'::bytea THEN 1 ELSE 2 END;
      v_fingerprint := substr(v_body, 2);
    END IF;
  END LOOP;
  IF v_times <> 1 THEN
    detail := 'needs exactly one creation time';
  ELSIF v_lives > 1 THEN
    detail := 'has more than one expiration time, or a malformed one';
  ELSIF v_issuers <> 1 THEN
    detail := 'needs exactly one issuer fingerprint of a version 4 key';
  ELSE
    FOR i IN 1 .. cardinality(v_types) LOOP
      IF v_types[i] = issuer_key_id AND v_bodies[i] IS DISTINCT FROM substr(v_fingerprint, 13) THEN
        detail := 'the issuer key ID is not that of the issuer fingerprint';
      END IF;
    END LOOP;
  END IF;
  IF detail IS NULL THEN
    reason := NULL;
    issuer := upper(encode(v_fingerprint, 'hex'));
    created_at := to_timestamp(v_created);
    -- Zero means that the signature never ends (RFC 9580, 5.2.3.18).
    expires_at := CASE WHEN v_life > 0 THEN to_timestamp(v_created + v_life) END;
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.read_claims(p_area bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone) OWNER TO workflow_admin;

--
-- Name: read_instant(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_instant(p_text text) RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  v_fields CONSTANT integer[] := regexp_match(p_text, '^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$');
  v_year CONSTANT integer := v_fields[1];
  v_month CONSTANT integer := v_fields[2];
  v_days CONSTANT integer := CASE
    WHEN v_month IN (4, 6, 9, 11) THEN 30
    WHEN v_month <> 2 THEN 31
    WHEN v_year % 4 = 0 AND (v_year % 100 <> 0 OR v_year % 400 = 0) THEN 29
    ELSE 28 END;
BEGIN
  IF v_month BETWEEN 1 AND 12 AND v_fields[3] BETWEEN 1 AND v_days
     AND v_fields[4] <= 23 AND v_fields[5] <= 59 AND v_fields[6] <= 59 THEN
    -- There is no year 0 in SQL: what ISO 8601 calls so is the year before year 1.
    RETURN to_timestamp(
      (make_date(CASE v_year WHEN 0 THEN -1 ELSE v_year END, v_month, v_fields[3]) - DATE '1970-01-01') * 86400::bigint
      + v_fields[4] * 3600 + v_fields[5] * 60 + v_fields[6]);
  END IF;
  RETURN NULL;
END
$_$;


ALTER FUNCTION cutter_guard.read_instant(p_text text) OWNER TO workflow_admin;

--
-- Name: read_key_values(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_key_values(p_body text, OUT reason text, OUT detail text, OUT entries jsonb) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  -- White space as ECMAScript has it, less what is refused in any text.
  blank CONSTANT text := E'\t\n\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000';
  -- One word that no YAML construct begins with and no colon ends, or a text in simple quotes without escapes. Letters
  -- beyond ASCII are let through here: no key and no value that has one fits any form.
  word CONSTANT text := '^([A-Za-z0-9\u00a1-\U0010ffff][^\t-\r #"''`,[\]{}&*!|>%@?\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*)[ \t]*$';
  v_lines CONSTANT text[] := string_to_array(replace(p_body, E'\r\n', E'\n'), E'\n');
  v_end integer;
  v_colon integer;
  v_key text;
  v_rest text;
  v_value text;
  v_known CONSTANT text[] := ARRAY(
    SELECT DISTINCT one.binding FROM cutter_guard.gate_bindings() AS one) || ARRAY['gate', 'signed_utc', 'allowance'];
BEGIN
  IF v_lines[1] IS DISTINCT FROM '---' THEN
    reason := 'front_matter_missing';
    detail := 'the first line is not ---';
    RETURN;
  END IF;
  v_end := array_position(v_lines, '---', 2);
  IF v_end IS NULL THEN
    reason := 'front_matter_missing';
    detail := 'no second line --- closes it';
    RETURN;
  END IF;

  entries := '{}';
  FOR i IN 2 .. v_end - 1 LOOP
    v_colon := strpos(v_lines[i], ': ');
    v_key := left(v_lines[i], greatest(v_colon - 1, 0));
    v_rest := ltrim(substr(v_lines[i], v_colon + 2), E' \t');
    IF v_key ~ '^[A-Za-z0-9_\u00a1-\U0010ffff-]+$' AND v_rest ~ '^<[^<>]*>[ \t]*$' THEN
      reason := 'placeholder_left';
      detail := v_key;
      RETURN;
    END IF;
    v_value := coalesce(
      substring(v_rest FROM word), substring(v_rest FROM '^"([^"\\]*)"[ \t]*$'), substring(v_rest FROM '^''([^'']*)''[ \t]*$'));
    IF v_value IS NULL OR v_key !~ '^[A-Za-z0-9_\u00a1-\U0010ffff-]+$' OR v_rest ~ '^[^"''].*:[ \t]*$' THEN
      reason := 'front_matter_syntax';
      detail := 'line ' || i || ' is not a single key: value';
      RETURN;
    END IF;
    IF v_key <> ALL (v_known) THEN
      reason := 'unknown_key';
      detail := 'line ' || i || ' has no key of an approval';
      RETURN;
    END IF;
    IF entries ? v_key THEN
      reason := 'duplicate_key';
      detail := v_key;
      RETURN;
    END IF;
    entries := entries || jsonb_build_object(v_key, v_value);
  END LOOP;
  FOR i IN v_end + 1 .. cardinality(v_lines) LOOP
    v_rest := btrim(v_lines[i], blank);
    IF v_rest = '---' THEN
      reason := 'second_front_matter';
      detail := 'line ' || i;
    END IF;
    EXIT WHEN v_rest <> '';
  END LOOP;
END
$_$;


ALTER FUNCTION cutter_guard.read_key_values(p_body text, OUT reason text, OUT detail text, OUT entries jsonb) OWNER TO workflow_admin;

--
-- Name: read_plain_text(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_plain_text(p_bytes bytea, OUT reason text, OUT detail text, OUT body text) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF octet_length(p_bytes) > 65536 THEN
    reason := 'document_too_large';
    detail := octet_length(p_bytes) || ' bytes, at most 65536';
    RETURN;
  END IF;
  BEGIN
    body := convert_from(cutter_guard.without_nul(p_bytes), 'UTF8');
  EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    reason := 'not_utf8';
    detail := 'the bytes are not valid UTF-8';
    RETURN;
  END;
  IF substr(p_bytes, 1, 3) = '\xefbbbf'::bytea THEN
    reason := 'not_utf8';
    detail := 'the file begins with a byte order mark';
  ELSIF body ~ '(^|[\n\r\u2028\u2029])-----BEGIN PGP (SIGNED )?MESSAGE-----' THEN
    reason := 'clear_signed';
    detail := 'found an inline or clear-signed message';
  ELSIF body ~ cutter_guard.unseen() THEN
    reason := 'forbidden_character';
    detail := 'found U+' || lpad(upper(to_hex(ascii(substring(body FROM cutter_guard.unseen())))), 4, '0');
  ELSIF body ~ '\r(?!\n)' THEN
    reason := 'mixed_line_ends';
    detail := 'found a CR without an LF';
  ELSIF body ~ '\r' AND body ~ '(^|[^\r])\n' THEN
    reason := 'mixed_line_ends';
    detail := 'found both LF and CRLF';
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.read_plain_text(p_bytes bytea, OUT reason text, OUT detail text, OUT body text) OWNER TO workflow_admin;

--
-- Name: read_signature_packet(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.read_signature_packet(p_packets bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone, OUT algorithm integer, OUT hash integer, OUT hashed_part bytea, OUT left_bits bytea, OUT numbers bytea) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  rsa CONSTANT integer := 1;
  eddsa_legacy CONSTANT integer := 22;
  ed25519 CONSTANT integer := 27;
  v_size CONSTANT integer := octet_length(p_packets);
  -- Missing octets of a header read as zero; what is cut short fails by its length.
  v_header CONSTANT bytea := substr(p_packets, 1, 6) || '\x000000000000'::bytea;
  v_first CONSTANT integer := get_byte(v_header, 0);
  v_octets integer;
  v_length bigint;
  v_body bytea;
  v_hashed_end integer;
  v_unhashed_end integer;
  v_claims record;
BEGIN
  IF v_size = 0 THEN
    reason := 'signature_count';
    detail := 'the block is empty';
    RETURN;
  END IF;
  IF v_first < 128 THEN
    reason := 'signature_malformed';
    detail := 'these bytes are no OpenPGP packet';
    RETURN;
  END IF;
  IF (CASE WHEN v_first & 64 > 0 THEN v_first & 63 ELSE (v_first >> 2) & 15 END) <> 2 THEN
    reason := 'signature_count';
    detail := 'begins with a packet that is no signature';
    RETURN;
  END IF;
  IF v_first & 64 > 0 THEN
    v_octets := CASE WHEN get_byte(v_header, 1) < 192 THEN 1 WHEN get_byte(v_header, 1) < 224 THEN 2
                     WHEN get_byte(v_header, 1) = 255 THEN 5 END;
    v_length := CASE v_octets
      WHEN 1 THEN get_byte(v_header, 1)
      WHEN 2 THEN ((get_byte(v_header, 1) - 192) << 8) + get_byte(v_header, 2) + 192
      WHEN 5 THEN cutter_guard.big_endian(substr(v_header, 3, 4))::bigint END;
  ELSE
    v_octets := CASE v_first & 3 WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 2 THEN 4 END;
    v_length := cutter_guard.big_endian(substr(v_header, 2, v_octets))::bigint;
  END IF;
  IF coalesce(1 + v_octets + v_length > v_size, true) THEN
    reason := 'signature_malformed';
    detail := 'the packet is cut short, or does not state its length';
    RETURN;
  END IF;
  IF 1 + v_octets + v_length < v_size THEN
    reason := 'signature_count';
    detail := 'bytes follow the first signature';
    RETURN;
  END IF;

  v_body := substr(p_packets, 2 + v_octets);
  IF v_length < 1 OR get_byte(v_body, 0) <> 4 THEN
    reason := 'signature_malformed';
    detail := 'not of version 4';
    RETURN;
  END IF;
  IF v_length < 2 OR get_byte(v_body, 1) <> 0 THEN
    reason := 'signature_type';
    detail := 'not of type 0x00';
    RETURN;
  END IF;
  IF v_length < 4 OR get_byte(v_body, 3) NOT IN (8, 9, 10) THEN
    reason := 'weak_hash';
    detail := 'not SHA-256, SHA-384 or SHA-512';
    RETURN;
  END IF;
  hash := get_byte(v_body, 3);
  algorithm := get_byte(v_body, 2);
  IF algorithm NOT IN (rsa, eddsa_legacy, ed25519) THEN
    reason := 'weak_key';
    detail := 'public-key algorithm ' || algorithm;
    RETURN;
  END IF;

  v_hashed_end := cutter_guard.area_end(v_body, 4);
  v_unhashed_end := cutter_guard.area_end(v_body, v_hashed_end);
  numbers := cutter_guard.signature_numbers(algorithm, substr(v_body, v_unhashed_end + 3));
  IF numbers IS NULL THEN
    reason := 'signature_malformed';
    detail := 'the lengths inside the packet do not add up';
    RETURN;
  END IF;
  SELECT * INTO v_claims FROM cutter_guard.read_claims(substr(v_body, 7, v_hashed_end - 6));
  reason := v_claims.reason;
  detail := v_claims.detail;
  issuer := v_claims.issuer;
  created_at := v_claims.created_at;
  expires_at := v_claims.expires_at;
  hashed_part := substr(v_body, 1, v_hashed_end);
  left_bits := substr(v_body, v_unhashed_end + 1, 2);
END
$$;


ALTER FUNCTION cutter_guard.read_signature_packet(p_packets bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone, OUT algorithm integer, OUT hash integer, OUT hashed_part bytea, OUT left_bits bytea, OUT numbers bytea) OWNER TO workflow_admin;

--
-- Name: refuse(text, text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.refuse(p_reason text, p_detail text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'guard: %: %', p_reason, coalesce(p_detail, 'no more is known') USING ERRCODE = 'CG001';
END
$$;


ALTER FUNCTION cutter_guard.refuse(p_reason text, p_detail text) OWNER TO workflow_admin;

--
-- Name: revert_plan(cutter_governance.cut_change_set, boolean); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.revert_plan(p_set cutter_governance.cut_change_set, p_hard boolean) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  v_before record;
  v_versions record;
  v_units record;
  v_moves text;
BEGIN
  SELECT * INTO v_before FROM cutter_guard.units_by_status(p_set.document_id);
  SELECT count(*) AS total, coalesce(string_agg('{"from":' || to_json(one.from_status)::text || ',"to":' || to_json(one.to_status)::text
           || ',"unit_version_id":"' || one.unit_version_id || '"}', ',' ORDER BY one.unit_version_id), '') AS lines
    INTO v_versions FROM cutter_guard.revert_transitions(p_set.run_id, p_hard) AS one;
  WITH transition AS MATERIALIZED (
    SELECT * FROM cutter_guard.revert_transitions(p_set.run_id, p_hard)
  ), standing AS (
    SELECT unit.id, unit.key, unit.title, unit.lifecycle_status AS was,
           CASE WHEN bool_or(coalesce(transition.to_status, held.status) = 'enacted') THEN 'enacted'
                WHEN bool_or(coalesce(transition.to_status, held.status) = 'draft') THEN 'draft'
                WHEN p_hard AND unit.run_id = p_set.run_id THEN 'deleted' ELSE 'retired' END AS becomes
      FROM public.information_unit AS unit
      JOIN public.unit_version AS held ON held.unit_id = unit.id
      LEFT JOIN transition ON transition.unit_version_id = held.id
     WHERE unit.document_id = p_set.document_id
     GROUP BY unit.id
  )
  SELECT coalesce(string_agg('{"from":' || to_json(one.was)::text || ',"key":' || to_json(one.key)::text
           || ',"title":' || to_json(one.title)::text || ',"to":' || to_json(one.becomes)::text || '}', ',' ORDER BY one.id), '') AS lines,
         count(*) FILTER (WHERE one.becomes = 'draft') - count(*) FILTER (WHERE one.was = 'draft') AS draft,
         count(*) FILTER (WHERE one.becomes = 'enacted') - count(*) FILTER (WHERE one.was = 'enacted') AS enacted,
         count(*) FILTER (WHERE one.becomes = 'retired') - count(*) FILTER (WHERE one.was = 'retired') AS retired
    INTO v_units FROM standing AS one WHERE one.was <> one.becomes;
  -- Units that go back to an address which they had before.
  SELECT coalesce(string_agg('{"from":' || to_json(unit.cut_key)::text || ',"to":' || to_json(before.key)::text || '}', ',' ORDER BY unit.id), '')
    INTO v_moves
    FROM public.information_unit AS unit
    JOIN (
      SELECT DISTINCT ON (place.unit_id) place.unit_id, place.key FROM cutter_guard.standing_places(p_set.document_id) AS place
       WHERE place.run_id IS DISTINCT FROM p_set.run_id ORDER BY place.unit_id, place.age DESC
    ) AS before ON before.unit_id = unit.id
   WHERE unit.document_id = p_set.document_id AND unit.cut_run_id = p_set.run_id AND unit.cut_key <> before.key;
  RETURN '{"after":' || cutter_guard.canonical_json(jsonb_build_object('draft', v_before.draft + v_units.draft,
           'enacted', v_before.enacted + v_units.enacted, 'retired', v_before.retired + v_units.retired))
      || ',"before":' || cutter_guard.canonical_json(to_jsonb(v_before))
      || ',"change_set_id":"' || p_set.id || '","document_id":' || to_json(p_set.document_id)::text
      || ',"format":"countersign/revert-plan/1","log_rows":' || CASE WHEN p_hard THEN 0 ELSE v_versions.total END
      || ',"mode":"' || CASE WHEN p_hard THEN 'hard' ELSE 'soft' END || '","moves":[' || v_moves || '],"run_id":' || to_json(p_set.run_id)::text
      || ',"units":[' || v_units.lines || '],"versions":[' || v_versions.lines || ']}';
END
$$;


ALTER FUNCTION cutter_guard.revert_plan(p_set cutter_governance.cut_change_set, p_hard boolean) OWNER TO workflow_admin;

--
-- Name: revert_refusal(cutter_governance.cut_change_set, boolean); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.revert_refusal(p_set cutter_governance.cut_change_set, p_hard boolean, OUT reason text, OUT detail text) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
DECLARE
  v_later text;
BEGIN
  IF p_set.recorded IS NOT TRUE THEN
    reason := 'nothing_written';
    detail := 'the run has written nothing to the governed database';
    RETURN;
  END IF;
  IF p_set.reverted_at IS NOT NULL THEN
    reason := 'reverted_already';
    detail := 'the cut of ' || p_set.run_id || ' has been taken back already';
    RETURN;
  END IF;
  SELECT later.run_id INTO v_later FROM cutter_governance.cut_change_set AS later
   WHERE later.document_id = p_set.document_id AND later.id > p_set.id AND later.reverted_at IS NULL
   ORDER BY later.id DESC LIMIT 1;
  IF v_later IS NOT NULL THEN
    reason := 'cut_again';
    detail := v_later || ' has cut ' || p_set.document_id || ' after ' || p_set.run_id || ': take that one back first';
    RETURN;
  END IF;
  IF p_hard AND p_set.enacted_at IS NOT NULL THEN
    reason := 'enacted';
    detail := 'the units of ' || p_set.run_id || ' are enacted and stay on record: leave out --hard';
    RETURN;
  END IF;
  IF p_hard AND EXISTS (
       SELECT FROM public.unit_version AS held WHERE held.run_id = p_set.run_id AND (
         EXISTS (SELECT FROM public.iu_lifecycle_log AS log WHERE log.unit_version_id = held.id) OR
         EXISTS (SELECT FROM cutter_governance.cut_change_set_affected_row AS row
                  WHERE row.unit_id = held.unit_id AND row.unit_version_id = held.id AND row.change_set_id <> p_set.id))) THEN
    reason := 'referenced';
    detail := 'the records of another run refer to what ' || p_set.run_id || ' wrote: leave out --hard';
  END IF;
END
$$;


ALTER FUNCTION cutter_guard.revert_refusal(p_set cutter_governance.cut_change_set, p_hard boolean, OUT reason text, OUT detail text) OWNER TO workflow_admin;

--
-- Name: revert_transitions(text, boolean); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.revert_transitions(p_run_id text, p_hard boolean) RETURNS TABLE(unit_version_id bigint, unit_id bigint, from_status text, to_status text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  SELECT held.id, held.unit_id, held.status,
         CASE WHEN held.run_id IS DISTINCT FROM p_run_id THEN log.from_status WHEN p_hard THEN 'deleted' ELSE 'retired' END
    FROM public.unit_version AS held
    LEFT JOIN public.iu_lifecycle_log AS log
           ON log.unit_version_id = held.id AND log.run_id = p_run_id AND log.cause = 'enact'
   WHERE held.run_id = p_run_id AND held.status IN ('draft', 'enacted')
      OR held.run_id IS DISTINCT FROM p_run_id AND log.id IS NOT NULL
$$;


ALTER FUNCTION cutter_guard.revert_transitions(p_run_id text, p_hard boolean) OWNER TO workflow_admin;

--
-- Name: rsa_key_is_sound(bytea, bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.rsa_key_is_sound(p_modulus bytea, p_exponent bytea) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(
    get_byte(p_modulus, 0) > 0
    AND octet_length(p_modulus) * 8 - CASE WHEN get_byte(p_modulus, 0) > 127 THEN 0 ELSE 1 END >= 2048
    AND get_byte(p_modulus, octet_length(p_modulus) - 1) % 2 = 1
    AND octet_length(p_exponent) < octet_length(p_modulus)
    AND cutter_guard.big_endian(p_exponent) >= 65537
    AND get_byte(p_exponent, octet_length(p_exponent) - 1) % 2 = 1, false)
$$;


ALTER FUNCTION cutter_guard.rsa_key_is_sound(p_modulus bytea, p_exponent bytea) OWNER TO workflow_admin;

--
-- Name: rsa_verify(bytea, bytea, integer, bytea, bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.rsa_verify(p_modulus bytea, p_exponent bytea, p_hash integer, p_digest bytea, p_signature bytea) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_info CONSTANT bytea := cutter_guard.digest_info(p_hash, p_digest);
  n numeric;
  base numeric;
  power numeric;
  v_block bytea;
BEGIN
  IF v_info IS NULL OR NOT cutter_guard.rsa_key_is_sound(p_modulus, p_exponent)
     OR octet_length(p_signature) <> octet_length(p_modulus) THEN
    RETURN false;
  END IF;
  n := cutter_guard.big_endian(p_modulus);
  base := cutter_guard.big_endian(p_signature);
  IF base >= n THEN
    RETURN false;
  END IF;

  power := 1;
  FOR i IN 0 .. octet_length(p_exponent) - 1 LOOP
    FOR bit IN REVERSE 7 .. 0 LOOP
      IF power <> 1 THEN
        power := power * power % n;
      END IF;
      IF get_byte(p_exponent, i) >> bit & 1 = 1 THEN
        power := power * base % n;
      END IF;
    END LOOP;
  END LOOP;
  v_block := '\x0001'::bytea
    || decode(repeat('ff', octet_length(p_modulus) - octet_length(v_info) - 3), 'hex') || '\x00'::bytea || v_info;
  RETURN power = cutter_guard.big_endian(v_block);
END
$$;


ALTER FUNCTION cutter_guard.rsa_verify(p_modulus bytea, p_exponent bytea, p_hash integer, p_digest bytea, p_signature bytea) OWNER TO workflow_admin;

--
-- Name: run_id_of(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.run_id_of(p_document bytea) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT 'run-' || replace(left(one.signed_utc, 10), '-', '') || '-' || left(encode(sha256(p_document), 'hex'), 16)
    FROM cutter_guard.read_approval(p_document) AS one
   WHERE one.gate = 'GAP7_execution_enable'
$$;


ALTER FUNCTION cutter_guard.run_id_of(p_document bytea) OWNER TO workflow_admin;

--
-- Name: signature_numbers(integer, bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.signature_numbers(p_algorithm integer, p_rest bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_first CONSTANT integer := CASE WHEN p_algorithm <> 27 THEN cutter_guard.mpi_end(p_rest, 0) END;
  v_second CONSTANT integer := CASE WHEN p_algorithm = 22 THEN cutter_guard.mpi_end(p_rest, v_first) END;
BEGIN
  CASE p_algorithm
    WHEN 1 THEN
      RETURN CASE WHEN v_first = octet_length(p_rest) THEN substr(p_rest, 3) END;
    WHEN 22 THEN
      IF v_second = octet_length(p_rest) THEN
        RETURN cutter_guard.padded(substr(p_rest, 3, v_first - 2), 32) || cutter_guard.padded(substr(p_rest, v_first + 3), 32);
      END IF;
    WHEN 27 THEN
      RETURN CASE WHEN octet_length(p_rest) = 64 THEN p_rest END;
    ELSE
      NULL;
  END CASE;
  RETURN NULL;
END
$$;


ALTER FUNCTION cutter_guard.signature_numbers(p_algorithm integer, p_rest bytea) OWNER TO workflow_admin;

--
-- Name: signing_keys(bytea[]); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.signing_keys(p_signatures bytea[]) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT array_agg(DISTINCT claim.issuer)
    FROM unnest(p_signatures) AS armored
    CROSS JOIN LATERAL cutter_guard.read_armor(armored) AS armor
    CROSS JOIN LATERAL cutter_guard.read_signature_packet(armor.packets) AS claim
$$;


ALTER FUNCTION cutter_guard.signing_keys(p_signatures bytea[]) OWNER TO workflow_admin;

--
-- Name: source_digest(bigint); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.source_digest(p_change_set_id bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
BEGIN
  RETURN (
    SELECT encode(sha256(string_agg(convert_to(held.body, 'UTF8'), '' ORDER BY row.ordinal)), 'hex')
      FROM cutter_governance.cut_change_set_affected_row AS row
      CROSS JOIN LATERAL (SELECT one.body FROM public.unit_version AS one WHERE one.id = row.unit_version_id OFFSET 0) AS held
     WHERE row.change_set_id = p_change_set_id AND row.action <> 'retire');
END
$$;


ALTER FUNCTION cutter_guard.source_digest(p_change_set_id bigint) OWNER TO workflow_admin;

--
-- Name: standing_places(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.standing_places(p_document_id text) RETURNS TABLE(unit_id bigint, age bigint, run_id text, unit_version_id bigint, key text, ordinal integer, parent_unit_id bigint, enacted boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  SELECT row.unit_id, cut.id, cut.run_id, row.unit_version_id, row.key, row.ordinal, row.parent_unit_id, cut.enacted_at IS NOT NULL
    FROM cutter_governance.cut_change_set_affected_row AS row
    JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
   WHERE cut.document_id = p_document_id AND cut.reverted_at IS NULL AND row.action <> 'retire'
  UNION ALL
  SELECT row.unit_id, 0, NULL, row.unit_version_id, row.key, row.ordinal, row.parent_unit_id, row.lifecycle_status = 'enacted'
    FROM cutter_governance.baseline_unit AS row WHERE row.document_id = p_document_id
$$;


ALTER FUNCTION cutter_guard.standing_places(p_document_id text) OWNER TO workflow_admin;

--
-- Name: take_baseline(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.take_baseline(p_document_id text) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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


ALTER FUNCTION cutter_guard.take_baseline(p_document_id text) OWNER TO workflow_admin;

--
-- Name: take_fence(); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.take_fence() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM cutter_governance.write_fence FOR UPDATE NOWAIT;
  -- For the triggers of writers/056: what this transaction writes is written by the functions.
  PERFORM set_config('cutter_guard.fence', pg_current_xact_id()::text, true);
END
$$;


ALTER FUNCTION cutter_guard.take_fence() OWNER TO workflow_admin;

--
-- Name: tree_head(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.tree_head(p_leaf_hashes bytea) RETURNS bytea
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
DECLARE
  v_level bytea := p_leaf_hashes;
  v_bytes integer := octet_length(p_leaf_hashes);
BEGIN
  IF v_bytes IS NULL OR v_bytes % 32 <> 0 THEN
    RAISE EXCEPTION 'tree_head: leaf hashes of 32 bytes each are needed' USING ERRCODE = '22023';
  END IF;
  IF v_bytes = 0 THEN
    RETURN sha256('');
  END IF;
  WHILE v_bytes > 32 LOOP
    -- An odd end has no neighbour: it is the next level's last node as it stands.
    v_level := (
      SELECT string_agg(CASE WHEN at + 32 < v_bytes THEN sha256('\x01'::bytea || substr(v_level, at + 1, 64))
                             ELSE substr(v_level, at + 1, 32) END, '' ORDER BY at)
        FROM generate_series(0, v_bytes - 1, 64) AS at);
    v_bytes := octet_length(v_level);
  END LOOP;
  RETURN v_level;
END
$$;


ALTER FUNCTION cutter_guard.tree_head(p_leaf_hashes bytea) OWNER TO workflow_admin;

--
-- Name: tree_leaf(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.tree_leaf(p_line text) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT pg_catalog.sha256('\x00'::bytea || pg_catalog.convert_to(p_line, 'UTF8')) $$;


ALTER FUNCTION cutter_guard.tree_leaf(p_line text) OWNER TO workflow_admin;

--
-- Name: units_by_status(text); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.units_by_status(p_document_id text) RETURNS TABLE(draft bigint, enacted bigint, retired bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  SELECT count(*) FILTER (WHERE unit.lifecycle_status = 'draft'), count(*) FILTER (WHERE unit.lifecycle_status = 'enacted'),
         count(*) FILTER (WHERE unit.lifecycle_status = 'retired')
    FROM public.information_unit AS unit WHERE unit.document_id = p_document_id
$$;


ALTER FUNCTION cutter_guard.units_by_status(p_document_id text) OWNER TO workflow_admin;

--
-- Name: unseen(); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.unseen() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f'
    '\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8'
    '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
$$;


ALTER FUNCTION cutter_guard.unseen() OWNER TO workflow_admin;

--
-- Name: use_approvals(cutter_governance.cut_change_set, text, text, text[]); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.use_approvals(p_set cutter_governance.cut_change_set, p_gate text, p_approval text, p_others text[], OUT review_decision_id bigint, OUT signature_ids bigint[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO cutter_governance.review_decision AS one (change_set_id, run_id, document_id, gate, document_sha256)
  VALUES (p_set.id, p_set.run_id, p_set.document_id, p_gate, p_approval)
  RETURNING one.id INTO review_decision_id;
  UPDATE cutter_governance.approval AS one SET used_by = p_set.run_id, used_at = clock_timestamp()
   WHERE one.document_sha256 = ANY (p_others || p_approval) AND one.used_at IS NULL;
  WITH written AS (
    INSERT INTO cutter_governance.signature AS signed (review_decision_id, run_id, gate, document_sha256, signer)
    SELECT use_approvals.review_decision_id, p_set.run_id, one.gate, one.document_sha256, signer
      FROM cutter_governance.approval AS one CROSS JOIN LATERAL unnest(one.signers) AS signer
     WHERE one.document_sha256 = ANY (p_others || p_approval)
     ORDER BY one.gate, one.signed_at, one.document_sha256, signer
    RETURNING signed.id
  )
  SELECT array_agg(written.id ORDER BY written.id) INTO signature_ids FROM written;
END
$$;


ALTER FUNCTION cutter_guard.use_approvals(p_set cutter_governance.cut_change_set, p_gate text, p_approval text, p_others text[], OUT review_decision_id bigint, OUT signature_ids bigint[]) OWNER TO workflow_admin;

--
-- Name: verify_signature(bytea, bytea, timestamp with time zone); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.verify_signature(p_armored bytea, p_document bytea, p_now timestamp with time zone, OUT reason text, OUT detail text, OUT signer text, OUT created_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_armor record;
  v_claim record;
  v_key cutter_governance.signer_key;
  v_digest bytea;
BEGIN
  SELECT * INTO v_armor FROM cutter_guard.read_armor(p_armored);
  reason := v_armor.reason;
  detail := v_armor.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;
  SELECT * INTO v_claim FROM cutter_guard.read_signature_packet(v_armor.packets);
  reason := v_claim.reason;
  detail := v_claim.detail;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;

  detail := v_claim.issuer;
  SELECT * INTO v_key FROM cutter_governance.signer_key AS one WHERE one.key_fingerprint = v_claim.issuer;
  reason := CASE
    WHEN NOT FOUND THEN 'signer_not_pinned'
    WHEN v_key.revoked_at IS NOT NULL THEN 'key_revoked'
    WHEN v_key.unfit IS NOT NULL THEN v_key.unfit
    WHEN v_key.algorithm <> v_claim.algorithm THEN 'signature_malformed'
    WHEN v_claim.created_at < v_key.valid_from THEN 'key_not_yet_valid'
    WHEN v_key.ends_at <= v_claim.created_at OR v_key.ends_at <= p_now THEN 'key_expired'
    WHEN v_claim.expires_at <= p_now THEN 'signature_expired'
  END;
  IF reason IS NOT NULL THEN
    RETURN;
  END IF;

  -- Version 4 ends what is hashed with 04 ff and the length of the hashed part (RFC 9580, 5.2.4).
  v_digest := p_document || v_claim.hashed_part || '\x04ff'::bytea || int4send(octet_length(v_claim.hashed_part));
  v_digest := CASE v_claim.hash WHEN 8 THEN sha256(v_digest) WHEN 9 THEN sha384(v_digest) WHEN 10 THEN sha512(v_digest) END;
  IF substr(v_digest, 1, 2) IS DISTINCT FROM v_claim.left_bits OR (CASE v_key.algorithm
       WHEN 1 THEN cutter_guard.rsa_verify(v_key.material, v_key.exponent, v_claim.hash, v_digest,
                                           cutter_guard.padded(v_claim.numbers, octet_length(v_key.material)))
       ELSE cutter_guard.ed25519_verify(v_key.material, v_digest, v_claim.numbers)
     END) IS NOT TRUE THEN
    reason := 'signature_invalid';
    RETURN;
  END IF;
  detail := NULL;
  signer := v_key.primary_fingerprint;
  created_at := v_claim.created_at;
END
$$;


ALTER FUNCTION cutter_guard.verify_signature(p_armored bytea, p_document bytea, p_now timestamp with time zone, OUT reason text, OUT detail text, OUT signer text, OUT created_at timestamp with time zone) OWNER TO workflow_admin;

--
-- Name: without_nul(bytea); Type: FUNCTION; Schema: cutter_guard; Owner: workflow_admin
--

CREATE FUNCTION cutter_guard.without_nul(p_bytes bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN position('\x00'::bytea IN p_bytes) = 0 THEN p_bytes ELSE (
    SELECT string_agg(CASE get_byte(p_bytes, at) WHEN 0 THEN '\x01'::bytea ELSE substr(p_bytes, at + 1, 1) END, ''::bytea ORDER BY at)
      FROM generate_series(0, octet_length(p_bytes) - 1) AS at) END
$$;


ALTER FUNCTION cutter_guard.without_nul(p_bytes bytea) OWNER TO workflow_admin;

--
-- Name: fn_iu_create(text, jsonb); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.fn_iu_create(p_run_id text, p_rows jsonb) RETURNS TABLE(ordinal integer, key text, status text, unit_id bigint, version integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
BEGIN
  IF p_run_id IS NULL OR jsonb_typeof(p_rows) IS DISTINCT FROM 'array' THEN
    PERFORM cutter_guard.refuse('incomplete', 'fn_iu_create needs a run and an array of rows');
  END IF;
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id;
  IF NOT FOUND THEN
    PERFORM cutter_guard.refuse('not_opened', p_run_id || ' has no open cut: call fn_open_cut first');
  END IF;
  -- No change set is ever committed open, so an open one is this transaction's own.
  IF v_set.recorded THEN
    PERFORM cutter_guard.refuse('already_cut', p_run_id || ' has been recorded already');
  END IF;
  PERFORM cutter_guard.authorise(p_run_id, 'SG_1_cut_authz', v_set.cutplan_sha256);

  RETURN QUERY
  WITH planned AS MATERIALIZED (
    SELECT one.*, found.id AS found_id,
           CASE one.action WHEN 'create' THEN nextval('public.information_unit_id_seq') ELSE found.id END AS unit_id,
           CASE WHEN one.action = 'create' THEN 1
                WHEN one.action IN ('revise', 'renumber') THEN 1 + (
                  SELECT max(held.version) FROM public.unit_version AS held WHERE held.unit_id = found.id)
                ELSE found.cut_version END AS version
      FROM jsonb_to_recordset(p_rows) AS one (action text, ordinal integer, key text, was text, parent text, unit_kind text,
             section_type text, title text, num text, heading text, body text, sha256 text, byte_start bigint, byte_end bigint)
      -- By the address of the cut before, among the units that this cut has not placed yet. Two that share it, since an
      -- earlier cut was never enacted, are not told apart here: then the row is `absent`.
      LEFT JOIN LATERAL (
        SELECT min(unit.id) AS id, min(unit.cut_version) AS cut_version
          FROM public.information_unit AS unit
         WHERE one.action <> 'create' AND unit.document_id = v_set.document_id AND unit.cut_key = coalesce(one.was, one.key)
           AND unit.lifecycle_status <> 'retired' AND unit.cut_run_id IS DISTINCT FROM p_run_id
        HAVING count(*) = 1
      ) AS found ON true
  ), placed AS MATERIALIZED (
    -- A parent stands before its children in the plan, so it is part of this cut already.
    SELECT planned.*, coalesce(beside.unit_id, earlier.id) AS parent_id
      FROM planned
      LEFT JOIN planned AS beside ON beside.key = planned.parent AND beside.ordinal < planned.ordinal
      LEFT JOIN LATERAL (
        SELECT unit.id FROM public.information_unit AS unit
         WHERE beside.key IS NULL AND unit.document_id = v_set.document_id AND unit.cut_key = planned.parent
           AND unit.lifecycle_status <> 'retired' AND unit.cut_run_id = p_run_id LIMIT 1
      ) AS earlier ON true
  ), fit AS (
    SELECT * FROM placed WHERE parent IS NULL OR parent_id IS NOT NULL
  ), created AS (
    INSERT INTO public.information_unit AS unit (
      id, document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
      cut_run_id, cut_key, cut_ordinal, cut_parent_id, cut_version)
    OVERRIDING SYSTEM VALUE
    SELECT unit_id, v_set.document_id, key, ordinal, parent_id, unit_kind, section_type, title, p_run_id,
           p_run_id, key, ordinal, parent_id, 1
      FROM fit WHERE action = 'create' ORDER BY ordinal
    RETURNING unit.id, unit.lifecycle_status
  ), moved AS (
    UPDATE public.information_unit AS unit
       SET cut_run_id = p_run_id, cut_key = fit.key, cut_ordinal = fit.ordinal, cut_parent_id = fit.parent_id,
           cut_version = fit.version,
           -- Nobody is served a draft: it has no other address than this.
           key = CASE WHEN unit.lifecycle_status = 'draft' THEN fit.key ELSE unit.key END
      FROM fit
     WHERE unit.id = ANY (ARRAY(SELECT found_id FROM fit WHERE found_id IS NOT NULL AND action <> 'retire'))
       AND unit.id = fit.found_id AND fit.action IN ('revise', 'move', 'renumber', 'keep')
    RETURNING unit.id, unit.lifecycle_status
  ), standing AS MATERIALIZED (
    SELECT id, lifecycle_status FROM created UNION ALL SELECT id, lifecycle_status FROM moved
    UNION ALL
    SELECT found_id, 'retiring' FROM fit WHERE action = 'retire' AND found_id IS NOT NULL
  ), written AS (
    INSERT INTO public.unit_version AS held (unit_id, version, unit_kind, section_type, title, num, heading, body, sha256, run_id)
    SELECT fit.unit_id, fit.version, fit.unit_kind, fit.section_type, fit.title, fit.num, fit.heading, fit.body, fit.sha256, p_run_id
      FROM fit JOIN standing ON standing.id = fit.unit_id
     WHERE fit.action IN ('create', 'revise', 'renumber') ORDER BY fit.ordinal
    RETURNING held.id, held.unit_id
  ), accounted AS (
    INSERT INTO cutter_governance.cut_change_set_affected_row (
      change_set_id, run_id, document_id, unit_id, unit_version_id, action, key, was, ordinal, parent_unit_id, byte_start, byte_end)
    SELECT v_set.id, p_run_id, v_set.document_id, fit.unit_id, coalesce(written.id, (
             SELECT held.id FROM public.unit_version AS held WHERE held.unit_id = fit.unit_id AND held.version = fit.version
           )), fit.action, fit.key, fit.was, fit.ordinal, fit.parent_id, fit.byte_start, fit.byte_end
      FROM fit JOIN standing ON standing.id = fit.unit_id LEFT JOIN written ON written.unit_id = fit.unit_id
  )
  SELECT placed.ordinal, placed.key,
         CASE
           WHEN placed.parent IS NOT NULL AND placed.parent_id IS NULL THEN 'parent_absent'
           WHEN placed.action <> 'create' AND placed.found_id IS NULL THEN 'absent'
           WHEN standing.id IS NULL THEN 'not_placed'
           WHEN placed.action = 'create' AND standing.lifecycle_status <> 'draft' THEN standing.lifecycle_status
           WHEN placed.action IN ('move', 'keep', 'retire') AND NOT EXISTS (
             SELECT FROM public.unit_version AS held
              WHERE held.unit_id = placed.unit_id AND held.version = placed.version AND held.sha256 = placed.sha256
                AND (held.title, held.unit_kind, held.section_type) = (placed.title, placed.unit_kind, placed.section_type)
                AND (placed.action = 'retire' OR (held.num, held.heading) IS NOT DISTINCT FROM (placed.num, placed.heading))
           ) THEN 'differs'
           WHEN placed.action = 'keep' THEN 'kept'
           WHEN placed.action = 'move' THEN 'moved'
           WHEN placed.action = 'retire' THEN 'retiring'
           WHEN written.unit_id IS NULL THEN 'no_version'
           WHEN placed.action = 'create' THEN 'created'
           WHEN placed.action = 'renumber' THEN 'renumbered'
           ELSE 'revised'
         END,
         standing.id, placed.version
    FROM placed
    LEFT JOIN standing ON standing.id = placed.unit_id
    LEFT JOIN written ON written.unit_id = placed.unit_id;
END
$$;


ALTER FUNCTION public.fn_iu_create(p_run_id text, p_rows jsonb) OWNER TO workflow_admin;

--
-- Name: fn_iu_enact(text); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.fn_iu_enact(p_run_id text) RETURNS TABLE(unit_id bigint, status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v record;
BEGIN
  PERFORM cutter_governance.fn_open_write(p_run_id, 'SG_2_lifecycle_authz');
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  IF v_set.recorded IS NOT TRUE THEN
    PERFORM cutter_guard.refuse('not_recorded', p_run_id || ' has not been recorded');
  END IF;
  IF v_set.enacted_at IS NOT NULL THEN
    PERFORM cutter_guard.refuse('already_enacted', p_run_id || ' has been enacted already');
  END IF;
  IF NOT EXISTS (SELECT FROM cutter_governance.verify_result WHERE run_id = p_run_id AND kind = 'write') THEN
    PERFORM cutter_guard.refuse('not_verified', 'the writes of ' || p_run_id || ' have not been verified');
  END IF;
  IF EXISTS (SELECT FROM cutter_governance.cut_change_set
              WHERE document_id = v_set.document_id AND id > v_set.id AND reverted_at IS NULL) THEN
    PERFORM cutter_guard.refuse('cut_again', 'a later run has cut the document of ' || p_run_id);
  END IF;
  SELECT * INTO v FROM cutter_guard.authorise(
    p_run_id, 'SG_2_lifecycle_authz', cutter_guard.digest_of(cutter_guard.evidence(v_set)));

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
     SET lifecycle_status = 'enacted', key = row.key, ordinal = row.ordinal, parent_id = row.parent_unit_id,
         unit_kind = held.unit_kind, section_type = held.section_type, title = held.title
    FROM cutter_governance.cut_change_set_affected_row AS row
    JOIN public.unit_version AS held ON held.id = row.unit_version_id
   WHERE row.change_set_id = v_set.id AND row.action <> 'retire' AND unit.id = row.unit_id
     AND (unit.lifecycle_status, unit.key, unit.ordinal, unit.parent_id, unit.unit_kind, unit.section_type, unit.title)
         IS DISTINCT FROM ('enacted', row.key, row.ordinal, row.parent_unit_id, held.unit_kind, held.section_type, held.title);

  UPDATE public.information_unit AS unit SET lifecycle_status = 'retired'
    FROM cutter_governance.cut_change_set_affected_row AS row
   WHERE row.change_set_id = v_set.id AND row.action = 'retire' AND unit.id = row.unit_id;

  UPDATE cutter_governance.cut_change_set SET enacted_at = transaction_timestamp() WHERE id = v_set.id;
  PERFORM cutter_guard.use_approvals(v_set, 'SG_2_lifecycle_authz', v.approval,
    ARRAY[cutter_guard.opening_of(p_run_id), v.enable]);
  PERFORM cutter_guard.move_head(v_set.document_id);
END
$$;


ALTER FUNCTION public.fn_iu_enact(p_run_id text) OWNER TO workflow_admin;

--
-- Name: fn_iu_revert(text, text, boolean); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.fn_iu_revert(p_run_id text, p_plan_sha256 text, p_hard boolean) RETURNS TABLE(unit_version_id bigint, from_status text, to_status text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
#variable_conflict use_column
DECLARE
  v_set cutter_governance.cut_change_set;
  v_refusal record;
  v_plan text;
  v record;
BEGIN
  IF p_plan_sha256 IS NULL OR p_hard IS NULL THEN
    PERFORM cutter_guard.refuse('incomplete', 'fn_iu_revert needs the digest of a plan and whether it is hard');
  END IF;
  PERFORM cutter_governance.fn_open_write(p_run_id, 'SG_R_revert_authz');
  SELECT * INTO v_set FROM cutter_governance.cut_change_set WHERE run_id = p_run_id FOR UPDATE;
  SELECT * INTO v_refusal FROM cutter_guard.revert_refusal(v_set, p_hard);
  IF v_refusal.reason IS NOT NULL THEN
    PERFORM cutter_guard.refuse(v_refusal.reason, v_refusal.detail);
  END IF;
  v_plan := cutter_guard.digest_of(cutter_guard.revert_plan(v_set, p_hard));
  IF v_plan <> p_plan_sha256 THEN
    PERFORM cutter_guard.refuse('plan_differs', 'the compensation plan was ' || p_plan_sha256 || ', the database asks for ' || v_plan || ': plan again');
  END IF;
  SELECT * INTO v FROM cutter_guard.authorise(p_run_id, 'SG_R_revert_authz', v_plan);

  UPDATE cutter_governance.cut_change_set
     SET reverted_at = transaction_timestamp(), revert_mode = CASE WHEN p_hard THEN 'hard' ELSE 'soft' END WHERE id = v_set.id;

  IF p_hard THEN
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
       WHERE log.run_id = p_run_id AND log.cause = 'enact' AND held.run_id IS DISTINCT FROM p_run_id
    ), returned AS (
      UPDATE public.unit_version AS held SET status = returning_.to_status FROM returning_ WHERE held.id = returning_.id
    )
    INSERT INTO public.iu_lifecycle_log AS log (unit_id, unit_version_id, cause, from_status, to_status, run_id)
    SELECT unit_id, id, 'revert', from_status, to_status, p_run_id FROM returning_
    RETURNING log.unit_version_id, log.from_status, log.to_status;
  END IF;

  -- Every unit that this run placed goes back to its place in the newest cut that stands, or in the baseline.
  UPDATE public.information_unit AS unit
     SET cut_run_id = before.run_id, cut_key = before.key, cut_ordinal = before.ordinal,
         cut_parent_id = before.parent_unit_id, cut_version = before.version
    FROM (
      SELECT DISTINCT ON (place.unit_id) place.unit_id, place.run_id, place.key, place.ordinal, place.parent_unit_id, held.version
        FROM cutter_guard.standing_places(v_set.document_id) AS place
        JOIN public.unit_version AS held ON held.id = place.unit_version_id
       ORDER BY place.unit_id, place.age DESC
    ) AS before
   WHERE unit.cut_run_id = p_run_id AND unit.id = before.unit_id;

  -- What is served again is what the newest enacted cut that stands has placed.
  IF v_set.enacted_at IS NOT NULL THEN
    UPDATE public.information_unit AS unit
       SET key = before.key, ordinal = before.ordinal, parent_id = before.parent_unit_id, unit_kind = before.unit_kind,
           section_type = before.section_type, title = before.title
      FROM (
        SELECT DISTINCT ON (place.unit_id) place.unit_id, place.key, place.ordinal, place.parent_unit_id,
               held.unit_kind, held.section_type, held.title
          FROM cutter_guard.standing_places(v_set.document_id) AS place
          JOIN public.unit_version AS held ON held.id = place.unit_version_id
         WHERE place.enacted
         ORDER BY place.unit_id, place.age DESC
      ) AS before
     WHERE unit.id = before.unit_id AND unit.document_id = v_set.document_id;
  END IF;

  IF p_hard THEN
    DELETE FROM public.information_unit WHERE document_id = v_set.document_id AND run_id = p_run_id;
  END IF;
  UPDATE public.information_unit AS unit SET lifecycle_status = standing.status
    FROM (
      SELECT one.id, CASE WHEN bool_or(held.status = 'enacted') THEN 'enacted'
                          WHEN bool_or(held.status = 'draft') THEN 'draft' ELSE 'retired' END AS status
        FROM public.information_unit AS one
        LEFT JOIN public.unit_version AS held ON held.unit_id = one.id
       WHERE one.document_id = v_set.document_id
       GROUP BY one.id
    ) AS standing
   WHERE unit.id = standing.id AND unit.lifecycle_status <> standing.status;
  -- Nobody is served a draft: it has no other address than its place.
  UPDATE public.information_unit AS unit SET key = unit.cut_key
   WHERE unit.document_id = v_set.document_id AND unit.lifecycle_status = 'draft' AND unit.key <> unit.cut_key;

  INSERT INTO cutter_governance.run_closed (run_id, outcome) VALUES (p_run_id, 'reverted')
  ON CONFLICT ON CONSTRAINT run_closed_pkey DO UPDATE SET outcome = 'reverted', closed_at = transaction_timestamp();
  PERFORM cutter_guard.use_approvals(v_set, 'SG_R_revert_authz', v.approval, ARRAY[]::text[]);
  PERFORM cutter_guard.move_head(v_set.document_id);
END
$$;


ALTER FUNCTION public.fn_iu_revert(p_run_id text, p_plan_sha256 text, p_hard boolean) OWNER TO workflow_admin;

--
-- Name: plain_text(text); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.plain_text(p_body text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  v_punctuation constant text := '\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e';
  v_space constant text := '\u0009-\u000d\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000';
  v_word constant text := '[^' || v_punctuation || v_space || ']';
  v_kept constant text := '(\\[' || v_punctuation || ']|`[^`]*`)';
  v_link constant text := v_kept || '|!?\[([^\[\]]*)\]\([^()' || v_space || ']*\)';
  v_steps constant text[] := ARRAY[
    ['^[ \u0009|:-]+$', ''],
    ['^[ \u0009]*[=][= \u0009]*$', ''],
    ['^[ \u0009]*[*][* \u0009]*$', ''],
    ['^[ \u0009]*_[_ \u0009]*$', ''],
    ['^( {0,3}#{1,6}[ \u0009][^\u000a]*)[ \u0009]#+[ \u0009]*$', '\1'],
    ['^ {0,3}#{1,6}(?=[ \u0009]|$)', ''],
    ['^([ \u0009]*)[*](?=[ \u0009]+[^ \u0009])', '\1-'],
    ['^([ \u0009]*)[+](?=[ \u0009]+[^0-9 \u0009])', '\1-'],
    [v_kept || '|\[\^[^\[\]' || v_space || ']+\]', '\1'],
    [v_link, '\1\2'],
    [v_link, '\1\2'],
    [v_kept || '|</?(?:a|b|code|em|i|span|strong|u) *>|<a (?:href|id|name)="[^"<>]*">', '\1'],
    ['(^|[^\\`])(?:</?(?:blockquote|br|div|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul) */?>)+', '\1 '],
    [v_kept || '|(' || v_word || '\*+(?=' || v_word || ')|[' || v_space || ']\*+(?=[' || v_space || ']|$)|\*{4,})|\*{1,3}', '\1\2'],
    [v_kept || '|(' || v_word || '_+(?=' || v_word || ')|[' || v_space || ']_+(?=[' || v_space || ']|$)|_{4,})|_{1,3}', '\1\2'],
    ['(\\[' || v_punctuation || '])|`+', '\1'],
    ['\\([' || v_punctuation || '])', '\1']
  ];
  v_lines text[] := string_to_array(replace(replace(p_body, E'\r\n', E'\n'), E'\r', E'\n'), E'\n');
  v_line text;
BEGIN
  FOR i IN 1 .. cardinality(v_lines) LOOP
    v_line := v_lines[i];
    FOR step IN 1 .. array_length(v_steps, 1) LOOP
      v_line := regexp_replace(v_line, v_steps[step][1], v_steps[step][2], 'g');
    END LOOP;
    v_lines[i] := v_line;
  END LOOP;
  RETURN btrim(regexp_replace(array_to_string(v_lines, ' '), '[' || v_space || ']+', ' ', 'g'), ' ');
END
$_$;


ALTER FUNCTION public.plain_text(p_body text) OWNER TO workflow_admin;

--
-- Name: unit_in_force(timestamp with time zone); Type: FUNCTION; Schema: public; Owner: workflow_admin
--

CREATE FUNCTION public.unit_in_force(at timestamp with time zone) RETURNS TABLE(document_id text, key text, unit_id bigint, ordinal integer, parent_unit_id bigint, unit_kind text, section_type text, num text, heading text, title text, heading_path text[], body text, sha256 text, version integer, in_force_since timestamp with time zone, run_id text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
  WITH RECURSIVE status AS MATERIALIZED (
    -- A version's status at a time is what the last change by then made it, or what the first change after it found.
    SELECT held.id, coalesce(
             (SELECT log.to_status FROM public.iu_lifecycle_log AS log
               WHERE log.unit_version_id = held.id AND log.at <= unit_in_force.at ORDER BY log.at DESC, log.id DESC LIMIT 1),
             (SELECT log.from_status FROM public.iu_lifecycle_log AS log
               WHERE log.unit_version_id = held.id AND log.at > unit_in_force.at ORDER BY log.at, log.id LIMIT 1),
             held.status) AS status,
           coalesce(
             (SELECT max(log.at) FROM public.iu_lifecycle_log AS log
               WHERE log.unit_version_id = held.id AND log.to_status = 'enacted' AND log.at <= unit_in_force.at),
             held.created_at) AS since
      FROM public.unit_version AS held
     WHERE held.created_at <= unit_in_force.at
  ), place AS MATERIALIZED (
    SELECT DISTINCT ON (one.unit_id) one.unit_id, one.key, one.ordinal, one.parent_unit_id
      FROM (
        SELECT row.unit_id, cut.id AS age, row.key, row.ordinal, row.parent_unit_id
          FROM cutter_governance.cut_change_set_affected_row AS row
          JOIN cutter_governance.cut_change_set AS cut ON cut.id = row.change_set_id
         WHERE row.action <> 'retire' AND cut.enacted_at <= unit_in_force.at
           AND (cut.reverted_at IS NULL OR cut.reverted_at > unit_in_force.at)
        UNION ALL
        SELECT row.unit_id, 0, row.key, row.ordinal, row.parent_unit_id FROM cutter_governance.baseline_unit AS row
      ) AS one
     ORDER BY one.unit_id, one.age DESC
  ), standing AS MATERIALIZED (
    SELECT place.*, held.version, held.unit_kind, held.section_type, held.num, held.heading, held.title, held.body, held.sha256,
           held.run_id, status.since
      FROM status
      JOIN public.unit_version AS held ON held.id = status.id
      JOIN place ON place.unit_id = held.unit_id
     WHERE status.status = 'enacted'
  ), path AS (
    SELECT standing.unit_id, ARRAY[standing.title] AS titles, standing.parent_unit_id AS above, 1 AS depth FROM standing
    UNION ALL
    SELECT path.unit_id, standing.title || path.titles, standing.parent_unit_id, path.depth + 1
      FROM path JOIN standing ON standing.unit_id = path.above WHERE path.depth < 200
  ), whole AS MATERIALIZED (
    SELECT DISTINCT ON (path.unit_id) path.unit_id, path.titles FROM path ORDER BY path.unit_id, path.depth DESC
  )
  SELECT unit.document_id, standing.key, standing.unit_id, standing.ordinal, standing.parent_unit_id, standing.unit_kind,
         standing.section_type, standing.num, standing.heading, standing.title, whole.titles, standing.body, standing.sha256,
         standing.version, standing.since, standing.run_id
    FROM standing
    JOIN public.information_unit AS unit ON unit.id = standing.unit_id
    JOIN whole ON whole.unit_id = standing.unit_id
   ORDER BY unit.document_id, standing.ordinal, standing.unit_id
$$;


ALTER FUNCTION public.unit_in_force(at timestamp with time zone) OWNER TO workflow_admin;

--
-- Name: approval; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.approval (
    document_sha256 text NOT NULL,
    document bytea NOT NULL,
    signatures bytea[] NOT NULL,
    gate text NOT NULL,
    run_id text,
    bindings jsonb NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    signers text[] NOT NULL,
    signing_keys text[] NOT NULL,
    admitted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    used_by text,
    used_at timestamp with time zone,
    withdrawn_by text,
    CONSTRAINT approval_bindings_check CHECK ((jsonb_typeof(bindings) = 'object'::text)),
    CONSTRAINT approval_digest CHECK ((document_sha256 = encode(sha256(document), 'hex'::text))),
    CONSTRAINT approval_run CHECK (((run_id IS NULL) = (gate = 'SG_W_withdrawal'::text))),
    CONSTRAINT approval_run_id_check CHECK ((run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'::text)),
    CONSTRAINT approval_signatures_check CHECK ((cardinality(signatures) > 0)),
    CONSTRAINT approval_signers_check CHECK ((cardinality(signers) > 0)),
    CONSTRAINT approval_signing_keys_check CHECK ((cardinality(signing_keys) > 0)),
    CONSTRAINT approval_use CHECK (((used_by IS NULL) = (used_at IS NULL))),
    CONSTRAINT approval_used_by_check CHECK ((used_by ~ '^run-[0-9]{8}-[0-9a-f]{16}$'::text)),
    CONSTRAINT approval_used_or_withdrawn CHECK (((used_at IS NULL) OR (withdrawn_by IS NULL))),
    CONSTRAINT approval_window CHECK ((((valid_until - signed_at) >= '23:45:00'::interval) AND ((valid_until - signed_at) <= '24:00:00'::interval))),
    CONSTRAINT approval_withdrawn_by_check CHECK ((withdrawn_by ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.approval OWNER TO workflow_admin;

--
-- Name: baseline; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.baseline (
    id bigint NOT NULL,
    document_id text NOT NULL,
    units integer NOT NULL,
    units_sha256 text NOT NULL,
    signed boolean DEFAULT false NOT NULL,
    taken_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    taken_by text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT baseline_document_id_check CHECK ((document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'::text)),
    CONSTRAINT baseline_signed_check CHECK ((NOT signed)),
    CONSTRAINT baseline_units_check CHECK ((units > 0)),
    CONSTRAINT baseline_units_sha256_check CHECK ((units_sha256 ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.baseline OWNER TO workflow_admin;

--
-- Name: baseline_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.baseline ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.baseline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: baseline_unit; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.baseline_unit (
    unit_id bigint NOT NULL,
    baseline_id bigint NOT NULL,
    document_id text NOT NULL,
    unit_version_id bigint NOT NULL,
    key text NOT NULL,
    lifecycle_status text NOT NULL,
    ordinal integer NOT NULL,
    parent_unit_id bigint,
    CONSTRAINT baseline_unit_key_check CHECK ((key <> ''::text)),
    CONSTRAINT baseline_unit_lifecycle_status_check CHECK ((lifecycle_status = ANY (ARRAY['draft'::text, 'enacted'::text, 'retired'::text]))),
    CONSTRAINT baseline_unit_ordinal_check CHECK ((ordinal > 0))
);


ALTER TABLE cutter_governance.baseline_unit OWNER TO workflow_admin;

--
-- Name: cut_change_set_affected_row; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.cut_change_set_affected_row (
    change_set_id bigint NOT NULL,
    run_id text NOT NULL,
    document_id text NOT NULL,
    unit_id bigint NOT NULL,
    unit_version_id bigint NOT NULL,
    action text NOT NULL,
    key text NOT NULL,
    was text,
    ordinal integer,
    parent_unit_id bigint,
    byte_start bigint,
    byte_end bigint,
    CONSTRAINT cut_change_set_affected_row_action_check CHECK ((action = ANY (ARRAY['create'::text, 'revise'::text, 'move'::text, 'renumber'::text, 'keep'::text, 'retire'::text]))),
    CONSTRAINT cut_change_set_affected_row_byte_start_check CHECK ((byte_start >= 0)),
    CONSTRAINT cut_change_set_affected_row_bytes CHECK ((byte_end >= byte_start)),
    CONSTRAINT cut_change_set_affected_row_check CHECK ((was <> key)),
    CONSTRAINT cut_change_set_affected_row_key_check CHECK ((key <> ''::text)),
    CONSTRAINT cut_change_set_affected_row_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT cut_change_set_affected_row_place CHECK ((((action = 'retire'::text) = (ordinal IS NULL)) AND (num_nulls(ordinal, byte_start, byte_end) = ANY (ARRAY[0, 3])) AND ((action <> 'retire'::text) OR (parent_unit_id IS NULL)))),
    CONSTRAINT cut_change_set_affected_row_was CHECK (
CASE action
    WHEN 'move'::text THEN (was IS NOT NULL)
    WHEN 'revise'::text THEN true
    WHEN 'renumber'::text THEN true
    ELSE (was IS NULL)
END)
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
-- Name: deployment; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.deployment (
    only_row boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    CONSTRAINT deployment_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT deployment_only_row_check CHECK (only_row)
);


ALTER TABLE cutter_governance.deployment OWNER TO workflow_admin;

--
-- Name: document_head; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.document_head (
    document_id text NOT NULL,
    move bigint NOT NULL,
    draft_units integer NOT NULL,
    enacted_units integer NOT NULL,
    retired_units integer NOT NULL,
    draft_versions integer NOT NULL,
    versions integer NOT NULL,
    lifecycle_log integer NOT NULL,
    change_sets integer NOT NULL,
    verify_results integer NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT document_head_document_id_check CHECK ((document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'::text)),
    CONSTRAINT document_head_move_check CHECK ((move > 0)),
    CONSTRAINT document_head_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);


ALTER TABLE cutter_governance.document_head OWNER TO workflow_admin;

--
-- Name: gate_threshold; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.gate_threshold (
    gate text NOT NULL,
    signers integer NOT NULL,
    CONSTRAINT gate_threshold_signers_check CHECK (((signers >= 1) AND (signers <= 16)))
);


ALTER TABLE cutter_governance.gate_threshold OWNER TO workflow_admin;

--
-- Name: hand_write; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.hand_write (
    id bigint NOT NULL,
    relation text NOT NULL,
    role text DEFAULT SESSION_USER NOT NULL,
    transaction text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE cutter_governance.hand_write OWNER TO workflow_admin;

--
-- Name: hand_write_id_seq; Type: SEQUENCE; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE cutter_governance.hand_write ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cutter_governance.hand_write_id_seq
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
    document_id text NOT NULL,
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
-- Name: master_switch; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.master_switch (
    only_row boolean DEFAULT true NOT NULL,
    enabled boolean NOT NULL,
    changed_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    changed_by text,
    CONSTRAINT master_switch_only_row_check CHECK (only_row)
);


ALTER TABLE cutter_governance.master_switch OWNER TO workflow_admin;

--
-- Name: review_decision; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.review_decision (
    id bigint NOT NULL,
    change_set_id bigint NOT NULL,
    run_id text NOT NULL,
    document_id text NOT NULL,
    decision text DEFAULT 'accepted'::text NOT NULL,
    gate text NOT NULL,
    document_sha256 text NOT NULL,
    decided_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT review_decision_decision_check CHECK ((decision = 'accepted'::text)),
    CONSTRAINT review_decision_document_sha256_check CHECK ((document_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT review_decision_gate_check CHECK ((gate = ANY (ARRAY['SG_1_cut_authz'::text, 'SG_2_lifecycle_authz'::text, 'SG_R_revert_authz'::text])))
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
-- Name: run_closed; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.run_closed (
    run_id text NOT NULL,
    outcome text NOT NULL,
    closed_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT run_closed_outcome_check CHECK ((outcome = ANY (ARRAY['abandoned'::text, 'reverted'::text]))),
    CONSTRAINT run_closed_run_id_check CHECK ((run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'::text))
);


ALTER TABLE cutter_governance.run_closed OWNER TO workflow_admin;

--
-- Name: run_head; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.run_head (
    run_id text NOT NULL,
    entries bigint NOT NULL,
    head_sha256 text NOT NULL,
    noted_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT run_head_entries_check CHECK ((entries > 0)),
    CONSTRAINT run_head_head_sha256_check CHECK ((head_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT run_head_run_id_check CHECK ((run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'::text))
);


ALTER TABLE cutter_governance.run_head OWNER TO workflow_admin;

--
-- Name: signature; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.signature (
    id bigint NOT NULL,
    review_decision_id bigint NOT NULL,
    run_id text NOT NULL,
    gate text NOT NULL,
    document_sha256 text NOT NULL,
    path text,
    commit text,
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
-- Name: signer_key; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.signer_key (
    key_fingerprint text NOT NULL,
    primary_fingerprint text NOT NULL,
    key_id text GENERATED ALWAYS AS ("right"(key_fingerprint, 16)) STORED NOT NULL,
    algorithm integer NOT NULL,
    material bytea,
    exponent bytea,
    valid_from timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    revoked_at timestamp with time zone,
    unfit text,
    may_sign boolean GENERATED ALWAYS AS (((revoked_at IS NULL) AND (unfit IS NULL))) STORED NOT NULL,
    loaded_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT signer_key_key_fingerprint_check CHECK ((key_fingerprint ~ '^[0-9A-F]{40}$'::text)),
    CONSTRAINT signer_key_primary_fingerprint_check CHECK ((primary_fingerprint ~ '^[0-9A-F]{40}$'::text)),
    CONSTRAINT signer_key_sound CHECK (((revoked_at IS NOT NULL) OR (unfit IS NOT NULL) OR cutter_guard.key_is_sound(algorithm, material, exponent))),
    CONSTRAINT signer_key_unfit_check CHECK ((unfit = ANY (ARRAY['weak_key'::text, 'key_cannot_sign'::text, 'key_not_cross_certified'::text])))
);


ALTER TABLE cutter_governance.signer_key OWNER TO workflow_admin;

--
-- Name: unit_address; Type: VIEW; Schema: cutter_governance; Owner: workflow_admin
--

CREATE VIEW cutter_governance.unit_address AS
 SELECT cut_change_set_affected_row.unit_id,
    cut_change_set_affected_row.key,
    cut_change_set_affected_row.change_set_id,
    cut_change_set_affected_row.document_id,
    cut_change_set_affected_row.run_id
   FROM cutter_governance.cut_change_set_affected_row
  WHERE (cut_change_set_affected_row.action <> 'retire'::text);


ALTER TABLE cutter_governance.unit_address OWNER TO workflow_admin;

--
-- Name: verify_result; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.verify_result (
    id bigint NOT NULL,
    change_set_id bigint NOT NULL,
    run_id text NOT NULL,
    document_id text NOT NULL,
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
-- Name: write_fence; Type: TABLE; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TABLE cutter_governance.write_fence (
    only_row boolean DEFAULT true NOT NULL,
    CONSTRAINT write_fence_only_row_check CHECK (only_row)
);


ALTER TABLE cutter_governance.write_fence OWNER TO workflow_admin;

--
-- Name: information_unit; Type: TABLE; Schema: public; Owner: workflow_admin
--

CREATE TABLE public.information_unit (
    id bigint NOT NULL,
    document_id text NOT NULL,
    key text NOT NULL,
    lifecycle_status text DEFAULT 'draft'::text NOT NULL,
    ordinal integer NOT NULL,
    parent_id bigint,
    unit_kind text NOT NULL,
    section_type text NOT NULL,
    title text NOT NULL,
    run_id text,
    cut_run_id text,
    cut_key text,
    cut_ordinal integer,
    cut_parent_id bigint,
    cut_version integer,
    created_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT information_unit_cut_key_check CHECK ((cut_key <> ''::text)),
    CONSTRAINT information_unit_cut_ordinal_check CHECK ((cut_ordinal > 0)),
    CONSTRAINT information_unit_cut_version_check CHECK ((cut_version > 0)),
    CONSTRAINT information_unit_document_id_check CHECK ((document_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'::text)),
    CONSTRAINT information_unit_key_check CHECK ((key <> ''::text)),
    CONSTRAINT information_unit_lifecycle_status_check CHECK ((lifecycle_status = ANY (ARRAY['draft'::text, 'enacted'::text, 'retired'::text]))),
    CONSTRAINT information_unit_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT information_unit_own_cut_parent CHECK ((cut_parent_id <> id)),
    CONSTRAINT information_unit_own_parent CHECK ((parent_id <> id)),
    CONSTRAINT information_unit_place CHECK (((num_nulls(cut_key, cut_ordinal, cut_version) = ANY (ARRAY[0, 3])) AND ((cut_run_id IS NULL) OR (cut_version IS NOT NULL)) AND ((run_id IS NULL) OR (cut_run_id IS NOT NULL)))),
    CONSTRAINT information_unit_section_type_check CHECK ((section_type = ANY (ARRAY['normative'::text, 'heading_only'::text, 'editorial'::text, 'reference'::text]))),
    CONSTRAINT information_unit_title_check CHECK ((title <> ''::text)),
    CONSTRAINT information_unit_unit_kind_check CHECK ((unit_kind = ANY (ARRAY['document'::text, 'front_matter'::text, 'preamble'::text, 'part'::text, 'chapter'::text, 'section'::text, 'subsection'::text, 'article'::text, 'clause'::text, 'point'::text, 'wrap_up'::text, 'annex'::text, 'definition'::text, 'recital'::text, 'signature'::text, 'toc'::text, 'generic'::text])))
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
    run_id text,
    at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT iu_lifecycle_log_cause_check CHECK ((cause = ANY (ARRAY['enact'::text, 'revert'::text]))),
    CONSTRAINT iu_lifecycle_log_change CHECK ((to_status <> from_status))
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
    num text,
    heading text,
    body text NOT NULL,
    sha256 text NOT NULL,
    run_id text,
    created_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT unit_version_digest CHECK ((sha256 = encode(sha256(convert_to(body, 'UTF8'::name)), 'hex'::text))),
    CONSTRAINT unit_version_heading_check CHECK ((heading <> ''::text)),
    CONSTRAINT unit_version_num_check CHECK ((num <> ''::text)),
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
-- Data for Name: approval; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.approval VALUES ('24e706b8bb1aa590ce7a6cd3bc96089b7380d34de21b11d02513e89f3a3997af', '\x2d2d2d0a676174653a20474150375f657865637574696f6e5f656e61626c650a6465706c6f796d656e743a20746573740a646f63756d656e745f69643a20636861727465720a6d6f64653a204c4956450a7265636f726465725f6b65793a20643735613938303138326231306162376435346266656433633936343037336130656531373266336461613632333235616630323161363866373037353131610a7369676e65645f7574633a20323032362d31312d33305430383a34373a32335a0a616c6c6f77616e63653a206578706c696369740a736f757263655f7368613235363a20373735326634386564326461396335333266373634626366353763333362396266626333366665353635363038316265633763393163396563646435393733620a2d2d2d0a0a4920617574686f72697365206f6e652072756e2c20666f722065786163746c79207468697320646f63756d656e7420616e64206e6f206f746865722c20746f206578656375746520666f7220323420686f7572732066726f6d207369676e65645f7574632e0a', '{"\\x2d2d2d2d2d424547494e20504750205349474e41545552452d2d2d2d2d0a0a777273454142594b41473046676d734e4f42734a454e64512f734e356948656252525141414141414142774149484e6862485241626d3930595852700a6232357a4c6d39775a5735775a33427163793576636d644145705a45784a4d34547576774c35716243352b4c692f64756f76485932785837476134640a6158736a7568596842472b74564a7658616841464e6c746e777464512f734e35694865624141444b567745416932697a6347464969706f7a346466300a42366a53772f657679694c41455a31776250775536764852785a6f412f52346d442f3547467436346f35644b77442f35706c4533747a2b5534782b430a6a484b53462f41526859554a0a3d30797a4c0a2d2d2d2d2d454e4420504750205349474e41545552452d2d2d2d2d0a"}', 'GAP7_execution_enable', 'run-20261130-24e706b8bb1aa590', '{"mode": "LIVE", "deployment": "test", "document_id": "charter", "recorder_key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "source_sha256": "7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b"}', '2026-11-30 08:47:23+00', '2026-12-01 08:47:23+00', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '2026-11-30 08:47:23.05503+00', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.10991+00', NULL);
INSERT INTO cutter_governance.approval VALUES ('fb53ad7670283899700f26b8bf999ee1ca01001cb83a1dbaadfa04b73256cacc', '\x2d2d2d0a676174653a2053475f315f6375745f617574687a0a72756e5f69643a2072756e2d32303236313133302d323465373036623862623161613539300a7369676e65645f7574633a20323032362d31312d33305430383a34373a32335a0a616c6c6f77616e63653a206578706c696369740a637574706c616e5f7368613235363a20336438663064626265616130633238653166343631643363313935656635643363346465633766646565313562666365363239323531383430333732666363370a6576656e745f6c6f675f7368613235363a20393637643663316566316132633764323735386438393139653232356435353533613638333235313637333638663462356361613138636230613239643562630a2d2d2d0a0a4920617574686f7269736520746869732072756e20746f2077726974652065786163746c7920746869732063757420706c616e20746f2074686520676f7665726e65642064617461626173652e0a', '{"\\x2d2d2d2d2d424547494e20504750205349474e41545552452d2d2d2d2d0a0a777273454142594b41473046676d734e4f42734a454e64512f734e356948656252525141414141414142774149484e6862485241626d3930595852700a6232357a4c6d39775a5735775a33427163793576636d66766b6854706556702f4c666f5056336634314c4735556c626c6a6f536958716f5a566177790a69356d597a42596842472b74564a7658616841464e6c746e777464512f734e3569486562414142557951442f647a586a39303354557061687170462b0a37544b6f3839565a3144436d6d74325335714f304166784950315142415063306d716e7073796d766f396538676a747275586a3748484b684d476b6f0a50553435476f48456e3541440a3d7a3233620a2d2d2d2d2d454e4420504750205349474e41545552452d2d2d2d2d0a"}', 'SG_1_cut_authz', 'run-20261130-24e706b8bb1aa590', '{"run_id": "run-20261130-24e706b8bb1aa590", "cutplan_sha256": "3d8f0dbbeaa0c28e1f461d3c195ef5d3c4dec7fdee15bfce629251840372fcc7", "event_log_sha256": "967d6c1ef1a2c7d2758d8919e225d5553a68325167368f4b5caa18cb0a29d5bc"}', '2026-11-30 08:47:23+00', '2026-12-01 08:47:23+00', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '2026-11-30 08:47:23.075914+00', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.10996+00', NULL);
INSERT INTO cutter_governance.approval VALUES ('c0023bc6f10bf558b7b7a775254052dc61f9931f3e5c51c2814368dde5109ac6', '\x2d2d2d0a676174653a2053475f325f6c6966656379636c655f617574687a0a72756e5f69643a2072756e2d32303236313133302d323465373036623862623161613539300a7369676e65645f7574633a20323032362d31312d33305430383a34373a32335a0a616c6c6f77616e63653a206578706c696369740a65766964656e63655f7368613235363a20653435346330353064323864623832386537333339643439356566383261646462366334666266656239376130353134306462646661313131633563646365640a6576656e745f6c6f675f7368613235363a20393637643663316566316132633764323735386438393139653232356435353533613638333235313637333638663462356361613138636230613239643562630a2d2d2d0a0a4920617574686f7269736520746869732072756e20746f20656e6163742074686520756e697473207468617420746869732065766964656e6365206465736372696265732e0a', '{"\\x2d2d2d2d2d424547494e20504750205349474e41545552452d2d2d2d2d0a0a777273454142594b41473046676d734e4f42734a454e64512f734e356948656252525141414141414142774149484e6862485241626d3930595852700a6232357a4c6d39775a5735775a33427163793576636d663967546155546d4456754965716745456776445749622f385379334e595968366b326856620a506a4c4b6b78596842472b74564a7658616841464e6c746e777464512f734e35694865624141436d5651442f65324f38554643634d337574507067660a43786f2f3549666669327759316347473762676c41526a4f6d5134412f693577516470462f6d416b4b2f5955316b2f2f47613257316442665845574b0a334d496c6a353267505373460a3d6d6f50540a2d2d2d2d2d454e4420504750205349474e41545552452d2d2d2d2d0a"}', 'SG_2_lifecycle_authz', 'run-20261130-24e706b8bb1aa590', '{"run_id": "run-20261130-24e706b8bb1aa590", "evidence_sha256": "e454c050d28db828e7339d495ef82addb6c4fbfeb97a05140dbdfa111c5cdced", "event_log_sha256": "967d6c1ef1a2c7d2758d8919e225d5553a68325167368f4b5caa18cb0a29d5bc"}', '2026-11-30 08:47:23+00', '2026-12-01 08:47:23+00', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '2026-11-30 08:47:23.183969+00', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.197726+00', NULL);
INSERT INTO cutter_governance.approval VALUES ('38c69a100d56057cebaff9839196750e30bd630f42df73d1344b3381246e32ae', '\x2d2d2d0a676174653a20474150375f657865637574696f6e5f656e61626c650a6465706c6f796d656e743a20746573740a646f63756d656e745f69643a20636861727465720a6d6f64653a204c4956450a7265636f726465725f6b65793a20643735613938303138326231306162376435346266656433633936343037336130656531373266336461613632333235616630323161363866373037353131610a7369676e65645f7574633a20323032362d31312d33305430383a34373a32325a0a616c6c6f77616e63653a206578706c696369740a736f757263655f7368613235363a20663931353338623934383361346337316432653033373263323135306365336263613234313631323565313665656438386531386162303232303864316638350a2d2d2d0a0a4920617574686f72697365206f6e652072756e2c20666f722065786163746c79207468697320646f63756d656e7420616e64206e6f206f746865722c20746f206578656375746520666f7220323420686f7572732066726f6d207369676e65645f7574632e0a', '{"\\x2d2d2d2d2d424547494e20504750205349474e41545552452d2d2d2d2d0a0a777273454142594b41473046676d734e4f426f4a454e64512f734e356948656252525141414141414142774149484e6862485241626d3930595852700a6232357a4c6d39775a5735775a33427163793576636d65446358696b65314b4b503251375a487957534a3641332b79626a57592f7a48336349644c410a653567376468596842472b74564a7658616841464e6c746e777464512f734e3569486562414143726141442b4b4366666c6e314743373235324771770a315130702f4566506f51385044527034745434496133682b652f38412f6a587235306649674177704b565248624f4e43724b3145742f6a2b38647a480a754f314268464d546c6a674c0a3d2f6c58390a2d2d2d2d2d454e4420504750205349474e41545552452d2d2d2d2d0a"}', 'GAP7_execution_enable', 'run-20261130-38c69a100d56057c', '{"mode": "LIVE", "deployment": "test", "document_id": "charter", "recorder_key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "source_sha256": "f91538b9483a4c71d2e0372c2150ce3bca2416125e16eed88e18ab02208d1f85"}', '2026-11-30 08:47:22+00', '2026-12-01 08:47:22+00', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '2026-11-30 08:47:23.242695+00', 'run-20261130-38c69a100d56057c', '2026-11-30 08:47:23.281129+00', NULL);
INSERT INTO cutter_governance.approval VALUES ('f7a435eefc266835c5920958ff6b4b9b15b07dc735518b836bcdb406a7fe2b68', '\x2d2d2d0a676174653a2053475f315f6375745f617574687a0a72756e5f69643a2072756e2d32303236313133302d333863363961313030643536303537630a7369676e65645f7574633a20323032362d31312d33305430383a34373a32335a0a616c6c6f77616e63653a206578706c696369740a637574706c616e5f7368613235363a20383237336331303832323933393334663637333363316463386466656637363933366233316536626638623730376333386235373539346137363831306332610a6576656e745f6c6f675f7368613235363a20393637643663316566316132633764323735386438393139653232356435353533613638333235313637333638663462356361613138636230613239643562630a2d2d2d0a0a4920617574686f7269736520746869732072756e20746f2077726974652065786163746c7920746869732063757420706c616e20746f2074686520676f7665726e65642064617461626173652e0a', '{"\\x2d2d2d2d2d424547494e20504750205349474e41545552452d2d2d2d2d0a0a777273454142594b41473046676d734e4f42734a454e64512f734e356948656252525141414141414142774149484e6862485241626d3930595852700a6232357a4c6d39775a5735775a33427163793576636d65715732364c72733131794872623376505a7769766c585841714358644a596f6969614533330a554555726442596842472b74564a7658616841464e6c746e777464512f734e3569486562414142682b51442f64726339715a49774a3944735733676f0a4e384637385a6a314736583363684d5243482b77513979507a6d45412f30474e554f723250777a356a4d6574376d42334e4a6d4d64534367666637610a472b4f2f38446a614b55514b0a3d795a6d440a2d2d2d2d2d454e4420504750205349474e41545552452d2d2d2d2d0a"}', 'SG_1_cut_authz', 'run-20261130-38c69a100d56057c', '{"run_id": "run-20261130-38c69a100d56057c", "cutplan_sha256": "8273c1082293934f6733c1dc8dfef76936b31e6bf8b707c38b57594a76810c2a", "event_log_sha256": "967d6c1ef1a2c7d2758d8919e225d5553a68325167368f4b5caa18cb0a29d5bc"}', '2026-11-30 08:47:23+00', '2026-12-01 08:47:23+00', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '{6FAD549BD76A1005365B67C2D750FEC37988779B}', '2026-11-30 08:47:23.267305+00', 'run-20261130-38c69a100d56057c', '2026-11-30 08:47:23.281164+00', NULL);


--
-- Data for Name: baseline; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--



--
-- Data for Name: baseline_unit; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--



--
-- Data for Name: cut_change_set; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.cut_change_set OVERRIDING SYSTEM VALUE VALUES (1, 'run-20261130-24e706b8bb1aa590', 'charter', '7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b', 'en', 'article', NULL, '3d8f0dbbeaa0c28e1f461d3c195ef5d3c4dec7fdee15bfce629251840372fcc7', 4, 0, 0, 0, 0, 0, true, '2026-11-30 08:47:23.078347+00', '2026-11-30 08:47:23.18545+00', NULL, NULL);
INSERT INTO cutter_governance.cut_change_set OVERRIDING SYSTEM VALUE VALUES (2, 'run-20261130-38c69a100d56057c', 'charter', 'f91538b9483a4c71d2e0372c2150ce3bca2416125e16eed88e18ab02208d1f85', 'en', 'article', NULL, '8273c1082293934f6733c1dc8dfef76936b31e6bf8b707c38b57594a76810c2a', 0, 1, 0, 0, 3, 0, true, '2026-11-30 08:47:23.269286+00', NULL, NULL, NULL);


--
-- Data for Name: cut_change_set_affected_row; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 'run-20261130-24e706b8bb1aa590', 'charter', 1, 1, 'create', 'document', NULL, 1, NULL, 0, 53);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 'run-20261130-24e706b8bb1aa590', 'charter', 2, 2, 'create', 'art-1', NULL, 2, 1, 53, 106);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 'run-20261130-24e706b8bb1aa590', 'charter', 3, 3, 'create', 'art-2', NULL, 3, 1, 106, 187);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (1, 'run-20261130-24e706b8bb1aa590', 'charter', 4, 4, 'create', 'art-3', NULL, 4, 1, 187, 252);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 'run-20261130-38c69a100d56057c', 'charter', 1, 1, 'keep', 'document', NULL, 1, NULL, 0, 53);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 'run-20261130-38c69a100d56057c', 'charter', 2, 2, 'keep', 'art-1', NULL, 2, 1, 53, 106);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 'run-20261130-38c69a100d56057c', 'charter', 3, 5, 'revise', 'art-2', NULL, 3, 1, 106, 190);
INSERT INTO cutter_governance.cut_change_set_affected_row VALUES (2, 'run-20261130-38c69a100d56057c', 'charter', 4, 4, 'keep', 'art-3', NULL, 4, 1, 190, 255);


--
-- Data for Name: deployment; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.deployment VALUES (true, 'test');


--
-- Data for Name: document_head; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.document_head VALUES ('charter', 6, 0, 4, 0, 1, 5, 4, 2, 3, 'd09fcba326bd69ba2523c4a50264c0aff55e569e1e5a763ef6dc4da29b24d460');


--
-- Data for Name: gate_threshold; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--



--
-- Data for Name: hand_write; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--



--
-- Data for Name: manifest_envelope; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.manifest_envelope OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20261130-24e706b8bb1aa590', 'charter', '{"source": "charter.md"}', '4c59b0e3773d54fcdc0967df93198fc6f3b77ac065ab801592890024763999a1');
INSERT INTO cutter_governance.manifest_envelope OVERRIDING SYSTEM VALUE VALUES (2, 2, 'run-20261130-38c69a100d56057c', 'charter', '{"source": "charter.md"}', '4c59b0e3773d54fcdc0967df93198fc6f3b77ac065ab801592890024763999a1');


--
-- Data for Name: master_switch; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.master_switch VALUES (true, true, '2026-11-30 08:47:22.474674+00', NULL);


--
-- Data for Name: review_decision; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.review_decision OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20261130-24e706b8bb1aa590', 'charter', 'accepted', 'SG_1_cut_authz', 'fb53ad7670283899700f26b8bf999ee1ca01001cb83a1dbaadfa04b73256cacc', '2026-11-30 08:47:23.078347+00');
INSERT INTO cutter_governance.review_decision OVERRIDING SYSTEM VALUE VALUES (2, 1, 'run-20261130-24e706b8bb1aa590', 'charter', 'accepted', 'SG_2_lifecycle_authz', 'c0023bc6f10bf558b7b7a775254052dc61f9931f3e5c51c2814368dde5109ac6', '2026-11-30 08:47:23.18545+00');
INSERT INTO cutter_governance.review_decision OVERRIDING SYSTEM VALUE VALUES (3, 2, 'run-20261130-38c69a100d56057c', 'charter', 'accepted', 'SG_1_cut_authz', 'f7a435eefc266835c5920958ff6b4b9b15b07dc735518b836bcdb406a7fe2b68', '2026-11-30 08:47:23.269286+00');


--
-- Data for Name: run_closed; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--



--
-- Data for Name: run_head; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--



--
-- Data for Name: signature; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20261130-24e706b8bb1aa590', 'GAP7_execution_enable', '24e706b8bb1aa590ce7a6cd3bc96089b7380d34de21b11d02513e89f3a3997af', NULL, NULL, '6FAD549BD76A1005365B67C2D750FEC37988779B');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (2, 1, 'run-20261130-24e706b8bb1aa590', 'SG_1_cut_authz', 'fb53ad7670283899700f26b8bf999ee1ca01001cb83a1dbaadfa04b73256cacc', NULL, NULL, '6FAD549BD76A1005365B67C2D750FEC37988779B');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (3, 2, 'run-20261130-24e706b8bb1aa590', 'GAP7_execution_enable', '24e706b8bb1aa590ce7a6cd3bc96089b7380d34de21b11d02513e89f3a3997af', NULL, NULL, '6FAD549BD76A1005365B67C2D750FEC37988779B');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (4, 2, 'run-20261130-24e706b8bb1aa590', 'SG_2_lifecycle_authz', 'c0023bc6f10bf558b7b7a775254052dc61f9931f3e5c51c2814368dde5109ac6', NULL, NULL, '6FAD549BD76A1005365B67C2D750FEC37988779B');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (5, 3, 'run-20261130-38c69a100d56057c', 'GAP7_execution_enable', '38c69a100d56057cebaff9839196750e30bd630f42df73d1344b3381246e32ae', NULL, NULL, '6FAD549BD76A1005365B67C2D750FEC37988779B');
INSERT INTO cutter_governance.signature OVERRIDING SYSTEM VALUE VALUES (6, 3, 'run-20261130-38c69a100d56057c', 'SG_1_cut_authz', 'f7a435eefc266835c5920958ff6b4b9b15b07dc735518b836bcdb406a7fe2b68', NULL, NULL, '6FAD549BD76A1005365B67C2D750FEC37988779B');


--
-- Data for Name: signer_key; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.signer_key VALUES ('6FAD549BD76A1005365B67C2D750FEC37988779B', '6FAD549BD76A1005365B67C2D750FEC37988779B', DEFAULT, 22, '\x762be642900880b13f43489282986fed708d926fb7a6859009a073c36bbb70e1', NULL, '2026-10-21 08:47:21+00', NULL, NULL, NULL, DEFAULT, '2026-11-30 08:47:22.652807+00');
INSERT INTO cutter_governance.signer_key VALUES ('0F7142453D97A582C91CCD1BE58E6C2726AE5FB0', '6FAD549BD76A1005365B67C2D750FEC37988779B', DEFAULT, 18, NULL, NULL, '2026-10-21 08:47:21+00', NULL, NULL, 'key_cannot_sign', DEFAULT, '2026-11-30 08:47:22.652807+00');


--
-- Data for Name: verify_result; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.verify_result OVERRIDING SYSTEM VALUE VALUES (1, 1, 'run-20261130-24e706b8bb1aa590', 'charter', 'write', '{"kind": "write", "units": 4, "counts": {"keep": 0, "move": 0, "create": 4, "retire": 0, "revise": 0, "renumber": 0}, "format": "countersign/verify/1", "run_id": "run-20261130-24e706b8bb1aa590", "versions": 4, "signatures": [{"gate": "GAP7_execution_enable", "signer": "6FAD549BD76A1005365B67C2D750FEC37988779B", "document_sha256": "24e706b8bb1aa590ce7a6cd3bc96089b7380d34de21b11d02513e89f3a3997af"}, {"gate": "SG_1_cut_authz", "signer": "6FAD549BD76A1005365B67C2D750FEC37988779B", "document_sha256": "fb53ad7670283899700f26b8bf999ee1ca01001cb83a1dbaadfa04b73256cacc"}], "document_id": "charter", "affected_rows": 4, "change_set_id": "1", "signature_ids": ["1", "2"], "source_sha256": "7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b", "cutplan_sha256": "3d8f0dbbeaa0c28e1f461d3c195ef5d3c4dec7fdee15bfce629251840372fcc7", "unit_ids_sha256": "37db36876b9ccaaa88394679f019c3435af9320dea117e867003840317870e25", "review_decision_id": "1", "manifest_envelope_id": "1"}', 'db262bc7db47f6a8c28f7a54f95683c88c53a6b5eb3a940b75a457376d5c2389', '2026-11-30 08:47:23.128703+00');
INSERT INTO cutter_governance.verify_result OVERRIDING SYSTEM VALUE VALUES (2, 1, 'run-20261130-24e706b8bb1aa590', 'charter', 'enactment', '{"kept": 0, "kind": "enactment", "units": 4, "format": "countersign/verify/1", "run_id": "run-20261130-24e706b8bb1aa590", "enacted": 4, "retired": 0, "log_rows": 4, "document_id": "charter", "change_set_id": "1", "source_sha256": "7752f48ed2da9c532f764bcf57c33b9bfbc36fe5656081bec7c91c9ecdd5973b"}', '01e5fdbd3eda3fd1787e2b43275085c949a6e78b903d233f785aab1c1686b14c', '2026-11-30 08:47:23.210978+00');
INSERT INTO cutter_governance.verify_result OVERRIDING SYSTEM VALUE VALUES (3, 2, 'run-20261130-38c69a100d56057c', 'charter', 'write', '{"kind": "write", "units": 0, "counts": {"keep": 3, "move": 0, "create": 0, "retire": 0, "revise": 1, "renumber": 0}, "format": "countersign/verify/1", "run_id": "run-20261130-38c69a100d56057c", "versions": 1, "signatures": [{"gate": "GAP7_execution_enable", "signer": "6FAD549BD76A1005365B67C2D750FEC37988779B", "document_sha256": "38c69a100d56057cebaff9839196750e30bd630f42df73d1344b3381246e32ae"}, {"gate": "SG_1_cut_authz", "signer": "6FAD549BD76A1005365B67C2D750FEC37988779B", "document_sha256": "f7a435eefc266835c5920958ff6b4b9b15b07dc735518b836bcdb406a7fe2b68"}], "document_id": "charter", "affected_rows": 4, "change_set_id": "2", "signature_ids": ["5", "6"], "source_sha256": "f91538b9483a4c71d2e0372c2150ce3bca2416125e16eed88e18ab02208d1f85", "cutplan_sha256": "8273c1082293934f6733c1dc8dfef76936b31e6bf8b707c38b57594a76810c2a", "unit_ids_sha256": "37db36876b9ccaaa88394679f019c3435af9320dea117e867003840317870e25", "review_decision_id": "3", "manifest_envelope_id": "2"}', '5536081d47dfb0721a3645ecb7c6366d045ef93cd5a883abb9c304737492a3a2', '2026-11-30 08:47:23.290669+00');


--
-- Data for Name: write_fence; Type: TABLE DATA; Schema: cutter_governance; Owner: workflow_admin
--

INSERT INTO cutter_governance.write_fence VALUES (true);


--
-- Data for Name: information_unit; Type: TABLE DATA; Schema: public; Owner: workflow_admin
--

INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (1, 'charter', 'document', 'enacted', 1, NULL, 'document', 'editorial', 'Charter of the Garden', 'run-20261130-24e706b8bb1aa590', 'run-20261130-38c69a100d56057c', 'document', 1, NULL, 1, '2026-11-30 08:47:23.078347+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (2, 'charter', 'art-1', 'enacted', 2, 1, 'article', 'normative', 'Article 1 Purpose', 'run-20261130-24e706b8bb1aa590', 'run-20261130-38c69a100d56057c', 'art-1', 2, 1, 1, '2026-11-30 08:47:23.078347+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (3, 'charter', 'art-2', 'enacted', 3, 1, 'article', 'normative', 'Article 2 Membership', 'run-20261130-24e706b8bb1aa590', 'run-20261130-38c69a100d56057c', 'art-2', 3, 1, 2, '2026-11-30 08:47:23.078347+00');
INSERT INTO public.information_unit OVERRIDING SYSTEM VALUE VALUES (4, 'charter', 'art-3', 'enacted', 4, 1, 'article', 'normative', 'Article 3 Dissolution', 'run-20261130-24e706b8bb1aa590', 'run-20261130-38c69a100d56057c', 'art-3', 4, 1, 1, '2026-11-30 08:47:23.078347+00');


--
-- Data for Name: iu_lifecycle_log; Type: TABLE DATA; Schema: public; Owner: workflow_admin
--

INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'enact', 'draft', 'enacted', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.18545+00');
INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (2, 2, 2, 'enact', 'draft', 'enacted', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.18545+00');
INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (3, 3, 3, 'enact', 'draft', 'enacted', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.18545+00');
INSERT INTO public.iu_lifecycle_log OVERRIDING SYSTEM VALUE VALUES (4, 4, 4, 'enact', 'draft', 'enacted', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.18545+00');


--
-- Data for Name: unit_version; Type: TABLE DATA; Schema: public; Owner: workflow_admin
--

INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'enacted', 'document', 'editorial', 'Charter of the Garden', NULL, 'Charter of the Garden', '# Charter of the Garden

The members agree on this.

', 'c3d34da3e0795ea8735ae8fb4b050236d3a7d7124d8bff92c65fba17370b4e81', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.078347+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (2, 2, 1, 'enacted', 'article', 'normative', 'Article 1 Purpose', 'Article 1', 'Purpose', '## Article 1 Purpose

The garden feeds its members.

', '7aa4bb3072ff3ce22bcb0e541ed9e045783c0c10c53095e2af29bde10271edf8', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.078347+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (3, 3, 1, 'enacted', 'article', 'normative', 'Article 2 Membership', 'Article 2', 'Membership', '## Article 2 Membership

Anyone may join.	Tabs, back\slashes and "quotes" stay.

', 'd920b9c312ad6873e7b945a8eed73e7a4a012155dbb4d0de91cf03be15b2fd02', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.078347+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (4, 4, 1, 'enacted', 'article', 'normative', 'Article 3 Dissolution', 'Article 3', 'Dissolution', '## Article 3 Dissolution

The garden ends when nobody waters it.
', 'd2833e925fa30cf516f0945db6229b155e1830823a073d1b94e56f6546b780b2', 'run-20261130-24e706b8bb1aa590', '2026-11-30 08:47:23.078347+00');
INSERT INTO public.unit_version OVERRIDING SYSTEM VALUE VALUES (5, 3, 2, 'draft', 'article', 'normative', 'Article 2 Membership', 'Article 2', 'Membership', '## Article 2 Membership

Everybody may join.	Tabs, back\slashes and "quotes" stay.

', 'f9c1b06cb3d2ca8b28c43ca79e543eac06db749c9648fc4adef1ffe0e77a632a', 'run-20261130-38c69a100d56057c', '2026-11-30 08:47:23.269286+00');


--
-- Name: baseline_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.baseline_id_seq', 1, false);


--
-- Name: cut_change_set_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.cut_change_set_id_seq', 2, true);


--
-- Name: hand_write_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.hand_write_id_seq', 1, false);


--
-- Name: manifest_envelope_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.manifest_envelope_id_seq', 2, true);


--
-- Name: review_decision_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.review_decision_id_seq', 3, true);


--
-- Name: signature_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.signature_id_seq', 6, true);


--
-- Name: verify_result_id_seq; Type: SEQUENCE SET; Schema: cutter_governance; Owner: workflow_admin
--

SELECT pg_catalog.setval('cutter_governance.verify_result_id_seq', 3, true);


--
-- Name: information_unit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: workflow_admin
--

SELECT pg_catalog.setval('public.information_unit_id_seq', 4, true);


--
-- Name: iu_lifecycle_log_id_seq; Type: SEQUENCE SET; Schema: public; Owner: workflow_admin
--

SELECT pg_catalog.setval('public.iu_lifecycle_log_id_seq', 4, true);


--
-- Name: unit_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: workflow_admin
--

SELECT pg_catalog.setval('public.unit_version_id_seq', 5, true);


--
-- Name: approval approval_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (document_sha256);


--
-- Name: baseline baseline_id_document_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.baseline
    ADD CONSTRAINT baseline_id_document_id_key UNIQUE (id, document_id);


--
-- Name: baseline baseline_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.baseline
    ADD CONSTRAINT baseline_pkey PRIMARY KEY (id);


--
-- Name: baseline_unit baseline_unit_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.baseline_unit
    ADD CONSTRAINT baseline_unit_pkey PRIMARY KEY (unit_id);


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
-- Name: cut_change_set cut_change_set_id_run_id_document_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set
    ADD CONSTRAINT cut_change_set_id_run_id_document_id_key UNIQUE (id, run_id, document_id);


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
-- Name: deployment deployment_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (only_row);


--
-- Name: document_head document_head_move_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.document_head
    ADD CONSTRAINT document_head_move_key UNIQUE (move);


--
-- Name: document_head document_head_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.document_head
    ADD CONSTRAINT document_head_pkey PRIMARY KEY (document_id);


--
-- Name: gate_threshold gate_threshold_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.gate_threshold
    ADD CONSTRAINT gate_threshold_pkey PRIMARY KEY (gate);


--
-- Name: hand_write hand_write_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.hand_write
    ADD CONSTRAINT hand_write_pkey PRIMARY KEY (id);


--
-- Name: hand_write hand_write_transaction_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.hand_write
    ADD CONSTRAINT hand_write_transaction_key UNIQUE (transaction);


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
-- Name: master_switch master_switch_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.master_switch
    ADD CONSTRAINT master_switch_pkey PRIMARY KEY (only_row);


--
-- Name: review_decision review_decision_change_set_id_gate_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_change_set_id_gate_key UNIQUE (change_set_id, gate);


--
-- Name: review_decision review_decision_id_run_id_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_id_run_id_key UNIQUE (id, run_id);


--
-- Name: review_decision review_decision_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_pkey PRIMARY KEY (id);


--
-- Name: run_closed run_closed_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.run_closed
    ADD CONSTRAINT run_closed_pkey PRIMARY KEY (run_id);


--
-- Name: run_head run_head_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.run_head
    ADD CONSTRAINT run_head_pkey PRIMARY KEY (run_id);


--
-- Name: signature signature_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_pkey PRIMARY KEY (id);


--
-- Name: signature signature_review_decision_id_document_sha256_signer_key; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_review_decision_id_document_sha256_signer_key UNIQUE (review_decision_id, document_sha256, signer);


--
-- Name: signer_key signer_key_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signer_key
    ADD CONSTRAINT signer_key_pkey PRIMARY KEY (key_fingerprint);


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
-- Name: write_fence write_fence_pkey; Type: CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.write_fence
    ADD CONSTRAINT write_fence_pkey PRIMARY KEY (only_row);


--
-- Name: information_unit information_unit_address; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_address EXCLUDE USING btree (document_id WITH =, key WITH =) WHERE ((lifecycle_status = 'enacted'::text)) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: information_unit information_unit_id_document_id_key; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_id_document_id_key UNIQUE (id, document_id);


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
-- Name: unit_version unit_version_id_unit_id_key; Type: CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_id_unit_id_key UNIQUE (id, unit_id);


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
-- Name: approval_of_run; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX approval_of_run ON cutter_governance.approval USING btree (run_id, gate);


--
-- Name: approval_withdrawals; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX approval_withdrawals ON cutter_governance.approval USING btree (((bindings ->> 'approval_sha256'::text))) WHERE (gate = 'SG_W_withdrawal'::text);


--
-- Name: baseline_unit_of_baseline; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX baseline_unit_of_baseline ON cutter_governance.baseline_unit USING btree (baseline_id);


--
-- Name: cut_change_set_affected_row_of_unit; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX cut_change_set_affected_row_of_unit ON cutter_governance.cut_change_set_affected_row USING btree (unit_id, change_set_id);


--
-- Name: cut_change_set_document; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX cut_change_set_document ON cutter_governance.cut_change_set USING btree (document_id, id);


--
-- Name: signer_key_primary; Type: INDEX; Schema: cutter_governance; Owner: workflow_admin
--

CREATE INDEX signer_key_primary ON cutter_governance.signer_key USING btree (primary_fingerprint);


--
-- Name: information_unit_cut; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE UNIQUE INDEX information_unit_cut ON public.information_unit USING btree (cut_run_id, cut_ordinal);


--
-- Name: information_unit_cut_address; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE INDEX information_unit_cut_address ON public.information_unit USING btree (document_id, cut_key) WHERE (lifecycle_status <> 'retired'::text);


--
-- Name: information_unit_of_document; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE INDEX information_unit_of_document ON public.information_unit USING btree (document_id, id);


--
-- Name: iu_lifecycle_log_of_run; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE INDEX iu_lifecycle_log_of_run ON public.iu_lifecycle_log USING btree (run_id);


--
-- Name: unit_version_of_run; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE INDEX unit_version_of_run ON public.unit_version USING btree (run_id);


--
-- Name: unit_version_served; Type: INDEX; Schema: public; Owner: workflow_admin
--

CREATE UNIQUE INDEX unit_version_served ON public.unit_version USING btree (unit_id) WHERE (status = 'enacted'::text);


--
-- Name: cut_change_set by_hand; Type: TRIGGER; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON cutter_governance.cut_change_set FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: cut_change_set_affected_row by_hand; Type: TRIGGER; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON cutter_governance.cut_change_set_affected_row FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: document_head by_hand; Type: TRIGGER; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON cutter_governance.document_head FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: verify_result by_hand; Type: TRIGGER; Schema: cutter_governance; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON cutter_governance.verify_result FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: cut_change_set check_at_commit_of_change; Type: TRIGGER; Schema: cutter_governance; Owner: workflow_admin
--

CREATE CONSTRAINT TRIGGER check_at_commit_of_change AFTER UPDATE ON cutter_governance.cut_change_set DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.enacted_at IS DISTINCT FROM new.enacted_at) OR (old.reverted_at IS DISTINCT FROM new.reverted_at))) EXECUTE FUNCTION cutter_guard.check_at_commit();


--
-- Name: cut_change_set check_at_commit_of_cut; Type: TRIGGER; Schema: cutter_governance; Owner: workflow_admin
--

CREATE CONSTRAINT TRIGGER check_at_commit_of_cut AFTER INSERT ON cutter_governance.cut_change_set DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cutter_guard.check_at_commit();


--
-- Name: information_unit by_hand; Type: TRIGGER; Schema: public; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.information_unit FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: iu_lifecycle_log by_hand; Type: TRIGGER; Schema: public; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.iu_lifecycle_log FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: unit_version by_hand; Type: TRIGGER; Schema: public; Owner: workflow_admin
--

CREATE TRIGGER by_hand AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.unit_version FOR EACH STATEMENT WHEN ((current_setting('cutter_guard.fence'::text, true) IS DISTINCT FROM (pg_current_xact_id())::text)) EXECUTE FUNCTION cutter_guard.note_hand_write();


--
-- Name: baseline_unit baseline_unit_baseline; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.baseline_unit
    ADD CONSTRAINT baseline_unit_baseline FOREIGN KEY (baseline_id, document_id) REFERENCES cutter_governance.baseline(id, document_id);


--
-- Name: baseline_unit baseline_unit_unit; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.baseline_unit
    ADD CONSTRAINT baseline_unit_unit FOREIGN KEY (unit_id, document_id) REFERENCES public.information_unit(id, document_id);


--
-- Name: baseline_unit baseline_unit_version; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.baseline_unit
    ADD CONSTRAINT baseline_unit_version FOREIGN KEY (unit_version_id, unit_id) REFERENCES public.unit_version(id, unit_id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_parent; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_parent FOREIGN KEY (parent_unit_id, document_id) REFERENCES public.information_unit(id, document_id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_set; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_set FOREIGN KEY (change_set_id, run_id, document_id) REFERENCES cutter_governance.cut_change_set(id, run_id, document_id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_unit; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_unit FOREIGN KEY (unit_id, document_id) REFERENCES public.information_unit(id, document_id);


--
-- Name: cut_change_set_affected_row cut_change_set_affected_row_version; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.cut_change_set_affected_row
    ADD CONSTRAINT cut_change_set_affected_row_version FOREIGN KEY (unit_version_id, unit_id) REFERENCES public.unit_version(id, unit_id);


--
-- Name: manifest_envelope manifest_envelope_set; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.manifest_envelope
    ADD CONSTRAINT manifest_envelope_set FOREIGN KEY (change_set_id, run_id, document_id) REFERENCES cutter_governance.cut_change_set(id, run_id, document_id);


--
-- Name: review_decision review_decision_set; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.review_decision
    ADD CONSTRAINT review_decision_set FOREIGN KEY (change_set_id, run_id, document_id) REFERENCES cutter_governance.cut_change_set(id, run_id, document_id);


--
-- Name: signature signature_decision; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.signature
    ADD CONSTRAINT signature_decision FOREIGN KEY (review_decision_id, run_id) REFERENCES cutter_governance.review_decision(id, run_id);


--
-- Name: verify_result verify_result_set; Type: FK CONSTRAINT; Schema: cutter_governance; Owner: workflow_admin
--

ALTER TABLE ONLY cutter_governance.verify_result
    ADD CONSTRAINT verify_result_set FOREIGN KEY (change_set_id, run_id, document_id) REFERENCES cutter_governance.cut_change_set(id, run_id, document_id);


--
-- Name: information_unit information_unit_cut_parent; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_cut_parent FOREIGN KEY (cut_parent_id, document_id) REFERENCES public.information_unit(id, document_id);


--
-- Name: information_unit information_unit_cut_run; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_cut_run FOREIGN KEY (cut_run_id, document_id) REFERENCES cutter_governance.cut_change_set(run_id, document_id);


--
-- Name: information_unit information_unit_parent; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.information_unit
    ADD CONSTRAINT information_unit_parent FOREIGN KEY (parent_id, document_id) REFERENCES public.information_unit(id, document_id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_run; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_run FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: iu_lifecycle_log iu_lifecycle_log_version; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.iu_lifecycle_log
    ADD CONSTRAINT iu_lifecycle_log_version FOREIGN KEY (unit_version_id, unit_id) REFERENCES public.unit_version(id, unit_id);


--
-- Name: unit_version unit_version_run; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_run FOREIGN KEY (run_id) REFERENCES cutter_governance.cut_change_set(run_id);


--
-- Name: unit_version unit_version_unit; Type: FK CONSTRAINT; Schema: public; Owner: workflow_admin
--

ALTER TABLE ONLY public.unit_version
    ADD CONSTRAINT unit_version_unit FOREIGN KEY (unit_id) REFERENCES public.information_unit(id);


--
-- Name: SCHEMA cutter_governance; Type: ACL; Schema: -; Owner: workflow_admin
--

GRANT USAGE ON SCHEMA cutter_governance TO cutter_backup;
GRANT USAGE ON SCHEMA cutter_governance TO cutter_exec;
GRANT USAGE ON SCHEMA cutter_governance TO cutter_verify;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT ALL ON SCHEMA public TO workflow_admin;
GRANT USAGE ON SCHEMA public TO cutter_backup;
GRANT USAGE ON SCHEMA public TO cutter_exec;
GRANT USAGE ON SCHEMA public TO cutter_verify;


--
-- Name: FUNCTION account_of(p_document_id text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.account_of(p_document_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.account_of(p_document_id text) TO cutter_exec;
GRANT ALL ON FUNCTION cutter_governance.account_of(p_document_id text) TO cutter_verify;


--
-- Name: FUNCTION documents_unlike_heads(); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.documents_unlike_heads() FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.documents_unlike_heads() TO cutter_exec;
GRANT ALL ON FUNCTION cutter_governance.documents_unlike_heads() TO cutter_verify;


--
-- Name: FUNCTION fn_admit(document bytea, signatures bytea[]); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_admit(document bytea, signatures bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_admit(document bytea, signatures bytea[]) TO cutter_exec;


--
-- Name: FUNCTION fn_close_run(p_run_id text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_close_run(p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_close_run(p_run_id text) TO cutter_exec;


--
-- Name: FUNCTION fn_evidence(p_run_id text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_evidence(p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_evidence(p_run_id text) TO cutter_exec;
GRANT ALL ON FUNCTION cutter_governance.fn_evidence(p_run_id text) TO cutter_verify;


--
-- Name: FUNCTION fn_master_off(p_by text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_master_off(p_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_master_off(p_by text) TO cutter_exec;


--
-- Name: FUNCTION fn_note_head(p_run_id text, p_entries bigint, p_head_sha256 text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_note_head(p_run_id text, p_entries bigint, p_head_sha256 text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_note_head(p_run_id text, p_entries bigint, p_head_sha256 text) TO cutter_exec;


--
-- Name: FUNCTION fn_open_cut(p_run_id text, p_cutplan_sha256 text, p_profile text, p_granularity text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_open_cut(p_run_id text, p_cutplan_sha256 text, p_profile text, p_granularity text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_open_cut(p_run_id text, p_cutplan_sha256 text, p_profile text, p_granularity text) TO cutter_exec;


--
-- Name: FUNCTION fn_open_write(p_run_id text, p_gate text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_open_write(p_run_id text, p_gate text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_open_write(p_run_id text, p_gate text) TO cutter_exec;


--
-- Name: FUNCTION fn_record_cut(p_run_id text, p_manifest jsonb); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_record_cut(p_run_id text, p_manifest jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_record_cut(p_run_id text, p_manifest jsonb) TO cutter_exec;


--
-- Name: FUNCTION fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text) TO cutter_exec;
GRANT ALL ON FUNCTION cutter_governance.fn_revert_plan(p_run_id text, p_hard boolean, OUT reason text, OUT detail text, OUT plan text) TO cutter_verify;


--
-- Name: FUNCTION fn_state_of(p_run_id text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_state_of(p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_state_of(p_run_id text) TO cutter_exec;
GRANT ALL ON FUNCTION cutter_governance.fn_state_of(p_run_id text) TO cutter_verify;


--
-- Name: FUNCTION fn_verify(p_run_id text, p_kind text); Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_governance.fn_verify(p_run_id text, p_kind text) FROM PUBLIC;
GRANT ALL ON FUNCTION cutter_governance.fn_verify(p_run_id text, p_kind text) TO cutter_verify;


--
-- Name: FUNCTION area_end(p_body bytea, p_start integer); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.area_end(p_body bytea, p_start integer) FROM PUBLIC;


--
-- Name: TABLE cut_change_set; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.cut_change_set TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.cut_change_set TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.cut_change_set TO cutter_verify;


--
-- Name: FUNCTION assert_account(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.assert_account(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION assert_cut(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.assert_cut(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION assert_enactment(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.assert_enactment(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION assert_revert(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.assert_revert(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION assert_signatures(p_set cutter_governance.cut_change_set, p_gate text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.assert_signatures(p_set cutter_governance.cut_change_set, p_gate text) FROM PUBLIC;


--
-- Name: FUNCTION assert_signers(p_document_sha256 text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.assert_signers(p_document_sha256 text) FROM PUBLIC;


--
-- Name: FUNCTION authorise(p_run_id text, p_gate text, p_digest text, OUT enable text, OUT approval text, OUT digest text, OUT document_id text, OUT source_sha256 text, OUT accepts_sha256 text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.authorise(p_run_id text, p_gate text, p_digest text, OUT enable text, OUT approval text, OUT digest text, OUT document_id text, OUT source_sha256 text, OUT accepts_sha256 text) FROM PUBLIC;


--
-- Name: FUNCTION big_endian(p_bytes bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.big_endian(p_bytes bytea) FROM PUBLIC;


--
-- Name: FUNCTION canonical_json(p_value jsonb); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.canonical_json(p_value jsonb) FROM PUBLIC;


--
-- Name: FUNCTION check_at_commit(); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.check_at_commit() FROM PUBLIC;


--
-- Name: FUNCTION check_bindings(p_gate text, p_bindings jsonb, OUT reason text, OUT detail text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.check_bindings(p_gate text, p_bindings jsonb, OUT reason text, OUT detail text) FROM PUBLIC;


--
-- Name: FUNCTION check_use(p_document_sha256 text, p_bindings jsonb, OUT reason text, OUT detail text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.check_use(p_document_sha256 text, p_bindings jsonb, OUT reason text, OUT detail text) FROM PUBLIC;


--
-- Name: FUNCTION crc24(p_bytes bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.crc24(p_bytes bytea) FROM PUBLIC;


--
-- Name: FUNCTION cut_facts(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.cut_facts(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION decided_digest(p_change_set_id bigint, p_gate text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.decided_digest(p_change_set_id bigint, p_gate text) FROM PUBLIC;


--
-- Name: FUNCTION digest_info(p_hash integer, p_digest bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.digest_info(p_hash integer, p_digest bytea) FROM PUBLIC;


--
-- Name: FUNCTION digest_of(p_text text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.digest_of(p_text text) FROM PUBLIC;


--
-- Name: FUNCTION ed25519_point(p_encoded bytea, OUT x numeric, OUT y numeric); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.ed25519_point(p_encoded bytea, OUT x numeric, OUT y numeric) FROM PUBLIC;


--
-- Name: FUNCTION ed25519_verify(p_key bytea, p_message bytea, p_signature bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.ed25519_verify(p_key bytea, p_message bytea, p_signature bytea) FROM PUBLIC;


--
-- Name: FUNCTION enactment_facts(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.enactment_facts(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION evidence(p_set cutter_governance.cut_change_set); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.evidence(p_set cutter_governance.cut_change_set) FROM PUBLIC;


--
-- Name: FUNCTION gate_bindings(); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.gate_bindings() FROM PUBLIC;


--
-- Name: FUNCTION instant(p_at timestamp with time zone); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.instant(p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION judge(p_document bytea, p_signatures bytea[], p_now timestamp with time zone, p_bound boolean, OUT verdict text, OUT reason text, OUT detail text, OUT document_sha256 text, OUT gate text, OUT run_id text, OUT bindings jsonb, OUT signers text[], OUT signed_at timestamp with time zone, OUT valid_until timestamp with time zone); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.judge(p_document bytea, p_signatures bytea[], p_now timestamp with time zone, p_bound boolean, OUT verdict text, OUT reason text, OUT detail text, OUT document_sha256 text, OUT gate text, OUT run_id text, OUT bindings jsonb, OUT signers text[], OUT signed_at timestamp with time zone, OUT valid_until timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION key_is_sound(p_algorithm integer, p_material bytea, p_exponent bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.key_is_sound(p_algorithm integer, p_material bytea, p_exponent bytea) FROM PUBLIC;


--
-- Name: FUNCTION knows_run(p_run_id text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.knows_run(p_run_id text) FROM PUBLIC;


--
-- Name: FUNCTION little_endian(p_bytes bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.little_endian(p_bytes bytea) FROM PUBLIC;


--
-- Name: FUNCTION master_on(p_by text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.master_on(p_by text) FROM PUBLIC;


--
-- Name: FUNCTION move_head(p_document_id text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.move_head(p_document_id text) FROM PUBLIC;


--
-- Name: FUNCTION mpi_end(p_bytes bytea, p_start integer); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.mpi_end(p_bytes bytea, p_start integer) FROM PUBLIC;


--
-- Name: FUNCTION note_hand_write(); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.note_hand_write() FROM PUBLIC;


--
-- Name: FUNCTION opening_of(p_run_id text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.opening_of(p_run_id text) FROM PUBLIC;


--
-- Name: FUNCTION padded(p_number bytea, p_octets integer); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.padded(p_number bytea, p_octets integer) FROM PUBLIC;


--
-- Name: FUNCTION plan_head(p_change_set_id bigint); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.plan_head(p_change_set_id bigint) FROM PUBLIC;


--
-- Name: FUNCTION plan_header(p_document_id text, p_source_sha256 text, p_profile text, p_granularity text, p_accepts_sha256 text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.plan_header(p_document_id text, p_source_sha256 text, p_profile text, p_granularity text, p_accepts_sha256 text) FROM PUBLIC;


--
-- Name: FUNCTION plan_lines(p_change_set_id bigint); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.plan_lines(p_change_set_id bigint) FROM PUBLIC;


--
-- Name: FUNCTION plan_retired(p_key text, p_unit_kind text, p_section_type text, p_title text, p_body_sha256 text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.plan_retired(p_key text, p_unit_kind text, p_section_type text, p_title text, p_body_sha256 text) FROM PUBLIC;


--
-- Name: FUNCTION plan_row(p_action text, p_ordinal integer, p_key text, p_was text, p_parent text, p_unit_kind text, p_section_type text, p_title text, p_num text, p_heading text, p_byte_start bigint, p_byte_end bigint, p_body_sha256 text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.plan_row(p_action text, p_ordinal integer, p_key text, p_was text, p_parent text, p_unit_kind text, p_section_type text, p_title text, p_num text, p_heading text, p_byte_start bigint, p_byte_end bigint, p_body_sha256 text) FROM PUBLIC;


--
-- Name: FUNCTION read_approval(p_document bytea, OUT reason text, OUT detail text, OUT gate text, OUT signed_utc text, OUT signed_at timestamp with time zone, OUT bindings jsonb); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_approval(p_document bytea, OUT reason text, OUT detail text, OUT gate text, OUT signed_utc text, OUT signed_at timestamp with time zone, OUT bindings jsonb) FROM PUBLIC;


--
-- Name: FUNCTION read_armor(p_bytes bytea, OUT reason text, OUT detail text, OUT packets bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_armor(p_bytes bytea, OUT reason text, OUT detail text, OUT packets bytea) FROM PUBLIC;


--
-- Name: FUNCTION read_claims(p_area bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_claims(p_area bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION read_instant(p_text text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_instant(p_text text) FROM PUBLIC;


--
-- Name: FUNCTION read_key_values(p_body text, OUT reason text, OUT detail text, OUT entries jsonb); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_key_values(p_body text, OUT reason text, OUT detail text, OUT entries jsonb) FROM PUBLIC;


--
-- Name: FUNCTION read_plain_text(p_bytes bytea, OUT reason text, OUT detail text, OUT body text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_plain_text(p_bytes bytea, OUT reason text, OUT detail text, OUT body text) FROM PUBLIC;


--
-- Name: FUNCTION read_signature_packet(p_packets bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone, OUT algorithm integer, OUT hash integer, OUT hashed_part bytea, OUT left_bits bytea, OUT numbers bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.read_signature_packet(p_packets bytea, OUT reason text, OUT detail text, OUT issuer text, OUT created_at timestamp with time zone, OUT expires_at timestamp with time zone, OUT algorithm integer, OUT hash integer, OUT hashed_part bytea, OUT left_bits bytea, OUT numbers bytea) FROM PUBLIC;


--
-- Name: FUNCTION refuse(p_reason text, p_detail text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.refuse(p_reason text, p_detail text) FROM PUBLIC;


--
-- Name: FUNCTION revert_plan(p_set cutter_governance.cut_change_set, p_hard boolean); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.revert_plan(p_set cutter_governance.cut_change_set, p_hard boolean) FROM PUBLIC;


--
-- Name: FUNCTION revert_refusal(p_set cutter_governance.cut_change_set, p_hard boolean, OUT reason text, OUT detail text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.revert_refusal(p_set cutter_governance.cut_change_set, p_hard boolean, OUT reason text, OUT detail text) FROM PUBLIC;


--
-- Name: FUNCTION revert_transitions(p_run_id text, p_hard boolean); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.revert_transitions(p_run_id text, p_hard boolean) FROM PUBLIC;


--
-- Name: FUNCTION rsa_key_is_sound(p_modulus bytea, p_exponent bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.rsa_key_is_sound(p_modulus bytea, p_exponent bytea) FROM PUBLIC;


--
-- Name: FUNCTION rsa_verify(p_modulus bytea, p_exponent bytea, p_hash integer, p_digest bytea, p_signature bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.rsa_verify(p_modulus bytea, p_exponent bytea, p_hash integer, p_digest bytea, p_signature bytea) FROM PUBLIC;


--
-- Name: FUNCTION run_id_of(p_document bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.run_id_of(p_document bytea) FROM PUBLIC;


--
-- Name: FUNCTION signature_numbers(p_algorithm integer, p_rest bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.signature_numbers(p_algorithm integer, p_rest bytea) FROM PUBLIC;


--
-- Name: FUNCTION signing_keys(p_signatures bytea[]); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.signing_keys(p_signatures bytea[]) FROM PUBLIC;


--
-- Name: FUNCTION source_digest(p_change_set_id bigint); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.source_digest(p_change_set_id bigint) FROM PUBLIC;


--
-- Name: FUNCTION standing_places(p_document_id text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.standing_places(p_document_id text) FROM PUBLIC;


--
-- Name: FUNCTION take_baseline(p_document_id text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.take_baseline(p_document_id text) FROM PUBLIC;


--
-- Name: FUNCTION take_fence(); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.take_fence() FROM PUBLIC;


--
-- Name: FUNCTION tree_head(p_leaf_hashes bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.tree_head(p_leaf_hashes bytea) FROM PUBLIC;


--
-- Name: FUNCTION tree_leaf(p_line text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.tree_leaf(p_line text) FROM PUBLIC;


--
-- Name: FUNCTION units_by_status(p_document_id text); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.units_by_status(p_document_id text) FROM PUBLIC;


--
-- Name: FUNCTION unseen(); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.unseen() FROM PUBLIC;


--
-- Name: FUNCTION use_approvals(p_set cutter_governance.cut_change_set, p_gate text, p_approval text, p_others text[], OUT review_decision_id bigint, OUT signature_ids bigint[]); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.use_approvals(p_set cutter_governance.cut_change_set, p_gate text, p_approval text, p_others text[], OUT review_decision_id bigint, OUT signature_ids bigint[]) FROM PUBLIC;


--
-- Name: FUNCTION verify_signature(p_armored bytea, p_document bytea, p_now timestamp with time zone, OUT reason text, OUT detail text, OUT signer text, OUT created_at timestamp with time zone); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.verify_signature(p_armored bytea, p_document bytea, p_now timestamp with time zone, OUT reason text, OUT detail text, OUT signer text, OUT created_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION without_nul(p_bytes bytea); Type: ACL; Schema: cutter_guard; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION cutter_guard.without_nul(p_bytes bytea) FROM PUBLIC;


--
-- Name: FUNCTION lo_close(integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_close(integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_creat(integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_creat(integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_create(oid); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_create(oid) FROM PUBLIC;


--
-- Name: FUNCTION lo_from_bytea(oid, bytea); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;


--
-- Name: FUNCTION lo_get(oid); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid) FROM PUBLIC;


--
-- Name: FUNCTION lo_get(oid, bigint, integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_get(oid, bigint, integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_lseek(integer, integer, integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_lseek(integer, integer, integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_lseek64(integer, bigint, integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_lseek64(integer, bigint, integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_open(oid, integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_open(oid, integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_put(oid, bigint, bytea); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_put(oid, bigint, bytea) FROM PUBLIC;


--
-- Name: FUNCTION lo_tell(integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_tell(integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_tell64(integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_tell64(integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_truncate(integer, integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_truncate(integer, integer) FROM PUBLIC;


--
-- Name: FUNCTION lo_truncate64(integer, bigint); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_truncate64(integer, bigint) FROM PUBLIC;


--
-- Name: FUNCTION lo_unlink(oid); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lo_unlink(oid) FROM PUBLIC;


--
-- Name: FUNCTION loread(integer, integer); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.loread(integer, integer) FROM PUBLIC;


--
-- Name: FUNCTION lowrite(integer, bytea); Type: ACL; Schema: pg_catalog; Owner: postgres
--

REVOKE ALL ON FUNCTION pg_catalog.lowrite(integer, bytea) FROM PUBLIC;


--
-- Name: FUNCTION fn_iu_create(p_run_id text, p_rows jsonb); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.fn_iu_create(p_run_id text, p_rows jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fn_iu_create(p_run_id text, p_rows jsonb) TO cutter_exec;


--
-- Name: FUNCTION fn_iu_enact(p_run_id text); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.fn_iu_enact(p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fn_iu_enact(p_run_id text) TO cutter_exec;


--
-- Name: FUNCTION fn_iu_revert(p_run_id text, p_plan_sha256 text, p_hard boolean); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.fn_iu_revert(p_run_id text, p_plan_sha256 text, p_hard boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fn_iu_revert(p_run_id text, p_plan_sha256 text, p_hard boolean) TO cutter_exec;


--
-- Name: FUNCTION plain_text(p_body text); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.plain_text(p_body text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.plain_text(p_body text) TO cutter_exec;
GRANT ALL ON FUNCTION public.plain_text(p_body text) TO cutter_verify;


--
-- Name: FUNCTION unit_in_force(at timestamp with time zone); Type: ACL; Schema: public; Owner: workflow_admin
--

REVOKE ALL ON FUNCTION public.unit_in_force(at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unit_in_force(at timestamp with time zone) TO cutter_exec;
GRANT ALL ON FUNCTION public.unit_in_force(at timestamp with time zone) TO cutter_verify;


--
-- Name: TABLE approval; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.approval TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.approval TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.approval TO cutter_verify;


--
-- Name: TABLE baseline; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.baseline TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.baseline TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.baseline TO cutter_verify;


--
-- Name: SEQUENCE baseline_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.baseline_id_seq TO cutter_backup;


--
-- Name: TABLE baseline_unit; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.baseline_unit TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.baseline_unit TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.baseline_unit TO cutter_verify;


--
-- Name: TABLE cut_change_set_affected_row; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.cut_change_set_affected_row TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.cut_change_set_affected_row TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.cut_change_set_affected_row TO cutter_verify;


--
-- Name: SEQUENCE cut_change_set_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.cut_change_set_id_seq TO cutter_backup;


--
-- Name: TABLE deployment; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.deployment TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.deployment TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.deployment TO cutter_verify;


--
-- Name: TABLE document_head; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.document_head TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.document_head TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.document_head TO cutter_verify;


--
-- Name: TABLE gate_threshold; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.gate_threshold TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.gate_threshold TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.gate_threshold TO cutter_verify;


--
-- Name: TABLE hand_write; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.hand_write TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.hand_write TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.hand_write TO cutter_verify;


--
-- Name: SEQUENCE hand_write_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.hand_write_id_seq TO cutter_backup;


--
-- Name: TABLE manifest_envelope; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.manifest_envelope TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.manifest_envelope TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.manifest_envelope TO cutter_verify;


--
-- Name: SEQUENCE manifest_envelope_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.manifest_envelope_id_seq TO cutter_backup;


--
-- Name: TABLE master_switch; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.master_switch TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.master_switch TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.master_switch TO cutter_verify;


--
-- Name: TABLE review_decision; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.review_decision TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.review_decision TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.review_decision TO cutter_verify;


--
-- Name: SEQUENCE review_decision_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.review_decision_id_seq TO cutter_backup;


--
-- Name: TABLE run_closed; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.run_closed TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.run_closed TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.run_closed TO cutter_verify;


--
-- Name: TABLE run_head; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.run_head TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.run_head TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.run_head TO cutter_verify;


--
-- Name: TABLE signature; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.signature TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.signature TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.signature TO cutter_verify;


--
-- Name: SEQUENCE signature_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.signature_id_seq TO cutter_backup;


--
-- Name: TABLE signer_key; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.signer_key TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.signer_key TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.signer_key TO cutter_verify;


--
-- Name: TABLE unit_address; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.unit_address TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.unit_address TO cutter_verify;


--
-- Name: TABLE verify_result; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.verify_result TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.verify_result TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.verify_result TO cutter_verify;


--
-- Name: SEQUENCE verify_result_id_seq; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE cutter_governance.verify_result_id_seq TO cutter_backup;


--
-- Name: TABLE write_fence; Type: ACL; Schema: cutter_governance; Owner: workflow_admin
--

GRANT SELECT ON TABLE cutter_governance.write_fence TO cutter_backup;
GRANT SELECT ON TABLE cutter_governance.write_fence TO cutter_exec;
GRANT SELECT ON TABLE cutter_governance.write_fence TO cutter_verify;


--
-- Name: TABLE information_unit; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON TABLE public.information_unit TO cutter_backup;
GRANT SELECT ON TABLE public.information_unit TO cutter_exec;
GRANT SELECT ON TABLE public.information_unit TO cutter_verify;


--
-- Name: SEQUENCE information_unit_id_seq; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE public.information_unit_id_seq TO cutter_backup;


--
-- Name: TABLE iu_lifecycle_log; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON TABLE public.iu_lifecycle_log TO cutter_backup;
GRANT SELECT ON TABLE public.iu_lifecycle_log TO cutter_exec;
GRANT SELECT ON TABLE public.iu_lifecycle_log TO cutter_verify;


--
-- Name: SEQUENCE iu_lifecycle_log_id_seq; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE public.iu_lifecycle_log_id_seq TO cutter_backup;


--
-- Name: TABLE unit_version; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON TABLE public.unit_version TO cutter_backup;
GRANT SELECT ON TABLE public.unit_version TO cutter_exec;
GRANT SELECT ON TABLE public.unit_version TO cutter_verify;


--
-- Name: SEQUENCE unit_version_id_seq; Type: ACL; Schema: public; Owner: workflow_admin
--

GRANT SELECT ON SEQUENCE public.unit_version_id_seq TO cutter_backup;


--
-- PostgreSQL database dump complete
--


