// The checkpoints of the log: each that was ever on the default branch, signed by a recorder that an approval names, over the
// first of the leaves that are there now.
import { GrowingTree } from '../merkle/tree-head.ts';
import { CHECKPOINT_PATH, openCheckpoint, originOf, type SignedCheckpoint } from '../record/checkpoint.ts';
import { isRecorderKey, type RecorderKey } from '../record/recorder-key.ts';
import type { Approvals } from './approvals.ts';
import { bytesOf, type Evidence, grownSteps } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';

/** The keys that admitted enables name, by the log that they sign for. */
export type Recorders = ReadonlyMap<string, ReadonlySet<RecorderKey>>;

export interface Checked {
  readonly findings: readonly Finding[];
  readonly newest: SignedCheckpoint | null;
  /** Where on the default branch the log began. */
  readonly since: number;
}

/** Each checkpoint that was ever on the default branch is over the first leaves of those that are there now. */
export async function judgeCheckpoints(
  lines: readonly string[],
  { evidence, trusted }: { readonly evidence: Evidence; readonly trusted: Recorders },
): Promise<Checked> {
  const { place } = evidence.graph;
  const findings: Finding[] = [];
  const find = (code: FindingCode, detail: string) => findings.push({ code, where: CHECKPOINT_PATH, detail });
  const steps = grownSteps(evidence, CHECKPOINT_PATH);
  const seen: { readonly size: number; readonly root: string; readonly commit: string }[] = [];
  let newest: SignedCheckpoint | null = null;
  let last = 0;
  for (const { after, commit } of steps) {
    newest = null;
    if (!after) {
      find('log_inconsistent', `${commit.id} of ${commit.committer.name} has removed it`);
      continue;
    }
    const opened = openAny(await bytesOf(after, evidence), trusted);
    if (typeof opened === 'string') {
      find('checkpoint_untrusted', `that of ${commit.id} ${opened}`);
      continue;
    }
    const { size, root } = opened.checkpoint;
    if (size < last) find('log_inconsistent', `${commit.id} has set it back from ${last} leaves to ${size}`);
    last = size;
    newest = opened;
    seen.push({ size, root, commit: commit.id });
  }
  const roots = rootsAt(lines, new Set(seen.map(({ size }) => size)));
  for (const { size, root, commit } of seen)
    if (roots.get(size) !== root)
      find(
        'log_inconsistent',
        `that of ${commit} is not over the first ${size} of the ${lines.length} leaves`,
      );
  if (newest && newest.checkpoint.size !== lines.length)
    find('log_inconsistent', `it is over ${newest.checkpoint.size} leaves, and ${lines.length} are there`);
  return { findings, newest, since: place.get(steps[0]?.commit.id ?? '') ?? 0 };
}

export function recordersIn({ byPath }: Approvals): Recorders {
  const recorders = new Map<string, Set<RecorderKey>>();
  for (const { atMerge } of byPath.values()) {
    if (atMerge.verdict === 'rejected') continue;
    const { deployment, recorder_key } = atMerge.approval.bindings;
    if (deployment === undefined || recorder_key === undefined || !isRecorderKey(recorder_key)) continue;
    const origin = originOf(deployment);
    recorders.set(origin, (recorders.get(origin) ?? new Set()).add(recorder_key));
  }
  return recorders;
}

/** A string says why none of the logs signed it. */
export function openAny(file: Buffer, trusted: Recorders): SignedCheckpoint | string {
  let why = 'is signed by no key that an approval names';
  for (const [origin, keys] of trusted) {
    const opened = openCheckpoint(file, { origin, keys });
    if (opened.ok) return opened.value;
    why = opened.flaw.detail;
  }
  return why;
}

/** The heads over so many of the first leaves; none for more than there are. */
export function rootsAt(lines: readonly string[], sizes: ReadonlySet<number>): ReadonlyMap<number, string> {
  const roots = new Map<number, string>();
  const tree = new GrowingTree();
  if (sizes.has(0)) roots.set(0, tree.head());
  for (const line of lines) {
    tree.append(line);
    if (sizes.has(tree.size)) roots.set(tree.size, tree.head());
  }
  return roots;
}
