-- The bytes of an approval as text that reads the same to every program and every person, by the rules of
-- src/approval/plain-text.ts. Decoding never repairs: what is read later is exactly what was signed.
CREATE OR REPLACE FUNCTION cutter_guard.read_plain_text(p_bytes bytea, OUT reason text, OUT detail text, OUT body text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
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
REVOKE ALL ON FUNCTION cutter_guard.read_plain_text(bytea) FROM PUBLIC;

-- One character that a reader cannot see: C0 but TAB, LF and CR; DEL and C1; the bidirectional controls of UAX #9; line
-- and paragraph separators; Default_Ignorable_Code_Point of Unicode 17, as src/approval/plain-text.ts lists them.
CREATE OR REPLACE FUNCTION cutter_guard.unseen()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f'
    '\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8'
    '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
$$;
REVOKE ALL ON FUNCTION cutter_guard.unseen() FROM PUBLIC;
