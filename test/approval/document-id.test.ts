import { describe, expect, it } from 'vitest';
import { clashingDocumentIds, documentIdFrom, isDocumentId } from '../../src/approval/document-id.ts';
import { readApproval } from '../../src/approval/front-matter.ts';
import { approvalTemplate } from '../../src/approval/template.ts';

const opening = (document_id: string) =>
  readApproval(
    Buffer.from(
      approvalTemplate({
        gate: 'GAP7_execution_enable',
        bindings: { document_id, mode: 'LIVE', source_sha256: 'a'.repeat(64) },
        signedUtc: '2026-05-21T10:00:00Z',
      }),
    ),
  );

describe('a document_id', () => {
  for (const id of ['ICX-CONST', 'charter', '7', 'a.b_c-d', `A${'b'.repeat(62)}`]) {
    it(`may be ${id.slice(0, 20)}, in the configuration as in an approval`, () => {
      expect(isDocumentId(id)).toBe(true);
      expect(opening(id)).toMatchObject({ ok: true, approval: { bindings: { document_id: id } } });
    });
  }

  for (const id of ['', '-x', '.x', '_x', 'a/b', 'a b', 'Luật', 'a\n', 'b'.repeat(64)]) {
    it(`may not be ${JSON.stringify(id.slice(0, 20))}`, () => {
      expect(isDocumentId(id)).toBe(false);
      expect(opening(id).ok).toBe(false);
    });
  }

  it('clashes with another one that differs in case alone, and with its own double', () => {
    expect(clashingDocumentIds(['Charter', 'bylaws', 'CHARTER', 'bylaws', 'Law'])).toEqual([
      'Charter and CHARTER',
      'bylaws and bylaws',
    ]);
  });

  it('can be made from any file name', () => {
    expect(documentIdFrom('documents/ICX CONST.md')).toBe('ICX-CONST');
    expect(documentIdFrom('Vn Luật 12.md')).toBe('Vn-Lu-t-12');
    expect(documentIdFrom('.md')).toBe('document');
    for (const path of ['…/….md', `${'x'.repeat(62)}--y.md`, 'C:\\Law.MD', '--a--.txt'])
      expect(documentIdFrom(path)).toSatisfy(isDocumentId);
  });
});
