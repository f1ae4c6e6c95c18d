// The comment that asks for the next signature: what it would authorise, and a document that is ready to sign.
import type { BindingName, Gate } from '../approval/gates.ts';
import { approvalTemplate } from '../approval/template.ts';
import type { ChangeCounts } from '../plan/change.ts';
import { changesPiece } from './changes/page.ts';
import type { ChangesView } from './changes/view.ts';
import { type CommentBody, commentBody } from './limits.ts';
import { block, code, count, details, marker, utc } from './markdown.ts';
import { clip, foldedText, type Piece } from './pieces.ts';
import { footer } from './progress.ts';
import { signCommand } from './sign-command.ts';
import { coSigning, type Signer, whoSigns } from './signers.ts';

/** An approval as the bot would like it signed. */
export interface Offer<G extends Gate = Gate> {
  /** The path that it is to be saved under: one that is still free. */
  readonly file: string;
  readonly gate: G;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  /** Different signers that are asked for at this gate. */
  readonly signers: number;
  /** Of an approval that opens a run: where its document stands. */
  readonly documentPath?: string;
}

interface Asked {
  readonly subject: string;
  readonly runId: string;
  readonly documentId: string;
  readonly counts: ChangeCounts;
  /** When the enable that covers the writes ends; a later signature needs a renewal beside it. */
  readonly enabledUntil: Date;
  /** Whose signatures count. */
  readonly signers: readonly Signer[];
  /** Where the whole record stands at its commit, as a URL that ends with a slash; null where it does not stand yet. */
  readonly recordUrl: string | null;
  readonly renewal: Offer;
  /** What keeps the record, which holds the whole of what is asked for, out of git; null when it is there. */
  readonly recordRefused: string | null;
  readonly head: { readonly seq: number; readonly hash: string };
}

export type SignatureRequest = Asked &
  (
    | {
        readonly draft: Offer<'SG_1_cut_authz'>;
        /** What changes; null where everything is new and nothing in it is hidden. */
        readonly changes: ChangesView | null;
        readonly outline: string;
      }
    | {
        readonly draft: Offer<'SG_2_lifecycle_authz'>;
        /** The policy `sg1_only`: the drafts may rest, and nobody is asked. */
        readonly unasked: boolean;
      }
  );

export function renderRequest(request: SignatureRequest): CommentBody {
  if ('unasked' in request && request.unasked) return renderResting(request);
  return commentBody([
    marker(request.subject),
    `### ✍️ Waiting for your signature: ${code(request.draft.gate)}`,
    meaning(request),
    ...withoutRecord(request),
    ...whole(request),
    ...changesOf(request),
    whoSigns(request.signers, request.draft.signers),
    ...readyToSign(request.draft),
    ...renewalHint(request),
    stopInstead(request),
    ...folds(request),
    footer(request),
  ]);
}

// Nobody is asked, and yet whoever wants to go on finds what to sign.
function renderResting(request: SignatureRequest): CommentBody {
  const { draft, runId } = request;
  const who = whoSigns(request.signers, draft.signers);
  const enact = [...withoutRecord(request), who, ...readyToSign(draft), ...renewalHint(request)].join('\n\n');
  return commentBody([
    marker(request.subject),
    '### ⏸️ The drafts rest here',
    `The policy ${code('sg1_only')} asks nobody to enact them. They stay drafts until ${code(draft.gate)} enacts them or ${code('SG_R_revert_authz')} takes them back.`,
    details('To enact them', enact),
    details(
      'To take them back',
      `Run ${code(`countersign revert plan ${runId} --record`)}; the bot then prints the approval to sign.`,
    ),
    footer(request),
  ]);
}

/** What has happened so far, and what the signature would cause. */
function meaning(request: SignatureRequest): string {
  const { counts, documentId, draft } = request;
  const actions = [
    [counts.create, 'to create'],
    [counts.revise, 'to revise'],
    [counts.move, 'to move'],
    [counts.renumber, 'to renumber'],
    [counts.keep, 'to keep unchanged'],
    [counts.retire, 'to retire'],
  ] as const;
  const units = actions.filter(([n]) => n > 0).map(([n, what]) => `${count(n, 'unit')} ${what}`);
  const plan = `${code(clip(documentId, 100))}: ${units.join(', ')}.`;
  switch (draft.gate) {
    case 'SG_1_cut_authz':
      return `${plan} Nothing has been written yet; your signature lets the bot write exactly this plan, as drafts.`;
    case 'SG_2_lifecycle_authz':
      return `${plan} They are written as drafts and verified; your signature enacts them.`;
    default:
      return draft satisfies never;
  }
}

/** Where the whole stands, whatever has room here. */
function whole(request: SignatureRequest): string[] {
  if (request.recordUrl === null || !('outline' in request)) return [];
  const view = request.changes === null ? '' : `, what it changes in ${inRecord(request, 'changes.md')}`;
  return [`The whole plan is in ${inRecord(request, 'plan.jsonl')}${view}.`];
}

function withoutRecord({ recordRefused, runId }: SignatureRequest): string[] {
  if (recordRefused === null) return [];
  return [
    `⚠️ GitHub refuses the run record (${code(recordRefused)}), so ${code(`runs/${runId}/`)} does not hold the whole of this. Have that mended before you sign.`,
  ];
}

/** The document and what to do with it, wherever a signature is asked for. */
export function readyToSign(draft: Offer): string[] {
  const { file, signers } = draft;
  return [
    'In your clone one command does all of it: it computes for itself what is signed, and shows it before it asks:',
    block(signCommand(draft), 'sh'),
    `Or by hand: save this as ${code(file)}, with the time at which you sign:`,
    block(approvalTemplate(draft), 'markdown'),
    'Sign it there with your own key, then merge both files through one pull request that changes nothing else:',
    block(`gpg --armor --detach-sign ${file}\ngit add ${file} ${file}.asc`, 'sh'),
    ...coSigning(file, signers),
  ];
}

/** A signature is not owed: what there is instead of it. */
function stopInstead({ runId, draft }: SignatureRequest): string {
  const back =
    draft.gate === 'SG_2_lifecycle_authz'
      ? `Have ${code(`countersign revert plan ${runId} --record`)} run, and the bot prints what takes the drafts back.`
      : `Nothing has been written: have the run ended by ${code(`countersign abandon ${runId}`)}.`;
  return details(
    'To stop instead',
    `Sign nothing, and nothing is written. ${back} A signature that nothing was done under yet is taken back by ${code('countersign sign --withdraw approvals/<name>.md')}. ${code('countersign disable')} stops everything at once.`,
  );
}

function renewalHint({ enabledUntil, renewal }: SignatureRequest): string[] {
  const until = `The enable of this run covers writes until **${utc(enabledUntil)}**.`;
  const how = readyToSign(renewal).join('\n\n');
  return [until, details('If you sign later than that: renew the enable first', how)];
}

// Before the document to sign: whoever signs has seen what is signed.
function changesOf(request: SignatureRequest): Piece[] {
  if (!('changes' in request) || request.changes === null) return [];
  return [changesPiece(request.changes, inRecord(request, 'changes.md'))];
}

/** A file of the run's record, as a link where it stands. */
function inRecord({ runId, recordUrl }: SignatureRequest, name: string): string {
  const path = code(`runs/${runId}/${name}`);
  return recordUrl === null ? path : `[${path}](${recordUrl}${name})`;
}

function folds(request: SignatureRequest): Piece[] {
  if (!('outline' in request) || request.outline === '') return [];
  const whole = inRecord(request, 'plan.jsonl');
  return [foldedText('The cut plan', { text: request.outline, language: '', whole })];
}
