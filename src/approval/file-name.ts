// The names of approvals and of the signatures beside them (design section 2), and the name that the bot suggests.
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
 * The path that the bot suggests for the next approval of this run and gate: free, because an approval that has been
 * merged is never changed or taken away. `taken` are the paths that are in use. It sorts by run.
 */
export function suggestedPath(
  approval: { readonly runId: string; readonly gate: Gate },
  taken: Iterable<string>,
): string {
  const { runId, gate } = approval;
  // Where a file system folds case, a name that differs in case alone is not free.
  const used = new Set([...taken].map((path) => path.toLowerCase()));
  let path = `approvals/${runId}-${gate}.md`;
  for (let sequence = 2; used.has(path.toLowerCase()); sequence += 1)
    path = `approvals/${runId}-${gate}-${sequence}.md`;
  return path;
}
