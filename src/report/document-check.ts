// The check on a pull request that changes a governed document: how it would be cut, and the approval that opens its run,
// ready to sign once it is merged.
import { type DryRunView, dryRunSentence, paragraphs, unsure } from './check-run.ts';
import { type CheckOutput, checkOutput } from './limits.ts';
import { code, count, details } from './markdown.ts';
import { clip, type Piece } from './pieces.ts';
import { type Offer, readyToSign } from './request.ts';
import { type Signer, whoSigns } from './signers.ts';

export interface DocumentView {
  readonly documentId: string;
  readonly dryRun: DryRunView | null;
  readonly opening: Offer<'GAP7_execution_enable'>;
}

export interface DocumentCheck {
  readonly documents: readonly DocumentView[];
  /** Whose signatures count. */
  readonly signers: readonly Signer[];
}

/** Whether each of them can be cut. */
export function canBeCut({ documents }: Pick<DocumentCheck, 'documents'>): boolean {
  return documents.every(({ dryRun }) => dryRun !== null && dryRun.stop === null);
}

export function renderDocumentCheck({ documents, signers }: DocumentCheck): CheckOutput {
  const bad = documents.filter(({ dryRun }) => dryRun === null || dryRun.stop !== null);
  const title =
    bad.length === 0
      ? `${count(documents.length, 'document')} can be cut`
      : `${count(bad.length, 'document')} of ${documents.length} would stop a run`;
  const summary = documents.flatMap((view) => pieces(view, signers));
  const annotations = documents.flatMap(({ dryRun }) => unsure(dryRun));
  return checkOutput(title, {
    summary: [
      'A merge of this changes the text alone. Nothing is cut before a run is opened by signature.',
      ...summary,
    ],
    annotations,
  });
}

function pieces({ documentId, dryRun, opening }: DocumentView, signers: readonly Signer[]): Piece[] {
  const name = code(clip(documentId, 100));
  const phases = (dryRun?.phases ?? []).map(
    ({ name: phase, lines }) => `**${phase}**\n${lines.map((line) => `- ${line}`).join('\n')}`,
  );
  const green = dryRun !== null && dryRun.stop === null;
  const how = [whoSigns(signers, opening.signers), ...readyToSign(opening)].filter(Boolean).join('\n\n');
  return [
    `### ${name}`,
    dryRunSentence(dryRun),
    paragraphs(phases, 'phase'),
    green
      ? details(
          'Once this is merged: open a run of it',
          `It signs exactly the text at the head of this pull request; if that changes, or what is merged differs, this is refused.\n\n${how}`,
        )
      : '**What to do:** mend the document here. A run of it would be refused as it stands.',
  ];
}
