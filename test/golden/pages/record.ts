// 08: the run record as it stands in git: the files that people read, and the others by name and first lines.

import { encodeStatement } from '../../../src/record/statement.ts';
import { runRecord } from '../../../src/report/run-record.ts';
import { recordOf } from '../../../src/run/record.ts';
import { statementOf } from '../../../src/run/statement.ts';
import { finished, gateOpened, RUN_ID } from '../../support/run-events.ts';
import { type Page, page, told, verbatim } from '../page.ts';
import { done, FIRST, INTO_THE_CUT, keptOf, OUTPUTS, planned, TO_THE_END, tale } from '../story.ts';

function filesAfter(happenings: Parameters<typeof tale>[0]): ReadonlyMap<string, string> {
  const { state, events } = tale(happenings);
  return runRecord(recordOf(state, { events, kept: keptOf(FIRST) }));
}

function stated(): string {
  const { state, events } = tale(TO_THE_END);
  const statement = statementOf(state, { events, kept: keptOf(FIRST) });
  if (!statement) throw new Error('the run of the story names a recorder');
  return JSON.stringify(JSON.parse(encodeStatement(statement).toString()), null, 2);
}

export const record: Page = {
  file: '08-record.md',
  render() {
    const files = filesAfter(TO_THE_END);
    const state = files.get(`runs/${RUN_ID}/state.json`) ?? '';
    const read = [...files].filter(([path]) => path.endsWith('.md'));
    const crashed = { ...finished('cut_leg_a', OUTPUTS.cut_leg_a), recovered: true };
    const [, recovered = ''] = [...filesAfter([...INTO_THE_CUT, crashed])].at(-1) ?? [];
    const taken = [...TO_THE_END, planned, gateOpened('SG_R_revert_authz', 6), done('revert_execute')];
    const [, reverted = ''] = [...filesAfter(taken)].at(-1) ?? [];
    return page('The run record', '`runs/<run_id>/` of a run that is done, as an auditor reads it.', [
      told('The files', verbatim([...files.keys()].join('\n'))),
      told('state.json', verbatim(state)),
      told('What statement.dsse.json states, in one line and signed by the recorder', verbatim(stated())),
      ...read.map(([path, text]) => told(path.replace(`runs/${RUN_ID}/`, ''), verbatim(text))),
      told('A phase whose result was read back after a crash', verbatim(recovered)),
      told('A compensation', verbatim(reverted)),
    ]);
  },
};
