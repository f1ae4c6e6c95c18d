// The check on an open pull request: the verdict that a merge would get now, before anybody merges.
import { REASONS, type Reason } from '../approval/reasons.ts';
import { code, fold, literal, utc, within } from './markdown.ts';
import { type RefusalView, renderChecks } from './refusal.ts';

/** GitHub's limit for a check's summary. */
const SUMMARY_LIMIT = 65_535;

export interface AcceptedView {
  readonly verdict: 'accepted';
  readonly gate: string;
  readonly signers: readonly string[];
  readonly validUntil: Date;
  readonly consequence: string;
  readonly warnings: readonly string[];
  readonly checks: RefusalView['checks'];
  readonly rehearsal: Rehearsal | null;
}

export interface Rehearsal {
  readonly green: boolean;
  readonly sentence: string;
  readonly phases: readonly { readonly name: string; readonly lines: readonly string[] }[];
  readonly readiness: string;
}

export interface RejectedView {
  readonly verdict: 'rejected';
  readonly reason: Reason;
  readonly detail: string;
  readonly checks: RefusalView['checks'];
  readonly rehearsal: Rehearsal | null;
}

export function renderCheck(view: AcceptedView | RejectedView): { title: string; summary: string } {
  const parts = view.verdict === 'accepted' ? accepted(view) : rejected(view);
  return {
    title: parts.title,
    summary: within(SUMMARY_LIMIT, parts.summary.filter((part) => part !== '').join('\n\n')),
  };
}

function accepted(view: AcceptedView) {
  const until = utc(view.validUntil);
  return {
    title: `Merge before ${until}`,
    summary: [
      `**Valid until ${until}.** Merging now would be admitted: ${view.consequence}`,
      `${code(view.gate)} signed by ${view.signers.map(code).join(', ')}.`,
      ...view.warnings.map((warning) => `⚠️ ${literal(warning)}`),
      ...(view.rehearsal ? rehearsed(view.rehearsal) : []),
      fold('Every check, in order', renderChecks(view.checks)),
    ],
  };
}

function rehearsed({ green, sentence, phases, readiness }: Rehearsal): string[] {
  const lines = phases.map(
    ({ name, lines: found }) => `**${name}**\n${found.map((line) => `- ${line}`).join('\n')}`,
  );
  return [`${green ? '✅' : '🛑'} Dry run: ${sentence}`, ...lines, readiness];
}

function rejected({ reason, detail, checks, rehearsal }: RejectedView) {
  const { sentence, next } = REASONS[reason];
  return {
    title: `${reason}: ${sentence}`,
    summary: [
      `**Merging now would be refused:** ${sentence}. ${literal(detail)}`,
      `**What to do:** ${next}`,
      ...(rehearsal ? rehearsed(rehearsal) : []),
      fold('Every check, in order', renderChecks(checks)),
    ],
  };
}
