// grant_probe: the actual privileges of every role against the expected matrix, excess as well as lack; then the
// snapshot that every later count is held against.
import { z } from 'zod';
import type { Reader } from '../governed/database.ts';
import { type GrantMatrix, probeGrants } from '../governed/grants.ts';
import { type RecordedSnapshot, recordedSnapshot, takeSnapshot } from '../governed/snapshot.ts';
import { code, count } from '../report/markdown.ts';
import { pretty } from '../report/run-record.ts';
import { Stop } from '../stop/stop.ts';
import type { Phase } from './phase.ts';

const output = z.strictObject({
  privileges: z.number().int(),
  matrix_sha256: z.string(),
  snapshot: recordedSnapshot,
});

export interface GrantProbe {
  privileges: number;
  matrix_sha256: string;
  snapshot: RecordedSnapshot;
}

/** Throws Stop `grant_delta` naming every privilege too many or too few, and the statement that mends it. */
export async function assertGrants(reader: Reader): Promise<GrantMatrix> {
  const probe = await probeGrants(reader);
  if (probe.deviations.length === 0) return probe;
  const named = probe.deviations.map(
    ({ kind, role, privilege, object, mend }) => `${kind}: ${role} ${privilege} on ${object} (mend: ${mend})`,
  );
  throw new Stop('grant_delta', named.join('; '));
}

export const grantProbe: Phase<GrantProbe, 'grant_probe'> = {
  name: 'grant_probe',
  output,
  async run({ governed, run, keep }) {
    return governed.read('cutter_exec', async (reader) => {
      const { matrix, sha256 } = await assertGrants(reader);
      const snapshot = await takeSnapshot(reader, { documentId: run.documentId });
      await keep([{ name: 'pre.json', content: pretty(snapshot) }]);
      return { privileges: matrix.length, matrix_sha256: sha256, snapshot };
    });
  },
  report: ({ privileges, matrix_sha256 }) => [
    `${count(privileges, 'privilege')}, none too many and none too few`,
    `matrix sha256 ${code(matrix_sha256)}`,
  ],
};
