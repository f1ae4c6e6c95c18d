// What is mutated, by which tests it is judged, and how many of its mutants must be found.

export interface MutatedFolder {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  readonly without?: readonly string[];
  /** Of all mutants that a test reaches or should reach, in percent; accepted survivors count for neither side. */
  readonly goal: number;
}

export const FOLDERS: Readonly<Record<string, MutatedFolder>> = {
  approval: {
    mutate: ['src/approval/**/*.ts'],
    tests: ['test/approval/**/*.test.ts'],
    // They ask a program or a repository, which a copy of the code is not.
    without: ['test/approval/verify-command.test.ts', 'test/approval/line-ends.test.ts'],
    goal: 90,
  },
  run: { mutate: ['src/run/**/*.ts'], tests: ['test/run/**/*.test.ts'], goal: 90 },
  phases: {
    mutate: ['src/phases/**/*.ts'],
    tests: ['test/phases/**/*.test.ts', 'test/run/**/*.test.ts'],
    goal: 90,
  },
  merkle: { mutate: ['src/merkle/**/*.ts'], tests: ['test/merkle/**/*.test.ts'], goal: 90 },
  record: { mutate: ['src/record/**/*.ts'], tests: ['test/record/**/*.test.ts'], goal: 80 },
  governed: { mutate: ['src/governed/**/*.ts'], tests: ['test/governed/*.test.ts'], goal: 80 },
  backup: { mutate: ['src/backup/**/*.ts'], tests: ['test/backup/**/*.test.ts'], goal: 80 },
  store: { mutate: ['src/store/**/*.ts'], tests: ['test/store/**/*.test.ts'], goal: 80 },
  intake: { mutate: ['src/intake/**/*.ts'], tests: ['test/intake/**/*.test.ts'], goal: 80 },
  publish: { mutate: ['src/publish/**/*.ts'], tests: ['test/publish/**/*.test.ts'], goal: 80 },
};
