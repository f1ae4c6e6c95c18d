// `db check`: the schema that is there against the schema that these files would make. The expected one is built on the
// same server among temporary objects and rolled back, so both are described in the words of one server version.
import { z } from 'zod';
import type { AdminDatabase, Reader } from './database.ts';
import { type Deviation, probeGrants } from './grants.ts';
import { schemaFiles } from './schema.ts';

export interface SchemaDifference {
  /** `table …`, `column …`, `constraint …`, `index …`, `function …`, `trigger …` or `rule …`. */
  readonly object: string;
  readonly expected: string | null;
  readonly found: string | null;
}

export interface SchemaCheck {
  readonly objects: number;
  readonly differences: readonly SchemaDifference[];
  readonly deviations: readonly Deviation[];
}

/** Changes nothing. */
export async function checkSchema(db: Pick<AdminDatabase, 'admin'>): Promise<SchemaCheck> {
  return db.admin(async (writer) => {
    const found = await describe(writer, 'found');
    const { deviations } = await probeGrants(writer);
    await writer.script('SAVEPOINT expected');
    for (const { text } of schemaFiles().slice(1)) await writer.script(amongTemporaryObjects(text));
    const expected = await describe(writer, 'expected');
    await writer.script('ROLLBACK TO SAVEPOINT expected');
    return { objects: expected.size, differences: differencesBetween(expected, found), deviations };
  });
}

function amongTemporaryObjects(sql: string): string {
  return sql.replace(/\b(?:public|cutter_governance|cutter_guard)\./g, 'pg_temp.');
}

function differencesBetween(expected: Description, found: Description): SchemaDifference[] {
  const objects = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return objects
    .map((object) => ({ object, expected: expected.get(object) ?? null, found: found.get(object) ?? null }))
    .filter((entry) => entry.expected !== entry.found);
}

type Description = ReadonlyMap<string, string>;

const entry = z.object({ object: z.string(), definition: z.string() });

async function describe(reader: Reader, which: 'expected' | 'found'): Promise<Description> {
  const schemas =
    which === 'found'
      ? "nspname IN ('public', 'cutter_governance', 'cutter_guard')"
      : 'pg_namespace.oid = pg_my_temp_schema()';
  const rows = z.array(entry).parse(await reader.query(DESCRIPTION.replace('/* schemas */', schemas)));
  return new Map(rows.map(({ object, definition }) => [object, unqualified(definition)]));
}

function unqualified(definition: string): string {
  return definition.replace(/\b(?:public|cutter_governance|cutter_guard|pg_temp(?:_\d+)?)\./g, '');
}

// Tables of other applications in the same schemas are none of our business: only what bears our names is described.
const DESCRIPTION = `
  WITH space AS (SELECT oid FROM pg_namespace WHERE /* schemas */), relation AS (
    SELECT oid, relname FROM pg_class WHERE relnamespace IN (SELECT oid FROM space) AND relkind IN ('r', 'p', 'v')
       AND relname IN ('information_unit', 'unit_version', 'iu_lifecycle_log', 'cut_change_set',
         'cut_change_set_affected_row', 'manifest_envelope', 'review_decision', 'signature', 'verify_result', 'signer_key',
         'gate_threshold', 'deployment', 'master_switch', 'approval', 'run_head', 'run_closed')
  )
  SELECT 'table ' || relname AS object,
         concat_ws(' ', pg_class.relkind, CASE WHEN relrowsecurity THEN 'with row security' END) AS definition
    FROM relation JOIN pg_class USING (oid, relname)
  UNION ALL
  SELECT format('column %s.%s', relname, attname),
         concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END, nullif(attidentity, ''),
                   pg_get_expr(adbin, adrelid))
    FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL
  SELECT format('constraint %s.%s', relname, conname), pg_get_constraintdef(pg_constraint.oid)
    FROM relation JOIN pg_constraint ON conrelid = relation.oid WHERE contype <> 'n'
  UNION ALL
  SELECT 'index ' || indexed.relname, pg_get_indexdef(indexrelid)
    FROM relation JOIN pg_index ON indrelid = relation.oid JOIN pg_class AS indexed ON indexed.oid = indexrelid
  UNION ALL
  SELECT format('trigger %s.%s', relname, tgname), pg_get_triggerdef(pg_trigger.oid)
    FROM relation JOIN pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
  UNION ALL
  SELECT format('rule %s.%s', relname, rulename), pg_get_ruledef(pg_rewrite.oid)
    FROM relation JOIN pg_rewrite ON ev_class = relation.oid
  UNION ALL
  SELECT format('function %s(%s)', proname, pg_get_function_arguments(pg_proc.oid)),
         concat_ws(' ', pg_get_function_result(pg_proc.oid), lanname, provolatile, CASE WHEN prosecdef THEN 'definer' END,
                   array_to_string(proconfig, ' '), prosrc)
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
   WHERE pronamespace IN (SELECT oid FROM space)
     AND (pronamespace <> 'public'::regnamespace OR proname IN ('fn_iu_create', 'fn_iu_enact', 'fn_iu_revert'))`;
