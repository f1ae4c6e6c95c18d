// What an audit says, on a terminal and on its page: the same words, and nothing of a stranger's that acts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../src/audit/finding.ts';
import { findingsPage } from '../../src/audit/findings-page.ts';
import { auditPage } from '../../src/audit/html.ts';
import { auditJson, auditText, verdictOf } from '../../src/audit/told.ts';
import { audit, FOUND } from './example.ts';

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

  it('with how many units of the governed database were held against plans, where it was asked', () => {
    const asked = { ...FOUND, database: { units: 20 } };
    expect(auditText(asked)).toContain(
      '\n  database   20 units in force, each held against its signed plan\n',
    );
    expect(auditPage(asked)).toContain('<dd>20 units in force, each held against its signed plan</dd>');
    expect(auditText(FOUND) + auditPage(FOUND)).not.toContain('in force, each');
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
