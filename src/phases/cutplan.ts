// cutplan: the ordered rows to be written, held against the units that the database already has. Its digest is
// what SG_1 signs, so it is computed again from the pinned bytes wherever the plan is needed, never stored and trusted.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { acceptsDigest } from '../document/diagnostic.ts';
import { planSections } from '../document/plan.ts';
import type { Reader } from '../governed/database.ts';
import { readUnitsFor } from '../governed/units.ts';
import { type ChangePlan, isNothingToCut, linesOf, planChange } from '../plan/change.ts';
import { renderOutline } from '../plan/outline.ts';
import { planFile } from '../plan/plan-lines.ts';
import { changesFile, isFirstCut, isSilent, viewBetween } from '../report/changes/between.ts';
import { type ChangesView, shortenedTo } from '../report/changes/view.ts';
import { code, count } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { KeptArtifact, PhaseContext } from './context.ts';
import { markSource } from './mark.ts';
import type { Phase } from './phase.ts';

const whole = z.number().int();

const output = z.strictObject({
  cutplan_sha256: sha256Schema,
  rows: whole,
  counts: z.strictObject({
    ...{ create: whole, revise: whole, move: whole, renumber: whole, keep: whole, retire: whole },
  }),
});

export type CutplanOutput = z.infer<typeof output>;

export const cutplan: Phase<CutplanOutput, 'cutplan'> = {
  name: 'cutplan',
  output,
  async run(context) {
    const change = await context.governed.read('cutter_exec', (reader) => planFrom(context, reader));
    assertAccepted(change, context.run);
    if (isNothingToCut(change)) {
      throw new Stop(
        'nothing_to_cut',
        `${context.run.documentId} has all ${change.rows.length} units already`,
      );
    }
    await context.keep(artifactsOf(context, change));
    return { cutplan_sha256: change.cutplan_sha256, rows: change.rows.length, counts: change.counts };
  },
  report: ({ cutplan_sha256, rows, counts }) => [
    `${count(rows, 'row')}: ${[
      ...[`${counts.create} to create`, `${counts.revise} to revise`],
      ...(counts.move > 0 ? [`${counts.move} to move`] : []),
      ...(counts.renumber > 0 ? [`${counts.renumber} to renumber`] : []),
      ...[`${counts.keep} to keep`, `${counts.retire} to retire`],
    ].join(', ')}`,
    `cutplan_sha256 ${code(cutplan_sha256)}`,
  ],
};

/** Throws Stop `not_accepted`, with the digest that an approval would have to name. */
function assertAccepted({ diagnostics }: ChangePlan, { acceptsSha256 }: PhaseContext['run']): void {
  const blocking = acceptsDigest(diagnostics);
  if (blocking === null || blocking === acceptsSha256) return;
  const first = diagnostics.find(({ severity }) => severity === 'blocking');
  const accepted =
    acceptsSha256 === null ? 'the approval accepts none' : `the approval accepts ${acceptsSha256}`;
  throw new Stop(
    'not_accepted',
    `line ${first?.line}: ${first?.message}; ${accepted}, all blocking ones have accepts_sha256 ${blocking}`,
  );
}

// What a person reads before signing. The old text is taken from git, where the document stood when it was last cut: no
// text of the database goes into a comment (design section 3, invariant 6).
async function viewFrom(context: PhaseContext, change: ChangePlan): Promise<ChangesView> {
  const earlier = isFirstCut(change) ? null : await context.earlierSource();
  return viewBetween(change, earlier?.bytes ?? null);
}

/** More lines than these no comment holds: the shortest has three bytes. */
const COMMENT_LINES = 22_000;

/** One after the other. Of the view the whole is for the record, and for the comment as much as that could hold. */
async function* artifactsOf(context: PhaseContext, change: ChangePlan): AsyncGenerator<KeptArtifact> {
  const { runId, documentId } = context.run;
  yield { name: 'plan.jsonl', content: planFile(linesOf(change)) };
  yield { name: 'outline.txt', content: renderOutline(change, { maxRows: 120 }) };
  const view = await viewFrom(context, change);
  yield { name: 'changes.md', content: changesFile(view, { runId, documentId }) };
  const shown = isSilent(view) ? '' : JSON.stringify(shortenedTo(view, COMMENT_LINES));
  yield { name: 'changes.json', content: shown };
}

/** Plans the pinned bytes against the units in the database, as `reader` sees them. */
export async function planFrom(context: PhaseContext, reader: Reader): Promise<ChangePlan> {
  const plan = planSections(await markSource(context, reader));
  const { documentId, acceptsSha256 } = context.run;
  const { units, texts } = await readUnitsFor(reader, { documentId, rows: plan.rows });
  return planChange(plan, units, { documentId, acceptsSha256, texts });
}

/** The same plan, refused unless it is the one that was recorded and signed. Throws Stop `plan_changed`. */
export async function signedPlan(context: PhaseContext, reader: Reader): Promise<ChangePlan> {
  const change = await planFrom(context, reader);
  const recorded = context.finished(cutplan).cutplan_sha256;
  if (change.cutplan_sha256 !== recorded) {
    throw new Stop(
      'plan_changed',
      `it is ${change.cutplan_sha256} now, it was ${recorded} when it was signed`,
    );
  }
  return change;
}
