// The attestation: that the whole suite ran on exactly one tree, how it ended, and what it left out for which reason.

import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { markedAs } from '../digest/format.ts';

const attestationSchema = z.strictObject({
  format: markedAs('countersign/attestation/2'),
  tree_sha256: z.string(),
  commit: z.string(),
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.record(z.string(), z.array(z.string())),
  at: z.iso.datetime(),
});

export type Attestation = z.infer<typeof attestationSchema>;

export const ATTESTATION_FILE = 'attestation.json';

/** The only reasons for which a test may be left out, each with why the release is none the worse for it. */
const ACCEPTED_SKIPS = new Map([
  ['shared documents absent', 'the real documents belong to others and are not part of the software'],
  ['python3 absent', 'its script reads a second time what was computed and tested here'],
  ['Chromium absent', 'the program in the page is tried by Node on the same receipts'],
  ['mounting not permitted', 'only a privileged user can mount the small file system that is to fill up'],
]);

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
  const open = Object.entries(attestation.skipped).filter(([reason]) => !ACCEPTED_SKIPS.has(reason));
  if (open.length === 0) return undefined;
  const told = open.map(([reason, names]) => `${reason}: ${some(names)}`).join('; ');
  return `tests were left out for reasons that are not accepted (${ATTESTATION_FILE} names each): ${told}`;
}

/** What was left out for accepted reasons, for the evidence of a pass. */
export function acceptedSkips({ skipped }: Attestation): string[] {
  return Object.entries(skipped).map(([reason, names]) => `${names.length} left out, ${reason}`);
}

const NAMED = 3;

function some(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
