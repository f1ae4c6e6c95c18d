-- A unit's text without Markdown's marks, from the exact body and nothing else: to show it and to search in it. What is
-- signed is the body. The patterns are those of src/document/plain-body.ts, in its order, line by line.
CREATE OR REPLACE FUNCTION public.plain_text(p_body text)
RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
$$;
REVOKE ALL ON FUNCTION public.plain_text(text) FROM PUBLIC;
