// What is said when a run stops: on the pull request, and in the issue opened for the reviewers.
import { approvalTemplate } from '../approval/template.ts';
import { STOPS, type StopCode } from '../stop/stop.ts';
import { block, code, fold, literal, marker, utc } from './markdown.ts';
import { footer } from './progress.ts';
import type { ApprovalDraft } from './request.ts';

export interface Hold {
  readonly subject: string;
  readonly runId: string;
  readonly documentId: string;
  readonly phase: string;
  readonly code: StopCode;
  readonly detail: string;
  readonly since: Date;
  /** True when this run's units are already committed in the governed database. */
  readonly wrote: boolean;
  readonly release: ApprovalDraft;
  /** Once a compensation is planned: what executing it takes. */
  readonly revert: ApprovalDraft | null;
  readonly reviewers: readonly string[];
  readonly head: { readonly seq: number; readonly hash: string };
}

export function holdTitle({ documentId, phase, code: stop }: Hold): string {
  return `Run held in ${phase}: ${stop} (${documentId})`;
}

export function renderHold(hold: Hold): string {
  const { sentence, next } = STOPS[hold.code];
  return [
    marker(hold.subject),
    `### 🛑 Stopped in ${code(hold.phase)}: ${code(hold.code)}`,
    `The run of ${code(hold.documentId)} is HELD since ${utc(hold.since)}: ${sentence}.`,
    `> ${literal(hold.detail)}`,
    `**What to do:** ${next}`,
    consequence(hold),
    fold(
      'Release the hold: retry from the phase that stopped',
      `Sign this as ${code(hold.release.file)} and merge it through a pull request:\n\n${block(approvalTemplate(hold.release), 'markdown')}`,
    ),
    ...compensation(hold),
    hold.reviewers.length > 0 ? `For ${hold.reviewers.map((login) => `@${login}`).join(' ')}` : '',
    footer(hold),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function compensation({ revert, runId }: Hold): string[] {
  if (!revert) return [];
  const how = `The whole plan stands in ${code(`runs/${runId}/revert-plan.json`)}; nothing of it has been executed. To execute exactly that, sign this as ${code(revert.file)} and merge it through a pull request:`;
  return [
    fold(
      'Compensate: take back what this run has written',
      `${how}\n\n${block(approvalTemplate(revert), 'markdown')}`,
    ),
  ];
}

function consequence({ wrote, runId }: Hold): string {
  if (!wrote) {
    return 'Nothing of this run is in the governed database: whatever was open has been rolled back. There is nothing to compensate.';
  }
  return `The units of this run **are** committed, as far as the phases above say. See what undoing them would do, without touching anything: ${code(`countersign revert plan ${runId}`)}.`;
}
