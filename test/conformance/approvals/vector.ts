// The form of a vector: files, facts and a time, with the verdict that admission must reach.
// Whoever writes another verifier can read the same files: vectors/*.json names them, files/ and keys/ hold them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Reason } from '../../../src/approval/reasons.ts';

export const FOLDER = fileURLToPath(new URL('../v1/approvals/', import.meta.url));

const reason = z.string() as unknown as z.ZodType<Reason>;
const change = z.strictObject({
  fork: z.boolean(),
  files: z.array(
    z.strictObject({ path: z.string(), status: z.string(), previousPath: z.string().optional() }),
  ),
  tree: z.array(z.strictObject({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() })),
  merged: z.enum([
    ...(['open', 'default_branch', 'other_branch'] as const),
    ...(['not_by_pull_request', 'closed_unmerged', 'taken_off'] as const),
  ]),
});

export const vectorSchema = z.strictObject({
  name: z.string(),
  made_by: z.enum(['gpg', 'openpgp.js', 'by hand']),
  /** The path under which the document is judged. */
  path: z.string(),
  /** A file in files/. */
  document: z.string(),
  /** Files in files/; judged under `<path>.asc`, `<path>.2.asc`, … */
  signatures: z.array(z.string()),
  /** Files in keys/. */
  keys: z.array(z.string()),
  pinned: z.array(z.string()),
  now: z.string(),
  change: change.nullable(),
  expect: z.strictObject({
    gate: z.string().optional(),
    run: z
      .strictObject({
        runId: z.string(),
        awaits: z.array(z.string()),
        opened: z.array(z.string()).optional(),
      })
      .nullable()
      .optional(),
    bindings: z.record(z.string(), z.string()),
  }),
  ledger: z.strictObject({ documents: z.array(z.string()) }),
  thresholds: z.record(z.string(), z.number()),
  expected: z.union([
    z.strictObject({ verdict: z.literal('accepted') }),
    z.strictObject({ verdict: z.literal('rejected'), reason, line: z.number().optional() }),
  ]),
});

export type Vector = z.infer<typeof vectorSchema>;

export function readVectors(): Vector[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => z.array(vectorSchema).parse(JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8'))));
}

export function signaturePaths(path: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? `${path}.asc` : `${path}.${index + 1}.asc`,
  );
}
