// What a receipt needs, from a clone: a completed run, its document, its approvals, and the log as it was when the run's end
// was published. Only git's own reading commands are run, with none of the clone's own settings.
import { armoredCertificates } from '../approval/certificates.ts';
import { approvalSignedBy } from '../approval/file-name.ts';
import type { Fingerprint } from '../approval/fingerprint.ts';
import { readApproval } from '../approval/front-matter.ts';
import { readGit } from '../audit/git.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import { canonicalJson, sha256 } from '../digest/digest.ts';
import { CHECKPOINT_PATH } from '../record/checkpoint.ts';
import { decodeEnvelope } from '../record/dsse.ts';
import { evidenceObject } from '../record/evidence.ts';
import { decodeLeaf, leafFileNumber } from '../record/log-leaf.ts';
import type { Receipt } from '../record/receipt.ts';
import { composeReceipt } from '../record/receipt-compose.ts';
import { evidenceOf } from '../run/bindings.ts';
import type { ApprovalReference } from '../run/events.ts';
import { decodePublished, logPath } from '../run/published-log.ts';
import { PHASES } from '../run/road.ts';
import { fold, outputOf, type RunState } from '../run/state.ts';
import { CliFault } from './messages.ts';

interface Wanted {
  readonly documentId: string;
  readonly key: string;
  readonly keyDirectory: string;
  /** As this run cut it; else the newest completed run that has the unit. */
  readonly runId?: string;
}

/** Throws CliFault where the clone has no such receipt. That it holds is for the caller to judge. */
export async function receiptFromClone(folder: string, wanted: Wanted): Promise<Receipt> {
  const clone = openClone(folder);
  const run = findRun(clone, wanted);
  const { state, plan } = run;
  const statementPath = `runs/${state.runId}/statement.dsse.json`;
  const file = clone.read('HEAD', statementPath);
  const deployment = state.deployment;
  if (file === undefined || deployment === null)
    throw new CliFault(
      `${state.runId} has no statement of a recorder: there are receipts of runs only that were opened since there are recorders`,
    );
  const statement = decodeEnvelope(file);
  if (!statement.ok)
    throw new CliFault(`${statementPath} ${statement.flaw.detail}: take it from git, unchanged`);

  const published = clone.lastChange(statementPath);
  const { leaves, leaf } = findLeaf(clone, { published, file, state });
  const approvals = neededApprovals(clone, { state, recorder: statement.value.signatures[0].keyid });
  const signers = [...new Set(approvals.flatMap((approval) => approval.signers))] as Fingerprint[];
  const certificates = await armoredCertificates(await readKeyDirectory(wanted.keyDirectory), signers);
  const absent = signers.find((_, index) => certificates[index] === undefined);
  if (absent)
    throw new CliFault(
      `${wanted.keyDirectory} does not hold the key ${absent}, which signed an approval of ${state.runId}`,
    );

  const { commit, path } = outputOf(state, PHASES.source_pin);
  const composed = composeReceipt(
    {
      ...{ deployment, documentId: state.documentId, runId: state.runId, plan, leaves, leaf },
      source: clone.need(commit, path),
      evidence: canonicalJson(evidenceObject(evidenceOf(state))),
      approvals: approvals.map((reference) => approvalIn(clone, reference)),
      keys: certificates.filter((one) => one !== undefined),
      statement: statement.value,
      checkpoint: clone.need(published, CHECKPOINT_PATH).toString(),
    },
    wanted.key,
  );
  if (!composed.ok) throw new CliFault(`the plan of ${state.runId} ${composed.flaw.detail}`);
  return composed.value;
}

interface FoundRun {
  readonly state: RunState;
  readonly plan: readonly string[];
}

function findRun(clone: Clone, { documentId, key, runId }: Wanted): FoundRun {
  const ids =
    runId === undefined
      ? clone.list('HEAD', 'runs/').flatMap((name) => /^runs\/(run-[^/]+)$/.exec(name)?.[1] ?? [])
      : [runId];
  const runs = ids
    .map((id) => foldRun(clone, id))
    .filter((run) => run.state.documentId === documentId)
    .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  if (runs.length === 0)
    throw new CliFault(
      `${runId ?? 'the clone'} has no run of ${documentId}: name the document_id, as in state.json`,
    );
  const completed = runs.filter(({ state }) => state.position.status === 'COMPLETED');
  const named = JSON.stringify(key);
  for (const { state } of completed) {
    const plan = planOf(clone, state.runId);
    if (plan.some((line) => line.includes(`"key":${named}`) && !line.startsWith('{"action":"retire"')))
      return { state, plan };
  }
  const stands = runs.map(({ state }) => `${state.runId} is ${state.position.status}`).join(', ');
  throw new CliFault(
    completed.length === 0
      ? `there are receipts of completed runs only: ${stands}`
      : `no completed run of ${documentId} has a unit ${key}: its keys stand in runs/<run_id>/plan.jsonl`,
  );
}

function foldRun(clone: Clone, id: string): { state: RunState; openedAt: string } {
  const events = decodePublished(clone.need('HEAD', logPath(id)).toString());
  return { state: fold(events), openedAt: events[0]?.at ?? '' };
}

function planOf(clone: Clone, id: string): readonly string[] {
  return clone.need('HEAD', `runs/${id}/plan.jsonl`).toString().replace(/\n$/, '').split('\n');
}

/** The leaves of the commit that published the statement, and the one that names it. */
function findLeaf(
  clone: Clone,
  { published, file, state }: { published: string; file: Buffer; state: RunState },
): { leaves: readonly string[]; leaf: number } {
  const files = clone.list(published, 'runs/log/').filter((path) => leafFileNumber(path) !== undefined);
  const leaves = files
    .sort()
    .flatMap((path) => clone.need(published, path).toString().replace(/\n$/, '').split('\n'));
  const digest = sha256(file);
  const leaf = leaves.findLastIndex((line) => {
    const read = decodeLeaf(line);
    return (
      read.ok &&
      read.value.type === 'head' &&
      read.value.run_id === state.runId &&
      read.value.statement_sha256 === digest
    );
  });
  if (leaf < 0)
    throw new CliFault(
      `runs/log/ has no leaf of the statement of ${state.runId}: fetch the newest state of the repository`,
    );
  return { leaves, leaf };
}

/** The opening, the renewal that named the recorder where the opening names another, and the newest approval of each gate. */
function neededApprovals(
  clone: Clone,
  { state, recorder }: { state: RunState; recorder: string },
): readonly ApprovalReference[] {
  const [opening, ...others] = state.approvals;
  const newest = (gate: ApprovalReference['gate']) => {
    const found = others.findLast((approval) => approval.gate === gate);
    if (!found) throw new CliFault(`the log of ${state.runId} names no approval for ${gate}`);
    return found;
  };
  const names = ({ gate, commit, path }: ApprovalReference) => {
    const read = readApproval(clone.need(commit, path), path);
    return gate === 'GAP7_execution_enable' && read.ok && read.approval.bindings.recorder_key === recorder;
  };
  const renewal = names(opening) ? undefined : others.find(names);
  return [opening, ...(renewal ? [renewal] : []), newest('SG_1_cut_authz'), newest('SG_2_lifecycle_authz')];
}

function approvalIn(clone: Clone, { path, commit }: ApprovalReference): Receipt['approvals'][number] {
  const beside = clone.list(commit, 'approvals/').filter((name) => approvalSignedBy(name) === path);
  return {
    ...{ path, text: clone.need(commit, path).toString() },
    signatures: beside.sort().map((name) => clone.need(commit, name).toString()),
  };
}

interface Clone {
  /** undefined where there is no such file. */
  read(commit: string, path: string): Buffer | undefined;
  /** Throws CliFault where there is none. */
  need(commit: string, path: string): Buffer;
  /** The paths directly in a folder. */
  list(commit: string, folder: string): string[];
  /** The commit of the default branch's line that last changed a file. */
  lastChange(path: string): string;
}

function openClone(folder: string): Clone {
  const git = (...args: string[]): Buffer => readGit(folder, args);
  try {
    git('rev-parse', '--verify', 'HEAD^{commit}');
  } catch (error) {
    throw new CliFault(`${folder} is no clone with a commit: name one with --clone`, { cause: error });
  }
  const read = (commit: string, path: string): Buffer | undefined => {
    try {
      return git('cat-file', 'blob', `${commit}:${path}`);
    } catch {
      return undefined;
    }
  };
  return {
    read,
    need(commit, path) {
      const found = read(commit, path);
      if (found) return found;
      throw new CliFault(`the clone has no file ${path} at ${commit}: fetch its whole history`);
    },
    list: (commit, path) =>
      git('ls-tree', '-z', '--name-only', commit, path)
        .toString()
        .split('\0')
        .filter((name) => name !== ''),
    lastChange: (path) =>
      git('log', '-1', '--first-parent', '--format=%H', 'HEAD', '--', path).toString().trim(),
  };
}
