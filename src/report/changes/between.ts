// What a cut changes, from its plan and the document as it stood when it was cut last: the view that is signed, and the
// file of the record that holds all of it. Made once for the signer and again by the auditor, from the same bytes.
import { planDocument } from '../../document/plan.ts';
import type { ChangePlan } from '../../plan/change.ts';
import { textsOf } from '../../plan/standing.ts';
import { changesPage } from './page.ts';
import { unitChangesOf } from './unit-change.ts';
import { type ChangesView, viewOf } from './view.ts';

/** A first cut: whatever it says is new, so there is nothing to be held against. */
export function isFirstCut({ counts, rows, retire }: ChangePlan): boolean {
  return counts.create === rows.length && retire.length === 0;
}

/** `earlier` are the bytes of the document as the last completed run cut it; null where there was none. */
export function viewBetween(change: ChangePlan, earlier: Uint8Array | null): ChangesView {
  const { profile, granularity } = change.header;
  const texts = earlier ? textsOf(planDocument(earlier, { profile, granularity })) : new Map();
  return viewOf(unitChangesOf(change, (key) => texts.get(key)));
}

/** Of a first cut there is nothing to say besides its plan. */
export function isSilent(view: ChangesView): boolean {
  return view.first && view.changes.length === 0;
}

/** `changes.md` of the record; empty where there is nothing to say. */
export function changesFile(
  view: ChangesView,
  run: { readonly runId: string; readonly documentId: string },
): string {
  return isSilent(view) ? '' : changesPage(view, run);
}
