// A whole clone: every approval, every run and every file beside them, with all that is wrong, and who merged what. It reads
// git and the keys that it is given, and asks nobody.
import type { RunId } from '../approval/run-id.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import type { Authority } from '../record/time-stamp-authority.ts';
import type { RunStatus } from '../run/state.ts';
import type { Trust } from './approvals.ts';
import type { Commit, Person } from './commits.ts';
import { inForce, Reconciliation } from './database.ts';
import type { Evidence } from './evidence.ts';
import { explainedBy } from './files.ts';
import { bySeverity, type Finding, type Severity, severityOf } from './finding.ts';
import { inFlight } from './in-flight.ts';
import { type FollowedRun, judgeLog } from './log.ts';
import type { FollowedLog } from './record.ts';
import { type AuditedRun, auditRuns, type Court, openCourt } from './run.ts';
import type { TimeStamps } from './time-stamps.ts';
import { findUnexplained } from './unexplained.ts';
import type { Cosigned, Witnesses } from './witnesses.ts';

export interface RunSummary {
  readonly runId: RunId;
  readonly documentId: string | null;
  /** null: the log cannot be followed. */
  readonly status: RunStatus | null;
  readonly entries: number;
  readonly errors: number;
  readonly warnings: number;
}

export interface ApprovalSummary {
  readonly path: string;
  readonly sha256: string;
  /** null: it cannot be read. */
  readonly gate: string | null;
  readonly signers: readonly string[];
  /** `used`: by a run, or as a withdrawal. */
  readonly fate: 'used' | 'unused' | 'rejected';
  readonly run: RunId | null;
  readonly commit: string;
  /** Who made the commit, and who put it there: on a forge the person and the forge. */
  readonly author: Person;
  readonly committer: Person;
}

export interface Audit {
  readonly directory: string;
  readonly head: Commit;
  readonly commits: number;
  readonly signers: readonly string[];
  readonly runs: readonly RunSummary[];
  readonly approvals: readonly ApprovalSummary[];
  /** The errors first. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** What the governed database serves; null where it was not asked. */
  readonly database: { readonly units: number } | null;
  /** The newest of the log; null where there is none that can be believed. */
  readonly checkpoint: Checkpoint | null;
  /** What the witnesses have cosigned that were asked for. */
  readonly cosigned: readonly Cosigned[];
  readonly timeStamps: TimeStamps;
}

export interface AuditOptions {
  readonly trust: Trust;
  /** The rows of SERVED, where the governed database is to be held against the records. */
  readonly served?: AsyncIterable<unknown>;
  readonly witnesses?: Witnesses;
  /** By whose certificates time stamps are believed. Where it is given, a statement without one is told. */
  readonly authorities?: readonly Authority[];
  /** Told after each run. */
  onRun?(done: number, all: number): void;
}

/** What waits for git while others are judged; more of them only cost memory. */
const DOCUMENTS_IN_FLIGHT = 8;

const NO_WITNESSES: Witnesses = { keys: [], remembered: [] };

/** Throws CloneFault where the clone cannot be read, KeyFault and SignatureFault. */
export async function auditClone(evidence: Evidence, options: AuditOptions): Promise<Audit> {
  const { trust, served, witnesses = NO_WITNESSES, authorities = null, onRun } = options;
  const court = await openCourt(evidence, trust);
  const { sketches } = court.ledger;
  const documents = [...new Set([...sketches.values()].map(({ documentId }) => documentId))];
  let done = 0;
  const judged = await inFlight(documents, {
    most: DOCUMENTS_IN_FLIGHT,
    async work(documentId) {
      const own: JudgedRun[] = [];
      for await (const audited of auditRuns(court, { documentId })) {
        own.push(judgedRun(audited, documentId));
        onRun?.(++done, sketches.size);
      }
      return own;
    },
  });
  const runs = judged.flat();
  const findings: Finding[] = [...court.approvals.findings, ...runs.flatMap((one) => one.findings)];
  const followed = new Map(runs.flatMap(({ log }) => (log ? [[log.runId, log]] : [])));
  const { approvals: merged } = court;
  const judgedLog = await judgeLog({ evidence, approvals: merged, runs: followed, witnesses, authorities });
  findings.push(...judgedLog.findings);
  const explained = {
    paths: new Set([...runs.flatMap(({ explains }) => explains), ...judgedLog.explains]),
    runs: new Set(runs.filter(({ summary }) => summary.status !== null).map(({ summary }) => summary.runId)),
  };
  const approvals = approvalsOf(court);
  findings.push(...fatesOf(court), ...findUnexplained(evidence, explained));
  const reconciled = served ? await reconcile(served, court) : null;
  findings.push(...(reconciled?.findings ?? []));
  const told = bySeverity(findings);
  return {
    ...{ directory: evidence.directory, head: evidence.graph.head, commits: evidence.graph.commits.length },
    signers: trust.keys.pinned,
    runs: runs.map(({ summary }) => summary).toSorted((a, b) => (a.runId < b.runId ? -1 : 1)),
    approvals,
    findings: told,
    counts: { error: countOf('error', told), warning: countOf('warning', told), note: countOf('note', told) },
    database: reconciled && { units: reconciled.units },
    ...{ checkpoint: judgedLog.checkpoint, cosigned: judgedLog.cosigned },
    timeStamps: judgedLog.timeStamps,
  };
}

async function reconcile(served: AsyncIterable<unknown>, { ledger, evidence }: Court) {
  const reconciliation = new Reconciliation(await inForce(ledger, evidence));
  for await (const row of served) reconciliation.take(row);
  return { units: reconciliation.units, findings: reconciliation.close() };
}

/** What is kept of a run: its log is not. */
interface JudgedRun {
  readonly summary: RunSummary;
  readonly findings: readonly Finding[];
  readonly explains: readonly string[];
  /** null where it could not be followed. */
  readonly log: FollowedRun | null;
}

function judgedRun(
  { runId, state, events, findings, log }: AuditedRun,
  documentId: string | null,
): JudgedRun {
  const summary: RunSummary = {
    ...{ runId, documentId, entries: events.length, status: state?.position.status ?? null },
    ...{ errors: countOf('error', findings), warnings: countOf('warning', findings) },
  };
  return { summary, findings, explains: log ? [...explainedBy(log)] : [], log: log && followedRun(log) };
}

function followedRun({ runId, events, state }: FollowedLog): FollowedRun {
  return {
    runId,
    entries: events.map(({ hash, at }) => ({ hash, at })),
    uses: new Set(state.approvals.map(({ document_sha256 }) => document_sha256)),
    hasRecorder: state.recorderKeys.length > 0,
  };
}

function countOf(severity: Severity, findings: readonly Finding[]): number {
  return findings.filter((one) => severityOf(one) === severity).length;
}

function approvalsOf({ approvals, ledger }: Court): ApprovalSummary[] {
  return [...approvals.byPath.values()]
    .map(({ path, sha256, commit, atMerge }): ApprovalSummary => {
      const run = ledger.firstUse.get(sha256)?.runId ?? null;
      const accepted = atMerge.verdict === 'accepted';
      const takesBack = accepted && atMerge.approval.bindings.approval_sha256 !== undefined;
      return {
        ...{ path, sha256, run, commit: commit.id, author: commit.author, committer: commit.committer },
        gate: atMerge.approval?.gate ?? null,
        signers: accepted ? atMerge.signers : [],
        fate: run !== null || takesBack ? 'used' : accepted ? 'unused' : 'rejected',
      };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What was merged and moved nothing. */
function fatesOf({ approvals, ledger }: Court): Finding[] {
  const runs: ReadonlySet<string> = new Set(ledger.sketches.keys());
  return [...approvals.byPath.values()].flatMap(({ path, sha256, atMerge }): Finding[] => {
    if (ledger.firstUse.has(sha256)) return [];
    if (atMerge.verdict === 'rejected')
      return [{ code: 'approval_rejected', where: path, detail: `${atMerge.reason}: ${atMerge.detail}` }];
    const { gate, bindings } = atMerge.approval;
    if (bindings.approval_sha256 !== undefined) return [];
    const { run_id } = bindings;
    const lost = run_id !== undefined && !runs.has(run_id);
    const detail = `${gate}, for ${run_id ?? 'a new run'}`;
    return [{ code: lost ? 'run_unknown' : 'approval_unused', where: path, detail }];
  });
}
