-- From the bytes of an approval to what it authorises, or the reason why it authorises nothing: the grammar of
-- src/approval/key-values.ts and front-matter.ts, narrower than YAML on purpose.

-- The lines between `---` at byte 0 and the next `---`, each a single `key: value`.
CREATE OR REPLACE FUNCTION cutter_guard.read_key_values(p_body text, OUT reason text, OUT detail text, OUT entries jsonb)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
$$;
REVOKE ALL ON FUNCTION cutter_guard.read_key_values(text) FROM PUBLIC;

-- The instant that signed_utc names, or NULL: a date that must be corrected is not the one that was signed.
CREATE OR REPLACE FUNCTION cutter_guard.read_instant(p_text text)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
$$;
REVOKE ALL ON FUNCTION cutter_guard.read_instant(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION cutter_guard.read_approval(
  p_document bytea, OUT reason text, OUT detail text, OUT gate text, OUT signed_utc text, OUT signed_at timestamptz,
  OUT bindings jsonb)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
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
REVOKE ALL ON FUNCTION cutter_guard.read_approval(bytea) FROM PUBLIC;

-- The identity of the run that an approval opens, as src/approval/run-id.ts derives it: the same approval can never
-- open two runs. The day is that of signed_utc.
CREATE OR REPLACE FUNCTION cutter_guard.run_id_of(p_document bytea)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'run-' || replace(left(one.signed_utc, 10), '-', '') || '-' || left(encode(sha256(p_document), 'hex'), 16)
    FROM cutter_guard.read_approval(p_document) AS one
   WHERE one.gate = 'GAP7_execution_enable'
$$;
REVOKE ALL ON FUNCTION cutter_guard.run_id_of(bytea) FROM PUBLIC;
