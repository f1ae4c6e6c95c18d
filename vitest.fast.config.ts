// The fast lane: what is pure, without a database, a server or a process of its own. `npm test` runs everything.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/{approval,digest,docs,document,golden,merkle,plan,record,report,stop}/**/*.test.ts',
      'test/run/{events,state}.test.ts',
      'test/{deployment,readiness}/{config,suite,closing}.test.ts',
      'test/architecture.test.ts',
    ],
    // A process for each case, databases, gpg with keys of its own, megabytes of other people's documents.
    exclude: [
      'test/approval/verify-command.test.ts',
      'test/document/{cli-plan,hostile,real-documents}.test.ts',
      'test/report/signing.test.ts',
      'test/docs/digests.test.ts',
      'test/golden/terminal*.test.ts',
    ],
    maxWorkers: 2,
    isolate: false,
    testTimeout: 120_000,
  },
});
