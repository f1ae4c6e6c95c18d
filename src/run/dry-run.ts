// A dry run (design section 3, invariant 5): the phases up to the pause in read-only transactions, without a dump and
// without a log. It tells what a merge would do.
import { z } from 'zod';
import { deriveRunId } from '../approval/run-id.ts';
import { type Sha256, sha256 } from '../digest/digest.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import type { PhaseContext, SourceReader } from '../phases/context.ts';
import type { Phase } from '../phases/phase.ts';
import { type ToldDiagnostic, toldDiagnostics } from '../phases/told-diagnostics.ts';
import { Stop } from '../stop/stop.ts';
import { DRY_RUN, type PhaseName } from './road.ts';
import type { Target } from './target.ts';

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
  /** What the cut is not sure of, where the phase has found it. */
  readonly diagnostics: readonly ToldDiagnostic[];
}

export interface RehearsalParts {
  readonly source: SourceReader;
  readonly governed: GovernedDatabase;
  now(): Date;
}

/** The dry run of a target at a commit; undefined when there is no document. Throws SourceUnavailable. */
export async function dryRunOf(
  target: Target,
  {
    commit,
    acceptsSha256 = null,
    parts,
  }: { commit: string; acceptsSha256?: Sha256 | null; parts: RehearsalParts },
): Promise<DryRun | undefined> {
  const { source, governed, now } = parts;
  const file = await source.read(target.path, commit);
  if (!file) return undefined;
  const digest = sha256(file.bytes);
  return dryRun({
    run: {
      runId: deriveRunId({ documentSha256: digest, signedAt: now() }),
      documentId: target.document_id,
      sourcePath: target.path,
      sourceCommit: commit,
      sourceSha256: digest,
      acceptsSha256,
      profile: target.profile,
      granularity: target.granularity,
      revertPlanSha256: null,
      approvals: [],
    },
    source,
    governed: { ...governed, write: refuse, note: refuse },
    now,
    backup: refuse,
    assertEnabled: refuse,
    keep: async () => {},
    earlierSource: async () => null,
    kept: async () => undefined,
    signedBytes: refuse,
    finished: ({ name }) => {
      throw new Error(`${name} has not finished in a dry run`);
    },
  });
}

function diagnosticsOf(output: unknown): readonly ToldDiagnostic[] {
  const told = z.object({ diagnostics: toldDiagnostics }).safeParse(output);
  return told.success ? told.data.diagnostics.shown : [];
}

// Whatever the phases try: the database is asked in read-only transactions, and everything else is refused here.
async function refuse(): Promise<never> {
  throw new Stop('kill_switch_off', 'a dry run writes nothing');
}

async function dryRun(context: PhaseContext): Promise<DryRun> {
  const outputs = new Map<string, unknown>();
  const phases: DryPhase[] = [];
  const dry: PhaseContext = { ...context, finished: ({ name, output }) => output.parse(outputs.get(name)) };
  const tried = async (phase: Phase<unknown, PhaseName>): Promise<Stop | null> => {
    try {
      const output = await phase.run(dry);
      outputs.set(phase.name, output);
      phases.push({ name: phase.name, lines: phase.report(output), diagnostics: diagnosticsOf(output) });
      return null;
    } catch (error) {
      if (error instanceof Stop) return error;
      throw error;
    }
  };
  for (const phase of DRY_RUN) {
    const stop = await tried(phase);
    if (stop) return { green: false, phases, stop: { phase: phase.name, stop } };
  }
  return { green: true, phases };
}
