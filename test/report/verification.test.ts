import { expect, it } from 'vitest';
import { plainTable } from '../../src/report/verification.ts';

const DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

it('shows the widest table within 80 columns, every name whole and every digest by its beginning', () => {
  const other = `99999 (${DIGEST.slice(0, 12)})`;
  const table = plainTable([
    { name: 'units', before: 99_999, expected: 99_999, after: 99_999, ok: true },
    { name: 'source', before: DIGEST, expected: DIGEST, after: DIGEST, ok: true },
    { name: 'retired units of other documents', before: other, expected: other, after: other, ok: false },
  ]);
  const lines = table.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines).toEqual([
    '                               before          expected             after',
    '  units                        99,999            99,999            99,999  ✓',
    '  source                     e3b0c442          e3b0c442          e3b0c442  ✓',
    '  retired units of   99999 (e3b0c442)  99999 (e3b0c442)  99999 (e3b0c442)  ✗',
    '    other documents',
  ]);
});
