// What an approval can be for, and what it is bound to (design section 2): the gates, points of a run that only an approval
// opens; and the withdrawal, which opens nothing, belongs to no run and takes another approval back.
// Data only; the grammar, the template and the admission all read this one table.
import { VALIDITY_WORDS } from './window.ts';

export const GATES = [
  'GAP7_execution_enable',
  'SG_1_cut_authz',
  'SG_2_lifecycle_authz',
  'SG_R_revert_authz',
  'SG_H_release_authz',
] as const;

export type Gate = (typeof GATES)[number];

export const WITHDRAWAL = 'SG_W_withdrawal';

/** What stands behind `gate:` in an approval. */
export type Purpose = Gate | typeof WITHDRAWAL;

export const PURPOSES = [...GATES, WITHDRAWAL] as const;

export type BindingName =
  | 'deployment'
  | 'document_id'
  | 'source_sha256'
  | 'mode'
  | 'accepts_sha256'
  | 'recorder_key'
  | 'run_id'
  | 'cutplan_sha256'
  | 'evidence_sha256'
  | 'revert_plan_sha256'
  | 'event_log_sha256'
  | 'approval_sha256';

interface Bound {
  /** What the bot always asks of an approval for this, in the order of the ready-to-sign document. */
  readonly needs: readonly BindingName[];
  /** What such an approval may name besides. */
  readonly may: readonly BindingName[];
  /** What the signature says, as a sentence. */
  readonly says: string;
  /** The same where the approval renews the enable of the run that it names. */
  readonly renewing?: string;
}

export const BINDINGS: Readonly<Record<Purpose, Bound>> = {
  GAP7_execution_enable: {
    needs: ['deployment', 'document_id', 'mode', 'source_sha256', 'recorder_key'],
    may: ['run_id', 'accepts_sha256'],
    says: `I authorise one run, for exactly this document and no other, to execute for ${VALIDITY_WORDS} from signed_utc.`,
    renewing: `I authorise this run, for exactly this document and no other, to execute for another ${VALIDITY_WORDS} from signed_utc.`,
  },
  SG_1_cut_authz: {
    needs: ['run_id', 'cutplan_sha256', 'event_log_sha256'],
    may: [],
    says: 'I authorise this run to write exactly this cut plan to the governed database.',
  },
  SG_2_lifecycle_authz: {
    needs: ['run_id', 'evidence_sha256', 'event_log_sha256'],
    may: [],
    says: 'I authorise this run to enact the units that this evidence describes.',
  },
  SG_R_revert_authz: {
    needs: ['run_id', 'revert_plan_sha256', 'event_log_sha256'],
    may: [],
    says: 'I authorise exactly this compensation plan to be executed for this run.',
  },
  SG_H_release_authz: {
    needs: ['run_id', 'event_log_sha256'],
    may: [],
    says: 'I authorise the hold on this run to be released, to retry from the phase that failed.',
  },
  [WITHDRAWAL]: {
    needs: ['approval_sha256'],
    may: [],
    says: 'I take back the approval with this digest, for ever, unless it has been used.',
  },
};

export function isPurpose(text: string): text is Purpose {
  return PURPOSES.some((purpose) => purpose === text);
}
