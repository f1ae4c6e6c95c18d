// The schema of the governed database: numbered SQL files, each idempotent, installed in one transaction together with
// the grants, so that a database is never left with tables that everybody or nobody may use.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdminDatabase, GovernedFault, type Writer } from './database.ts';
import { type Deviation, probeGrants } from './grants.ts';

const FOLDER = join(import.meta.dirname, 'schema');

export interface SqlFile {
  readonly name: string;
  readonly text: string;
}

/** In the order of installation: the tables and their functions, then the guard over them. */
export function schemaFiles(): SqlFile[] {
  return [...sqlFilesIn('.'), ...sqlFilesIn('guard')];
}

function sqlFilesIn(folder: string): SqlFile[] {
  const names = readdirSync(join(FOLDER, folder)).filter((name) => name.endsWith('.sql'));
  return names.sort().map((file) => {
    const name = join(folder, file);
    return { name, text: readFileSync(join(FOLDER, name), 'utf8') };
  });
}

export interface InstalledSchema {
  readonly files: readonly string[];
  /** The deviations from the expected matrix that were mended. */
  readonly mended: readonly Deviation[];
}

/**
 * Creates what is missing: roles, schemas, tables, functions, grants. `also` joins the transaction. Needs a superuser
 * the first time, since roles are created; later workflow_admin itself is enough. Throws GovernedFault `refused`.
 */
export async function installSchema(
  db: Pick<AdminDatabase, 'admin'>,
  also: (writer: Writer) => Promise<void> = async () => {},
): Promise<InstalledSchema> {
  const files = schemaFiles();
  return db.admin(async (writer) => {
    await assertUtf8(writer);
    const [roles, ...objects] = files;
    await writer.script(roles?.text ?? '');
    await writer.script('SET LOCAL ROLE workflow_admin');
    for (const { text } of objects) await writer.script(text);
    await writer.script('RESET ROLE');
    await also(writer);
    const mended = await mendGrants(writer);
    return { files: files.map(({ name }) => name), mended };
  });
}

/** Executes every statement that the probe names, and probes again. Throws GovernedFault when something stays. */
export async function mendGrants(writer: Writer): Promise<readonly Deviation[]> {
  const { deviations } = await probeGrants(writer);
  for (const { mend } of deviations) await writer.script(mend);
  const { deviations: left } = await probeGrants(writer);
  if (left.length === 0) return deviations;
  const named = left.map(({ mend }) => mend).join(' ');
  throw new GovernedFault('refused', `this login cannot mend every deviation; as a superuser run: ${named}`);
}

// The bytes of a body are its text in UTF-8; in another encoding the digests of design section 3 would mean nothing.
async function assertUtf8(writer: Writer): Promise<void> {
  const [row] = await writer.query<{ server_encoding: string }>('SHOW server_encoding');
  if (row?.server_encoding === 'UTF8') return;
  throw new GovernedFault(
    'refused',
    `the database has encoding ${row?.server_encoding}; create it with ENCODING 'UTF8'`,
  );
}
