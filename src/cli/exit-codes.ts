// How every command ends: one meaning each, written down for people in docs/exit-codes.md.
export const EXIT = {
  /** Done, accepted, ready. */
  done: 0,
  /** It was judged, and the answer is no. */
  no: 1,
  /** It could not be judged or done: settings, arguments, files, network. */
  failed: 2,
  /** A defect of ours; the stack says where. */
  internal: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
