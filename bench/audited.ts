// The audit of one clone in a process of its own, so that its peak of memory is its own: `node bench/audited.ts CLONE KEY`.
import { readFileSync } from 'node:fs';
import { readKey } from 'openpgp';
import { readKeys } from '../src/approval/key-ring.ts';
import { auditClone } from '../src/audit/audit.ts';
import { openEvidence } from '../src/audit/evidence.ts';

const [directory = '', keyFile = ''] = process.argv.slice(2);
const bytes = readFileSync(keyFile);
const pinned = [(await readKey({ armoredKey: bytes.toString() })).getFingerprint()];
const keys = await readKeys([{ name: keyFile, bytes }], { pinned, now: new Date() });
const began = performance.now();
const evidence = await openEvidence(directory);
const compared = performance.now();
const { counts, runs, findings } = await auditClone(evidence, {
  trust: { keys, policy: { thresholds: {} } },
});
await evidence.close();
const ended = performance.now();
if (counts.error + counts.warning > 0)
  throw new Error(`the audit found ${JSON.stringify(findings.slice(0, 3))}`);
process.stdout.write(
  JSON.stringify({
    ...{ runs: runs.length, historyMs: compared - began, judgedMs: ended - compared },
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
