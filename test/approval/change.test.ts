import { describe, expect, it } from 'vitest';
import { checkTree, pickApproval } from '../../src/approval/admission.ts';

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

  it('takes 16 signatures and not one more', () => {
    const signed = (count: number) =>
      added(
        'approvals/a.md',
        'approvals/a.md.asc',
        ...Array.from({ length: count - 1 }, (_, n) => `approvals/a.md.${n + 1}.asc`),
      );
    expect(pickApproval(signed(16)).ok).toBe(true);
    expect(pickApproval(signed(17))).toMatchObject({
      ok: false,
      refusal: { reason: 'too_many_signatures', detail: '17, at most 16' },
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

describe('checkTree', () => {
  const entry = (path: string, size: number | undefined) => ({
    ...{ path, mode: '100644', type: 'blob', sha: '1'.repeat(40) },
    ...(size === undefined ? {} : { size }),
  });
  const judge = (document: number | undefined, signature: number | undefined) =>
    checkTree(
      {
        ...{ fork: false, files: [], merged: 'open' },
        tree: [
          { path: 'approvals', mode: '040000', type: 'tree', sha: '2'.repeat(40) },
          entry('approvals/a.md', document),
          entry('approvals/a.md.asc', signature),
        ],
      },
      ['approvals/a.md', 'approvals/a.md.asc'],
    );

  it('lets files pass whose size may be read, and those whose size nobody told', () => {
    expect(judge(64 * 1024, 16 * 1024).result).toBe('pass');
    expect(judge(undefined, undefined).result).toBe('pass');
  });

  it('refuses a file that is one byte larger, by its name alone', () => {
    expect(judge(64 * 1024 + 1, 1)).toMatchObject({ refusal: { reason: 'document_too_large' } });
    expect(judge(1, 16 * 1024 + 1)).toMatchObject({ refusal: { reason: 'signature_too_large' } });
  });
});
