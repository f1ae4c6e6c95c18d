import { describe, expect, it } from 'vitest';
import { pickApproval } from '../../src/approval/admission.ts';

const added = (...paths: string[]) => paths.map((path) => ({ path, status: 'added' }));

describe('pickApproval', () => {
  it('finds the approval and its signatures in order', () => {
    const files = added('approvals/a.md.2.asc', 'approvals/a.md', 'approvals/a.md.asc');
    expect(pickApproval(files)).toEqual({
      ok: true,
      path: 'approvals/a.md',
      signatures: ['approvals/a.md.2.asc', 'approvals/a.md.asc'],
    });
  });

  it('names at most five files of a large pull request', () => {
    const files = added('approvals/a.md', ...Array.from({ length: 3000 }, (_, n) => `src/${n}.ts`));
    const picked = pickApproval(files);
    expect(picked).toMatchObject({ ok: false, refusal: { reason: 'other_files_changed' } });
    expect(!picked.ok && picked.refusal.detail).toMatch(/src\/4\.ts \(added\) and 2995 more$/);
  });

  it('shows a path that could disfigure a comment by its code points', () => {
    const picked = pickApproval(added('approvals/a.md', 'x`\n@everyone\u{202e}.ts'));
    expect(!picked.ok && picked.refusal.detail).toBe("x'<U+000A>@everyone<U+202E>.ts (added)");
  });
});
