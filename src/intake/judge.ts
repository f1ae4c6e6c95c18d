// Judges the approval of a pull request: reads the facts from GitHub by commit and the expectations from the bot's
// state, and asks `admit`. The check before merging and the decision at the merge are this same function.
import {
  type AdmissionRequest,
  admit,
  type Expectations,
  type Origin,
  type Policy,
  pickApproval,
  type TreeEntry,
  type Verdict,
} from '../approval/admission.ts';
import { type Approval, readApproval } from '../approval/front-matter.ts';
import type { BindingName } from '../approval/gates.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import type { Refusal } from '../approval/reasons.ts';
import { isRunId } from '../approval/run-id.ts';
import { sha256 } from '../digest/digest.ts';
import type { SourceReader } from '../phases/context.ts';
import { blocking } from '../readiness/conditions.ts';
import type { OpeningAssessment } from '../readiness/opening.ts';
import { expectedBindings } from '../run/bindings.ts';
import { opensStretch, stretchOpenedBy } from '../run/place.ts';
import { awaitedGates, fold, isTerminal, openedGates, type RunState } from '../run/state.ts';
import type { Target } from '../run/target.ts';
import { allRuns, ledgerFor, runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import type { Forge, PullRequest } from './forge.ts';

export interface Judging {
  readonly forge: Forge;
  readonly source: SourceReader;
  readonly store: Store;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly targets: readonly Target[];
  now(): Date;
  /** Readiness for opening a run of this target at this commit, under the approval that is being judged. */
  assessOpening(opening: { target: Target; commit: string; enabledBy: string }): Promise<OpeningAssessment>;
}

export interface Judged {
  readonly pull: PullRequest;
  readonly commit: string;
  readonly verdict: Verdict;
  readonly files: Pick<AdmissionRequest, 'approval' | 'signatures'>;
  /** The run that the approval names, as it stands; null for one that would open a run. */
  readonly state: RunState | null;
  readonly target: Target | null;
  /** Of an approval that would open a run and is otherwise in order: the dry run and PRE-1 … PRE-8. */
  readonly assessment: OpeningAssessment | null;
}

/** null when the pull request has nothing to do with approvals. */
export async function judge(number: number, judging: Judging): Promise<Judged | null> {
  const { forge, store } = judging;
  const pull = await forge.pull(number);
  const changed = await forge.changedFiles(number);
  if (!changed.some(({ path, previousPath }) => isApprovals(path) || isApprovals(previousPath))) return null;

  const commit = (pull.merged ? pull.mergeCommit : null) ?? pull.headCommit;
  const folder = await forge.entry(commit, 'approvals');
  const tree = [...(folder ? [folder] : []), ...((await forge.folder(commit, 'approvals')) ?? [])];
  const picked = pickApproval(changed);
  const paths = picked.ok ? picked : { path: changed[0]?.path ?? 'approvals', signatures: [] };
  const files = {
    approval: await load(forge, tree, paths.path),
    signatures: await Promise.all(paths.signatures.map((path) => load(forge, tree, path))),
  };

  const read = readApproval(files.approval.bytes);
  const context = read.ok
    ? await contextOf(read.approval, { judging, commit })
    : { expect: { bindings: {} } };
  const { expect, state = null, target = null, refusal = null } = context;
  const ledger = await ledgerFor(store, sha256(files.approval.bytes));
  const change: Origin = {
    fork: pull.headRepository !== forge.name,
    files: changed,
    tree,
    merged: await mergedInto(pull, forge),
  };
  const { keys, policy } = judging;
  const admitted = await admit({ ...files, change, expect, ledger, keys, policy, now: judging.now() });
  const judged = { pull, commit, files, state, target };
  if (refusal || admitted.verdict === 'rejected' || !target) {
    return { ...judged, assessment: null, verdict: refusal ? overruled(admitted, refusal) : admitted };
  }
  const assessment = await judging.assessOpening({ target, commit, enabledBy: files.approval.path });
  const open = blocking(assessment.conditions).map(
    ({ id, title, evidence }) => `${id} ${title}: ${evidence}`,
  );
  const verdict =
    open.length > 0 ? overruled(admitted, { reason: 'not_ready', detail: open.join('; ') }) : admitted;
  return { ...judged, assessment, verdict };
}

function isApprovals(path: string | undefined): boolean {
  return (
    path !== undefined &&
    (path === 'approvals' || /^approvals\//i.test(path)) &&
    path !== 'approvals/README.md'
  );
}

// Only a regular file is read: what a symbolic link points at is not what the pull request shows. Admission
// refuses every other mode before it looks at the bytes.
async function load(forge: Forge, tree: readonly TreeEntry[], path: string) {
  const entry = tree.find((candidate) => candidate.path === path);
  const regular = entry?.type === 'blob' && entry.mode === '100644';
  return { path, bytes: regular ? await forge.blob(entry.sha) : new Uint8Array() };
}

async function mergedInto(pull: PullRequest, forge: Forge): Promise<Origin['merged']> {
  if (pull.base !== (await forge.defaultBranch())) return 'other_branch';
  if (pull.open) return 'open';
  return pull.merged ? 'default_branch' : 'closed_unmerged';
}

interface Context {
  readonly expect: Expectations;
  readonly state?: RunState;
  readonly target?: Target;
  /** What only the bot can know against an approval that is otherwise in order. */
  readonly refusal?: Refusal | null;
}

async function contextOf(
  approval: Approval,
  { judging, commit }: { judging: Judging; commit: string },
): Promise<Context> {
  const { run_id } = approval.bindings;
  if (run_id !== undefined) return contextOfRun(approval, run_id, judging);
  if (approval.gate !== 'GAP7_execution_enable') return { expect: { bindings: {}, run: null } };
  return contextOfOpening(approval, { judging, commit });
}

async function contextOfRun(approval: Approval, runId: string, judging: Judging): Promise<Context> {
  const events = isRunId(runId) ? await runLog(judging.store).load(runId) : [];
  if (events.length === 0) return { expect: { bindings: {}, run: null } };
  const state = fold(events);
  const renewable = isTerminal(state.position.status) ? [] : (['GAP7_execution_enable'] as const);
  const awaits = [...awaitedGates(state, judging.now()), ...renewable];
  const expecting = awaits.includes(approval.gate);
  const bindings = expecting ? expectedBindings(state, approval.gate) : { run_id: state.runId };
  const refusal = expecting ? enableExpired(state, approval, judging.now()) : null;
  const run = { runId: state.runId, awaits, opened: openedGates(state) };
  return { expect: { run, bindings }, state, refusal };
}

// The window of the enable is judged again at every write, so a gate that it no longer covers is refused before the
// signature is spent on it.
function enableExpired(state: RunState, approval: Approval, now: Date): Refusal | null {
  const { gate } = approval;
  if (gate === 'GAP7_execution_enable' || !opensStretch(gate) || !stretchOpenedBy(gate).underEnable)
    return null;
  const enable = state.approvals.findLast((earlier) => earlier.gate === 'GAP7_execution_enable');
  if (enable && now < new Date(enable.valid_until)) return null;
  return {
    reason: 'enable_expired',
    detail: `the enable of ${state.runId} ended at ${enable?.valid_until ?? 'no time known'}`,
  };
}

async function contextOfOpening(
  approval: Approval,
  { judging, commit }: { judging: Judging; commit: string },
): Promise<Context> {
  const target = judging.targets.find(({ document_id }) => document_id === approval.bindings.document_id);
  if (!target) {
    const known = judging.targets.map(({ document_id }) => document_id).join(', ');
    return {
      expect: { bindings: { mode: 'LIVE' } },
      refusal: { reason: 'document_unknown', detail: `the deployment governs ${known}` },
    };
  }
  const bindings: Partial<Record<BindingName, string>> = { document_id: target.document_id, mode: 'LIVE' };
  const source = await judging.source.read(target.path, commit);
  if (!source) {
    return {
      expect: { bindings },
      target,
      refusal: { reason: 'source_not_found', detail: `${target.path} is not a regular file at ${commit}` },
    };
  }
  const expect = { bindings: { ...bindings, source_sha256: sha256(source.bytes) } };
  const active = await activeRun(judging);
  const refusal = active ? anotherActive(active) : null;
  return { expect, target, refusal };
}

export function anotherActive({ runId, documentId, position }: RunState): Refusal {
  return { reason: 'another_run_active', detail: `${runId} for ${documentId} is ${position.status}` };
}

// One governed database, one run at a time, whatever its document: what another run writes between this one's snapshot
// and its verification would be a count drift, and both signatures would be lost.
export async function activeRun({ store }: Pick<Judging, 'store'>): Promise<RunState | null> {
  const runs = await allRuns(store);
  return runs.find(({ position }) => !isTerminal(position.status)) ?? null;
}

function overruled(verdict: Verdict, refusal: Refusal): Verdict {
  if (verdict.verdict === 'rejected') return verdict;
  const checks = verdict.checks.map((check) =>
    check.name === 'run and gate' ? { ...check, result: 'fail' as const, detail: refusal.detail } : check,
  );
  return { ...refusal, verdict: 'rejected', approval: verdict.approval, checks };
}
