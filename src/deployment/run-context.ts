// From a run to what its phases may reach, and to what its kill switch is computed from.
import type { Policy } from '../approval/admission.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import type { RunId } from '../approval/run-id.ts';
import type { Envelope } from '../backup/envelope.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import type { PhaseContext, SourceReader } from '../phases/context.ts';
import { assertEnabledBy, type KillSwitchPorts } from '../run/kill-switch.ts';
import { fold, outputOf, type RunState } from '../run/state.ts';
import { artifact, keepArtifact } from '../store/artifacts.ts';
import { withdrawalsOf } from '../store/ledger.ts';
import { runLog, signedBytes } from '../store/run-log.ts';
import { lastCompleted } from '../store/standings.ts';
import type { Store } from '../store/store.ts';

/** What a run needs of the deployment, and nothing more. */
export interface RunParts {
  readonly store: Store;
  readonly governed: GovernedDatabase;
  /** The pinned keys, read at each call. */
  keys(): Promise<KeyRing>;
  /** The operator's master switch, read at each call. */
  masterOff(): Promise<boolean>;
  backup(runId: RunId): Promise<Envelope>;
  now(): Date;
}

export function contextOf(
  state: RunState,
  { parts, policy, source }: { parts: RunParts; policy: Policy; source: SourceReader },
): PhaseContext {
  const { store, governed, now } = parts;
  const { runId } = state;
  return {
    run: {
      runId,
      documentId: state.documentId,
      sourcePath: state.source.path,
      sourceCommit: state.approvals[0].commit,
      sourceSha256: state.source.sha256,
      acceptsSha256: state.acceptsSha256,
      profile: state.profile ?? undefined,
      granularity: state.granularity,
      revertPlanSha256: state.revertPlanSha256,
      approvals: state.approvals.filter(({ document_sha256 }) => !state.withdrawn.has(document_sha256)),
    },
    source,
    governed,
    now,
    backup: parts.backup,
    assertEnabled: assertEnabledBy(killSwitchOf(state, { parts, policy })),
    async earlierSource() {
      const runId = await lastCompleted(store, state.documentId);
      if (runId === undefined) return null;
      const last = fold(await runLog(store).load(runId));
      return source.read(last.source.path, last.approvals[0].commit);
    },
    async keep(artifacts) {
      for await (const artifact of artifacts) await keepArtifact(store, { runId, ...artifact });
    },
    signedBytes: (approval) => signedBytes(store, approval.document_sha256),
    kept: (name) => artifact(store, { runId, name }),
    finished: (phase) => outputOf(state, phase),
  };
}

/** Everything that the kill switch is computed from, read again at each call. */
export function killSwitchOf(
  { runId }: { runId: RunState['runId'] },
  { parts, policy }: { parts: Omit<RunParts, 'governed' | 'backup'>; policy: Policy },
): KillSwitchPorts {
  const { store, keys, masterOff, now } = parts;
  return {
    state: async () => fold(await runLog(store).load(runId)),
    signedBytes: (approval) => signedBytes(store, approval.document_sha256),
    withdrawn: (approval) => withdrawalsOf(store, approval.document_sha256),
    masterOff,
    keys,
    policy,
    now,
  };
}
