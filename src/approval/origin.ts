// Where an approval comes from: its path, its git modes, and the pull request that adds it and nothing else.
// Judged on names and tree entries alone; nothing of the content is read, nor believed, before this holds.
import { SIGNATURE_LIMIT_BYTES } from './armor.ts';
import { type Finding, fail, notJudged, pass } from './checks.ts';
import { approvalSignedBy, isApprovalPath } from './file-name.ts';
import { quoted } from './flaw.ts';
import { DOCUMENT_LIMIT_BYTES } from './plain-text.ts';
import type { Reason, Refusal } from './reasons.ts';

export interface ChangedFile {
  readonly path: string;
  readonly status: string;
  readonly previousPath?: string | undefined;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  /** Bytes of a file. */
  readonly size?: number | undefined;
}

/** What is known of a pull request without reading its tree. */
export interface PullRequestFacts {
  readonly fork: boolean;
  /** Every file the pull request changes. */
  readonly files: readonly ChangedFile[];
  /** Where it was merged; `open` is the check before merging: "merging now would be admitted". */
  readonly merged:
    | 'open'
    | 'default_branch'
    | 'other_branch'
    | 'not_by_pull_request'
    | 'closed_unmerged'
    | 'taken_off';
}

/** What the pull request changed and what the tree holds. */
export interface Origin extends PullRequestFacts {
  /** Git tree entries at the judged commit: `approvals` itself and every entry directly in it. */
  readonly tree: readonly TreeEntry[];
}

export type Picked =
  | { readonly ok: true; readonly path: string; readonly signatures: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal };

const REGULAR_FILE = '100644';

/** As many as the governed database takes; no gate asks for more people. */
export const MOST_SIGNATURES = 16;

const OUTSIDE = notJudged('no pull request given');

export function checkPath(path: string): Finding {
  return isApprovalPath(path) ? pass(path) : fail('path_invalid', quoted(path));
}

/** The one approval that these files add, with its signatures in order, so that the caller knows which blobs to load. */
export function pickApproval(files: readonly ChangedFile[]): Picked {
  const changed = files.filter((file) => file.status !== 'added' && isOfApproval(file));
  if (changed.length > 0) return refuse('not_added', changed);
  const approvals = files.filter(({ path }) => isApprovalPath(path));
  const [approval, ...more] = approvals;
  if (!approval) {
    const near = files.find(({ path }) => path.startsWith('approvals/') && path.endsWith('.md'));
    return near ? refuse('path_invalid', [near]) : refuse('no_approval', files);
  }
  if (more.length > 0) return refuse('several_approvals', approvals);
  const signatures = files.filter(({ path }) => approvalSignedBy(path) === approval.path);
  const foreign = files.filter((file) => file !== approval && !signatures.includes(file));
  if (foreign.length > 0) return refuse('other_files_changed', foreign);
  if (signatures.length > MOST_SIGNATURES)
    return { ok: false, refusal: tooManySignatures(signatures.length) };
  const paths = signatures.map(({ path }) => path).sort();
  if (!paths.includes(`${approval.path}.asc`)) return refuse('signature_missing', [approval]);
  return { ok: true, path: approval.path, signatures: paths };
}

/** The approval that any of these files is, was, or signs. */
export function approvalAmong(files: readonly ChangedFile[]): string | undefined {
  const paths = files.flatMap(({ path, previousPath }) => [path, previousPath ?? path]);
  return paths.map((path) => (isApprovalPath(path) ? path : approvalSignedBy(path))).find(Boolean);
}

function isOfApproval(file: ChangedFile): boolean {
  return approvalAmong([file]) !== undefined;
}

export function tooManySignatures(count: number): Refusal {
  return { reason: 'too_many_signatures', detail: `${count}, at most ${MOST_SIGNATURES}` };
}

function refuse(reason: Reason, files: readonly ChangedFile[]): Picked {
  const shown = files.slice(0, 5).map(({ path, status }) => `${quoted(path)} (${quoted(status)})`);
  const rest = files.length > shown.length ? ` and ${files.length - shown.length} more` : '';
  return { ok: false, refusal: { reason, detail: shown.join(', ') + rest || 'no file is changed' } };
}

/** `approvals` is a plain folder, and each of `paths` a plain file in it. */
export function checkTree(change: Origin | null, paths: readonly string[]): Finding {
  if (!change) return OUTSIDE;
  const entryAt = new Map(change.tree.map((entry) => [entry.path, entry]));
  const folder = entryAt.get('approvals');
  if (folder?.type !== 'tree') return fail('not_regular_file', `approvals is ${folder?.type ?? 'missing'}`);
  for (const path of paths) {
    const entry = entryAt.get(path);
    if (!entry) return fail('not_regular_file', `${path} is not in the tree`);
    if (entry.type !== 'blob' || entry.mode !== REGULAR_FILE)
      return fail('not_regular_file', `${path} has mode ${entry.mode}, expected ${REGULAR_FILE}`);
    const isSignature = approvalSignedBy(path) !== undefined;
    const limit = isSignature ? SIGNATURE_LIMIT_BYTES : DOCUMENT_LIMIT_BYTES;
    if (entry.size !== undefined && entry.size > limit)
      return fail(
        isSignature ? 'signature_too_large' : 'document_too_large',
        `${path} has ${entry.size} bytes, at most ${limit}`,
      );
    // Where a file system folds case, one of the two would take the place of the other.
    const twin = change.tree.find(
      (other) => other !== entry && other.path.toLowerCase() === path.toLowerCase(),
    );
    if (twin) return fail('name_case_clash', `${path} and ${twin.path}`);
  }
  return pass(`${paths.length} plain files`);
}

/** All that can be said of a pull request before its tree is read. */
export function checkPullRequest(facts: PullRequestFacts): Finding {
  const merge = checkMerge(facts);
  if (merge.result === 'fail') return merge;
  const picked = pickApproval(facts.files);
  return picked.ok ? pass(picked.path) : { result: 'fail', refusal: picked.refusal };
}

/** The pull request adds exactly `paths`. */
export function checkFiles(change: PullRequestFacts | null, paths: readonly string[]): Finding {
  if (!change) return OUTSIDE;
  const picked = pickApproval(change.files);
  if (!picked.ok) return { result: 'fail', refusal: picked.refusal };
  const added = [picked.path, ...picked.signatures];
  const unread = added.find((path) => !paths.includes(path)) ?? paths.find((path) => !added.includes(path));
  if (unread) return fail('other_files_changed', `${unread} is not part of this approval`);
  return pass('adds the approval with its signatures and nothing else');
}

export function checkMerge(change: PullRequestFacts | null): Finding {
  if (!change) return OUTSIDE;
  if (change.fork)
    return fail('from_fork', 'the head branch is in another repository, or in one that has been deleted');
  switch (change.merged) {
    case 'open':
      return pass('open: merging now would be admitted');
    case 'default_branch':
      return pass('merged into the default branch');
    case 'other_branch':
      return fail('wrong_branch', 'the base is not the default branch');
    case 'not_by_pull_request':
      return fail('not_by_pull_request', 'no merged pull request brought this commit');
    case 'taken_off':
      return fail('not_on_default_branch', 'the merge commit is no part of the default branch');
    case 'closed_unmerged':
      return fail('not_merged', 'closed without merging');
  }
}
