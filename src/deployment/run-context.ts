// From a run (or a run that is only rehearsed) to what its phases may reach.
import type { Policy } from '../approval/admission.ts';
import { deriveRunId } from '../approval/run-id.ts';
import { sha256 } from '../digest/digest.ts';
import type { PhaseContext, SourceReader } from '../phases/context.ts';
import { type DryRun, dryRun } from '../run/dry-run.ts';
import { assertEnabledBy, type KillSwitchPorts } from '../run/kill-switch.ts';
import { fold, outputOf, type RunState } from '../run/state.ts';
import { Stop } from '../stop/stop.ts';
import { artifacts, keepArtifact } from '../store/artifacts.ts';
import { allRuns, runLog, signedBytes } from '../store/run-log.ts';
import type { Target } from './config.ts';
import type { ServiceParts } from './service.ts';

/** What a run needs of the service, and nothing more. */
export interface RunParts
  extends Pick<ServiceParts, 'store' | 'governed' | 'keys' | 'masterOff' | 'backup' | 'now'> {}

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
      profile: state.profile ?? undefined,
      granularity: state.granularity,
      revertPlanSha256: state.revertPlanSha256,
      approvals: state.approvals,
    },
    source,
    governed,
    now,
    backup: parts.backup,
    assertEnabled: assertEnabledBy(killSwitchOf(state, { parts, policy })),
    async earlierSource() {
      const runs = await allRuns(store);
      const last = runs.findLast(
        (run) => run.documentId === state.documentId && run.position.status === 'COMPLETED',
      );
      return last ? source.read(last.source.path, last.approvals[0].commit) : null;
    },
    keep: (name, content) => keepArtifact(store, { runId, name, content }),
    kept: async (name) => (await artifacts(store, runId)).get(name),
    finished: ({ name, output }) => output.parse(outputOf(state, name)),
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
    masterOff,
    keys,
    policy,
    now,
  };
}

/** The dry run of a target at a commit: reads only, whatever the phases try. Throws SourceUnavailable. */
export async function rehearse(
  target: Target,
  {
    commit,
    parts,
    source,
  }: { commit: string; parts: Pick<ServiceParts, 'governed' | 'now'>; source: SourceReader },
): Promise<DryRun | undefined> {
  const file = await source.read(target.path, commit);
  if (!file) return undefined;
  const digest = sha256(file.bytes);
  const refuse = async (): Promise<never> => {
    throw new Stop('kill_switch_off', 'a dry run writes nothing');
  };
  return dryRun({
    run: {
      runId: deriveRunId({ documentSha256: digest, signedAt: parts.now() }),
      documentId: target.document_id,
      sourcePath: target.path,
      sourceCommit: commit,
      sourceSha256: digest,
      profile: target.profile,
      granularity: target.granularity,
      revertPlanSha256: null,
      approvals: [],
    },
    source,
    governed: { ...parts.governed, write: refuse },
    now: parts.now,
    backup: refuse,
    assertEnabled: refuse,
    keep: async (_name, content) => sha256(content),
    earlierSource: async () => null,
    kept: async () => undefined,
    finished: ({ name }) => {
      throw new Error(`${name} has not finished in a dry run`);
    },
  });
}
