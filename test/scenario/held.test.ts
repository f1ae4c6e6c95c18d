// A run that stops, told for real: the comment, the issue for the reviewers, the release and the compensation, each
// signed from what the bot printed.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 100_000;
const TEST_MS = 600_000;
const MINUTE_MS = 60_000;

let town: Town;
beforeAll(async () => {
  town = await openTown({
    waived: new Set(['PRE-4', 'PRE-5', 'PRE-7']),
    onEvent(event) {
      // Behind the commit, the bot's clock goes wrong: the next phase stops before it looks at anything.
      if (event.type === 'phase_finished' && event.phase === 'leg_b_record')
        town.clock.offsetMs = 3 * MINUTE_MS;
    },
  });
});
afterAll(async () => {
  await town.close();
});

/** Waits for a comment, whatever else has been said meanwhile. */
async function said(pull: number, wanted: RegExp): Promise<string> {
  return vi.waitFor(
    async () => {
      const comments = await town.sovereign.comments(pull);
      const found = comments.find((body) => wanted.test(body));
      if (found === undefined) {
        const headings = comments.map((body) => /^### .*$/m.exec(body)?.[0]);
        throw new Error(`no comment on #${pull} matches ${wanted}: ${headings.join(', ')}`);
      }
      return found;
    },
    { timeout: WAIT_MS, interval: 200 },
  );
}

/** The only issue that is open. */
const openIssue = (title: string) =>
  vi.waitFor(
    async () => {
      const issues = await town.sovereign.issues();
      expect(issues.map((issue) => issue.title)).toEqual([title]);
      return issues[0];
    },
    { timeout: WAIT_MS, interval: 200 },
  );

/** 450 roles that may do what the bot may: no table more, so that the backup stays as quick as it is. */
async function forEachStranger(statement: string): Promise<void> {
  await town.governed.exec(`DO $$ BEGIN FOR n IN 1..450 LOOP
    EXECUTE format('${statement}', 'a_role_that_somebody_has_granted_by_mistake_' || n); END LOOP; END $$`);
}

describe('a run that is held', () => {
  let forCut = '';

  it(
    'is told with 450 privileges too many, which no comment can hold, and opens its issue',
    async () => {
      await forEachStranger('CREATE ROLE %I IN ROLE cutter_exec');
      const pull = await town.sovereign.approve(town.openingDraft());
      const hold = await said(pull, /Stopped in `grant_probe`: `grant_delta`/);
      expect(Buffer.byteLength(hold)).toBeLessThanOrEqual(65_536);
      expect(hold).toMatch(
        /… left out here: [\d,]+ of [\d,]+ words; the whole is in `runs\/run-\S+\/events\.jsonl`/,
      );
      expect(hold).toContain('Nothing of this run is in the governed database');

      const issue = await openIssue('Run held in grant_probe: grant_delta (charter)');
      expect(issue?.assignees).toEqual(['sovereign']);
      expect(issue?.body).toContain('granted\\_by\\_mistake\\_1 ');
      const at = town.now();
      expect(unsignedFromComment(issue?.body ?? '', at)).toEqual(unsignedFromComment(hold, at));

      await forEachStranger('DROP ROLE %I');
      const release = await town.sovereign.approve(unsignedFromComment(hold, town.now()));
      forCut = await said(release, /Waiting for your signature: `SG_1_cut_authz`/);
      await said(pull, /### ✅ Signed: `SG_H_release_authz`/);
    },
    TEST_MS,
  );

  it(
    'is told behind its commit with the compensation, in the comment and in the issue',
    async () => {
      const pull = await town.sovereign.approve(unsignedFromComment(forCut, town.now()));
      const hold = await said(pull, /Stopped in `write_verify`: `clock_skew`/);
      expect(hold).toContain('The units of this run **are** committed');
      // The one before was closed when its hold ended.
      const issue = await openIssue('Run held in write_verify: clock_skew (charter)');
      town.clock.offsetMs = 0;
      const at = town.now();
      const revert = unsignedFromComment(issue?.body ?? '', at, 'SG_R_revert_authz');
      expect(revert).toEqual(unsignedFromComment(hold, at, 'SG_R_revert_authz'));

      const taken = await town.sovereign.approve(revert);
      await said(taken, /^### ↩️ `charter` is reverted/m);
      await said(pull, /### Answered by another approval: `SG_R_revert_authz`/);
      const { rows } = await town.governed.query(
        'SELECT DISTINCT lifecycle_status AS status FROM public.information_unit',
      );
      expect(rows).toEqual([{ status: 'retired' }]);
    },
    TEST_MS,
  );
});
