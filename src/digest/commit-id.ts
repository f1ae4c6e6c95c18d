// The name of a git commit: the SHA-1 that git has always used, or the SHA-256 of newer repositories.

export const COMMIT_ID_FORM = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

export function isCommitId(text: string): boolean {
  return COMMIT_ID_FORM.test(text);
}
