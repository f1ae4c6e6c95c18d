// runs/recorder.json tells other programs which keys sign. Nothing here believes it, so it must be what can be believed anyway:
// keys that approvals name, written in the one way there is, the one that signed the checkpoint last.
import { z } from 'zod';
import { originOf, type SignedCheckpoint } from '../record/checkpoint.ts';
import { RECORDER_PATH, recorderFile } from '../record/log-files.ts';
import { recorderKeySchema } from '../record/recorder-key.ts';
import type { Recorders } from './checkpoints.ts';
import { bytesOf, type Evidence, grownSteps } from './evidence.ts';
import type { Finding } from './finding.ts';

const fileSchema = z.object({ keys: z.array(z.object({ public_key: recorderKeySchema })).min(1) });

/** In every commit of the default branch that changed it, and as it stands beside the newest checkpoint. */
export async function judgeRecorderFile(
  newest: SignedCheckpoint,
  { evidence, trusted }: { readonly evidence: Evidence; readonly trusted: Recorders },
): Promise<Finding[]> {
  const { origin } = newest.checkpoint;
  const named = trusted.get(origin) ?? new Set();
  const findings: Finding[] = [];
  const find = (detail: string) =>
    findings.push({ code: 'recorder_file_differs', where: RECORDER_PATH, detail });
  let last: string | undefined;
  for (const { after, commit } of grownSteps(evidence, RECORDER_PATH)) {
    const of = `that of ${commit.id} of ${commit.committer.name}`;
    last = undefined;
    const keys = after ? keysIn(await bytesOf(after, evidence), origin) : undefined;
    const stranger = keys?.find((key) => !named.has(key));
    if (!keys) find(after ? `${of} is not in the one form that it has` : `${of} is gone`);
    else if (stranger) find(`${of} lists ${stranger}, which no approval names`);
    else last = keys.at(-1);
  }
  if (findings.length === 0 && last !== newest.signedBy)
    find(`its present key is ${last ?? 'not told'}, and ${newest.signedBy} signed the checkpoint`);
  return findings;
}

/** undefined where the file is written in any other way than the one there is. */
function keysIn(file: Buffer, origin: string) {
  try {
    const keys = fileSchema.parse(JSON.parse(file.toString('utf8'))).keys.map((one) => one.public_key);
    const deployment = origin.slice(originOf('').length);
    return recorderFile({ deployment, keys }) === file.toString('utf8') ? keys : undefined;
  } catch {
    return undefined;
  }
}
