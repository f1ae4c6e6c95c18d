// The one command by which a person signs what is offered: it computes everything again, so it needs no digest.
import type { BindingName, Gate } from '../approval/gates.ts';

export interface Signable {
  readonly gate: Gate;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  /** Where the document stands, for an approval that opens its first run: a fresh clone does not say it. */
  readonly documentPath?: string;
}

/** As it is typed in a clone of the governed repository. */
export function signCommand({ gate, bindings, documentPath }: Signable): string {
  const run = bindings.run_id ?? '';
  switch (gate) {
    case 'GAP7_execution_enable':
      return run === '' ? openCommand(bindings, documentPath) : `countersign sign --renew ${run}`;
    case 'SG_1_cut_authz':
    case 'SG_2_lifecycle_authz':
      return `countersign sign ${run}`;
    case 'SG_R_revert_authz':
      return `countersign sign --revert ${run}`;
    case 'SG_H_release_authz':
      return `countersign sign --release ${run}`;
    default:
      return gate satisfies never;
  }
}

function openCommand(
  { document_id, deployment, recorder_key }: Signable['bindings'],
  documentPath: string | undefined,
): string {
  const more = [
    ...(deployment === undefined ? [] : [`--deployment ${deployment}`]),
    ...(documentPath === undefined ? [] : [`--path ${quotedForShell(documentPath)}`]),
    ...(recorder_key === undefined ? [] : [`--recorder-key ${recorder_key}`]),
  ];
  return ['countersign sign --open', document_id ?? '', ...more].join(' ');
}

/** A path may hold blanks and quotes; what is copied into a shell must stay one word. */
function quotedForShell(text: string): string {
  return /^[A-Za-z0-9._/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
