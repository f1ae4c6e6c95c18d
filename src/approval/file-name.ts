// The names of approvals and of the signatures beside them (design section 2).

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
