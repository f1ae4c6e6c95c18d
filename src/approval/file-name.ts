// The names of approvals and of the signatures beside them (design section 2), and the names that the bot suggests.
import type { Gate } from './gates.ts';

const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}';

export const APPROVAL_PATH_FORM = new RegExp(`^approvals/${NAME}[.]md$`);
const SIGNATURE_PATH = new RegExp(`^(approvals/${NAME}[.]md)(?:[.][1-9][0-9]?)?[.]asc$`);

export function isApprovalPath(path: string): boolean {
  return APPROVAL_PATH_FORM.test(path);
}

/** The approval that a signature's name belongs to; undefined when the path is no name of a signature. */
export function approvalSignedBy(path: string): string | undefined {
  return SIGNATURE_PATH.exec(path)?.[1];
}

/**
 * The path that is suggested for the next approval of this run and gate: free, because an approval that has been merged
 * is never changed or taken away. `taken` are the paths that are in use. It sorts by run.
 */
export function suggestedPath(
  { runId, gate }: { readonly runId: string; readonly gate: Gate },
  taken: Iterable<string>,
): string {
  return freePath(`${runId}-${gate}`, taken);
}

/** The same for the approval that opens a run of a document. */
export function openingPath(documentId: string, taken: Iterable<string>): string {
  return freePath(`open-${documentId}`, taken);
}

/** The next free path after one that is spent: a merged approval that was refused keeps its name for ever. */
export function pathAfter(path: string, taken: Iterable<string>): string {
  const stem = path.replace(/^approvals\//, '').replace(/(?:-[1-9][0-9]?)?[.]md$/, '');
  return freePath(stem, [...taken, path]);
}

/** `stem` itself, or with the first number from 2 that nobody has. */
export function freePath(stem: string, taken: Iterable<string>): string {
  // Where a file system folds case, a name that differs in case alone is not free.
  const used = new Set([...taken].map((path) => path.toLowerCase()));
  // Room for a number: a name has 100 characters at most.
  const short = stem.slice(0, 95);
  let path = `approvals/${short}.md`;
  for (let sequence = 2; used.has(path.toLowerCase()); sequence += 1)
    path = `approvals/${short}-${sequence}.md`;
  return path;
}
