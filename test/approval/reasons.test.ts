// The table of reasons is the one place where a refusal is put into words.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS, reasonsPage } from '../../src/approval/reasons.ts';

describe('the table of reasons', () => {
  it.each(Object.entries(REASONS))(
    '%s reads as one sentence with a next action',
    (code, { sentence, next, docs }) => {
      expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(sentence).not.toMatch(/^[A-Z][a-z]|\.$/);
      expect(next).toMatch(/^[A-Z].*\.$/s);
      expect(docs).toBe(`docs/reasons.md#${code}`);
    },
  );

  it('is rendered with one heading for each code', () => {
    const headings = [...reasonsPage().matchAll(/^## (.+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(REASONS));
  });

  it('stands in docs/reasons.md as it is', () => {
    const page = readFileSync(new URL('../../docs/reasons.md', import.meta.url), 'utf8');
    expect(page).toBe(reasonsPage());
  });

  it('hides no advice from a Markdown reader by leaving <…> outside of code', () => {
    for (const { next } of Object.values(REASONS)) expect(next.replace(/`[^`]*`/g, '')).not.toMatch(/[<>]/);
  });

  // Codes are permanent: this list may only grow.
  it('still has every code that was ever published', () => {
    expect(Object.keys(REASONS).sort()).toMatchSnapshot();
  });
});
