// Who has to sign, how many of them, and how the second one adds a signature: said wherever a signature is asked for.
import { AGREEMENT_WORDS } from '../approval/window.ts';
import { block, code, count, utc } from './markdown.ts';
import { clip } from './pieces.ts';

export interface Signer {
  /** Their login at the forge, where the settings name it. */
  readonly login: string | null;
  readonly fingerprint: string;
  /** When their last signing key ends; null where none does. */
  readonly endsAt: Date | null;
}

const MOST_SHOWN = 16;

/** One sentence: whose signatures count, and how many are wanted. Whoever has a login there is told by the forge. */
export function whoSigns(signers: readonly Signer[], wanted: number): string {
  if (signers.length === 0) return '';
  const shown = signers.slice(0, MOST_SHOWN).map(named);
  const left = signers.length - shown.length;
  const all = left > 0 ? [...shown, `${left} more`] : shown;
  if (signers.length === 1) return `To be signed by ${all[0]}.`;
  const many =
    wanted === 1 ? 'One signature of these is enough' : `**${wanted} different signers** of these are needed`;
  return `${many}: ${all.join(', ')}.`;
}

function named({ login, fingerprint, endsAt }: Signer): string {
  const who = login === null ? code(fingerprint) : `@${clip(login, 39)} (${code(fingerprint)})`;
  return endsAt === null ? who : `${who}, whose key ends at ${utc(endsAt)}`;
}

/** How the others add theirs; nothing where one is enough. */
export function coSigning(file: string, wanted: number): string[] {
  if (wanted < 2) return [];
  return [
    `${count(wanted, 'signature')} are needed. Within ${AGREEMENT_WORDS} of ${code('signed_utc')} each further signer signs the same file, in the same pull request before it is merged: with ${code('countersign sign --pull <its number>')}, or by hand under the next free name:`,
    block(`gpg --armor --output ${file}.2.asc --detach-sign ${file}`, 'sh'),
  ];
}
