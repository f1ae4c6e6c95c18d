// The files of a deployment's log as the repository holds them: the leaves, the checkpoint over them, and who signs. What
// stands there must be how this log begins, whole, before anything is appended.
import type { Sha256 } from '../digest/digest.ts';
import { treeHead } from '../merkle/tree-head.ts';
import {
  CHECKPOINT_PATH,
  type Checkpoint,
  checkpointText,
  openCheckpoint,
  originOf,
  signCheckpoint,
  verifierKeyOf,
} from './checkpoint.ts';
import { leafFiles } from './log-leaf.ts';
import { decodeNote } from './note.ts';
import type { Recorder, RecorderKey } from './recorder-key.ts';

export const RECORDER_PATH = 'runs/recorder.json';

export interface DeploymentLog {
  readonly deployment: string;
  readonly recorder: Recorder;
  /** Every leaf in its place. */
  readonly leaves: readonly string[];
}

/** Every file of the log by path. */
export async function logFiles({
  deployment,
  recorder,
  leaves,
}: DeploymentLog): Promise<Map<string, string>> {
  const checkpoint = { origin: originOf(deployment), size: leaves.length, root: treeHead(leaves) };
  return new Map([
    ...leafFiles(leaves),
    [CHECKPOINT_PATH, await signCheckpoint(checkpoint, recorder.current)],
    [RECORDER_PATH, recorderFile({ deployment, keys: keysOf(recorder) })],
  ]);
}

function keysOf({ current, older }: Recorder): RecorderKey[] {
  return [...older.toReversed(), current].map(({ key }) => key);
}

/** For whoever wants to verify with other programs, the present key last; trust comes from the enables that name a key. */
export function recorderFile(of: {
  readonly deployment: string;
  readonly keys: readonly RecorderKey[];
}): string {
  const { deployment } = of;
  const keys = of.keys.map((key) => ({ public_key: key, verifier_key: verifierKeyOf(deployment, key) }));
  const file = { format: 'countersign/recorder/1', keys, origin: originOf(deployment) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** What stands at one commit. */
export interface Standing {
  /** null where there is no regular file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Whether exactly this text is the file's. */
  holds(path: string, text: string): Promise<boolean>;
  /** Whether anything is there. */
  exists(path: string): Promise<boolean>;
}

/** How far the log was last seen to be published. */
export interface Published {
  readonly size: number;
  readonly root: Sha256;
}

/** How what stands contradicts this log, as a sentence that names the file; null where the log continues it. */
export async function logContradiction(
  { deployment, recorder, leaves }: DeploymentLog,
  { standing, published }: { standing: Standing; published: Published | null },
): Promise<string | null> {
  const file = await standing.read(CHECKPOINT_PATH);
  if (file === null) {
    if (published !== null || (await standing.exists('runs/log')))
      return `${CHECKPOINT_PATH} (it is gone, and ${published?.size ?? 'some'} leaves were published)`;
    return null;
  }
  const found = checkpointIn(file, { deployment, recorder, published });
  if (typeof found === 'string') return `${CHECKPOINT_PATH} (it ${found})`;
  const { size, root } = found;
  if (published !== null && size < published.size)
    return `${CHECKPOINT_PATH} (it was set back from ${published.size} leaves to ${size})`;
  if (size > leaves.length)
    return `${CHECKPOINT_PATH} (it covers ${size} leaves, this log has ${leaves.length})`;
  if (treeHead(leaves.slice(0, size)) !== root)
    return `${CHECKPOINT_PATH} (it is over other leaves than the first ${size} of this log)`;
  for (const [path, text] of leafFiles(leaves.slice(0, size)))
    if (!(await standing.holds(path, text))) return `${path} (it is not what the checkpoint covers)`;
  return null;
}

/** A string says what is wrong. Of what is word for word the last published one, the key may be gone by now. */
function checkpointIn(
  file: Uint8Array,
  { deployment, recorder, published }: Omit<DeploymentLog, 'leaves'> & { published: Published | null },
): Checkpoint | string {
  const keys = [recorder.current, ...recorder.older].map(({ key }) => key);
  const origin = originOf(deployment);
  const opened = openCheckpoint(file, { origin, keys });
  if (opened.ok) return opened.value.checkpoint;
  const note = decodeNote(file);
  if (published !== null && note.ok && note.value.text === checkpointText({ origin, ...published }))
    return { origin, ...published };
  return opened.flaw.detail;
}
