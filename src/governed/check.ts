// `db check`: the schema that is there against the schema that these files would make. The expected one is built on the
// same server among temporary objects and rolled back, so both are described in the words of one server version.
import { z } from 'zod';
import type { AdminDatabase, Reader } from './database.ts';
import { type Deviation, probeGrants } from './grants.ts';
import { schemaFiles } from './schema.ts';
import { findTraces } from './traces.ts';

export interface SchemaDifference {
  /** `table …`, `column …`, `constraint …`, `index …`, `function …`, `trigger …`, `rule …`, `view …`; or a trace. */
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
    const traces = await findTraces(writer);
    const { deviations } = await probeGrants(writer);
    await writer.script('SAVEPOINT expected; SET LOCAL client_min_messages = warning');
    for (const { text } of schemaFiles().slice(1)) await writer.script(amongTemporaryObjects(text));
    const expected = await describe(writer, EXPECTED);
    await writer.script('ROLLBACK TO SAVEPOINT expected');
    const functions = [...expected.keys()].flatMap((object) => /^function (\w+)\(/.exec(object)?.[1] ?? []);
    const found = await describe(writer, foundIn(functions));
    const differences = [
      ...differencesBetween(expected, found),
      ...traces.map((object) => ({ object, expected: null, found: 'is there' })),
    ];
    return { objects: expected.size, differences, deviations };
  });
}

const SCHEMAS = /\b(?:public|cutter_governance|cutter_guard|pg_temp(?:_\d+)?)\./g;

function amongTemporaryObjects(sql: string): string {
  return sql.replace(SCHEMAS, 'pg_temp.');
}

function differencesBetween(expected: Description, found: Description): SchemaDifference[] {
  const objects = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return objects
    .map((object) => ({ object, expected: expected.get(object) ?? null, found: found.get(object) ?? null }))
    .filter((entry) => entry.expected !== entry.found);
}

type Description = ReadonlyMap<string, string>;

const entry = z.object({ object: z.string(), definition: z.string().nullable() });

/** Which relations and functions are described, as conditions on the catalogue. */
interface Extent {
  readonly relations: string;
  readonly functions: string;
}

const EXPECTED: Extent = {
  relations: 'relnamespace = pg_my_temp_schema()',
  functions: 'pronamespace = pg_my_temp_schema()',
};

// Tables of other applications in public are none of our business; in our own schemas there is nobody else, and a function
// that is named like one of ours is looked at wherever it stands.
function foundIn(functions: readonly string[]): Extent {
  const own = "IN (to_regnamespace('cutter_governance'), to_regnamespace('cutter_guard'))";
  const names = functions.map((name) => `'${name}'`).join(', ');
  return {
    relations: `(relnamespace ${own} OR relnamespace = 'public'::regnamespace
       AND relname ~ '^(information_unit|unit_version|iu_lifecycle_log)(_id_seq)?$')`,
    functions: `(pronamespace ${own} OR proname IN (${names}))`,
  };
}

async function describe(reader: Reader, extent: Extent): Promise<Description> {
  const rows = z.array(entry).parse(await reader.query(descriptionOf(extent)));
  const described = new Map<string, string>();
  for (const { object, definition } of rows) {
    let name = object.replace(SCHEMAS, '');
    while (described.has(name)) name += ' (another)';
    described.set(name, (definition ?? '').replace(SCHEMAS, ''));
  }
  return described;
}

const descriptionOf = ({ relations, functions }: Extent) => `
  WITH relation AS (
    SELECT oid, relname FROM pg_class WHERE ${relations} AND relkind IN ('r', 'p', 'v', 'm', 'f')
  )
  SELECT 'table ' || relname AS object,
         concat_ws(' ', pg_class.relkind, CASE WHEN relrowsecurity THEN 'with row security' END,
                   CASE WHEN relforcerowsecurity THEN 'forced' END, array_to_string(reloptions, ' '),
                   CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) AS definition
    FROM relation JOIN pg_class USING (oid, relname)
  UNION ALL
  SELECT 'sequence ' || relname, NULL FROM pg_class WHERE ${relations} AND relkind = 'S'
  UNION ALL
  SELECT format('column %s.%s', relname, attname),
         concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END, nullif(attidentity, ''),
                   nullif(attgenerated, ''), pg_get_expr(adbin, adrelid))
    FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL
  SELECT format('constraint %s.%s', relname, conname), pg_get_constraintdef(pg_constraint.oid)
    FROM relation JOIN pg_constraint ON conrelid = relation.oid WHERE contype NOT IN ('n', 't')
  UNION ALL
  SELECT 'index ' || indexed.relname, concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'invalid' END)
    FROM relation JOIN pg_index ON indrelid = relation.oid JOIN pg_class AS indexed ON indexed.oid = indexrelid
  UNION ALL
  SELECT format('trigger %s.%s', relname, tgname), pg_get_triggerdef(pg_trigger.oid)
    FROM relation JOIN pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
  UNION ALL
  SELECT format('rule %s.%s', relname, rulename), pg_get_ruledef(pg_rewrite.oid)
    FROM relation JOIN pg_rewrite ON ev_class = relation.oid WHERE rulename <> '_RETURN'
  UNION ALL
  SELECT format('function %s(%s)', proname, pg_get_function_arguments(pg_proc.oid)),
         concat_ws(' ', pg_get_function_result(pg_proc.oid), lanname, provolatile, proparallel, CASE WHEN prosecdef THEN 'definer' END,
                   CASE WHEN proisstrict THEN 'strict' END, CASE WHEN proleakproof THEN 'leakproof' END,
                   array_to_string(proconfig, ' '), prosrc)
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
   WHERE ${functions} AND NOT EXISTS (
     SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')`;
