// What an audit says, on a terminal and on its page: the same words, and nothing of a stranger's that acts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import type { Audit } from '../../src/audit/audit.ts';
import { FINDINGS, type Finding } from '../../src/audit/finding.ts';
import { findingsPage } from '../../src/audit/findings-page.ts';
import { auditPage } from '../../src/audit/html.ts';
import { auditJson, auditText, verdictOf } from '../../src/audit/told.ts';

const ada = { name: 'Ada <ada@town.invalid>', at: new Date('2026-05-21T10:00:00Z') };
const HOSTILE = '<script>alert(1)</script>\u001b[2J\u202e"\'';
const RUN = 'run-20260521-0123456789abcdef' as RunId;

function audit(findings: readonly Finding[], counts: Audit['counts']): Audit {
  return {
    directory: '/somewhere',
    head: { id: 'a'.repeat(40), tree: 'b'.repeat(40), parents: [], author: ada, committer: ada },
    ...{ commits: 1234, signers: ['C'.repeat(40)], findings, counts },
    runs: [{ runId: RUN, documentId: 'charter', status: 'COMPLETED', entries: 23, errors: 1, warnings: 0 }],
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

const FOUND = audit(
  [
    { code: 'unexplained', where: `approvals/${HOSTILE}`, detail: HOSTILE },
    { code: 'unexplained', where: 'runs/more', detail: 'it came with nobody' },
    { code: 'approval_unused', where: 'approvals/open.md', detail: 'for a new run' },
  ],
  { error: 2, warning: 0, note: 1 },
);

describe('an audit is told', () => {
  it('in one word first', () => {
    expect(verdictOf(audit([], { error: 0, warning: 0, note: 0 }))).toBe('CLEAN');
    expect(verdictOf(audit([], { error: 0, warning: 0, note: 2 }))).toBe('CLEAN, with 2 notes');
    expect(verdictOf(audit([], { error: 0, warning: 1, note: 0 }))).toBe('LOOK AT: 1 warning');
    expect(verdictOf(FOUND)).toBe('NOT PROVED: 2 errors, 1 note');
  });

  it('on a terminal without a character that acts, what to do once for each code', () => {
    const text = auditText(FOUND);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(text).toContain('<U+001B>[2J<U+202E>');
    expect(text.split(FINDINGS.unexplained.next)).toHaveLength(2);
    expect(text).toContain('Ada <ada@town.invalid>, put there by');
  });

  it('on a page that can load and run nothing', () => {
    const page = auditPage(FOUND);
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
    expect(page).not.toMatch(/<script|<img|<link|\son\w+=|https?:/i);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('<title>Audit of aaaaaaaaaaaa</title>');
  });

  it('to a program with the severity and the advice of each finding', () => {
    const { format, findings } = JSON.parse(auditJson(FOUND));
    expect(format).toBe('countersign/audit/1');
    expect(findings[0]).toMatchObject({
      code: 'unexplained',
      severity: 'error',
      next: FINDINGS.unexplained.next,
    });
  });

  it('by codes that all stand in docs/audit-findings.md', () => {
    const page = readFileSync(new URL('../../docs/audit-findings.md', import.meta.url), 'utf8');
    expect(page).toBe(findingsPage());
  });
});
