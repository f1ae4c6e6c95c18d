// The suites that a folder is judged by while it is mutated (mutate.ts says which): what is pure, and quick.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: (process.env['MUTATE_TESTS'] ?? '').split(','),
    exclude: ['**/node_modules/**', ...(process.env['MUTATE_WITHOUT'] ?? '').split(',').filter(Boolean)],
    globalSetup: ['test/support/compiled.ts', 'test/support/pglite-template.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
