// The log of the deployment, runs/log/: signed checkpoints over leaves that only grew, in every commit of history; a leaf for
// each published head and each verdict, and nothing that has a leaf gone from the clone.
import { isApprovalPath } from '../approval/file-name.ts';
import { sha256 } from '../digest/digest.ts';
import { CHECKPOINT_PATH, type SignedCheckpoint } from '../record/checkpoint.ts';
import { RECORDER_PATH } from '../record/log-files.ts';
import {
  decodeLeaf,
  type HeadLeaf,
  leafFileNumber,
  leafLines,
  leafPath,
  type VerdictLeaf,
} from '../record/log-leaf.ts';
import { statementPath } from '../record/statement.ts';
import { timeStampPath } from '../record/time-stamp.ts';
import type { Authority } from '../record/time-stamp-authority.ts';
import { logPath } from '../run/published-log.ts';
import type { Approvals } from './approvals.ts';
import { judgeCheckpoints, type Recorders, recordersIn } from './checkpoints.ts';
import { bytesOf, type Evidence, grownSteps } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { FollowedLog } from './record.ts';
import { judgeRecorderFile } from './recorder-file.ts';
import { isExplainedTimeStamp, judgeTimeStamps, type TimeStamps } from './time-stamps.ts';
import { type Cosigned, isExplainedWitness, judgeWitnesses, type Witnesses } from './witnesses.ts';

export interface JudgedLog {
  readonly findings: readonly Finding[];
  /** null where the clone has no log that can be read. */
  readonly checkpoint: SignedCheckpoint['checkpoint'] | null;
  readonly cosigned: readonly Cosigned[];
  readonly timeStamps: TimeStamps;
  /** Paths that it explains. */
  readonly explains: ReadonlySet<string>;
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
  readonly witnesses: Witnesses;
  /** By whose certificates time stamps are believed; null where nobody asks for any. */
  readonly authorities: readonly Authority[] | null;
}

export async function judgeLog(context: LogContext): Promise<JudgedLog> {
  const trusted = recordersIn(context.approvals);
  const { leaves, ...judged } = await judgeOwnLog({ ...context, trusted });
  const { findings, cosigned } = await judgeWitnesses({ ...context, trusted, lines: leaves?.lines ?? null });
  const heads = leaves?.heads ?? [];
  const { timeStamps, ...stamped } = await judgeTimeStamps({ ...context, heads });
  return {
    ...{ ...judged, cosigned, timeStamps, explains: explainedByLog(context.evidence, heads) },
    findings: [...judged.findings, ...findings, ...stamped.findings],
  };
}

type JudgedOwn = Pick<JudgedLog, 'findings' | 'checkpoint'> & { readonly leaves: Leaves | null };

async function judgeOwnLog(context: LogContext & { readonly trusted: Recorders }): Promise<JudgedOwn> {
  const { evidence, runs, trusted } = context;
  const now = evidence.paths.get(CHECKPOINT_PATH)?.now;
  const recorded = [...runs.values()].find(({ hasRecorder }) => hasRecorder);
  if (!now) {
    const gone = [...evidence.paths.keys()].some((path) => path.startsWith('runs/log/'));
    if (!recorded && !gone) return { findings: [], checkpoint: null, leaves: null };
    const detail = recorded ? `${recorded.runId} has a recorder` : 'there was a log before';
    const missing: Finding = { code: 'checkpoint_missing', where: CHECKPOINT_PATH, detail };
    return { findings: [missing], checkpoint: null, leaves: null };
  }
  const findings: Finding[] = [...(await growthOfLeaves(evidence))];
  const leaves = await readLeaves(evidence);
  if ('code' in leaves) return { findings: [...findings, leaves], checkpoint: null, leaves: null };
  const checked = await judgeCheckpoints(leaves.lines, { evidence, trusted });
  findings.push(...checked.findings);
  if (!checked.newest) return { findings, checkpoint: null, leaves };
  findings.push(...(await judgeRecorderFile(checked.newest, { evidence, trusted })));
  findings.push(...(await judgeHeads(leaves, { ...context, since: checked.since })));
  findings.push(...judgeVerdicts(leaves, { ...context, since: checked.since }));
  return { findings, checkpoint: checked.newest.checkpoint, leaves };
}

function explainedByLog(evidence: Evidence, heads: readonly HeadLeaf[]): ReadonlySet<string> {
  const stated = new Set(heads.map(({ run_id: runId, seq }) => timeStampPath({ runId, seq })));
  const files = [...evidence.paths.keys()].filter(
    (path) =>
      leafFileNumber(path) !== undefined ||
      isExplainedWitness(path, evidence) ||
      (stated.has(path) && isExplainedTimeStamp(path, evidence)),
  );
  const recorder = evidence.paths.get(CHECKPOINT_PATH)?.now ? [RECORDER_PATH] : [];
  return new Set([CHECKPOINT_PATH, ...recorder, ...files]);
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
