// An open pull request that changes a governed document: what a run of it would do, before anybody merges. It judges
// nothing, and holds nothing up; the approval that opens the run is signed once the document stands.
import { type Sha256, sha256 } from '../digest/digest.ts';
import type { SourceReader } from '../phases/context.ts';
import type { OpeningAssessment } from '../readiness/opening.ts';
import type { Target } from '../run/target.ts';
import type { Forge, PullRequest } from './forge.ts';

export interface DocumentChange {
  readonly pull: PullRequest;
  readonly documents: readonly TriedDocument[];
}

export interface TriedDocument {
  readonly target: Target;
  readonly sourceSha256: Sha256;
  readonly assessment: OpeningAssessment;
}

export interface DocumentChangePorts {
  readonly forge: Forge;
  readonly source: SourceReader;
  readonly targets: readonly Target[];
  assessOpening(opening: {
    target: Target;
    commit: string;
    enabledBy: undefined;
    acceptsSha256: null;
  }): Promise<OpeningAssessment>;
}

/** null when it changes no governed document, or comes from where nothing is read. Throws SourceUnavailable. */
export async function documentChange(
  number: number,
  { forge, source, targets, assessOpening }: DocumentChangePorts,
): Promise<DocumentChange | null> {
  const pull = await forge.pull(number);
  if (!pull.open || pull.fork) return null;
  if (pull.base !== (await forge.defaultBranch())) return null;
  const changed = new Set(
    (await forge.changedFiles(number)).filter(({ status }) => status !== 'removed').map(({ path }) => path),
  );
  const documents: TriedDocument[] = [];
  for (const target of targets.filter(({ path }) => changed.has(path))) {
    const commit = pull.headCommit;
    const file = await source.read(target.path, commit);
    if (!file) continue;
    const assessment = await assessOpening({ target, commit, enabledBy: undefined, acceptsSha256: null });
    documents.push({ target, sourceSha256: sha256(file.bytes), assessment });
  }
  return documents.length === 0 ? null : { pull, documents };
}
