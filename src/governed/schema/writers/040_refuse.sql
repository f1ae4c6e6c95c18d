-- How the writers refuse: one SQLSTATE, one form of message, `guard: <reason>: <detail>`, which the bot reads as STOP
-- guard_refused. Nothing of a row is quoted.
CREATE OR REPLACE FUNCTION cutter_guard.refuse(p_reason text, p_detail text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'guard: %: %', p_reason, coalesce(p_detail, 'no more is known') USING ERRCODE = 'CG001';
END
$$;
REVOKE ALL ON FUNCTION cutter_guard.refuse(text, text) FROM PUBLIC;

-- RFC 8785 of what the guard itself writes down: objects, arrays, texts, whole numbers, booleans and null. Names are ASCII,
-- so their order by bytes is the order by UTF-16 units.
CREATE OR REPLACE FUNCTION cutter_guard.canonical_json(p_value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
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
REVOKE ALL ON FUNCTION cutter_guard.canonical_json(jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.digest_of(p_text text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT encode(sha256(convert_to(p_text, 'UTF8')), 'hex') $$;
REVOKE ALL ON FUNCTION cutter_guard.digest_of(text) FROM PUBLIC;
