// An approval for a gate of a run: the whole record is audited first, at the fetched commit, and nothing is offered to be
// signed while a single error stands against it.
import type { Gate } from '../approval/gates.ts';
import { VALIDITY_MS, VALIDITY_WORDS } from '../approval/window.ts';
import { type Finding, severityOf } from '../audit/finding.ts';
import { auditRun, type Court } from '../audit/run.ts';
import { planDocument } from '../document/plan.ts';
import { DEFAULT_GRANULARITY } from '../document/unit.ts';
import { visible } from '../document/visible.ts';
import { consequenceOf } from '../report/check-run.ts';
import { utc } from '../report/markdown.ts';
import { expectedBindings } from '../run/bindings.ts';
import { PHASES } from '../run/road.ts';
import { newestStanding, outputOf, type RunState } from '../run/state.ts';
import type { NamedRecorder } from './recorder.ts';
import { type Objection, objection, objectionOf } from './refusal.ts';
import type { Prepared } from './subject.ts';
import { sourceOf, viewOfRun } from './view-of-run.ts';
import { type Task, taskFor } from './waiting.ts';

export interface Confirmed {
  /** The deployment that the person signs for; null where nobody has said yet. */
  readonly deployment: string | null;
  /** How the document is cut, where it is not what the document itself gives. */
  readonly profile: string | null;
  readonly granularity: string | null;
}

/** Throws CloneFault. */
export async function prepareForRun(
  { gate, state: { runId } }: Task,
  {
    court,
    confirmed,
    recorder,
    now,
  }: { court: Court; confirmed: Confirmed; recorder: NamedRecorder | null; now: Date },
): Promise<Prepared> {
  const { state, events, findings } = await auditRun(court, runId);
  const about = [...findings, ...ofItsApprovals(state, court)];
  const objections = about.filter(isAgainst).map(objectionOf);
  if (!state || objections.length > 0) return { verdict: 'refused', objections };
  const own = await ownObjections(state, { gate, court, confirmed });
  if (own.length > 0) return { verdict: 'refused', objections: own };
  if (taskFor(gate, { state, now }) === null) throw new Error(`${runId} does not wait for ${gate}`);

  const view = await viewOfRun(state, { gate, court });
  const named = gate === 'GAP7_execution_enable' ? recorder : null;
  const bindings = expectedBindings(state, gate, { recorderKey: named?.key ?? null });
  const { documentId, deployment, repository, source } = state;
  return {
    verdict: 'ready',
    subject: {
      ...{ gate, bindings, name: documentId, stem: `${runId}-${gate}` },
      expect: { gate, bindings, run: { runId, awaits: [gate] } },
      ...{ repository, deployment, documentId, runId, recorder: named },
      checked: [
        `the log of ${runId}: ${events.length} entries, each the next of the one before, none ever taken back`,
        `${state.approvals.length} ${state.approvals.length === 1 ? 'approval' : 'approvals'} of it: merged, never changed, signed by whom you trust, for exactly what was done`,
        `${visible(source.path)} at ${state.approvals[0].commit.slice(0, 12)} has the digest that you signed`,
        ...(state.recorderKeys.length > 0
          ? ['its record is signed by the recorder that its GAP7 names, at exactly this entry of the log']
          : []),
        ...(view.planned ? [`its plan, cut again here: cutplan_sha256 ${cutplanOf(state)}`] : []),
      ],
      causes: consequenceOf({ runId, gate }).replaceAll('`', ''),
      until: untilOf(state, now),
      warnings: about.filter((finding) => severityOf(finding) === 'warning').map(told),
      view: view.text,
    },
  };
}

/** Errors; and a plan that cannot be made again here, which an auditor may let pass but no signer. */
function isAgainst(finding: Finding): boolean {
  return severityOf(finding) === 'error' || finding.code === 'plan_not_recomputed';
}

function ofItsApprovals(state: RunState | null, { approvals }: Court): Finding[] {
  const paths = new Set(state?.approvals.map(({ path }) => path) ?? []);
  return approvals.findings.filter(({ where }) => paths.has(where.replace(/(?:[.]\d+)?[.]asc$/, '')));
}

function told({ where, detail }: Finding): string {
  return visible(`${where}: ${detail}`);
}

async function ownObjections(
  state: RunState,
  { gate, court, confirmed }: { gate: Gate; court: Court; confirmed: Confirmed },
): Promise<Objection[]> {
  const where = `runs/${state.runId}/events.jsonl#1`;
  const { deployment } = confirmed;
  if (deployment !== null && state.deployment !== deployment) {
    const detail = `it is for ${state.deployment ?? 'no deployment'}, you sign for ${deployment}`;
    return [objection('another_deployment', { where, detail })];
  }
  if (gate !== 'SG_1_cut_authz') return [];
  const detail = await unconfirmedCut(state, { court, confirmed });
  return detail === null ? [] : [objection('profile_unconfirmed', { where, detail })];
}

// Which language's labels are looked for, and how finely, is the operator's setting until a cut has pinned it; no signature
// covers it before SG_1. So whoever signs a first cut that the document itself would not give has to say so.
async function unconfirmedCut(
  state: RunState,
  { court, confirmed }: { court: Court; confirmed: Confirmed },
): Promise<string | null> {
  const { documentId, profile, granularity } = state;
  const moments = court.ledger.moments.get(documentId) ?? [];
  if (moments.some(({ kind, runId }) => kind === 'cut' && runId !== state.runId)) return null;
  const bytes = await sourceOf(state, court);
  const own = bytes === undefined ? null : planDocument(bytes).profile;
  if (profile !== null && profile !== own && profile !== confirmed.profile)
    return `it is cut by the profile ${profile}, by itself the document gives ${own}`;
  if (granularity !== DEFAULT_GRANULARITY && granularity !== confirmed.granularity)
    return `it is cut down to each ${granularity}, not to each ${DEFAULT_GRANULARITY}`;
  return null;
}

function cutplanOf(state: RunState): string {
  return outputOf(state, PHASES.cutplan).cutplan_sha256;
}

function untilOf(state: RunState, now: Date): string[] {
  const enable = newestStanding(state, 'GAP7_execution_enable');
  const merged = `It has to be merged within ${VALIDITY_WORDS} from now: before ${utc(new Date(now.getTime() + VALIDITY_MS))}.`;
  if (!enable)
    return [merged, 'The enable of this run was taken back: nothing is written before it is renewed.'];
  return [merged, `The enable of this run covers writes until ${utc(new Date(enable.valid_until))}.`];
}
