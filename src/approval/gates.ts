// The gates: points of a run that only an approval opens, and what each approval is bound to (design section 2).
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

export type BindingName =
  | 'document_id'
  | 'source_sha256'
  | 'mode'
  | 'run_id'
  | 'cutplan_sha256'
  | 'evidence_sha256'
  | 'revert_plan_sha256'
  | 'event_log_sha256';

interface GateBindings {
  /** What the bot always asks of an approval for this gate, in the order of the ready-to-sign document. */
  readonly needs: readonly BindingName[];
  /** What such an approval may name besides. */
  readonly may: readonly BindingName[];
  /** What the signature allows, as the end of "I authorise …". */
  readonly allows: string;
  /** The same where the approval renews the enable of the run that it names. */
  readonly renews?: string;
}

export const BINDINGS: Readonly<Record<Gate, GateBindings>> = {
  GAP7_execution_enable: {
    needs: ['document_id', 'mode', 'source_sha256'],
    may: ['run_id'],
    allows: `one run, for exactly this document and no other, to execute for ${VALIDITY_WORDS} from signed_utc`,
    renews: `this run, for exactly this document and no other, to execute for another ${VALIDITY_WORDS} from signed_utc`,
  },
  SG_1_cut_authz: {
    needs: ['run_id', 'cutplan_sha256'],
    may: [],
    allows: 'this run to write exactly this cut plan to the governed database',
  },
  SG_2_lifecycle_authz: {
    needs: ['run_id', 'evidence_sha256'],
    may: [],
    allows: 'this run to enact the units that this evidence describes',
  },
  SG_R_revert_authz: {
    needs: ['run_id', 'revert_plan_sha256'],
    may: [],
    allows: 'exactly this compensation plan to be executed for this run',
  },
  SG_H_release_authz: {
    needs: ['run_id', 'event_log_sha256'],
    may: [],
    allows: 'the hold on this run to be released, to retry from the phase that failed',
  },
};

export function isGate(text: string): text is Gate {
  return GATES.some((gate) => gate === text);
}
