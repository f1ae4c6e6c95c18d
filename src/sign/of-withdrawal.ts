// An approval that takes another one back, by the digest of its exact bytes.
import { isApprovalPath } from '../approval/file-name.ts';
import { readApproval } from '../approval/front-matter.ts';
import { WITHDRAWAL } from '../approval/gates.ts';
import { VALIDITY_WORDS } from '../approval/window.ts';
import { visible } from '../document/visible.ts';
import { SignFault } from './fault.ts';
import type { Subject } from './subject.ts';

/** `bytes` of the approval that is taken back, from the default branch or from a file that was never merged. */
export function withdrawalOf({ path, bytes }: { path: string; bytes: Uint8Array }): Subject {
  const read = readApproval(bytes, path);
  if (!read.ok)
    throw new SignFault(
      'asked_wrongly',
      `${path} is no approval (${read.refusal.reason}): it opens nothing anyway`,
    );
  const { sha256, gate, bindings, text } = read.approval;
  const name = (path.split('/').at(-1) ?? '').replace(/[.]md$/, '');
  const taken = { approval_sha256: sha256 };
  return {
    ...{ gate: WITHDRAWAL, bindings: taken, name, stem: `withdraw-${name}` },
    expect: { gate: WITHDRAWAL, bindings: taken },
    ...{ repository: null, deployment: bindings.deployment ?? null },
    documentId: bindings.document_id ?? null,
    runId: bindings.run_id ?? null,
    recorder: null,
    checked: [
      `${visible(path)} has sha256 ${sha256} and is for ${gate}`,
      ...(isApprovalPath(path)
        ? []
        : ['it was read from a file: what was merged under it is another question']),
    ],
    causes: `the approval with sha256 ${sha256} opens nothing any more, for ever; unless something was done under it before, for then this comes too late and says so.`,
    until: [
      `It has to be merged within ${VALIDITY_WORDS} from now, before anything is done under the other one. It is for ever.`,
    ],
    warnings: [],
    view: `The approval that is taken back:\n\n${visibleLines(text)}`,
  };
}

function visibleLines(text: string): string {
  return text.trimEnd().split('\n').map(visible).join('\n');
}
