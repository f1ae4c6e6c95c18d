-- The Merkle tree hash of RFC 9162 section 2.1. A level is one packed bytea of 32 bytes a node: two neighbours are 64
-- bytes in a row. Arrays of bytea are walked from their start at each subscript, which made 100,000 leaves quadratic.

-- A leaf is the line in UTF-8, without its line end. No SET clause on what is called for each row: it would keep the
-- planner from inlining it, and an entry into a function costs more than the hash.
CREATE OR REPLACE FUNCTION cutter_guard.tree_leaf(p_line text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.sha256('\x00'::bytea || pg_catalog.convert_to(p_line, 'UTF8')) $$;
REVOKE ALL ON FUNCTION cutter_guard.tree_leaf(text) FROM PUBLIC;

-- The head of leaf hashes packed in order. Of no leaves it is the SHA-256 of nothing; of something that is not packed
-- leaf hashes there is none.
CREATE OR REPLACE FUNCTION cutter_guard.tree_head(p_leaf_hashes bytea) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_custom_plan
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
REVOKE ALL ON FUNCTION cutter_guard.tree_head(bytea) FROM PUBLIC;
