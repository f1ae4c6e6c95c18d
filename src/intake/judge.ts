// Judges the approval of a pull request: reads the facts from GitHub by commit and the expectations from the bot's
// state, and asks `admit`. The check before merging and the decision at the merge are this same function.
import {
  type AdmissionRequest,
  admit,
  approvalAmong,
  checkPullRequest,
  checkTree,
  type Expectations,
  type Ledger,
  type Origin,
  type Policy,
  type PullRequestFacts,
  pickApproval,
  type TreeEntry,
  type Verdict,
} from '../approval/admission.ts';
import { type Approval, readApproval } from '../approval/front-matter.ts';
import { type BindingName, type Gate, WITHDRAWAL } from '../approval/gates.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import type { Refusal } from '../approval/reasons.ts';
import { deriveRunId, isRunId, type RunId } from '../approval/run-id.ts';
import { isSha256, type Sha256, sha256 } from '../digest/digest.ts';
import { type SourceReader, SourceUnavailable } from '../phases/context.ts';
import { blocking } from '../readiness/conditions.ts';
import type { OpeningAssessment } from '../readiness/opening.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import { expectedBindings, openingBindings } from '../run/bindings.ts';
import { opensStretch, stretchOpenedBy } from '../run/place.ts';
import { awaitedGates, fold, isTerminal, newestStanding, openedGates, type RunState } from '../run/state.ts';
import type { Target } from '../run/target.ts';
import { NotYet } from '../stop/deadline.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import { consumer, ledgerFor } from '../store/ledger.ts';
import { runLog } from '../store/run-log.ts';
import { openRunOf, type Standing } from '../store/standings.ts';
import type { Store } from '../store/store.ts';
import { changesOf } from './changed.ts';
import type { Forge, PullRequest } from './forge.ts';

export interface Judging {
  readonly forge: Forge;
  readonly source: SourceReader;
  readonly store: Store;
  /** The pinned keys as they are at this judgement. Throws KeyFault: then nothing is judged. */
  keys(): Promise<KeyRing>;
  readonly policy: Policy;
  readonly targets: readonly Target[];
  /** The name of this deployment: a signature for another opens nothing here. */
  readonly deployment: string;
  /** The key that signs the record: an enable that names another enables nothing. */
  readonly recorderKey: RecorderKey;
  now(): Date;
  /** Whether the published log of the run, or the governed database, knows that the approval was used. */
  usedElsewhere(use: { documentSha256: Sha256; runId: RunId | null }): Promise<boolean>;
  /** Whether the governed database has done anything under this approval. */
  wasActedUpon(documentSha256: Sha256): Promise<boolean>;
  /** Readiness for opening a run of this target at this commit, under the approval that is being judged. */
  assessOpening(opening: {
    target: Target;
    commit: string;
    enabledBy: string | undefined;
    acceptsSha256: Sha256 | null;
  }): Promise<OpeningAssessment>;
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
  const { forge } = judging;
  const pull = await forge.pull(number);
  const changed = await changesOf(pull, forge);
  if (!changed.some(({ path, previousPath }) => isApprovals(path) || isApprovals(previousPath))) return null;

  const commit = (pull.merged ? pull.mergeCommit : null) ?? pull.headCommit;
  const facts: PullRequestFacts = {
    fork: pull.fork,
    files: changed,
    merged: await mergedInto(pull, judging),
  };
  const { change, ...files } = await download(facts, { forge, commit });

  const read = readApproval(files.approval.bytes);
  const context = read.ok
    ? await contextOf(read.approval, { judging, commit })
    : { expect: { bindings: {} } };
  const { expect, state = null, target = null, refusal = null } = context;
  const ledger = await usesOf(sha256(files.approval.bytes), { read, judging });
  const { policy } = judging;
  const keys = await judging.keys();
  const admitted = await admit({ ...files, change, expect, ledger, keys, policy, now: judging.now() });
  if (read.ok) waitFor(read.approval, admitted, judging.now());
  const judged = { pull, commit, files, state, target };
  if (refusal || admitted.verdict === 'rejected' || !target) {
    return { ...judged, assessment: null, verdict: refusal ? overruled(admitted, refusal) : admitted };
  }
  const accepts = admitted.verdict === 'accepted' ? admitted.approval.bindings.accepts_sha256 : undefined;
  const assessment = await judging.assessOpening({
    ...{ target, commit, enabledBy: files.approval.path },
    acceptsSha256: accepts !== undefined && isSha256(accepts) ? accepts : null,
  });
  const open = blocking(assessment.conditions).map(
    ({ id, title, evidence }) => `${id} ${title}: ${evidence}`,
  );
  const verdict =
    open.length > 0 ? overruled(admitted, { reason: 'not_ready', detail: open.join('; ') }) : admitted;
  return { ...judged, assessment, verdict };
}

/** A clock that is within what is tolerated refuses no fresh approval: it is judged once this clock has come so far. */
function waitFor({ signedAt }: Approval, verdict: Verdict, now: Date): void {
  const ms = signedAt.getTime() - now.getTime();
  const early = verdict.verdict === 'rejected' && verdict.reason === 'signed_in_future';
  if (early && ms > 0 && ms <= CLOCK_TOLERANCE_MS) throw new NotYet('the approval is a little ahead', ms);
}

function isApprovals(path: string | undefined): boolean {
  return (
    path !== undefined &&
    (path === 'approvals' || /^approvals\//i.test(path)) &&
    path !== 'approvals/README.md'
  );
}

interface Download extends Pick<AdmissionRequest, 'approval' | 'signatures'> {
  readonly change: Origin;
}

/**
 * The files to be judged, and what the tree holds. Anybody can open a pull request, from a fork too: its tree is read only
 * when its facts allow it, and its files only when the tree says that they are plain and small. Admission asks the same
 * in the same order, so it never comes to the bytes that were not read.
 */
async function download(
  facts: PullRequestFacts,
  { forge, commit }: { forge: Forge; commit: string },
): Promise<Download> {
  const picked = pickApproval(facts.files);
  const { path, signatures } = picked.ok
    ? picked
    : { path: approvalAmong(facts.files) ?? facts.files[0]?.path ?? 'approvals', signatures: [] };
  const tree =
    checkPullRequest(facts).result === 'fail'
      ? []
      : await approvalsAt(commit, { forge, paths: [path, ...signatures] });
  const change = { ...facts, tree };
  const small = checkTree(change, [path, ...signatures]).result === 'pass';
  const load = async (at: string) => {
    const sha = tree.find((entry) => entry.path === at)?.sha;
    return { path: at, bytes: small && sha ? await forge.blob(sha) : new Uint8Array() };
  };
  return { change, approval: await load(path), signatures: await Promise.all(signatures.map(load)) };
}

/** `approvals` itself, and the entries directly in it: all that GitHub lists, and `paths` in any case. */
async function approvalsAt(
  commit: string,
  { forge, paths }: { forge: Forge; paths: readonly string[] },
): Promise<readonly TreeEntry[]> {
  const folder = await forge.entry(commit, 'approvals');
  return folder ? [folder, ...((await forge.folder(commit, 'approvals', { with: paths })) ?? [])] : [];
}

// A state that was set back has forgotten what it used: used is what the state, the published log or the governed
// database says.
async function usesOf(
  documentSha256: Sha256,
  { read, judging }: { read: ReturnType<typeof readApproval>; judging: Judging },
): Promise<Ledger> {
  const taken = read.ok ? read.approval.bindings.approval_sha256 : undefined;
  const ledger = await ledgerFor(judging.store, { documentSha256, spent: await spentOf(taken, judging) });
  if (!read.ok || ledger.documents.size > 0) return ledger;
  const { gate, signedAt, bindings } = read.approval;
  const named = bindings.run_id ?? '';
  const opens = gate === 'GAP7_execution_enable' && bindings.run_id === undefined;
  const runId = opens ? deriveRunId({ documentSha256, signedAt }) : isRunId(named) ? named : null;
  const used = await judging.usedElsewhere({ documentSha256, runId });
  return used ? { ...ledger, documents: new Set([documentSha256]) } : ledger;
}

/** So long GitHub may show the default branch as it was before a merge, or not know of the commit that it has made. */
const MERGE_SHOWN_WITHIN_MS = 60_000;

async function mergedInto(
  pull: PullRequest,
  { forge, now }: Pick<Judging, 'forge' | 'now'>,
): Promise<Origin['merged']> {
  if (pull.base !== (await forge.defaultBranch())) return 'other_branch';
  if (pull.open) return 'open';
  if (!pull.merged) return 'closed_unmerged';
  // However GitHub merges, it makes a commit: a head that is on the branch itself was pushed there, and GitHub calls that
  // merged too.
  if (pull.mergeCommit === null || pull.mergeCommit === pull.headCommit) return 'not_by_pull_request';
  const place = await forge.placeOf(pull.mergeCommit);
  if (place === 'on') return 'default_branch';
  const sinceMs = now().getTime() - (pull.mergedAt?.getTime() ?? 0);
  if (place !== 'off' && sinceMs < MERGE_SHOWN_WITHIN_MS)
    throw new SourceUnavailable(`reading the default branch after the merge of #${pull.number}`, {
      cause: new Error('it does not show the merge yet'),
    });
  return 'taken_off';
}

interface Context {
  readonly expect: Expectations;
  readonly state?: RunState;
  readonly target?: Target;
  /** What only the bot can know against an approval that is otherwise in order. */
  readonly refusal?: Refusal | null;
}

/** What a withdrawal would come too late for: a release has been acted upon by its merge, the rest the database knows. */
async function spentOf(taken: string | undefined, judging: Judging): Promise<ReadonlySet<string>> {
  if (taken === undefined || !isSha256(taken)) return new Set();
  const held = await consumer(judging.store, taken);
  const spent = held?.gate === 'SG_H_release_authz' || (await judging.wasActedUpon(taken));
  return new Set(spent ? [taken] : []);
}

async function contextOf(
  approval: Approval,
  { judging, commit }: { judging: Judging; commit: string },
): Promise<Context> {
  const { gate, bindings } = approval;
  // A withdrawal belongs to no run: it only has to say what it takes back.
  if (gate === WITHDRAWAL)
    return {
      expect: { bindings: { approval_sha256: bindings.approval_sha256 ?? 'the digest of an approval' } },
    };
  const { run_id } = bindings;
  if (run_id !== undefined) return contextOfRun(gate, run_id, judging);
  if (gate !== 'GAP7_execution_enable') return { expect: { bindings: {}, run: null } };
  return contextOfOpening(approval, { judging, commit });
}

async function contextOfRun(gate: Gate, runId: string, judging: Judging): Promise<Context> {
  const events = isRunId(runId) ? await runLog(judging.store).load(runId) : [];
  if (events.length === 0) return { expect: { bindings: {}, run: null } };
  const state = fold(events);
  const renewable = isTerminal(state.position.status) ? [] : (['GAP7_execution_enable'] as const);
  const awaits = [...awaitedGates(state, judging.now()), ...renewable];
  const expecting = awaits.includes(gate);
  const bindings = expecting ? expectedBindings(state, gate, judging) : { run_id: state.runId };
  const refusal = expecting
    ? (openingWithdrawn(state, gate) ?? enableExpired(state, gate, judging.now()))
    : null;
  const run = { runId: state.runId, awaits, opened: openedGates(state) };
  return { expect: { run, bindings }, state, refusal };
}

// What the sovereign took back is the ground that the whole run stands on: nothing but a compensation goes on from there,
// and the governed database says the same.
function openingWithdrawn(state: RunState, gate: Gate): Refusal | null {
  const [opening] = state.approvals;
  if (gate === 'SG_R_revert_authz' || !state.withdrawn.has(opening.document_sha256)) return null;
  return {
    reason: 'approval_withdrawn',
    detail: `${opening.path}, which opened ${state.runId}, was taken back: the run can only be abandoned`,
  };
}

// The window of the enable is judged again at every write, so a gate that it no longer covers is refused before the
// signature is spent on it.
function enableExpired(state: RunState, gate: Gate, now: Date): Refusal | null {
  if (gate === 'GAP7_execution_enable' || !opensStretch(gate) || !stretchOpenedBy(gate).underEnable)
    return null;
  const enable = newestStanding(state, 'GAP7_execution_enable');
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
      expect: {
        bindings: { deployment: judging.deployment, mode: 'LIVE', recorder_key: judging.recorderKey },
      },
      refusal: { reason: 'document_unknown', detail: `the deployment governs ${known}` },
    };
  }
  const { deployment, recorderKey } = judging;
  const bindings: Partial<Record<BindingName, string>> = {
    ...{ deployment, document_id: target.document_id, mode: 'LIVE', recorder_key: recorderKey },
  };
  const source = await judging.source.read(target.path, commit);
  if (!source) {
    return {
      expect: { bindings },
      target,
      refusal: { reason: 'source_not_found', detail: `${target.path} is not a regular file at ${commit}` },
    };
  }
  const expect = {
    bindings: openingBindings({
      ...{ deployment, documentId: target.document_id, recorderKey },
      sourceSha256: sha256(source.bytes),
    }),
  };
  const active = await openRunOf(judging.store, target.document_id);
  const refusal = active ? anotherActive(active) : null;
  return { expect, target, refusal };
}

export function anotherActive({ runId, documentId, status, unreadable }: Standing): Refusal {
  const how =
    unreadable === null
      ? `is ${status}`
      : 'cannot be read by this version of the bot: nobody knows whether it has ended';
  return { reason: 'another_run_active', detail: `${runId} for ${documentId} ${how}` };
}

function overruled(verdict: Verdict, refusal: Refusal): Verdict {
  if (verdict.verdict === 'rejected') return verdict;
  const checks = verdict.checks.map((check) =>
    check.name === 'run and gate' ? { ...check, result: 'fail' as const, detail: refusal.detail } : check,
  );
  return { ...refusal, verdict: 'rejected', approval: verdict.approval, checks };
}
