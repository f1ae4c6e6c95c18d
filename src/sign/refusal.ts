// Why something is not signed: what was asked for is not what the clone gives. Each with what to do.
import { FINDINGS, type Finding } from '../audit/finding.ts';

export interface Objection {
  /** Permanent: a code of the audit, or one of these. */
  readonly code: string;
  readonly where: string;
  readonly detail: string;
  readonly next: string;
}

/** What the audit of a record does not ask, since it does not know what the person wants. */
const OWN = {
  another_deployment: 'Sign for the deployment that you know. If it was renamed, name it with --deployment.',
  profile_unconfirmed:
    'Look at the outline. If the document is to be cut so, say it yourself with --profile and --granularity.',
  not_accepted: 'Mend the document; or, when the cut is right all the same, sign with --accept.',
  document_missing: 'Name the document as it stands on the default branch, with --path.',
} as const;

export type OwnCode = keyof typeof OWN;

export function objection(code: OwnCode, { where, detail }: { where: string; detail: string }): Objection {
  return { code, where, detail, next: OWN[code] };
}

export function objectionOf({ code, where, detail }: Finding): Objection {
  return { code, where, detail, next: FINDINGS[code].next };
}
