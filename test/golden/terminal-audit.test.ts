// What `countersign audit` shows, of a clone without a finding and of one with several.
import { expect, it } from 'vitest';
import { auditText } from '../../src/audit/told.ts';
import { audit, FOUND } from '../audit/example.ts';

it('shows an audit word for word', async () => {
  const clean = auditText(audit([], { error: 0, warning: 0, note: 0 }));
  await expect(`${clean}\n\n${auditText(FOUND)}`).toMatchFileSnapshot('10-terminal-audit.txt');
});
