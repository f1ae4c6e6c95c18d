// One governed database for the tests of a `describe`, with the guard in it; what a test writes is rolled back.

import { afterAll, beforeAll } from 'vitest';
import type { AdminDatabase, Reader, Writer } from '../../../src/governed/database.ts';
import { applySigners, type SignerSet } from '../../../src/governed/signers.ts';
import { leaveOut } from '../../support/skip.ts';
import type { Backend, TestDatabase } from '../fixture.ts';

class RolledBack extends Error {}

/** Runs the work in a transaction of the superuser that never commits. */
export async function discarding<T>(root: AdminDatabase, work: (writer: Writer) => Promise<T>): Promise<T> {
  let outcome: { value: T } | undefined;
  await root
    .admin(async (writer) => {
      outcome = { value: await work(writer) };
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  if (!outcome) throw new Error('the work was not done');
  return outcome.value;
}

/** The guard as it is before anybody was named: these tests found deployments and signers of their own. */
const NOBODY = `DELETE FROM cutter_governance.signer_key; DELETE FROM cutter_governance.gate_threshold;
                DELETE FROM cutter_governance.deployment`;

export function guardDatabaseOf<B extends Backend>(start: () => Promise<B | null>) {
  let backend: B | null = null;
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    backend = await start();
    database = await backend?.open();
    await database?.root.admin((writer) => writer.script(NOBODY));
  });
  afterAll(async () => {
    await database?.close();
    await backend?.stop();
  });
  return (): TestDatabase => database ?? leaveOut('PostgreSQL absent');
}

export interface Judged {
  readonly verdict: string;
  readonly reason: string | null;
}

export interface Question {
  readonly document: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  readonly now: Date;
  readonly bound?: boolean;
}

/** The verdict of the database at a given time. */
export async function judge(reader: Reader, question: Question): Promise<Judged & Record<string, unknown>> {
  const { document, signatures, now, bound = false } = question;
  const [row] = await reader.query<Judged & Record<string, unknown>>(
    'SELECT * FROM cutter_guard.judge($1, $2::bytea[], $3, $4)',
    [Buffer.from(document), signatures.map((bytes) => Buffer.from(bytes)), now, bound],
  );
  if (!row) throw new Error('no verdict');
  return row;
}

export async function judgeUnder(writer: Writer, set: SignerSet, question: Question): Promise<string> {
  await applySigners(writer, set);
  return answerIn(await judge(writer, question));
}

/** The reason of a rejection; anything beside a plain `accepted` shows. */
export function answerIn({ verdict, reason }: Judged): string {
  if (verdict === 'rejected' && reason !== null) return reason;
  return reason === null ? verdict : `${verdict} and yet ${reason}`;
}
