// The comment that asks for the next signature: what it would authorise, and a document that is ready to sign.
import type { BindingName, Gate } from '../approval/gates.ts';
import { approvalTemplate } from '../approval/template.ts';
import { block, code, fold, marker, utc, within } from './markdown.ts';
import { footer } from './progress.ts';

/** An approval as the bot would like it signed. */
export interface ApprovalDraft {
  /** The path that it is to be saved under: one that is still free. */
  readonly file: string;
  readonly gate: Gate;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
}

export interface SignatureRequest {
  readonly subject: string;
  readonly runId: string;
  readonly documentId: string;
  readonly draft: ApprovalDraft;
  /** One sentence: what has happened so far and what the signature would cause. */
  readonly meaning: string;
  /** When the enable that covers the writes ends; a later signature needs a renewal beside it. */
  readonly enabledUntil: Date | null;
  readonly renewal: ApprovalDraft;
  readonly folds: readonly { readonly summary: string; readonly text: string; readonly language: string }[];
  readonly head: { readonly seq: number; readonly hash: string };
}

// Leaves room for the fixed text when the folded outline has to be shortened.
const FOLD_LIMIT = 25_000;

export function renderRequest(request: SignatureRequest): string {
  const { draft } = request;
  const { file } = draft;
  return [
    marker(request.subject),
    `### ✍️ Waiting for your signature: ${code(draft.gate)}`,
    request.meaning,
    `Save this as ${code(file)}, with the time at which you sign:`,
    block(approvalTemplate(draft), 'markdown'),
    'Sign it with your own key, then merge both files through one pull request that changes nothing else:',
    block(signingCommands(file), 'sh'),
    ...renewalHint(request),
    ...request.folds.map(({ summary, text, language }) =>
      fold(summary, block(within(FOLD_LIMIT, text), language)),
    ),
    footer(request),
  ].join('\n\n');
}

export function signingCommands(file: string): string {
  return `gpg --armor --detach-sign ${file}\ngit add ${file} ${file}.asc`;
}

function renewalHint({ enabledUntil, renewal }: SignatureRequest): string[] {
  if (!enabledUntil) return [];
  return [
    `The enable of this run covers writes until **${utc(enabledUntil)}**.`,
    fold(
      'If you sign later than that: renew the enable first',
      `Merge this as ${code(renewal.file)} in a pull request of its own:\n\n${block(approvalTemplate(renewal), 'markdown')}`,
    ),
  ];
}
