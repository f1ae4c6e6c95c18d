// Readiness for opening one run: PRE-1 … PRE-8 with the dry run of that very document at that very commit.
import type { KeyRing } from '../approval/key-ring.ts';
import type { BackupKey } from '../backup/key.ts';
import type { Sha256 } from '../digest/digest.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { runsGone } from '../governed/standing.ts';
import type { SourceReader } from '../phases/context.ts';
import { type DryRun, dryRunOf } from '../run/dry-run.ts';
import { fold, newestStanding } from '../run/state.ts';
import type { Target } from '../run/target.ts';
import { committedTally } from '../store/committed-tally.ts';
import { committedRuns, runLog } from '../store/run-log.ts';
import { runningRuns, runWithin } from '../store/standings.ts';
import type { Store } from '../store/store.ts';
import { assess, type Condition, type ConditionId } from './conditions.ts';
import { probesOf, type Release } from './probes.ts';

export interface OpeningAssessment {
  /** The document that was tried. */
  readonly path: string;
  readonly conditions: readonly Condition[];
  readonly rehearsal: DryRun | undefined;
}

export interface AssessmentParts {
  readonly store: Store;
  readonly governed: GovernedDatabase;
  readonly source: SourceReader;
  readonly release: Release;
  readonly waived: ReadonlySet<ConditionId>;
  keys(): Promise<KeyRing>;
  backupKey(): Promise<BackupKey>;
  now(): Date;
}

/** Throws SourceUnavailable when GitHub cannot be read: that says nothing about readiness. */
export async function assessOpening(
  opening: {
    target: Target;
    commit: string;
    enabledBy: string | undefined;
    /** What the opening approval accepts. */
    acceptsSha256?: Sha256 | null;
  },
  parts: AssessmentParts,
): Promise<OpeningAssessment> {
  const { target, commit, enabledBy, acceptsSha256 = null } = opening;
  const rehearsal = await dryRunOf(target, { commit, acceptsSha256, parts });
  const probes = probesOf({
    ...parts,
    enabledBy,
    rehearse: async () => rehearsal,
    executing: () => runningRuns(parts.store, { documentId: target.document_id }),
    async inWindow(gate) {
      const runId = await runWithin(parts.store, { gate, at: parts.now() });
      if (runId === undefined) return undefined;
      const found = newestStanding(fold(await runLog(parts.store).load(runId)), gate);
      return found && { path: found.path, runId, until: found.valid_until };
    },
    async gone() {
      const tally = await committedTally(parts.store);
      const logs = () => committedRuns(parts.store);
      return parts.governed.read('cutter_exec', (reader) => runsGone(reader, { tally, logs }));
    },
  });
  return { path: target.path, rehearsal, conditions: await assess(probes, parts.waived) };
}
