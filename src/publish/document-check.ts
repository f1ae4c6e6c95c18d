// `countersign / document`, on the head of a pull request that changes a governed document. Neutral where a run would
// stop: whoever merges the text may do so, and nothing is cut by that.
import { openingPath } from '../approval/file-name.ts';
import { digestOf } from '../digest/digest.ts';
import type { DocumentChange } from '../intake/document-change.ts';
import { canBeCut, type DocumentCheck, renderDocumentCheck } from '../report/document-check.ts';
import { openingBindings } from '../run/bindings.ts';
import { dryRunView } from './check-run.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';
import { type Signing, thresholdOf } from './signing.ts';

export const DOCUMENT_CHECK_NAME = 'countersign / document';

export interface DocumentCheckPorts extends OutboxPorts {
  readonly deployment: string;
  /** Throws when GitHub gave no answer. */
  signing(): Promise<Omit<Signing, 'recordUrl'>>;
}

/** Throws when GitHub gave no answer. */
export async function publishDocumentCheck(change: DocumentChange, ports: DocumentCheckPorts): Promise<void> {
  const { pull } = change;
  const check = documentCheckOf(change, { signing: await ports.signing(), deployment: ports.deployment });
  const output = renderDocumentCheck(check);
  const conclusion = canBeCut(check) ? 'success' : 'neutral';
  const outbox = openOutbox(ports);
  await outbox.send({
    subject: `document check of #${pull.number} at ${pull.headCommit}`,
    sha256: digestOf({ conclusion, output, at: ports.now().toISOString() }),
    async put() {
      const { number, headCommit } = pull;
      const name = DOCUMENT_CHECK_NAME;
      await ports.repository.publishCheck({ name, pull: number, headCommit, conclusion, output });
      return String(number);
    },
  });
  outbox.close();
}

export function documentCheckOf(
  { documents }: Pick<DocumentChange, 'documents'>,
  { signing, deployment }: { signing: Omit<Signing, 'recordUrl'>; deployment: string },
): DocumentCheck {
  const gate = 'GAP7_execution_enable';
  return {
    signers: signing.signers,
    documents: documents.map(({ target, sourceSha256, assessment }) => ({
      documentId: target.document_id,
      dryRun: dryRunView(assessment),
      opening: {
        gate,
        file: openingPath(target.document_id, signing.taken),
        bindings: openingBindings({
          ...{ deployment, documentId: target.document_id, sourceSha256 },
          recorderKey: signing.recorderKey,
        }),
        signers: thresholdOf(signing, gate),
        documentPath: target.path,
      },
    })),
  };
}
