// The attestation: that the whole suite ran on exactly one tree, and how it ended.
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';

const attestationSchema = z.strictObject({
  format: z.literal('countersign/attestation/1'),
  tree_sha256: z.string(),
  commit: z.string(),
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
  at: z.iso.datetime(),
});

export type Attestation = z.infer<typeof attestationSchema>;

export const ATTESTATION_FILE = 'attestation.json';

export async function readAttestation(path: string): Promise<Attestation | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there && attestationSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** Why the attestation does not speak for this tree; undefined when it does. */
export function whyNotAttested(attestation: Attestation | undefined, treeSha256: string): string | undefined {
  if (!attestation) return 'no attestation: the suite has not run on this tree';
  if (attestation.tree_sha256 !== treeSha256)
    return `the suite ran on another tree (commit ${attestation.commit.slice(0, 12)})`;
  if (attestation.failed > 0) return `${attestation.failed} tests failed at ${attestation.at}`;
  if (attestation.passed === 0) return 'the suite ran without passing a single test';
  return undefined;
}
