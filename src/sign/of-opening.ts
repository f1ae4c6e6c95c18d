// An approval that opens a run: the document as it stands at the fetched commit, cut here, held against what the records say
// of the one before it.

import { VALIDITY_WORDS } from '../approval/window.ts';
import { fileAt } from '../audit/evidence.ts';
import { readLog, runsIn } from '../audit/record.ts';
import type { Court } from '../audit/run.ts';
import { sha256 } from '../digest/digest.ts';
import { acceptsDigest, type Diagnostic } from '../document/diagnostic.ts';
import { type CutPlan, planDocument } from '../document/plan.ts';
import type { Granularity } from '../document/unit.ts';
import { visible } from '../document/visible.ts';
import { planChange } from '../plan/change.ts';
import { renderOutline } from '../plan/outline.ts';
import { standingAfter, textsOf } from '../plan/standing.ts';
import { viewBetween } from '../report/changes/between.ts';
import { changesScreen } from '../report/changes/screen.ts';
import { consequenceOf } from '../report/check-run.ts';
import { openingBindings } from '../run/bindings.ts';
import type { RunState } from '../run/state.ts';
import type { NamedRecorder } from './recorder.ts';
import { objection } from './refusal.ts';
import type { Prepared } from './subject.ts';

export interface Opening {
  readonly documentId: string;
  readonly deployment: string;
  readonly path: string;
  readonly recorder: NamedRecorder;
  readonly repository: string | null;
  readonly profile: string | null;
  readonly granularity: Granularity | null;
  /** Accept what is blocking. */
  readonly accept: boolean;
}

/** Throws CloneFault, DocumentFault. */
export async function prepareOpening(
  opening: Opening,
  { court, colours }: { court: Court; colours: boolean },
): Promise<Prepared> {
  const { documentId, deployment, path, repository, recorder, accept } = opening;
  const head = court.evidence.graph.head.id;
  const bytes = await fileAt(court.evidence, { path, commit: head });
  if (bytes === undefined) {
    const detail = `nothing is at ${visible(path)} on the default branch`;
    return { verdict: 'refused', objections: [objection('document_missing', { where: path, detail })] };
  }
  const earlier = await earlierCut(documentId, court);
  const cut = cutAs(opening, { bytes, earlier });
  const blocking = cut.diagnostics.filter(({ severity }) => severity === 'blocking');
  if (blocking.length > 0 && !accept) {
    const objections = blocking.map(({ line, message }) =>
      objection('not_accepted', { where: `${path}, line ${line}`, detail: message }),
    );
    return { verdict: 'refused', objections };
  }
  const accepts = acceptsDigest(cut.diagnostics);
  const digest = sha256(bytes);
  const bindings = {
    ...openingBindings({ deployment, documentId, sourceSha256: digest, recorderKey: recorder.key }),
    ...(accepts === null ? {} : { accepts_sha256: accepts }),
  };
  return {
    verdict: 'ready',
    subject: {
      ...{ gate: 'GAP7_execution_enable', bindings, name: documentId, stem: `open-${documentId}` },
      expect: { gate: 'GAP7_execution_enable', bindings },
      ...{ repository, deployment, documentId, runId: null, recorder },
      checked: [
        `${visible(path)} at ${head.slice(0, 12)}: ${bytes.length.toLocaleString('en-US')} bytes, sha256 ${digest}`,
        `it can be cut here: ${cut.rows.length} units, profile ${cut.profile}, down to each ${cut.granularity}`,
      ],
      causes: consequenceOf({ opens: documentId }).replaceAll('`', ''),
      until: [
        `It has to be merged within ${VALIDITY_WORDS} from now, and covers the writes of its run for the same ${VALIDITY_WORDS}.`,
      ],
      warnings: [...blocking, ...cut.diagnostics.filter(({ severity }) => severity === 'warning')].map(told),
      view: viewOf(cut, { documentId, earlier, accepts, colours }),
    },
  };
}

function told({ severity, line, message }: Diagnostic): string {
  return `line ${line}: ${visible(message)}${severity === 'blocking' ? ' (you accept this)' : ''}`;
}

interface Earlier {
  readonly cut: CutPlan;
  readonly bytes: Buffer;
}

/** The document as its last completed run cut it, by the records; null where there is none. */
async function earlierCut(documentId: string, { evidence }: Court): Promise<Earlier | null> {
  let last: RunState | null = null;
  for (const runId of runsIn(evidence)) {
    const { log } = await readLog(runId, evidence);
    if (log?.state.documentId !== documentId || log.state.position.status !== 'COMPLETED') continue;
    if (last === null || log.state.approvals[0].signed_at > last.approvals[0].signed_at) last = log.state;
  }
  if (last === null) return null;
  const { source, approvals, granularity, profile } = last;
  const bytes = await fileAt(evidence, { path: source.path, commit: approvals[0].commit });
  if (bytes === undefined) return null;
  return { bytes, cut: planDocument(bytes, { granularity, ...(profile === null ? {} : { profile }) }) };
}

function cutAs(
  { profile, granularity }: Opening,
  { bytes, earlier }: { bytes: Buffer; earlier: Earlier | null },
) {
  const pinned = earlier?.cut;
  const by = profile ?? undefined;
  const down = granularity ?? pinned?.granularity;
  return planDocument(bytes, {
    ...(by === undefined ? {} : { profile: by }),
    ...(down === undefined ? {} : { granularity: down }),
    ...(pinned === undefined ? {} : { pinned: { profile: pinned.profile, granularity: pinned.granularity } }),
  });
}

function viewOf(
  cut: CutPlan,
  options: {
    documentId: string;
    earlier: Earlier | null;
    accepts: ReturnType<typeof acceptsDigest>;
    colours: boolean;
  },
): string {
  const { documentId, earlier, accepts, colours } = options;
  if (earlier === null)
    return `Everything in it is new: ${cut.rows.length} units.\n\n${renderOutline(cut, { maxRows: 400, width: 100 })}`;
  const change = planChange(cut, standingAfter(earlier.cut), {
    documentId,
    acceptsSha256: accepts,
    texts: textsOf(earlier.cut),
  });
  const screen = changesScreen(viewBetween(change, earlier.bytes), { color: colours });
  return screen === '' ? 'Nothing changes: the document is already cut as it stands.' : screen;
}
