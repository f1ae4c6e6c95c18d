// The check on an open pull request: the verdict that a merge would get now, before anybody merges.
import type { Gate, Purpose } from '../approval/gates.ts';
import { REASONS, type Reason } from '../approval/reasons.ts';
import type { StopCode } from '../stop/stop.ts';
import { changesPiece } from './changes/page.ts';
import type { ChangesView } from './changes/view.ts';
import { type CheckOutput, checkOutput } from './limits.ts';
import { code, literal, utc } from './markdown.ts';
import { clip, items, type Piece, prose } from './pieces.ts';
import { type ConditionView, readinessTable } from './readiness-table.ts';
import { type RefusalView, renderChecks } from './refusal.ts';

export interface AcceptedView {
  readonly verdict: 'accepted';
  readonly gate: Purpose;
  readonly about: About;
  readonly signers: readonly string[];
  readonly validUntil: Date;
  readonly warnings: readonly string[];
  readonly checks: RefusalView['checks'];
  readonly rehearsal: OpeningView | null;
  /** What a merge would have written; null where it writes nothing, or all is new. */
  readonly changes: ChangesView | null;
}

/** The document for which it opens a run, the gate of the run that it names, or the approval that it takes back. */
export type About =
  | { readonly opens: string }
  | { readonly runId: string; readonly gate: Gate }
  | { readonly takesBack: string };

export interface RejectedView {
  readonly verdict: 'rejected';
  readonly reason: Reason;
  readonly detail: string;
  readonly at: { readonly path: string; readonly line: number } | null;
  readonly checks: RefusalView['checks'];
  readonly rehearsal: OpeningView | null;
}

/** The dry run of an approval that would open a run, and the readiness of the deployment. */
export interface OpeningView {
  readonly conditions: readonly ConditionView[];
  /** null when there is no document to try. */
  readonly dryRun: DryRunView | null;
}

export interface DryRunView {
  /** The document that was tried. */
  readonly path: string;
  readonly phases: readonly {
    readonly name: string;
    readonly lines: readonly string[];
    readonly diagnostics: readonly {
      readonly line: number;
      readonly code: string;
      readonly message: string;
    }[];
  }[];
  /** null when it is green. */
  readonly stop: { readonly phase: string; readonly code: StopCode; readonly detail: string } | null;
}

export function renderCheckRun(view: AcceptedView | RejectedView): CheckOutput {
  return view.verdict === 'accepted' ? accepted(view) : rejected(view);
}

function accepted(view: AcceptedView): CheckOutput {
  const until = utc(view.validUntil);
  const summary = [
    `**Valid until ${until}.** Merging now would be admitted: ${consequenceOf(view.about)}`,
    `${code(view.gate)} signed by ${view.signers.map(code).join(', ')}.`,
    paragraphs(
      view.warnings.map((warning) => `⚠️ ${literal(clip(warning, 400))}`),
      'warning',
    ),
    ...(view.changes ? [changesPiece(view.changes, wholeOf(view.about))] : []),
    ...rehearsed(view.rehearsal),
    renderChecks(view.checks),
  ];
  return checkOutput(`Merge before ${until}`, {
    summary,
    annotations: unsure(view.rehearsal?.dryRun ?? null),
  });
}

function wholeOf(about: About): string {
  return code('runId' in about ? `runs/${about.runId}/changes.md` : 'changes.md');
}

/** What the merge of such an approval causes, in one sentence. */
export function consequenceOf(about: About): string {
  if ('opens' in about)
    return `a run for ${code(clip(about.opens, 100))} opens. It plans and backs up, then waits for SG_1; nothing is written before that.`;
  if ('takesBack' in about)
    return `the approval with sha256 ${code(about.takesBack)} opens nothing any more, for ever. Nothing has been done under it so far.`;
  const { gate } = about;
  const run = `run ${code(about.runId)}`;
  switch (gate) {
    case 'GAP7_execution_enable':
      return `the execution enable of ${run} is renewed.`;
    case 'SG_1_cut_authz':
      return `${run} writes its cut plan to the governed database, as drafts.`;
    case 'SG_2_lifecycle_authz':
      return `${run} enacts its units.`;
    case 'SG_R_revert_authz':
      return `the recorded compensation plan of ${run} is executed.`;
    case 'SG_H_release_authz':
      return `the hold on ${run} is released, and it retries from the phase that stopped.`;
    default:
      return gate satisfies never;
  }
}

function rejected({ reason, detail, at, checks, rehearsal }: RejectedView): CheckOutput {
  const { sentence, next } = REASONS[reason];
  const title = `${reason}: ${sentence}`;
  const summary = [
    prose(detail, {
      whole: 'what `countersign verify` or `countersign readiness` prints',
      wrap: (shown) => `**Merging now would be refused:** ${sentence}. ${shown}`,
    }),
    `**What to do:** ${next}`,
    ...rehearsed(rehearsal),
    renderChecks(checks),
  ];
  const flaw = at ? [{ ...at, title, message: detail }] : [];
  return checkOutput(title, { summary, annotations: [...flaw, ...unsure(rehearsal?.dryRun ?? null)] });
}

/** What the cut is not sure of, at its line of the document. */
export function unsure(dryRun: DryRunView | null) {
  const { path = '', phases = [] } = dryRun ?? {};
  return phases.flatMap(({ diagnostics }) =>
    diagnostics.map(({ line, code: title, message }) => ({ path, line, title, message })),
  );
}

function rehearsed(rehearsal: OpeningView | null): Piece[] {
  if (!rehearsal) return [];
  const { dryRun, conditions } = rehearsal;
  const phases = (dryRun?.phases ?? []).map(
    ({ name, lines }) => `**${name}**\n${lines.map((line) => `- ${line}`).join('\n')}`,
  );
  return [dryRunSentence(dryRun), paragraphs(phases, 'phase'), readinessTable(conditions)];
}

export function dryRunSentence(dryRun: DryRunView | null): Piece {
  if (!dryRun) return '🛑 Dry run: there is no document to try';
  if (!dryRun.stop) return '✅ Dry run: the plan can be cut';
  const { phase, code: stop, detail } = dryRun.stop;
  return prose(detail, {
    whole: 'what `countersign readiness` prints',
    wrap: (shown) => `🛑 Dry run: ${phase} would stop with ${code(stop)}: ${shown}`,
  });
}

export function paragraphs(all: readonly string[], noun: string): Piece {
  const show = (shown: readonly string[], left: string) =>
    [...shown, left].filter((part) => part !== '').join('\n\n');
  return items(all, { noun, whole: 'what `countersign readiness` prints', show });
}
