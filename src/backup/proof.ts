// The proof of a backup (BACKUP_PROOF=restore): the very stream that is encrypted is also restored into a scratch
// database, owners aside, and every table compared with the snapshot it was dumped from. The scratch database is always
// dropped.
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PGlite } from '@electric-sql/pglite';
import { Stop } from '../stop/stop.ts';
import { type Connection, withClient } from './connection.ts';
import { differences, tableContents } from './content.ts';
import type { Dump } from './dump.ts';
import { restoreEmbedded } from './dump-embedded.ts';
import type { Encryption } from './encrypt.ts';
import type { Envelope, TableProof } from './envelope.ts';
import { feedPsql } from './psql.ts';
import { withScratchDatabase } from './scratch.ts';
import { withoutOwners } from './without-owners.ts';

export interface ProofRequest {
  /** A login that may create and drop databases on the same server; not needed for the embedded database. */
  readonly maintenance: Connection | undefined;
}

export interface Proving {
  readonly now: () => Date;
  readonly encrypt: (options: Pick<Encryption, 'snapshot' | 'witness'>) => Promise<void>;
}

type Compared = readonly [original: TableProof[], copy: TableProof[]];

/** Encrypts the dump and proves it. Throws Stop `incomplete_backup` naming every table that came out differently. */
export async function prove(
  dump: Dump,
  { maintenance, now, encrypt }: ProofRequest & Proving,
): Promise<NonNullable<Envelope['proof']>> {
  const [original, copy] =
    dump.kind === 'bytes'
      ? await restoreInMemory(dump, encrypt)
      : await restoreOnServer(dump, { maintenance, encrypt });
  const differing = differences(original, copy);
  if (differing.length > 0)
    throw new Stop(
      'incomplete_backup',
      `the restored dump differs from the database: ${differing.join('; ')}`,
    );
  return { method: 'restore', proved_at: now().toISOString(), tables: original };
}

async function restoreInMemory(
  { bytes, database }: Extract<Dump, { kind: 'bytes' }>,
  encrypt: Proving['encrypt'],
): Promise<Compared> {
  await encrypt({});
  const scratch = await PGlite.create();
  try {
    await restoreEmbedded(scratch, { text: new TextDecoder().decode(bytes), like: database });
    return [await database.transaction(tableContents), await scratch.transaction(tableContents)];
  } finally {
    await scratch.close();
  }
}

async function restoreOnServer(
  dump: Extract<Dump, { kind: 'process' }>,
  { maintenance, encrypt }: ProofRequest & Pick<Proving, 'encrypt'>,
): Promise<Compared> {
  const restorer = given(maintenance);
  return withClient(dump.connection, async (reader) => {
    // One snapshot for pg_dump and for the comparison: what others write meanwhile is in neither.
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await reader.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const snapshot = rows[0]?.id ?? '';
    return withScratchDatabase(restorer, async (scratch) => {
      const copy = await fill(scratch, { dump, encrypt: (witness) => encrypt({ snapshot, witness }) });
      return [await tableContents(reader), copy];
    });
  });
}

/**
 * What `backup selftest` tries: the same road for a dump without rows. The names of the restored tables.
 * Throws Stop as `prove` does.
 */
export async function rehearse(
  dump: Extract<Dump, { kind: 'process' }>,
  { maintenance, encrypt }: ProofRequest & { encrypt: (witness: Writable) => Promise<void> },
): Promise<string[]> {
  const copy = await withScratchDatabase(given(maintenance), (scratch) => fill(scratch, { dump, encrypt }));
  return copy.map(({ name }) => name);
}

function given(maintenance: Connection | undefined): Connection {
  if (maintenance) return maintenance;
  throw new Stop('not_configured', 'BACKUP_PROOF=restore needs a login that may create a scratch database');
}

async function fill(
  scratch: Connection,
  {
    dump,
    encrypt,
  }: { dump: Extract<Dump, { kind: 'process' }>; encrypt: (witness: Writable) => Promise<void> },
): Promise<TableProof[]> {
  await feedPsql(scratch, {
    tools: dump.tools,
    toolVersion: dump.version,
    async write(stdin) {
      const witness = withoutOwners();
      const restoring = pipeline(witness, stdin);
      // A psql that died destroys the witness, which ends the encryption with a word; its own ending says why.
      restoring.catch(() => {});
      await encrypt(witness);
      await restoring;
    },
  });
  return withClient(scratch, async (client) => {
    await client.query('BEGIN READ ONLY');
    return tableContents(client);
  });
}
