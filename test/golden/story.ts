// The runs that the golden book tells: real logs, folded and told by the bot's own code, with outputs as the phases
// leave them. The documents are cut for real; what only a database could say is made up and stands still.

import { sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { compareSnapshots } from '../../src/governed/drift.ts';
import type { Snapshot } from '../../src/governed/snapshot.ts';
import { type ChangePlan, planChange } from '../../src/plan/change.ts';
import { renderOutline } from '../../src/plan/outline.ts';
import { standingAfter, textsOf } from '../../src/plan/standing.ts';
import type { Signing } from '../../src/publish/signing.ts';
import { type Chapter, chaptersOf } from '../../src/publish/story.ts';
import { unitChangesOf } from '../../src/report/changes/unit-change.ts';
import { type ChangesView, viewOf } from '../../src/report/changes/view.ts';
import type { Happening, RunEvent } from '../../src/run/events.ts';
import type { PhaseName } from '../../src/run/road.ts';
import { fold, type RunState } from '../../src/run/state.ts';
import type { StopCode } from '../../src/stop/stop.ts';
import { RECORDER_KEY } from '../support/recorder.ts';
import { finished, gateOpened, logOf, opened, RUN_ID } from '../support/run-events.ts';

export const CHARTER =
  '# Town Charter\n\n## Article 1\n\nBe kind to the other readers.\n\n## Article 2\n\nReturn the books.\n';
export const REVISED =
  '# Town Charter\n\n## Article 1\n\nBe kind to the other readers and to the keepers.\n\n## Article 3\n\nThe garden is open.\n';

const plan = planDocument(Buffer.from(CHARTER));
const revisedPlan = planDocument(Buffer.from(REVISED));
export const STANDING = standingAfter(plan);

export const FIRST: ChangePlan = planChange(plan, [], { documentId: 'charter' });
export const LATER: ChangePlan = planChange(revisedPlan, STANDING, {
  documentId: 'charter',
  texts: textsOf(plan),
});

/** What the sovereign is shown of a later cut. */
export function viewOfChange(change: ChangePlan): ChangesView {
  const texts = textsOf(plan);
  return viewOf(unitChangesOf(change, (key) => texts.get(key)));
}

/** What a run keeps beside its log. */
export function keptOf(change: ChangePlan): ReadonlyMap<string, string> {
  return new Map([
    ['outline.txt', renderOutline(change, { maxRows: 120 })],
    ['changes.json', change === FIRST ? '' : JSON.stringify(viewOfChange(change))],
  ]);
}

function snapshot(counts: { draft: number; enacted: number; log: number; sets: number; verified: number }) {
  const { draft, enacted, log, sets, verified } = counts;
  return {
    document_id: 'charter',
    document: {
      ...{ draft_units: draft, enacted_units: enacted, retired_units: 0 },
      ...{ draft_versions: draft, versions: draft + enacted },
      ...{ lifecycle_log: log, change_sets: sets, verify_results: verified },
      sha256: sha256(`charter ${draft} ${enacted}`),
    },
    others: {
      ...{
        documents: 1,
        draft_units: 0,
        enacted_units: 40,
        retired_units: 0,
        draft_versions: 0,
        versions: 40,
      },
      ...{ lifecycle_log: 40, change_sets: 2, verify_results: 4, sha256: sha256('bylaws') },
    },
    ...{ move: 4 + sets + verified, moved: [], hand_writes: 0, unlike_heads: [] },
  } satisfies Snapshot;
}

const BEFORE = snapshot({ draft: 0, enacted: 0, log: 0, sets: 0, verified: 0 });
const AFTER_CUT = snapshot({ draft: 3, enacted: 0, log: 0, sets: 1, verified: 1 });
const AFTER_ENACTMENT = snapshot({ draft: 0, enacted: 3, log: 3, sets: 1, verified: 2 });

/** What each phase found on the first cut of the charter. */
export const OUTPUTS: Readonly<Record<PhaseName, unknown>> = {
  source_pin: {
    ...{ path: 'documents/charter.md', commit: 'a'.repeat(40), blob: 'b'.repeat(40) },
    ...{ sha256: sha256(CHARTER), bytes: Buffer.byteLength(CHARTER) },
  },
  mark: { profile: 'en', sections: 3, kinds: { document: 1, article: 2 } },
  cutplan: { cutplan_sha256: FIRST.cutplan_sha256, rows: 3, counts: FIRST.counts },
  pre_write_backup: {
    format: 'countersign/backup/1',
    run_id: RUN_ID,
    path: `${RUN_ID}.sql.gpg`,
    bytes: 31_337,
    sha256: sha256('backup'),
    recipient: 'E'.repeat(40),
    dump: { tool: 'pg_dump', version: '15.14', server_version: '15.14' },
    encryption: { tool: 'gpg', version: '2.2.40', key_id: '0123456789ABCDEF' },
    processes: [{ tool: 'pg_dump', exit_code: 0, stderr: '' }],
    started_at: '2026-05-21T10:00:03Z',
    finished_at: '2026-05-21T10:00:04Z',
  },
  grant_probe: { privileges: 61, matrix_sha256: sha256('matrix'), snapshot: BEFORE },
  cut_leg_a: { units: 3, versions: 3, unit_ids_sha256: sha256('ids') },
  structural_verify: { units: 3, source_sha256: sha256(CHARTER), tree_sha256: sha256('tree') },
  leg_b_record: {
    change_set_id: 'change-set-3',
    manifest_envelope_id: 'manifest-3',
    review_decision_id: 'review-3',
    signature_ids: ['signature-5', 'signature-6'],
    affected_rows: 3,
  },
  write_verify: {
    verify_result_id: 'verify-5',
    result_sha256: sha256('result'),
    units: 3,
    table: compareSnapshots(BEFORE, AFTER_CUT, { changes: FIRST.counts, stage: 'cut' }),
    snapshot: AFTER_CUT,
  },
  lifecycle_enact: { enacted: 3, kept: 0, retired: 0, log_rows: 3 },
  lifecycle_verify: {
    verify_result_id: 'verify-6',
    result_sha256: sha256('enactment'),
    units: 3,
    source_sha256: sha256(CHARTER),
    table: compareSnapshots(BEFORE, AFTER_ENACTMENT, {
      changes: { ...FIRST.counts, log_rows: 3 },
      stage: 'enacted',
    }),
  },
  revert_execute: {
    ...{ units: 3, versions: 3, log_rows: 3, plan_sha256: sha256('revert') },
    ...{ verify_result_id: 'verify-7', result_sha256: sha256('reverted') },
  },
};

/** What the bot knows of those who may sign here. */
export const SIGNING: Signing = {
  signers: [{ login: 'ada', fingerprint: 'A'.repeat(40), endsAt: null }],
  thresholds: {},
  recorderKey: RECORDER_KEY,
  taken: [],
  recordUrl: `https://github.com/town/governance/blob/${'f'.repeat(40)}/runs/${RUN_ID}/`,
};
/** Two of them at the second gate; one has no login that is known, and a key that ends. */
export const TWO_SIGN: Signing = {
  ...SIGNING,
  signers: [
    ...SIGNING.signers,
    { login: null, fingerprint: 'B'.repeat(40), endsAt: new Date('2026-05-22T08:00:00Z') },
  ],
  thresholds: { SG_2_lifecycle_authz: 2 },
};

export const done = (phase: PhaseName): Happening => finished(phase, OUTPUTS[phase]);
const allDone = (...phases: PhaseName[]): Happening[] => phases.map(done);

export const stopped = (phase: PhaseName, code: StopCode, detail: string): Happening => ({
  type: 'stopped',
  ...{ phase, code, detail },
});

export const planned: Happening = {
  type: 'revert_planned',
  revert_plan_sha256: sha256('revert'),
  hard: false,
  effects: {},
};

/** The first entry, about these very bytes. */
export function openedWith(options: { sg1Only?: boolean } = {}): Happening {
  const happening = opened(options);
  if (happening.type !== 'run_opened') throw new Error('a run begins with its opening');
  const source = { path: 'documents/charter.md', sha256: sha256(CHARTER) };
  return { ...happening, deployment: 'town', recorder_key: RECORDER_KEY, source };
}

export const OPENED = [openedWith()];
export const TO_THE_FIRST_PAUSE = [
  ...OPENED,
  ...allDone('source_pin', 'mark', 'cutplan', 'pre_write_backup', 'grant_probe'),
];
export const INTO_THE_CUT = [...TO_THE_FIRST_PAUSE, gateOpened('SG_1_cut_authz', 2)];
export const WRITTEN = [...INTO_THE_CUT, ...allDone('cut_leg_a', 'structural_verify', 'leg_b_record')];
export const TO_THE_SECOND_PAUSE = [...WRITTEN, done('write_verify')];
export const INTO_THE_ENACTMENT = [...TO_THE_SECOND_PAUSE, gateOpened('SG_2_lifecycle_authz', 3)];
export const TO_THE_END = [...INTO_THE_ENACTMENT, ...allDone('lifecycle_enact', 'lifecycle_verify')];

export interface Told {
  readonly events: readonly RunEvent[];
  readonly state: RunState;
  readonly chapters: readonly Chapter[];
  readonly last: Chapter;
}

/** The log of these happenings, folded and told. */
export function tale(happenings: readonly Happening[]): Told {
  const events = logOf(happenings);
  const chapters = chaptersOf(events);
  const last = chapters.at(-1);
  if (!last) throw new Error('a run without a chapter');
  return { events, state: fold(events), chapters, last };
}
