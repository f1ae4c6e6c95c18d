// The log of the deployment, runs/log/: signed checkpoints over leaves that only grew, in every commit of history; a leaf for
// each published head and each verdict, and nothing that has a leaf gone from the clone.
import { isApprovalPath } from '../approval/file-name.ts';
import { sha256 } from '../digest/digest.ts';
import { GrowingTree } from '../merkle/tree-head.ts';
import { CHECKPOINT_PATH, openCheckpoint, originOf, type SignedCheckpoint } from '../record/checkpoint.ts';
import {
  decodeLeaf,
  type HeadLeaf,
  leafFileNumber,
  leafLines,
  leafPath,
  type VerdictLeaf,
} from '../record/log-leaf.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import { isRecorderKey } from '../record/recorder-key.ts';
import { statementPath } from '../record/statement.ts';
import { logPath } from '../run/published-log.ts';
import type { Approvals } from './approvals.ts';
import { bytesOf, type Evidence, type PathStep } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { FollowedLog } from './record.ts';

export interface JudgedLog {
  readonly findings: readonly Finding[];
  /** null where the clone has no log that can be read. */
  readonly checkpoint: SignedCheckpoint['checkpoint'] | null;
}

/** What is known of a run whose log could be followed. */
export type FollowedRun = Pick<FollowedLog, 'runId'> & {
  /** Hash and time of each entry, in order. */
  readonly entries: readonly { readonly hash: string; readonly at: string }[];
  readonly uses: ReadonlySet<string>;
  readonly hasRecorder: boolean;
};

export interface LogContext {
  readonly evidence: Evidence;
  readonly approvals: Approvals;
  readonly runs: ReadonlyMap<string, FollowedRun>;
}

export async function judgeLog(context: LogContext): Promise<JudgedLog> {
  const { evidence, runs } = context;
  const now = evidence.paths.get(CHECKPOINT_PATH)?.now;
  const recorded = [...runs.values()].find(({ hasRecorder }) => hasRecorder);
  if (!now) {
    const gone = [...evidence.paths.keys()].some((path) => path.startsWith('runs/log/'));
    if (!recorded && !gone) return { findings: [], checkpoint: null };
    const detail = recorded ? `${recorded.runId} has a recorder` : 'there was a log before';
    return { findings: [{ code: 'checkpoint_missing', where: CHECKPOINT_PATH, detail }], checkpoint: null };
  }
  const findings: Finding[] = [...(await growthOfLeaves(evidence))];
  const leaves = await readLeaves(evidence);
  if ('code' in leaves) return { findings: [...findings, leaves], checkpoint: null };
  const checked = await checkpoints(leaves, context);
  findings.push(...checked.findings);
  if (!checked.newest) return { findings, checkpoint: null };
  findings.push(...(await judgeHeads(leaves, { ...context, since: checked.since })));
  findings.push(...judgeVerdicts(leaves, { ...context, since: checked.since }));
  return { findings, checkpoint: checked.newest };
}

/** Paths of the log that it explains. */
export function explainedByLog(evidence: Evidence): ReadonlySet<string> {
  const files = [...evidence.paths.keys()].filter((path) => leafFileNumber(path) !== undefined);
  return new Set([CHECKPOINT_PATH, 'runs/recorder.json', ...files]);
}

/** Only ever added to, against every parent of every commit. */
async function growthOfLeaves(evidence: Evidence): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [path, { steps }] of evidence.paths) {
    if (leafFileNumber(path) === undefined) continue;
    for (const { before, after, commit } of steps) {
      if (!before) continue;
      const old = await bytesOf(before, evidence);
      const grown = after ? await bytesOf(after, evidence) : Buffer.alloc(0);
      if (grown.subarray(0, old.length).equals(old)) continue;
      const detail = `${commit.id} of ${commit.committer.name} has taken leaves away, or put others in their place`;
      findings.push({ code: 'leaves_rewritten', where: path, detail });
    }
  }
  return findings;
}

interface Leaves {
  readonly lines: readonly string[];
  readonly heads: readonly HeadLeaf[];
  readonly verdicts: readonly VerdictLeaf[];
}

async function readLeaves(evidence: Evidence): Promise<Leaves | Finding> {
  const lines: string[] = [];
  const heads: HeadLeaf[] = [];
  const verdicts: VerdictLeaf[] = [];
  for (let number = 0; ; number += 1) {
    const path = leafPath(lines.length);
    const now = evidence.paths.get(path)?.now;
    const find = (detail: string): Finding => ({ code: 'leaf_malformed', where: path, detail });
    if (!now) {
      const beyond = [...evidence.paths].find(
        ([other, history]) => history.now && (leafFileNumber(other) ?? -1) >= number,
      );
      return beyond ? find(`it is missing, and there is ${beyond[0]}`) : { lines, heads, verdicts };
    }
    const read = leafLines(await bytesOf(now, evidence));
    if (!read.ok) return find(`it ${read.flaw.detail}`);
    for (const [index, line] of read.value.entries()) {
      const leaf = decodeLeaf(line);
      if (!leaf.ok) return find(`line ${index + 1} ${leaf.flaw.detail}`);
      lines.push(line);
      if (leaf.value.type === 'head') heads.push(leaf.value);
      else verdicts.push(leaf.value);
    }
    if (leafPath(lines.length) === path) {
      const after = evidence.paths.get(leafPath(lines.length + 256))?.now;
      return after ? find('it is not full, and another one follows') : { lines, heads, verdicts };
    }
  }
}

interface Checked {
  readonly findings: readonly Finding[];
  readonly newest: SignedCheckpoint['checkpoint'] | null;
  /** Where on the default branch the log began. */
  readonly since: number;
}

/** Each checkpoint that was ever on the default branch is over the first leaves of those that are there now. */
async function checkpoints({ lines }: Leaves, { evidence, approvals }: LogContext): Promise<Checked> {
  const { place } = evidence.graph;
  const findings: Finding[] = [];
  const find = (code: FindingCode, detail: string) => findings.push({ code, where: CHECKPOINT_PATH, detail });
  const trusted = recordersIn(approvals);
  const steps = grownSteps(evidence, CHECKPOINT_PATH);
  const seen: { readonly size: number; readonly root: string; readonly commit: string }[] = [];
  let newest: SignedCheckpoint['checkpoint'] | null = null;
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
    newest = opened.checkpoint;
    seen.push({ size, root, commit: commit.id });
  }
  const roots = rootsAt(lines, new Set(seen.map(({ size }) => size)));
  for (const { size, root, commit } of seen)
    if (roots.get(size) !== root)
      find(
        'log_inconsistent',
        `that of ${commit} is not over the first ${size} of the ${lines.length} leaves`,
      );
  if (newest && newest.size !== lines.length)
    find('log_inconsistent', `it is over ${newest.size} leaves, and ${lines.length} are there`);
  return { findings, newest, since: place.get(steps[0]?.commit.id ?? '') ?? 0 };
}

function grownSteps(evidence: Evidence, path: string): readonly PathStep[] {
  return (evidence.paths.get(path)?.steps ?? []).filter(
    ({ onMainline, parent }) => onMainline && parent === 0,
  );
}

/** The keys that admitted enables name, by the log that they sign for. */
function recordersIn({ byPath }: Approvals): ReadonlyMap<string, ReadonlySet<RecorderKey>> {
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
function openAny(
  file: Buffer,
  trusted: ReadonlyMap<string, ReadonlySet<RecorderKey>>,
): SignedCheckpoint | string {
  let why = 'is signed by no key that an approval names';
  for (const [origin, keys] of trusted) {
    const opened = openCheckpoint(file, { origin, keys });
    if (opened.ok) return opened.value;
    why = opened.flaw.detail;
  }
  return why;
}

function rootsAt(lines: readonly string[], sizes: ReadonlySet<number>): ReadonlyMap<number, string> {
  const roots = new Map<number, string>();
  const tree = new GrowingTree();
  if (sizes.has(0)) roots.set(0, tree.head());
  for (const line of lines) {
    tree.append(line);
    if (sizes.has(tree.size)) roots.set(tree.size, tree.head());
  }
  return roots;
}

interface Since extends LogContext {
  readonly since: number;
}

async function judgeHeads({ heads }: Leaves, { evidence, runs, since }: Since): Promise<Finding[]> {
  const findings: Finding[] = [];
  const leafOf = new Map(heads.map((leaf) => [`${leaf.run_id} ${leaf.seq}`, leaf]));
  for (const { run_id, seq, hash, at } of heads) {
    const where = `${logPath(run_id)}#${seq}`;
    const entry = runs.get(run_id)?.entries[seq - 1];
    if (entry && entry.hash === hash && entry.at === at) continue;
    const detail = entry ? 'the entry there is another one' : 'there is no such entry in this clone';
    findings.push({ code: 'leaf_without_head', where, detail });
  }
  for (const { runId, entries } of runs.values()) {
    const statements = new Map(
      grownSteps(evidence, statementPath(runId)).map((step) => [step.commit.id, step]),
    );
    for (const { commit, after } of grownSteps(evidence, logPath(runId))) {
      if (!after || (evidence.graph.place.get(commit.id) ?? 0) < since) continue;
      const seq = (await bytesOf(after, evidence)).reduce(
        (count, byte) => count + (byte === 0x0a ? 1 : 0),
        0,
      );
      const where = `${logPath(runId)}#${seq}`;
      const leaf = leafOf.get(`${runId} ${seq}`);
      if (!leaf || leaf.hash !== entries[seq - 1]?.hash) {
        findings.push({ code: 'head_without_leaf', where, detail: `it was published by ${commit.id}` });
        continue;
      }
      const statement = statements.get(commit.id)?.after;
      const found = statement ? sha256(await bytesOf(statement, evidence)) : 'none';
      if (found !== leaf.statement_sha256)
        findings.push({
          code: 'leaf_without_head',
          where,
          detail: `its leaf names another statement than ${commit.id} has`,
        });
    }
  }
  return findings;
}

/** Later than this after a merge, the verdict on it should have a place in the log. */
const VERDICT_WITHIN_MS = 60 * 60 * 1000;
const OF_NO_BYTES = sha256('');

function judgeVerdicts(leaves: Leaves, { evidence, approvals, runs, since }: Since): Finding[] {
  const findings: Finding[] = [];
  const find = (code: FindingCode, where: string, detail: string) => findings.push({ code, where, detail });
  const judged = new Map<string, VerdictLeaf>();
  const usedBy = new Map(
    [...runs.values()].flatMap(({ runId, uses }) => [...uses].map((one) => [one, runId])),
  );
  for (const leaf of leaves.verdicts) {
    const { path, document_sha256, verdict, reason, run_id } = leaf;
    judged.set(`${path} ${leaf.document_sha256}`, leaf);
    const merged = approvals.byPath.get(path);
    const isThere = merged?.sha256 === document_sha256;
    const unread = verdict === 'rejected' && (document_sha256 === OF_NO_BYTES || !isApprovalPath(path));
    if (!isThere && !unread)
      find('verdict_without_approval', path, `it was ${verdict} with sha256 ${document_sha256}`);
    // A withdrawal names the run that held what it takes back: one that has ended does not hear of it.
    const takesBack = merged?.atMerge.approval?.bindings.approval_sha256 !== undefined;
    const unheard = run_id !== null && runs.get(run_id)?.uses.has(document_sha256) === false && !takesBack;
    if (verdict === 'accepted' && unheard)
      find('verdict_contradicts', path, `it was accepted for ${run_id}, whose log does not have it`);
    if (verdict === 'accepted' && run_id !== null && !runs.has(run_id))
      find('verdict_without_run', path, `it was accepted for ${run_id}, of which there is no record`);
    const user = usedBy.get(document_sha256);
    if (verdict === 'rejected' && user !== undefined)
      find('verdict_contradicts', path, `it was rejected (${reason}), and ${user} has used it`);
  }
  const until = evidence.graph.head.committer.at.getTime() - VERDICT_WITHIN_MS;
  for (const { path, sha256: digest, commit } of approvals.byPath.values()) {
    if ((evidence.graph.place.get(commit.id) ?? -1) < since || judged.has(`${path} ${digest}`)) continue;
    if (commit.committer.at.getTime() > until) continue;
    find('approval_without_verdict', path, `it was merged by ${commit.id}`);
  }
  return findings;
}
