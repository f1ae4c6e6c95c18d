// A dry run (design section 3, invariant 5): the phases up to the pause in read-only transactions, without a dump and
// without a log. It tells what a merge would do.
import type { PhaseContext } from '../phases/context.ts';
import { cutplan } from '../phases/cutplan.ts';
import { grantProbe } from '../phases/grant-probe.ts';
import { mark } from '../phases/mark.ts';
import type { Phase, PhaseName } from '../phases/phase.ts';
import { sourcePin } from '../phases/source-pin.ts';
import { Stop } from '../stop/stop.ts';

export type DryRun =
  | { readonly green: true; readonly phases: readonly DryPhase[] }
  | {
      readonly green: false;
      readonly phases: readonly DryPhase[];
      readonly stop: { readonly phase: PhaseName; readonly stop: Stop };
    };

export interface DryPhase {
  readonly name: PhaseName;
  readonly lines: readonly string[];
}

/** The caller's context must refuse every write and keep nothing. Throws SourceUnavailable. */
export async function dryRun(context: PhaseContext): Promise<DryRun> {
  const outputs = new Map<PhaseName, unknown>();
  const phases: DryPhase[] = [];
  const dry: PhaseContext = { ...context, finished: ({ name, output }) => output.parse(outputs.get(name)) };
  const tried = async <Output>(phase: Phase<Output>): Promise<Stop | null> => {
    try {
      const output = await phase.run(dry);
      outputs.set(phase.name, output);
      phases.push({ name: phase.name, lines: phase.report(output) });
      return null;
    } catch (error) {
      if (error instanceof Stop) return error;
      throw error;
    }
  };
  for (const phase of [sourcePin, mark, cutplan, grantProbe]) {
    const stop = await tried(phase as Phase<unknown>);
    if (stop) return { green: false, phases, stop: { phase: phase.name, stop } };
  }
  return { green: true, phases };
}
