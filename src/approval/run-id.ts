// The identity of a run, derived from the approval that opened it: the same approval can never open two runs.
import type { Sha256 } from '../digest/digest.ts';

/** `run-<YYYYMMDD of signed_utc>-<first 16 hexadecimal digits of the approval document's sha256>`. */
export type RunId = string & { readonly brand: 'RunId' };

export const RUN_ID_FORM = /^run-[0-9]{8}-[0-9a-f]{16}$/;

export function isRunId(text: string): text is RunId {
  return RUN_ID_FORM.test(text);
}

/** `signedAt` is the approval's signed_utc; the day is the UTC day. */
export function deriveRunId(opening: { documentSha256: Sha256; signedAt: Date }): RunId {
  const day = opening.signedAt.toISOString().slice(0, 10).replaceAll('-', '');
  return `run-${day}-${opening.documentSha256.slice(0, 16)}` as RunId;
}
