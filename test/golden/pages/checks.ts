// 06: the check on an open pull request: title, summary and annotation, for every gate and every kind of no.
import { admit, type Verdict } from '../../../src/approval/admission.ts';
import { GATES, type Gate } from '../../../src/approval/gates.ts';
import { sha256 } from '../../../src/digest/digest.ts';
import type { PhaseOutput } from '../../../src/phases/phase.ts';
import type { ToldDiagnostic } from '../../../src/phases/told-diagnostics.ts';
import { checkOf } from '../../../src/publish/check-run.ts';
import { documentCheckOf } from '../../../src/publish/document-check.ts';
import { assess, type ConditionId, type Probes } from '../../../src/readiness/conditions.ts';
import type { OpeningAssessment } from '../../../src/readiness/opening.ts';
import type { ChangesView } from '../../../src/report/changes/view.ts';
import { renderCheckRun } from '../../../src/report/check-run.ts';
import { renderDocumentCheck } from '../../../src/report/document-check.ts';
import type { CheckOutput } from '../../../src/report/limits.ts';
import type { DryRun } from '../../../src/run/dry-run.ts';
import { PHASES } from '../../../src/run/road.ts';
import { Stop } from '../../../src/stop/stop.ts';
import { requestOf } from '../../approval/request.ts';
import { readVectors, type Vector } from '../../conformance/approvals/vector.ts';
import { type Page, page, titled, told, unfolded } from '../page.ts';
import { CHARTER, LATER, OUTPUTS, TO_THE_FIRST_PAUSE, TWO_SIGN, tale, viewOfChange } from '../story.ts';

type Judged = Parameters<typeof checkOf>[0];

const { state } = tale(TO_THE_FIRST_PAUSE);
const target = { document_id: 'charter', path: 'documents/charter.md', granularity: 'article' as const };

const PASSING: Readonly<Record<ConditionId, string>> = {
  'PRE-1': `approvals/cut.md for ${state.runId}, until 2026-05-22T10:00:00.000Z`,
  'PRE-2': 'approvals/open.md',
  'PRE-3': `${'E'.repeat(40)} can encrypt and does not expire`,
  'PRE-4': '4 phases ran dry',
  'PRE-5': '61 privileges as expected',
  'PRE-6': `128 of 128 files of ${'d'.repeat(40)}`,
  'PRE-7': '1117 tests passed at 2026-05-20T10:00:00.000Z',
  'PRE-8': 'no run is executing',
};

const OPEN: Readonly<Record<ConditionId, string>> = {
  'PRE-1': 'no SG_1_cut_authz approval is within its window',
  'PRE-2': 'no GAP7_execution_enable approval is within its window',
  'PRE-3': new Stop('key_unusable', 'the backup key has expired').message,
  'PRE-4': 'mark: document_invalid, the document is not UTF-8: byte 17 of line 3',
  'PRE-5': 'excess: cutter_exec DELETE on public.unit_version and 2 more',
  'PRE-6': '127 of 128 files; src/main.ts was changed',
  'PRE-7': 'there is no attestation',
  'PRE-8': `${state.runId} is executing`,
};

const IDS = Object.keys(PASSING) as ConditionId[];

export async function conditionsWith(open: readonly ConditionId[], waived: readonly ConditionId[] = []) {
  const find = async (id: ConditionId) =>
    open.includes(id) ? { pass: false, evidence: OPEN[id] } : { pass: true, evidence: PASSING[id] };
  const probes = Object.fromEntries(IDS.map((id) => [id, () => find(id)]));
  return assess(probes as Probes, new Set(waived));
}

const phases = (['source_pin', 'mark', 'cutplan', 'grant_probe'] as const).map((name) => {
  const { output, report }: PhaseOutput<unknown> = PHASES[name];
  return { name, lines: report(output.parse(OUTPUTS[name])), diagnostics: [] };
});
const green: DryRun = { green: true, phases };
const UNSURE: readonly ToldDiagnostic[] = [
  {
    ...{ code: 'open_fence', severity: 'blocking', line: 41, byte_start: 1200, byte_end: 1800 },
    message:
      'a fence that opens here is never closed, and 33 % of the document would be one piece of code: close it',
  },
  {
    ...{ code: 'label_gap', severity: 'warning', line: 12, byte_start: 400, byte_end: 420 },
    message: 'Article 5 follows Article 3: look whether Article 4 was lost',
  },
];
const unsure: DryRun = {
  green: false,
  phases: phases
    .slice(0, 2)
    .map((phase) => (phase.name === 'mark' ? { ...phase, diagnostics: UNSURE } : phase)),
  stop: {
    phase: 'cutplan',
    stop: new Stop(
      'not_accepted',
      `line 41: ${UNSURE[0]?.message}; the approval accepts none, all blocking ones have accepts_sha256 ${sha256('unsure')}`,
    ),
  },
};
const red: DryRun = {
  green: false,
  phases: phases.slice(0, 1),
  stop: { phase: 'mark', stop: new Stop('document_invalid', 'the document is not UTF-8: byte 17 of line 3') },
};

async function acceptedFor(gate: Gate, renewal = false): Promise<Verdict> {
  for (const vector of readVectors().filter(({ expected }) => expected.verdict === 'accepted')) {
    const verdict = await admit(await requestOf(vector));
    if (verdict.verdict !== 'accepted' || verdict.approval.gate !== gate) continue;
    if ((verdict.approval.bindings.run_id !== undefined) === (gate !== 'GAP7_execution_enable' || renewal))
      return verdict;
  }
  throw new Error(`no vector is accepted for ${gate}`);
}

async function rejectedFor(reason: string): Promise<Verdict> {
  const of = ({ expected }: Vector) => expected.verdict === 'rejected' && expected.reason === reason;
  const vectors = readVectors().filter(of);
  const vector = vectors.find(({ expected }) => 'line' in expected) ?? vectors[0];
  if (!vector) throw new Error(`no vector is rejected for ${reason}`);
  return admit(await requestOf(vector));
}

/** The check of a pull request that changes the document. */
async function changed(situation: string, rehearsal: DryRun | undefined): Promise<string> {
  const documents = [
    { target, sourceSha256: sha256(CHARTER), assessment: await opening(['PRE-1', 'PRE-2'], rehearsal) },
  ];
  const check = documentCheckOf({ documents }, { signing: TWO_SIGN, deployment: 'town' });
  return told(situation, outputText(renderDocumentCheck(check)));
}

function shown(
  situation: string,
  judged: Judged,
  { brief = false, changes = null }: { brief?: boolean; changes?: ChangesView | null } = {},
): string {
  return told(situation, outputText(renderCheckRun(checkOf(judged, changes)), { brief }));
}

function outputText({ title, summary, annotations }: CheckOutput, { brief = false } = {}): string {
  const beside = annotations.map(
    ({ path, line, title: heading, message }) => `${path}, line ${line}: ${heading} / ${message}`,
  );
  const parts = [titled('Title', title), ...beside.map((text) => titled('Annotation', text))];
  return [...parts, brief ? unfolded(summary) : summary].join('\n\n');
}

const opening = async (open: readonly ConditionId[], rehearsal: DryRun | undefined, waived?: ConditionId[]) =>
  ({
    path: 'documents/charter.md',
    conditions: await conditionsWith(open, waived),
    rehearsal,
  }) satisfies OpeningAssessment;

export const checks: Page = {
  file: '06-checks.md',
  async render() {
    const enable = await acceptedFor('GAP7_execution_enable');
    if (enable.verdict === 'rejected') throw new Error('an enable was refused');
    const ending = { ...enable, warnings: [`key ${'F'.repeat(40)} expires at 2026-06-01T00:00:00.000Z`] };
    const notReady: Verdict = {
      ...{ verdict: 'rejected', reason: 'not_ready', checks: enable.checks },
      detail: 'PRE-4 the target document is known and its dry run is green: mark: document_invalid, byte 17',
    };
    const malformed = await rejectedFor('front_matter_syntax');
    const gates = GATES.filter((gate) => gate !== 'GAP7_execution_enable');
    return page('Checks', 'The check `countersign / approval` on the head of an open pull request.', [
      shown('An approval that opens a run', {
        ...{ verdict: enable, state: null, target },
        assessment: await opening(['PRE-1'], green),
      }),
      shown('The same, by a key that expires soon; the demo waives PRE-7', {
        ...{ verdict: ending, state: null, target },
        assessment: await opening(['PRE-1', 'PRE-7'], green, ['PRE-7']),
      }),
      shown('A renewal of the enable', {
        ...{
          verdict: await acceptedFor('GAP7_execution_enable', true),
          state,
          target: null,
          assessment: null,
        },
      }),
      ...(await Promise.all(
        gates.map(async (gate) =>
          shown(
            gate,
            { verdict: await acceptedFor(gate), state, target: null, assessment: null },
            { brief: true },
          ),
        ),
      )),
      shown(
        'SG_1 of a later cut',
        { verdict: await acceptedFor('SG_1_cut_authz'), state, target: null, assessment: null },
        { brief: true, changes: viewOfChange(LATER) },
      ),
      shown('A signature that is missing', {
        ...{ verdict: await rejectedFor('signature_missing'), state: null, target: null, assessment: null },
      }),
      shown('A line that cannot be read', {
        verdict: malformed,
        state: null,
        target: null,
        assessment: null,
      }),
      shown('A document that cannot be cut, everything open', {
        ...{ verdict: notReady, state: null, target },
        assessment: await opening(IDS, red),
      }),
      shown('A cut that is not sure of something', {
        ...{ verdict: notReady, state: null, target },
        assessment: await opening(['PRE-4'], unsure),
      }),
      shown(
        'No document to try',
        {
          ...{ verdict: notReady, state: null, target },
          assessment: await opening(['PRE-4'], undefined),
        },
        { brief: true },
      ),
      await changed('countersign / document: a document that changes', green),
      await changed('countersign / document: one that would stop a run', unsure),
    ]);
  },
};
