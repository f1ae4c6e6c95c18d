// What a cut is not sure of. A blocking diagnostic stops an opening until the sovereign has accepted it by signature:
// the digest of all blocking ones is `accepts_sha256` of the approval that opens the run (design sections 2 and 3).
import { digestOf, type Sha256 } from '../digest/digest.ts';

/** Permanent names: approvals sign digests over them. */
export const DIAGNOSTIC_CODES = [
  'heading_not_cut',
  'label_not_cut',
  'oversized_unit',
  'open_fence',
  'open_comment',
  'open_html',
  'too_deep',
  'label_gap',
  'label_twin',
  'label_lookalike',
  'mixed_scripts',
  'invisible_in_label',
  'front_matter_invalid',
  'profile_uncertain',
  'profile_changed',
  'granularity_changed',
  'nothing_to_read',
  'lone_cr',
  'bom_inside',
  'matched_by_similarity',
] as const;

export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

/** `blocking`: no run opens before it is accepted. `warning`: shown before signing. `note`: worth knowing. */
export const SEVERITIES = ['blocking', 'warning', 'note'] as const;

export type Severity = (typeof SEVERITIES)[number];

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Half-open, in bytes from the start of the document. */
  readonly byteStart: number;
  readonly byteEnd: number;
  /** From 1: the line of `byteStart`. */
  readonly line: number;
  /** One sentence: what is unsure, and what to do. Holds nothing that cannot be seen. */
  readonly message: string;
}

/** What the sovereign signs to accept the blocking diagnostics, in the order of the document; null where there is none. */
export function acceptsDigest(diagnostics: readonly Diagnostic[]): Sha256 | null {
  const blocking = diagnostics
    .filter(({ severity }) => severity === 'blocking')
    .map(({ code, byteStart, byteEnd, message }) => ({
      ...{ code, byte_start: byteStart, byte_end: byteEnd, message },
    }))
    .sort((a, b) => a.byte_start - b.byte_start || (a.code < b.code ? -1 : 1));
  return blocking.length === 0 ? null : digestOf(blocking);
}
