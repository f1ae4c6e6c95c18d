import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'standin/test/**/*.test.ts'],
    globalSetup: ['test/support/compiled.ts', 'test/support/pglite-template.ts'],
    // Two files at a time: the suites start databases and servers of their own.
    maxWorkers: 2,
    // What a file has loaded, the next one in the same process need not load again: no module keeps what a test has done.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 240_000,
    reporters: ['default'],
  },
});
