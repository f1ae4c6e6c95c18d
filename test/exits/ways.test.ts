// Every state with rows in the governed database has a signed exit (design, invariant 9): each road from signature to end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { closeAbandoned } from '../../src/run/close.ts';
import { chain } from '../../src/run/events.ts';
import { awaitedGates } from '../../src/run/state.ts';
import { openRunOf } from '../../src/store/standings.ts';
import { planRevert } from '../support/plan-revert.ts';
import { type EmbeddedWorkshop, openWorkshop, smallLaw } from '../support/workshop.ts';

const HOUR_MS = 3600 * 1000;

let workshop: EmbeddedWorkshop;
let serial = 0;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

function newLaw(): { documentId: string; text: string } {
  serial += 1;
  return { documentId: `law-${serial}`, text: smallLaw(2, `law-${serial}`) };
}

const pass = (hours: number): void => {
  workshop.clock.at = new Date(workshop.clock.at.getTime() + hours * HOUR_MS);
};

async function status(runId: RunId): Promise<string> {
  const { position } = await workshop.advance(runId);
  return position.status === 'HELD' ? `HELD: ${position.code}: ${position.detail}` : position.status;
}

async function cut(documentId: string, text: string, options: { sg1Only?: boolean } = {}): Promise<RunId> {
  // Two openings in one second would be one document.
  pass(1 / 3600);
  const runId = await workshop.openRun(documentId, text, options);
  expect(await status(runId)).toBe('AWAITING_CUT_AUTHORIZATION');
  await workshop.sign(runId, 'SG_1_cut_authz');
  expect(await status(runId)).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
  return runId;
}

async function enact(runId: RunId): Promise<void> {
  await workshop.sign(runId, 'SG_2_lifecycle_authz');
  expect(await status(runId)).toBe('COMPLETED');
}

async function takeBack(runId: RunId): Promise<void> {
  await planRevert(runId, workshop);
  await workshop.sign(runId, 'SG_R_revert_authz');
  expect(await status(runId)).toBe('REVERTED');
}

async function abandon(runId: RunId): Promise<void> {
  const { head } = await workshop.state(runId);
  await workshop.log.append(
    chain(head, { type: 'abandoned', by: 'ada', why: 'no', run_id: runId, at: workshop.clock.at }),
  );
  await closeAbandoned(await workshop.state(runId), workshop.governed);
}

async function units(documentId: string): Promise<Record<string, number>> {
  const { rows } = await workshop.pglite.query<{ status: string; n: number }>(
    `SELECT lifecycle_status AS status, count(*)::int AS n FROM public.information_unit
      WHERE document_id = $1 GROUP BY 1 ORDER BY 1`,
    [documentId],
  );
  return Object.fromEntries(rows.map(({ status: of, n }) => [of, n]));
}

describe('a run that is open', () => {
  it('holds up its own document, and no other', async () => {
    const waiting = newLaw();
    const runId = await cut(waiting.documentId, waiting.text);
    expect(await openRunOf(workshop.store, waiting.documentId)).toMatchObject({ runId });
    expect(await openRunOf(workshop.store, 'another')).toBeUndefined();
    await abandon(runId);
    expect(await openRunOf(workshop.store, waiting.documentId)).toBeUndefined();
    await takeBack(runId);
  });
});

describe('a run that was abandoned with its drafts written', () => {
  it('is taken back by signature, and its document is cut again', async () => {
    const { documentId, text } = newLaw();
    const runId = await cut(documentId, text);
    await abandon(runId);
    await takeBack(runId);
    expect(await units(documentId)).toEqual({ retired: 3 });
    await enact(await cut(documentId, text));
    expect(await units(documentId)).toEqual({ enacted: 3, retired: 3 });
  });

  it('leaves drafts that the next run of the same text takes over and enacts', async () => {
    const { documentId, text } = newLaw();
    await abandon(await cut(documentId, text));
    await enact(await cut(documentId, text));
    expect(await units(documentId)).toEqual({ enacted: 3 });
    pass(1 / 3600);
    const idle = await workshop.openRun(documentId, text);
    expect(await status(idle)).toMatch(/^HELD: nothing_to_cut/);
  });

  it('leaves drafts that the next run of another text revises and enacts', async () => {
    const { documentId, text } = newLaw();
    await abandon(await cut(documentId, text));
    await enact(await cut(documentId, text.replace('Rule 2', 'The second rule')));
    expect(await units(documentId)).toEqual({ enacted: 3 });
  });

  it('leaves what is in force as it was when it had revised it, and can be taken back', async () => {
    const { documentId, text } = newLaw();
    await enact(await cut(documentId, text));
    const runId = await cut(documentId, text.replace('Rule 2', 'The second rule'));
    await abandon(runId);
    await takeBack(runId);
    expect(await units(documentId)).toEqual({ enacted: 3 });
  });

  it('has nothing to take back before its cut, and awaits nothing', async () => {
    const { documentId, text } = newLaw();
    const runId = await workshop.openRun(documentId, text);
    expect(await status(runId)).toBe('AWAITING_CUT_AUTHORIZATION');
    await abandon(runId);
    expect(awaitedGates(await workshop.state(runId), workshop.clock.at)).toEqual([]);
  });
});

describe('the drafts of a run that asked for SG_1 only', () => {
  it('are enacted by an SG_2 days later, under a renewed enable', async () => {
    const { documentId, text } = newLaw();
    const runId = await cut(documentId, text, { sg1Only: true });
    expect(await units(documentId)).toEqual({ draft: 3 });
    pass(50);
    await workshop.sign(runId, 'GAP7_execution_enable');
    await enact(runId);
    expect(await units(documentId)).toEqual({ enacted: 3 });
    const state = await workshop.state(runId);
    expect(awaitedGates(state, workshop.clock.at)).toEqual([]);
    await expect(workshop.sign(runId, 'GAP7_execution_enable')).rejects.toThrow(/not legal/);
  });

  it('are taken back by an SG_R instead', async () => {
    const { documentId, text } = newLaw();
    const runId = await cut(documentId, text, { sg1Only: true });
    await takeBack(runId);
    expect(await units(documentId)).toEqual({ retired: 3 });
  });
});

describe('the enable of a run', () => {
  it('is renewed as often as the days ask for it, before each of the gates', async () => {
    const { documentId, text } = newLaw();
    const runId = await workshop.openRun(documentId, text);
    expect(await status(runId)).toBe('AWAITING_CUT_AUTHORIZATION');
    for (const hours of [20, 30, 30]) {
      pass(hours);
      await workshop.sign(runId, 'GAP7_execution_enable');
    }
    await workshop.sign(runId, 'SG_1_cut_authz');
    expect(await status(runId)).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
    for (const hours of [30, 30]) {
      pass(hours);
      await workshop.sign(runId, 'GAP7_execution_enable');
    }
    await enact(runId);
    expect(await units(documentId)).toEqual({ enacted: 3 });
    const { rows } = await workshop.pglite.query<{ gate: string; n: number }>(
      'SELECT gate, count(*)::int AS n FROM cutter_governance.signature WHERE run_id = $1 GROUP BY 1 ORDER BY 1',
      [runId],
    );
    expect(rows.map(({ gate }) => gate)).toEqual([
      'GAP7_execution_enable',
      'SG_1_cut_authz',
      'SG_2_lifecycle_authz',
    ]);
  });

  it('and its gate are signed again for a run whose cut is committed and was not verified in time', async () => {
    const { documentId, text } = newLaw();
    const runId = await workshop.openRun(documentId, text);
    await workshop.advance(runId);
    await workshop.sign(runId, 'SG_1_cut_authz');
    let steps = 0;
    const held = await workshop.advance(runId, {
      context: (context) => {
        steps += 1;
        if (steps === 2) pass(25);
        return context;
      },
    });
    expect(held.position).toMatchObject({ status: 'HELD', phase: 'write_verify' });
    await workshop.sign(runId, 'GAP7_execution_enable');
    await workshop.sign(runId, 'SG_1_cut_authz');
    await workshop.sign(runId, 'SG_H_release_authz');
    expect(await status(runId)).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
    await enact(runId);
    expect(await units(documentId)).toEqual({ enacted: 3 });
  });
});
