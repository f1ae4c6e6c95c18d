// An audit as it could be, with a stranger's names in it: for what is told of audits, on a terminal, on a page, to a program.
import type { RunId } from '../../src/approval/run-id.ts';
import type { Audit } from '../../src/audit/audit.ts';
import type { Finding } from '../../src/audit/finding.ts';

const ada = { name: 'Ada <ada@town.invalid>', at: new Date('2026-05-21T10:00:00Z') };
const HOSTILE = '<script>alert(1)</script>\u001b[2J\u202e"\'';
const RUN = 'run-20260521-0123456789abcdef' as RunId;

export function audit(findings: readonly Finding[], counts: Audit['counts']): Audit {
  return {
    directory: '/somewhere',
    head: { id: 'a'.repeat(40), tree: 'b'.repeat(40), parents: [], author: ada, committer: ada },
    ...{ commits: 1234, signers: ['C'.repeat(40)], findings, counts, database: null },
    ...{ checkpoint: null, cosigned: [], timeStamps: { statements: 3, stamped: 2, verified: null } },
    runs: [
      {
        runId: RUN,
        documentId: 'charter',
        status: 'COMPLETED',
        entries: 23,
        errors: counts.error,
        warnings: 0,
      },
    ],
    approvals: [
      {
        ...{ path: 'approvals/open.md', sha256: 'd'.repeat(64), gate: 'GAP7_execution_enable' },
        ...{ signers: ['C'.repeat(40)], fate: 'used', run: RUN, commit: 'e'.repeat(40) },
        author: ada,
        committer: { ...ada, name: HOSTILE },
      },
    ],
  };
}

export const FOUND = audit(
  [
    { code: 'unexplained', where: `approvals/${HOSTILE}`, detail: HOSTILE },
    { code: 'unexplained', where: 'runs/more', detail: 'it came with nobody' },
    { code: 'approval_unused', where: 'approvals/open.md', detail: 'for a new run' },
  ],
  { error: 2, warning: 0, note: 1 },
);
