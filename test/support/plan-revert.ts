// The compensation of a run, planned and recorded as the operator's command does it.
import type { RunId } from '../../src/approval/run-id.ts';
import type { RevertPlan } from '../../src/governed/compensation.ts';
import { appendRevertPlan } from '../../src/run/compensate.ts';
import { keepArtifact } from '../../src/store/artifacts.ts';
import type { Workshop } from './workshop.ts';

/** Throws when there is nothing to take back. */
export async function planRevert(
  runId: RunId,
  { store, governed, log, clock }: Workshop,
): Promise<RevertPlan> {
  const planned = await appendRevertPlan(runId, {
    hard: false,
    ports: { log, governed, now: () => clock.at, keep: (artifact) => keepArtifact(store, artifact) },
  });
  if (planned.verdict === 'refused') throw new Error(`${planned.reason}: ${planned.detail}`);
  return planned;
}
