// Mutants that no test can find, each with the reason. A mutant is named by its file, its text and what replaces it, so that
// moving a line names it still.

export interface Accepted {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

export const ACCEPTED: readonly Accepted[] = [];
