// 02: what a person is asked to sign, for each gate, before it is signed.

import { approvalTemplate } from '../../../src/approval/template.ts';
import type { ChangePlan } from '../../../src/plan/change.ts';
import type { Signing } from '../../../src/publish/signing.ts';
import { type ChapterAt, compensationOf, requestOf } from '../../../src/publish/views.ts';
import type { ChangesView } from '../../../src/report/changes/view.ts';
import { renderCompensation } from '../../../src/report/compensation.ts';
import { renderRequest } from '../../../src/report/request.ts';
import type { Happening } from '../../../src/run/events.ts';
import type { PauseStatus } from '../../../src/run/road.ts';
import { RECORDER_KEY } from '../../support/recorder.ts';
import { approvalReference, finished, RUN_ID } from '../../support/run-events.ts';
import { type Page, page, told, verbatim } from '../page.ts';
import {
  FIRST,
  keptOf,
  LATER,
  OUTPUTS,
  openedWith,
  planned,
  SIGNING,
  TO_THE_FIRST_PAUSE,
  TO_THE_SECOND_PAUSE,
  TWO_SIGN,
  tale,
} from '../story.ts';
import { holdsRelease, holdsRevert } from './holds.ts';

const renewed: Happening = {
  type: 'execution_renewed',
  approval: { ...approvalReference('GAP7_execution_enable', 5), valid_until: '2026-05-23T09:30:00.000Z' },
};
const planning = (change: ChangePlan) => {
  const output = { cutplan_sha256: change.cutplan_sha256, rows: change.rows.length, counts: change.counts };
  return TO_THE_FIRST_PAUSE.map((happening) =>
    happening.type === 'phase_finished' && happening.phase === 'cutplan'
      ? finished('cutplan', output)
      : happening,
  );
};

interface Circumstances {
  readonly change?: ChangePlan;
  readonly recordRefused?: string | null;
  readonly signing?: Signing;
  readonly kept?: { readonly changes: ChangesView; readonly outline: string };
}

const keptAs = ({ changes, outline }: NonNullable<Circumstances['kept']>) =>
  new Map([
    ['changes.json', JSON.stringify(changes)],
    ['outline.txt', outline],
  ]);

/** The request at the pause that these happenings lead to. */
export function requestAfter(
  happenings: readonly Happening[],
  { change = FIRST, recordRefused = null, kept, signing = SIGNING }: Circumstances = {},
): string {
  const { state, chapters } = tale(happenings);
  const chapter = chapters.findLast(({ phases }) => phases.length > 0);
  const { position } = chapter ?? {};
  if (
    !chapter ||
    (position?.status !== 'AWAITING_CUT_AUTHORIZATION' &&
      position?.status !== 'AWAITING_LIFECYCLE_AUTHORIZATION')
  )
    throw new Error('the run does not pause here');
  const pause: ChapterAt<PauseStatus> = { ...chapter, position };
  return renderRequest(
    requestOf(pause, { state, kept: kept ? keptAs(kept) : keptOf(change), recordRefused, signing }),
  );
}

function compensation(): string {
  const { state } = tale([...TO_THE_SECOND_PAUSE, planned]);
  return renderCompensation(compensationOf(state, SIGNING));
}

export const opening = approvalTemplate({
  gate: 'GAP7_execution_enable',
  bindings: {
    deployment: 'town',
    document_id: 'charter',
    mode: 'LIVE',
    recorder_key: RECORDER_KEY,
    source_sha256: (OUTPUTS.source_pin as { sha256: string }).sha256,
  },
});

export const requests: Page = {
  file: '02-requests.md',
  render: () =>
    page('Requests', 'What the bot prints ready to sign. Only the time of signing is left to fill in.', [
      told('GAP7: the document that opens a run', verbatim(opening)),
      told('SG_1, of a document that was never cut', requestAfter(TO_THE_FIRST_PAUSE)),
      told('SG_1, of a later cut', requestAfter(planning(LATER), { change: LATER })),
      told('SG_1, once the enable has been renewed', requestAfter([...TO_THE_FIRST_PAUSE, renewed])),
      told(
        'SG_1, while GitHub refuses the run record',
        requestAfter(TO_THE_FIRST_PAUSE, { recordRefused: 'branch_protected' }),
      ),
      told('SG_2', requestAfter(TO_THE_SECOND_PAUSE)),
      told(
        'SG_2, where two people sign and names are taken',
        requestAfter(TO_THE_SECOND_PAUSE, {
          signing: { ...TWO_SIGN, taken: [`approvals/${RUN_ID}-SG_2_lifecycle_authz.md`] },
        }),
      ),
      told(
        'SG_2, by sg1_only unasked',
        requestAfter([openedWith({ sg1Only: true }), ...TO_THE_SECOND_PAUSE.slice(1)]),
      ),
      told('SG_H, in the comment of a hold', holdsRelease()),
      told('SG_R, in the comment of a hold whose compensation is planned', holdsRevert()),
      told('SG_R, where the operator has planned the compensation', compensation()),
    ]),
};
