// A backup of an embedded database back into an embedded database: read whole before the first statement, as its dump was
// written whole, because gpg finds a forged message only at its end.
import { Writable } from 'node:stream';
import type { PGlite } from '@electric-sql/pglite';
import { Stop } from '../stop/stop.ts';
import { tableContents } from './content.ts';
import { decrypt, type Restored, type RestoreRequest, verified } from './restore.ts';

type FolderRequest = Pick<RestoreRequest, 'verification' | 'tools' | 'gpgEnvironment'> & {
  /** Opens the new, empty database. */
  readonly open: () => Promise<PGlite>;
};

/** Throws Stop `incomplete_backup`. What `open` gave is closed in any case, and worthless where this throws. */
export async function restoreToFolder(request: FolderRequest): Promise<Restored> {
  const { tool } = verified(request.verification).dump;
  if (tool !== 'pg_dump (embedded)')
    throw new Stop('incomplete_backup', `this is a dump of a server, by ${tool}: restore it with --into`);
  const chunks: Buffer[] = [];
  const stdin = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await decrypt(request, stdin);
  const text = Buffer.concat(chunks).toString('utf8');
  const target = await request.open();
  try {
    await target.exec(
      rolesIn(text)
        .map((role) => `CREATE ROLE ${role};`)
        .join('\n'),
    );
    await target.exec(text);
    return { tables: await target.transaction(tableContents), differences: undefined };
  } catch (error) {
    throw new Stop('incomplete_backup', `the dump could not be restored: ${String(error)}`, { cause: error });
  } finally {
    await target.close();
  }
}

const OWNER = /^ALTER .* OWNER TO (\w+);$/gm;
const GRANTEE = /^GRANT .* TO (\w+)(?: WITH GRANT OPTION)?;$/gm;

/** Whom the dump gives things to. An embedded database has them to itself, so that they are made here. */
function rolesIn(text: string): string[] {
  const named = [...text.matchAll(OWNER), ...text.matchAll(GRANTEE)].map(([, role = '']) => role);
  return [...new Set(named)].filter(
    (role) => role !== 'postgres' && role !== 'PUBLIC' && !role.startsWith('pg_'),
  );
}
