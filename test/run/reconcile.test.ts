import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import type { ChangeSet } from '../../src/governed/change-sets.ts';
import { reconcile } from '../../src/run/reconcile.ts';
import { finished, logOf, opened, RUN_ID, START, started } from '../support/run-events.ts';

const PLAN = finished('cutplan', { cutplan_sha256: sha256('plan'), rows: 3, counts: {} });
const CUT = [opened(), PLAN, finished('leg_b_record')];
const ENACTED = [...CUT, finished('lifecycle_enact')];
const REVERTED = [...CUT, finished('revert_execute')];

const row: ChangeSet = {
  ...{ run_id: RUN_ID, id: '1', document_id: 'charter', enacted: false, reverted: false },
  ...{ source_sha256: sha256('charter'), cutplan_sha256: sha256('plan') },
};
const LATE = new Date(START.getTime() + 60_000);

const held = (
  happenings: Parameters<typeof logOf>[0],
  changeSets: readonly ChangeSet[],
  backupBegan = LATE,
) => reconcile([logOf(happenings)], { changeSets, backupBegan });

describe('a restored database and the records of its runs', () => {
  it('agree where each has what the other says', () => {
    expect(held(CUT, [row])).toEqual({ contradictions: [], agreeing: 1, later: [] });
    expect(held(ENACTED, [{ ...row, enacted: true }]).contradictions).toEqual([]);
    expect(held(REVERTED, [{ ...row, reverted: true }]).contradictions).toEqual([]);
    expect(held([opened(), PLAN], [])).toEqual({ contradictions: [], agreeing: 0, later: [] });
  });

  it.each([
    ['its cut', CUT, []],
    ['its enactment', ENACTED, [row]],
    ['its reversal', REVERTED, [row]],
  ])('differ where %s is not there', (what, log, rows) => {
    const { contradictions, agreeing } = held(log, rows);
    expect(contradictions).toEqual([
      `${RUN_ID}: ${what} was committed before the backup, and the database does not have it`,
    ]);
    expect(agreeing).toBe(0);
  });

  it.each([
    ['its cut', [opened(), PLAN], row],
    ['its enactment', CUT, { ...row, enacted: true }],
    ['its reversal', CUT, { ...row, reverted: true }],
  ])('differ where the database alone has %s', (what, log, found) => {
    expect(held(log, [found]).contradictions).toEqual([
      `${RUN_ID}: the database has ${what}, and its log does not`,
    ]);
    // The process died behind its commit, and the log is to hear of it.
    expect(held([...log, started('write_verify')], [found]).contradictions).toEqual([]);
  });

  it('differ where there is no record at all', () => {
    expect(reconcile([], { changeSets: [row], backupBegan: LATE }).contradictions).toEqual([
      `${RUN_ID}: the database has its cut, and it has no record`,
    ]);
  });

  it.each([
    ['document_id', { document_id: 'bylaws' }, 'document_id is bylaws in the database, charter in its log'],
    [
      'source_sha256',
      { source_sha256: 'other' },
      `source_sha256 is other in the database, ${sha256('charter')} in its log`,
    ],
    [
      'cutplan_sha256',
      { cutplan_sha256: 'other' },
      `cutplan_sha256 is other in the database, ${sha256('plan')} in its log`,
    ],
    ['change set', { id: '2' }, 'change set is 2 in the database, 1 in its log'],
  ])('differ in %s', (_, other, sentence) => {
    expect(held(CUT, [{ ...row, ...other }]).contradictions).toEqual([`${RUN_ID}: ${sentence}`]);
  });

  it('do not differ in what was committed after the backup began: a restore would lose that', () => {
    // Entries of the log are a second apart: the cut is the third, the enactment the fourth.
    const began = new Date(START.getTime() + 2_000);
    expect(held(CUT, [], began)).toEqual({ contradictions: [], agreeing: 0, later: [RUN_ID] });
    expect(held(CUT, [row], began)).toEqual({ contradictions: [], agreeing: 1, later: [] });
    expect(held(CUT, [], new Date(began.getTime() + 1)).contradictions).toHaveLength(1);
    expect(held(ENACTED, [row], new Date(began.getTime() + 1)).later).toEqual([RUN_ID]);
  });
});
