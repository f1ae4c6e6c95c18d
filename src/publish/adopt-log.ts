// Takes over what the published log says beyond this state: for an operator who had to restore an older copy of the state.
// Only leaves under a checkpoint that this recorder has signed, behind all that the state has published itself.
import { treeHead } from '../merkle/tree-head.ts';
import { CHECKPOINT_PATH, openCheckpoint, originOf } from '../record/checkpoint.ts';
import type { Standing } from '../record/log-files.ts';
import { decodeLeaf, LEAVES_PER_FILE, leafLines, leafPath } from '../record/log-leaf.ts';
import { flawed, type Read, readAs } from '../record/read.ts';
import type { Recorder } from '../record/recorder-key.ts';
import { adoptLeaves, logOrder } from '../store/log-leaves.ts';
import type { Store } from '../store/store.ts';

export interface AdoptPorts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly deployment: string;
  readonly standing: Standing;
}

/** How many leaves were taken over; the flaw names the file that does not allow it. */
export async function adoptLog({ store, standing, ...of }: AdoptPorts): Promise<Read<number>> {
  const published = await publishedLeaves(standing, of);
  if (!published.ok) return published;
  const leaves = published.value;
  const { lines, placed } = await logOrder(store);
  const differs = lines.slice(0, placed).findIndex((line, place) => leaves[place] !== line);
  if (differs >= leaves.length) return readAs(0);
  if (differs >= 0)
    return flawed('malformed', `${leafPath(differs)}: leaf ${differs} is another one than in this state`);
  const missing = leaves.slice(placed);
  await adoptLeaves(store, missing);
  return readAs(missing.length);
}

async function publishedLeaves(
  standing: Standing,
  { recorder, deployment }: Pick<AdoptPorts, 'recorder' | 'deployment'>,
): Promise<Read<readonly string[]>> {
  const file = await standing.read(CHECKPOINT_PATH);
  if (file === null) return flawed('malformed', `${CHECKPOINT_PATH} is not there`);
  const keys = [recorder.current, ...recorder.older].map(({ key }) => key);
  const opened = openCheckpoint(file, { origin: originOf(deployment), keys });
  if (!opened.ok) return flawed(opened.flaw.code, `${CHECKPOINT_PATH} ${opened.flaw.detail}`);
  const { size, root } = opened.value.checkpoint;
  const leaves: string[] = [];
  for (let start = 0; start < size; start += LEAVES_PER_FILE) {
    const bytes = await standing.read(leafPath(start));
    const lines = bytes === null ? flawed('malformed', 'is not there') : leafLines(bytes);
    if (!lines.ok) return flawed('malformed', `${leafPath(start)} ${lines.flaw.detail}`);
    const odd = lines.value.find((line) => !decodeLeaf(line).ok);
    if (odd !== undefined) return flawed('malformed', `${leafPath(start)} holds a line that is no leaf`);
    leaves.push(...lines.value);
  }
  return leaves.length === size && treeHead(leaves) === root
    ? readAs(leaves)
    : flawed('malformed', `${CHECKPOINT_PATH} is over other leaves than those that stand there`);
}
