// What the phases may reach: the run's pinned facts, the earlier outputs, and narrow ports to the world.
import type { Gate } from '../approval/gates.ts';
import type { RunId } from '../approval/run-id.ts';
import type { Envelope } from '../backup/envelope.ts';
import type { Sha256 } from '../digest/digest.ts';
import type { Granularity } from '../document/plan.ts';
import type { SignedDocument } from '../governed/admit.ts';
import type { AssertEnabled, GovernedDatabase } from '../governed/database.ts';
import type { PhaseOutput } from './phase.ts';

/** The source could not be read for now (network, GitHub 5xx). The run stays where it is and the look is repeated. */
export class SourceUnavailable extends Error {
  readonly code = 'unavailable';

  constructor(doing: string, options: ErrorOptions) {
    super(`GitHub did not answer while ${doing}; it will be tried again`, options);
    this.name = 'SourceUnavailable';
  }
}

export interface SourceFile {
  readonly path: string;
  readonly commit: string;
  readonly blob: string;
  readonly bytes: Uint8Array;
}

export interface SourceReader {
  /** The regular file at `path` in `commit`; null when there is none. Throws SourceUnavailable. */
  read(path: string, commit: string): Promise<SourceFile | null>;
  /** GitHub's own clock, by the Date header of an answer. */
  now(): Promise<Date>;
}

/** An approval that the run has consumed, as it is recorded beside the units that it authorised. */
export interface ConsumedApproval {
  readonly gate: Gate;
  readonly path: string;
  readonly commit: string;
  readonly document_sha256: Sha256;
  readonly signers: readonly string[];
}

export interface PinnedRun {
  readonly runId: RunId;
  readonly documentId: string;
  readonly sourcePath: string;
  readonly sourceCommit: string;
  readonly sourceSha256: Sha256;
  /** Digest of the blocking diagnostics that the opening approval accepts; null where it accepts none. */
  readonly acceptsSha256: Sha256 | null;
  readonly profile: string | undefined;
  readonly granularity: Granularity;
  /** The compensation plan that an SG_R approval would name; null while none is recorded. */
  readonly revertPlanSha256: Sha256 | null;
  readonly approvals: readonly ConsumedApproval[];
}

export interface KeptArtifact {
  readonly name: string;
  readonly content: string;
}

export interface PhaseContext {
  readonly run: PinnedRun;
  readonly source: SourceReader;
  readonly governed: GovernedDatabase;
  readonly assertEnabled: AssertEnabled;
  /** The one clock of the bot. */
  now(): Date;
  backup(runId: RunId): Promise<Envelope>;
  /** The document as the last completed run cut it, from git; null when there was none. */
  earlierSource(): Promise<SourceFile | null>;
  /** Keeps larger outputs beside the log, for the comments and the run record. A dry run keeps nothing, and has nothing made. */
  keep(artifacts: AsyncIterable<KeptArtifact> | Iterable<KeptArtifact>): Promise<void>;
  /** The exact bytes of an approval that the run has consumed. */
  signedBytes(approval: ConsumedApproval): Promise<SignedDocument>;
  /** What was kept under that name; undefined when nothing was. */
  kept(name: string): Promise<string | undefined>;
  /** The recorded output of a finished phase. Throws when the phase has not finished: the road is wrong then. */
  finished<Output>(phase: PhaseOutput<Output>): Output;
}
