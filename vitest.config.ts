import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'standin/test/**/*.test.ts'],
    globalSetup: ['test/support/compiled.ts', 'test/support/pglite-template.ts'],
    // Two files at a time: the suites start databases and servers of their own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    reporters: ['default'],
  },
});
