// Each condition of the guard is needed: without it, the case that conditions.json names gets another answer. Where no case
// can tell, the table here says why the condition stands there all the same.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { embeddedBackend } from '../fixture.ts';
import { allCases } from './all-cases.ts';
import { answerOf } from './guard-case.ts';
import { discarding, guardDatabaseOf } from './guard-database.ts';
import { mutants } from './mutants.ts';

/** By the beginning of the mutant's id. */
const NOTHING_TELLS: Readonly<Record<string, string>> = {
  'cutter_guard.without_nul 1:': 'only saves taking every document apart octet by octet',
  'cutter_guard.judge 3:': 'FOREACH refuses a NULL array with the very same error; said here for the reader',
  'cutter_guard.check_use 2:': 'no other gate names an approval_sha256; it lets the partial index be used',
  'cutter_governance.fn_admit 3:': 'that no other row is locked shows only between two sessions',
  'cutter_governance.fn_admit 4:': 'shows only between two sessions: admit.test.ts has them',
};

const CASE_OF = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(new URL('conditions.json', import.meta.url), 'utf8')));

const all = mutants();
const told = all.filter(({ id }) => !Object.keys(NOTHING_TELLS).some((start) => id.startsWith(start)));
const cases = new Map((await allCases()).map((guardCase) => [guardCase.name, guardCase]));

describe('the guard', () => {
  const open = guardDatabaseOf(embeddedBackend);

  test('has a case for each of its conditions, and none for one that is gone', () => {
    expect(Object.keys(CASE_OF).sort()).toEqual(told.map(({ id }) => id).sort());
    expect(all.length - told.length).toBe(Object.keys(NOTHING_TELLS).length);
    expect(told.length).toBeGreaterThan(180);
  });

  for (const { id, sql } of told) {
    test(`needs: ${id}`, async () => {
      const { root } = open();
      const guardCase = cases.get(CASE_OF[id] ?? '');
      if (!guardCase)
        throw new Error(`no case \`${CASE_OF[id]}\`: find one that tells, and name it in conditions.json`);
      const answer = await discarding(root, async (writer) => {
        await writer.script(sql);
        return answerOf(guardCase, writer);
      });
      expect(answer, guardCase.name).not.toBe(guardCase.expected);
    });
  }
});
