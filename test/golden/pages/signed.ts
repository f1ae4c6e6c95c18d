// 07: what a request becomes once it is answered, or once nobody needs to answer it.

import { requestSubject } from '../../../src/publish/views.ts';
import { renderSigned, renderWithdrawn } from '../../../src/report/signed.ts';
import { RUN_ID } from '../../support/run-events.ts';
import { type Page, page, told } from '../page.ts';

const asked = {
  subject: requestSubject(RUN_ID, 'SG_1_cut_authz'),
  draft: { gate: 'SG_1_cut_authz' as const, file: 'approvals/cut.md', bindings: {} },
};

export const signed: Page = {
  file: '07-signed-and-withdrawn.md',
  render: () =>
    page('Signed and withdrawn', 'What stands where a request stood.', [
      told('It was signed', renderSigned(asked, { gate: 'SG_1_cut_authz', pull: 2 })),
      told('Another approval came', renderSigned(asked, { gate: 'SG_R_revert_authz', pull: 6 })),
      told('The run was abandoned', renderWithdrawn(asked.subject, 'abandoned')),
    ]),
};
