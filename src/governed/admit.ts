// The second admission: the governed database judges the same bytes by itself (schema/guard/035_fn_admit.sql) and keeps
// what it accepts. Two verifiers of different make must agree before anything is written.
import { z } from 'zod';
import { type Sha256, sha256Schema } from '../digest/digest.ts';
import type { Reader } from './database.ts';

export interface SignedDocument {
  readonly document: Uint8Array;
  readonly signatures: readonly { readonly bytes: Uint8Array }[];
}

const verdict = z.tuple([
  z.object({
    verdict: z.enum(['accepted', 'rejected']),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    document_sha256: sha256Schema.nullable(),
    gate: z.string().nullable(),
    run_id: z.string().nullable(),
    signers: z.array(z.string()).nullable(),
    valid_until: z.date().nullable(),
  }),
]);

export type GuardVerdict = z.infer<typeof verdict>[0];

/** As cutter_exec. It enables nothing by itself, so no kill switch is asked. */
export async function admitHere(
  reader: Reader,
  { document, signatures }: SignedDocument,
): Promise<GuardVerdict> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const rows = await reader.query(
    `SELECT verdict, reason, detail, document_sha256, gate, run_id, signers, valid_until
       FROM cutter_governance.fn_admit(decode($1, 'hex'), ARRAY(
         SELECT decode(one, 'hex') FROM unnest($2::text[]) WITH ORDINALITY AS given (one, place) ORDER BY place))`,
    [hex(document), signatures.map(({ bytes }) => hex(bytes))],
  );
  return verdict.parse(rows)[0];
}

/** Which of a run's approvals this database has admitted. */
export async function admittedOf(reader: Reader, runId: string): Promise<ReadonlySet<Sha256>> {
  const rows = await reader.query(
    'SELECT document_sha256 FROM cutter_governance.approval WHERE run_id = $1',
    [runId],
  );
  const found = z.array(z.object({ document_sha256: sha256Schema })).parse(rows);
  return new Set(found.map(({ document_sha256 }) => document_sha256));
}
