// A whole clone: every approval, every run and every file beside them, with all that is wrong, and who merged what. It reads
// git and the keys that it is given, and asks nobody.
import type { RunId } from '../approval/run-id.ts';
import type { RunStatus } from '../run/state.ts';
import type { Trust } from './approvals.ts';
import type { Commit, Person } from './commits.ts';
import type { Evidence } from './evidence.ts';
import { explainedBy } from './files.ts';
import { bySeverity, type Finding, type Severity, severityOf } from './finding.ts';
import { auditRuns, type Court, openCourt } from './run.ts';
import { findUnexplained } from './unexplained.ts';

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
}

export interface AuditOptions {
  readonly trust: Trust;
  /** Told after each run. */
  onRun?(done: number, all: number): void;
}

/** Throws CloneFault where the clone cannot be read, KeyFault and SignatureFault. */
export async function auditClone(evidence: Evidence, { trust, onRun }: AuditOptions): Promise<Audit> {
  const court = await openCourt(evidence, trust);
  const { sketches } = court.ledger;
  const documents = new Set([...sketches.values()].map(({ documentId }) => documentId));
  const findings: Finding[] = [...court.approvals.findings];
  const runs: RunSummary[] = [];
  const explained = { paths: new Set<string>(), runs: new Set<string>() };
  for (const documentId of documents)
    for await (const audited of auditRuns(court, { documentId })) {
      const { runId, state, events, findings: own, log } = audited;
      findings.push(...own);
      if (log) explained.runs.add(runId);
      for (const path of log ? explainedBy(log) : []) explained.paths.add(path);
      runs.push({
        ...{ runId, documentId, entries: events.length, status: state?.position.status ?? null },
        ...{ errors: countOf('error', own), warnings: countOf('warning', own) },
      });
      onRun?.(runs.length, sketches.size);
    }
  const approvals = approvalsOf(court);
  findings.push(...fatesOf(court), ...findUnexplained(evidence, explained));
  const told = bySeverity(findings);
  return {
    ...{ directory: evidence.directory, head: evidence.graph.head, commits: evidence.graph.commits.length },
    signers: trust.keys.pinned,
    runs: runs.toSorted((a, b) => (a.runId < b.runId ? -1 : 1)),
    approvals,
    findings: told,
    counts: { error: countOf('error', told), warning: countOf('warning', told), note: countOf('note', told) },
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
