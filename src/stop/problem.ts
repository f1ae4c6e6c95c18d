// What stands in the way, and what mends it: for people, one line each.

export interface Problem {
  /** What is wrong, as one sentence without a final full stop. */
  readonly what: string;
  /** What to do. */
  readonly next: string;
}

/** What a look found: what cannot work, and what works but deserves a word. */
export interface Looked {
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}
