// cutplan: the ordered rows to be written, held against the units that the database already has. Its digest is
// what SG_1 signs, so it is computed again from the pinned bytes wherever the plan is needed, never stored and trusted.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { planDocument, planSections } from '../document/plan.ts';
import type { Reader } from '../governed/database.ts';
import { readUnits } from '../governed/units.ts';
import { type ChangePlan, type ExistingUnit, isNothingToCut, linesOf, planChange } from '../plan/change.ts';
import { renderOutline } from '../plan/outline.ts';
import { planFile } from '../plan/plan-lines.ts';
import { changesPage } from '../report/changes/page.ts';
import { unitChangesOf } from '../report/changes/unit-change.ts';
import { type ChangesView, shortenedTo, viewOf } from '../report/changes/view.ts';
import { code, count } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';
import { markSource } from './mark.ts';
import type { Phase } from './phase.ts';

const whole = z.number().int();

const output = z.strictObject({
  cutplan_sha256: sha256Schema,
  rows: whole,
  counts: z.strictObject({ create: whole, revise: whole, keep: whole, retire: whole }),
});

export type CutplanOutput = z.infer<typeof output>;

export const cutplan: Phase<CutplanOutput, 'cutplan'> = {
  name: 'cutplan',
  output,
  async run(context) {
    const { change, existing } = await context.governed.read('cutter_exec', (reader) =>
      planWithUnits(context, reader),
    );
    if (isNothingToCut(change)) {
      throw new Stop(
        'nothing_to_cut',
        `${context.run.documentId} has all ${change.rows.length} units already`,
      );
    }
    await context.keep('plan.jsonl', planFile(linesOf(change)));
    await context.keep('outline.txt', renderOutline(change, { maxRows: 120 }));
    await keepView(context, await viewFrom(context, { change, existing }));
    return { cutplan_sha256: change.cutplan_sha256, rows: change.rows.length, counts: change.counts };
  },
  report: ({ cutplan_sha256, rows, counts }) => [
    `${count(rows, 'row')}: ${counts.create} to create, ${counts.revise} to revise, ${counts.keep} to keep, ${counts.retire} to retire`,
    `cutplan_sha256 ${code(cutplan_sha256)}`,
  ],
};

// What a person reads before signing. The old text is taken from git, where the document stood when it was last cut: no
// text of the database goes into a comment (design section 3, invariant 6).
async function viewFrom(
  context: PhaseContext,
  { change, existing }: { change: ChangePlan; existing: readonly ExistingUnit[] },
): Promise<ChangesView> {
  const { granularity, profile } = context.run;
  const earlier = existing.length === 0 ? null : await context.earlierSource();
  const options = { granularity, ...(profile === undefined ? {} : { profile }) };
  const rows = earlier ? planDocument(earlier.bytes, options).rows : [];
  const bodies = new Map(rows.map(({ key, body }) => [key, body]));
  return viewOf(unitChangesOf(change, { existing, oldText: (key) => bodies.get(key) }));
}

/** More lines than these no comment holds: the shortest has three bytes. */
const COMMENT_LINES = 22_000;

/** The whole for the record, and for the comment as much as it could hold. */
async function keepView(context: PhaseContext, view: ChangesView): Promise<void> {
  const { runId, documentId } = context.run;
  const silent = view.first && view.changes.length === 0;
  await context.keep('changes.md', silent ? '' : changesPage(view, { runId, documentId }));
  await context.keep('changes.json', silent ? '' : JSON.stringify(shortenedTo(view, COMMENT_LINES)));
}

/** Plans the pinned bytes against the units in the database, as `reader` sees them. */
export async function planFrom(context: PhaseContext, reader: Reader): Promise<ChangePlan> {
  return (await planWithUnits(context, reader)).change;
}

async function planWithUnits(
  context: PhaseContext,
  reader: Reader,
): Promise<{ change: ChangePlan; existing: readonly ExistingUnit[] }> {
  const plan = planSections(await markSource(context));
  const { documentId } = context.run;
  const existing = await readUnits(reader, documentId);
  return { change: planChange(plan, existing, { documentId }), existing };
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
