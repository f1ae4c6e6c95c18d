// Every approval that ever came to the default branch: that it stayed as it came, and what the admission says of it at the
// time of its own merge. What a run may use it for is asked again for each use (use.ts).
import {
  type ApprovalFile,
  type ChangedFile,
  judgeApproval,
  type OpenedApproval,
  type Origin,
  openApproval,
  type Policy,
  type Verdict,
} from '../approval/admission.ts';
import { approvalSignedBy, isApprovalPath } from '../approval/file-name.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import { openNativeVerifier } from '../approval/native-verifier.ts';
import { DOCUMENT_LIMIT_BYTES } from '../approval/plain-text.ts';
import type { Verifier } from '../approval/signature.ts';
import { type Sha256, sha256 } from '../digest/digest.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import type { Commit } from './commits.ts';
import type { Evidence, PathHistory } from './evidence.ts';
import type { Finding } from './finding.ts';
import { CloneFault } from './git.ts';
import { inFlight } from './in-flight.ts';

/** Whom the auditor trusts: the pinned signers with their keys, and how many of them a gate asks for. */
export interface Trust {
  readonly keys: KeyRing;
  readonly policy: Policy;
}

export interface MergedApproval {
  readonly path: string;
  readonly sha256: Sha256;
  /** The commit of the default branch that brought it: who merged it is its committer or author. */
  readonly commit: Commit;
  /** By the time of that commit, without regard to any run. */
  readonly atMerge: Verdict;
  /** Where it came from and what it says: each use asks the admission of the same. */
  readonly change: Origin;
  readonly opened: OpenedApproval;
}

export interface Approvals {
  readonly byPath: ReadonlyMap<string, MergedApproval>;
  /** Accepted withdrawals, by the digest of what they take back. */
  readonly withdrawals: ReadonlyMap<string, MergedApproval>;
  readonly findings: readonly Finding[];
}

/** What stands in the two folders for whoever looks into them. */
export const FOR_PEOPLE: ReadonlySet<string> = new Set(['approvals/README.md', 'runs/README.md']);

const IN_FLIGHT = 32;

/** Throws CloneFault, and SignatureFault when the library misbehaves. */
export async function readApprovals(evidence: Evidence, trust: Trust): Promise<Approvals> {
  const groups = groupsIn(evidence);
  const twins = twinsOf(evidence);
  const alongside = changedTogether(evidence);
  const findings = groups.flatMap((group) => whatBecameOf(group, twins));
  const verify = openNativeVerifier();
  const merged = await inFlight(groups, {
    most: IN_FLIGHT,
    work: (group) => readMerged(group, { evidence, trust, twins, alongside, verify }),
  });
  const byPath = new Map(merged.map((one) => [one.path, one]));
  return { byPath, withdrawals: withdrawalsAmong(merged), findings };
}

/** An approval with its signatures, each with what happened to it. */
interface Group {
  readonly document: Came;
  readonly signatures: readonly Came[];
}

/** A path that came to the default branch. */
type Came = PathHistory & { readonly added: Commit };

const hasCome = (history: PathHistory): history is Came => history.added !== null;

function groupsIn({ paths }: Evidence): Group[] {
  const signatures = new Map<string, Came[]>();
  for (const history of paths.values()) {
    const signs = approvalSignedBy(history.path);
    if (signs === undefined || !hasCome(history)) continue;
    signatures.set(signs, [...(signatures.get(signs) ?? []), history]);
  }
  return [...paths.values()]
    .filter(({ path }) => isApprovalPath(path) && !FOR_PEOPLE.has(path))
    .filter(hasCome)
    .map((document) => {
      const own = signatures.get(document.path) ?? [];
      return { document, signatures: own.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
    });
}

/** Paths that are there now and differ from another one in case alone; each with the other. */
function twinsOf({ paths }: Evidence): ReadonlyMap<string, string> {
  const twins = new Map<string, string>();
  const seen = new Map<string, string>();
  for (const { path, now } of paths.values()) {
    if (!now) continue;
    const folded = path.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) twins.set(path, other).set(other, path);
    seen.set(folded, path);
  }
  return twins;
}

/** What else each commit of the default branch changed in approvals/ and runs/. */
function changedTogether({ paths }: Evidence): ReadonlyMap<string, readonly ChangedFile[]> {
  const together = new Map<string, ChangedFile[]>();
  for (const { path, steps } of paths.values())
    for (const { commit, parent, onMainline, before, after } of steps) {
      if (!onMainline || parent !== 0) continue;
      const status = before === null ? 'added' : after === null ? 'removed' : 'modified';
      const files = together.get(commit.id) ?? [];
      files.push({ path, status });
      together.set(commit.id, files);
    }
  return together;
}

function whatBecameOf({ document, signatures }: Group, twins: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = [];
  for (const { path, now, added, steps } of [document, ...signatures]) {
    for (const { commit, parent, onMainline, before, after } of steps) {
      if (!onMainline || before === null) continue;
      const how = after === null ? 'removed' : before.blob === after.blob ? 'given another mode' : 'changed';
      const detail = `${how} by ${commit.id} of ${commit.committer.name}`;
      findings.push({
        code: parent === 0 ? 'approval_changed' : 'approval_changed_in_merge',
        ...{ where: path, detail },
      });
    }
    if (now && now.mode !== '100644')
      findings.push({ code: 'approval_not_regular', where: path, detail: `its mode is ${now.mode}` });
    const twin = twins.get(path);
    if (twin !== undefined)
      findings.push({ code: 'name_case_clash', where: path, detail: `there is ${twin} too` });
    if (added.id !== document.added.id)
      findings.push({
        code: 'signature_added_apart',
        where: path,
        detail: `it came with ${added.id}, ${document.path} with ${document.added.id}`,
      });
  }
  return findings;
}

async function readMerged(
  { document, signatures }: Group,
  context: {
    evidence: Evidence;
    trust: Trust;
    twins: ReadonlyMap<string, string>;
    alongside: ReadonlyMap<string, readonly ChangedFile[]>;
    verify: Verifier;
  },
): Promise<MergedApproval> {
  const { evidence, trust, twins, alongside, verify } = context;
  const { path, added: commit } = document;
  const together = signatures.filter(({ added }) => added.id === commit.id);
  const files = alongside.get(commit.id) ?? [];
  const other = evidence.elsewhere.get(commit.id);
  const change: Origin = {
    fork: false,
    merged: 'default_branch',
    files: other === undefined ? files : [...files, { path: other, status: 'changed' }],
    tree: [
      { path: 'approvals', mode: '040000', type: 'tree', sha: '' },
      ...[document, ...together].map(asEntry),
      ...[document, ...together].flatMap(({ path: own }) => {
        const twin = twins.get(own);
        return twin === undefined ? [] : [{ path: twin, mode: '100644', type: 'blob', sha: '' }];
      }),
    ],
  };
  const [approval, ...others] = (await Promise.all(
    [document, ...together].map(async (one) => ({ path: one.path, bytes: await asItCame(one, evidence) })),
  )) as [ApprovalFile, ...ApprovalFile[]];
  const opened = openApproval({ approval, signatures: others }, { verify });
  const atMerge = await judgeAtMerge({ opened, change }, { trust, at: commit.committer.at });
  return { path, commit, change, opened, sha256: sha256(approval.bytes), atMerge };
}

function asEntry({ path, added, steps }: Came) {
  const side = steps.find(({ commit, parent }) => commit.id === added.id && parent === 0)?.after;
  const { mode = '000000', blob = '' } = side ?? {};
  const type = mode === '160000' ? 'commit' : 'blob';
  return { path, mode, type, sha: blob };
}

/** Of a submodule nothing is read: no bytes are in the clone. What is too large is refused by its first bytes too many. */
async function asItCame(came: Came, { objects }: Evidence): Promise<Uint8Array> {
  const { type, sha } = asEntry(came);
  if (type !== 'blob') return new Uint8Array();
  try {
    return (await objects.read(sha, { most: DOCUMENT_LIMIT_BYTES }))?.bytes ?? new Uint8Array();
  } catch (error) {
    if (error instanceof CloneFault && error.code === 'too_large')
      return new Uint8Array(DOCUMENT_LIMIT_BYTES + 1);
    throw error;
  }
}

// The clock of whoever merged and the clock of whoever signed may be as far apart as the bot allows.
async function judgeAtMerge(
  { opened, change }: Pick<MergedApproval, 'opened' | 'change'>,
  { trust, at }: { trust: Trust; at: Date },
): Promise<Verdict> {
  const judge = (now: Date) =>
    judgeApproval(opened, { change, ...trust, expect: { bindings: {} }, ledger: null, now });
  const verdict = await judge(at);
  if (verdict.verdict === 'accepted') return verdict;
  const shift = { signed_in_future: CLOCK_TOLERANCE_MS, window_expired: -CLOCK_TOLERANCE_MS };
  const { reason } = verdict;
  if (reason !== 'signed_in_future' && reason !== 'window_expired') return verdict;
  const again = await judge(new Date(at.getTime() + shift[reason]));
  return again.verdict === 'accepted' ? again : verdict;
}

function withdrawalsAmong(merged: readonly MergedApproval[]): ReadonlyMap<string, MergedApproval> {
  const withdrawals = new Map<string, MergedApproval>();
  for (const one of merged) {
    if (one.atMerge.verdict === 'rejected') continue;
    const { approval_sha256 } = one.atMerge.approval.bindings;
    if (approval_sha256 !== undefined) withdrawals.set(approval_sha256, one);
  }
  return withdrawals;
}
