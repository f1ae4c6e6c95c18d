// grant_probe: the actual privileges of every role against the expected matrix, excess as well as lack; then the
// snapshot that every later count is held against.
import { z } from 'zod';
import { probeGrants } from '../governed/grants.ts';
import { type Snapshot, snapshotSchema, takeSnapshot } from '../governed/snapshot.ts';
import { code, count } from '../report/markdown.ts';
import { pretty } from '../report/run-record.ts';
import { Stop } from '../stop/stop.ts';
import type { Phase } from './phase.ts';

const output = z.strictObject({
  privileges: z.number().int(),
  matrix_sha256: z.string(),
  snapshot: snapshotSchema,
});

export interface GrantProbe {
  privileges: number;
  matrix_sha256: string;
  snapshot: Snapshot;
}

export const grantProbe: Phase<GrantProbe, 'grant_probe'> = {
  name: 'grant_probe',
  output,
  async run({ governed, run, keep }) {
    return governed.read('cutter_exec', async (reader) => {
      const { matrix, deviations, sha256 } = await probeGrants(reader);
      if (deviations.length > 0) {
        const named = deviations.map(
          ({ kind, role, privilege, object, mend }) =>
            `${kind}: ${role} ${privilege} on ${object} (mend: ${mend})`,
        );
        throw new Stop('grant_delta', named.join('; '));
      }
      const snapshot = await takeSnapshot(reader, run.documentId);
      await keep('pre.json', pretty(snapshot));
      return { privileges: matrix.length, matrix_sha256: sha256, snapshot };
    });
  },
  report: ({ privileges, matrix_sha256 }) => [
    `${count(privileges, 'privilege')}, none too many and none too few`,
    `matrix sha256 ${code(matrix_sha256)}`,
  ],
};
