// What a reader tries after the demo, with the login of the bot.
import { describe, expect, test } from 'vitest';
import { askAs } from '../../src/governed/ask.ts';
import { governedPglite } from '../support/pglite.ts';

describe('one statement in one role', () => {
  test('reads, is refused with a reason, or is wrong in itself', async () => {
    const pglite = await governedPglite();
    const ask = (sql: string, readOnly = false) => askAs(pglite, { role: 'cutter_exec', sql, readOnly });
    expect(await ask('SELECT count(*)::int AS n FROM public.unit_version')).toEqual({
      verdict: 'answered',
      rows: [{ n: 0 }],
    });
    expect(await ask("UPDATE information_unit SET title = 'Mine'")).toEqual({
      verdict: 'refused',
      reason: 'permission denied for table information_unit',
    });
    const run = 'run-20260521-0000000000000001';
    expect(await ask(`SELECT * FROM fn_iu_revert('${run}', repeat('0', 64), false)`)).toEqual({
      verdict: 'refused',
      reason: expect.stringMatching(/^guard: gate_not_signed: /),
    });
    expect(await ask('SELEKT 1')).toMatchObject({ verdict: 'failed' });
    // A statement in two parts could give the role back.
    expect(await ask('RESET ROLE; DELETE FROM public.unit_version')).toMatchObject({ verdict: 'failed' });
    expect(await ask(`SELECT cutter_governance.fn_master_off('me')`, true)).toMatchObject({
      reason: expect.stringMatching(/read-only/),
    });
    await pglite.close();
  });
});
