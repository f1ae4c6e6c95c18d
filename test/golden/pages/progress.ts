// 01: the comment that follows a run, in each place where a run can stand.
import { progressOf } from '../../../src/publish/views.ts';
import { renderProgress } from '../../../src/report/progress.ts';
import type { Happening } from '../../../src/run/events.ts';
import { finished, gateOpened, started } from '../../support/run-events.ts';
import { type Page, page, told } from '../page.ts';
import {
  done,
  INTO_THE_CUT,
  INTO_THE_ENACTMENT,
  OPENED,
  OUTPUTS,
  openedWith,
  planned,
  stopped,
  TO_THE_END,
  TO_THE_FIRST_PAUSE,
  TO_THE_SECOND_PAUSE,
  tale,
  WRITTEN,
} from '../story.ts';

/** The comment of the last chapter, or of the one that a given pull request began. */
function comment(happenings: readonly Happening[], pull?: number): string {
  const { state, chapters, last } = tale(happenings);
  const chapter = chapters.findLast(({ approval }) => approval.pull === pull) ?? last;
  return renderProgress(progressOf(chapter, state));
}

const recovered = { ...finished('cut_leg_a', OUTPUTS.cut_leg_a), recovered: true };

export const progress: Page = {
  file: '01-progress.md',
  render: () =>
    page(
      'Progress',
      'The comment on the pull request whose approval moved the run. It is edited as the run goes.',
      [
        told('The run has just been opened', comment(OPENED)),
        told('It is at work', comment([...OPENED, done('source_pin'), started('mark')])),
        told('It waits for SG_1', comment(TO_THE_FIRST_PAUSE)),
        told('It writes', comment([...INTO_THE_CUT, started('cut_leg_a')])),
        told(
          'It was killed after the COMMIT, and read back what it had written',
          comment([...INTO_THE_CUT, recovered]),
        ),
        told('It waits for SG_2', comment(TO_THE_SECOND_PAUSE)),
        told(
          'It rests there, by sg1_only',
          comment([openedWith({ sg1Only: true }), ...TO_THE_SECOND_PAUSE.slice(1)]),
        ),
        told('It is done', comment(TO_THE_END)),
        told(
          'The enable was renewed during a pause',
          comment([
            ...TO_THE_FIRST_PAUSE,
            { type: 'execution_renewed', ...only(gateOpened('GAP7_execution_enable', 5)) },
          ]),
        ),
        told(
          'It stopped',
          comment([
            ...INTO_THE_CUT,
            stopped('cut_leg_a', 'count_drift', 'draft units: 0 before, 3 expected, 4 after'),
          ]),
        ),
        told(
          'It was taken back',
          comment([
            ...WRITTEN,
            done('write_verify'),
            planned,
            gateOpened('SG_R_revert_authz', 6),
            done('revert_execute'),
          ]),
        ),
        told(
          'It was abandoned during a pause',
          comment([
            ...INTO_THE_ENACTMENT.slice(0, -1),
            { type: 'abandoned', by: 'ada', why: 'a change of mind' },
          ]),
        ),
      ],
    ),
};

function only(happening: Happening) {
  if (happening.type !== 'gate_opened') throw new Error('not an approval');
  return { approval: happening.approval };
}
