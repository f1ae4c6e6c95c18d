// What may differ between two snapshots of the governed database: exactly what the run does to its own document, and what
// recorded change sets did to others. Everything else is STOP `count_drift`.
import { digestOf } from '../digest/digest.ts';
import type { ChangeCounts } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Throws Stop `count_drift` naming what is no longer as in the earlier snapshot. That a run has moved another document
 * is no drift: its head says so. `now` was taken to be compared with `before`.
 */
export function assertUnchanged(before: Snapshot, now: Snapshot): void {
  const named = driftOfOthers(before, now).map((who) => `${who}, and no change set says why`);
  if (digestOf(before.document) !== digestOf(now.document))
    named.push(`document was ${JSON.stringify(before.document)}, is ${JSON.stringify(now.document)}`);
  if (named.length > 0) throw new Stop('count_drift', named.join('; '));
}

/** Whatever changed in other documents without a run or a baseline. */
function driftOfOthers(before: Snapshot, after: Snapshot): string[] {
  const known = new Map(before.unlike_heads.map((one) => [one.document_id, one.sha256]));
  const byHand = after.unlike_heads.filter((one) => known.get(one.document_id) !== one.sha256);
  const named = byHand.map(({ document_id }) => `${document_id} differs`);
  // Whoever writes heads past everything that notes it has still not moved one.
  if (after.moved.length === 0 && before.others.sha256 !== after.others.sha256)
    named.push('the heads of other documents differ');
  return named;
}

export interface ExpectedChanges extends ChangeCounts {
  /** Log rows that lifecycle_enact reported; nothing before the enactment. */
  readonly log_rows?: number;
}

export interface ComparedRow {
  readonly name: string;
  readonly before: number | string;
  readonly expected: number | string;
  readonly after: number | string;
  readonly ok: boolean;
}

/** `before` is the snapshot of grant_probe; `cut` is judged after write_verify, `enacted` after lifecycle_verify. */
export function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  { changes, stage }: { readonly changes: ExpectedChanges; readonly stage: 'cut' | 'enacted' },
): ComparedRow[] {
  const { create, revise, move, renumber, keep, retire } = changes;
  const rows = create + revise + move + renumber + keep;
  const versions = create + revise + renumber;
  const was = before.document;
  const is = after.document;
  const enacted = stage === 'enacted';
  const compare = (name: string, values: readonly [number, number, number]): ComparedRow => {
    const [old, expected, now] = values;
    return { name, before: old, expected, after: now, ok: expected === now };
  };
  // The names of the rows are part of the record: an audit makes the table again.
  /** Over all documents: what this run adds, and what the heads of the others say. */
  const compareAll = (
    name: string,
    added: number,
    of: (account: Omit<Snapshot['document'], 'sha256'>) => number,
  ): ComparedRow => {
    const [others, now] = [of(after.others), of(is) + of(after.others)];
    return compare(name, [of(was) + of(before.others), of(was) + added + others, now]);
  };
  return [
    compareAll('units', create, (of) => of.draft_units + of.enacted_units + of.retired_units),
    compare('draft units', [was.draft_units, enacted ? 0 : was.draft_units + create, is.draft_units]),
    compare('enacted units', [was.enacted_units, enacted ? rows : was.enacted_units, is.enacted_units]),
    compare('retired units', [
      was.retired_units,
      was.retired_units + (enacted ? retire : 0),
      is.retired_units,
    ]),
    compareAll('versions', versions, (of) => of.versions),
    compare('draft versions', [
      was.draft_versions,
      enacted ? 0 : was.draft_versions + versions,
      is.draft_versions,
    ]),
    compareAll('lifecycle log', enacted ? (changes.log_rows ?? 0) : 0, (of) => of.lifecycle_log),
    compareAll('change sets', 1, (of) => of.change_sets),
    compareAll('verify results', enacted ? 2 : 1, (of) => of.verify_results),
    ...(after.moved.length > 0 ? [toldByOthers(after.moved)] : []),
    othersRow(before, after),
  ];
}

function othersRow(before: Snapshot, after: Snapshot): ComparedRow {
  const told = ({ others }: Snapshot) => {
    const { draft_units, enacted_units, retired_units, sha256 } = others;
    return `${draft_units}, ${enacted_units}, ${retired_units} (${sha256.slice(0, 12)})`;
  };
  const drift = driftOfOthers(before, after);
  const [old, now] = [told(before), told(after)];
  const ok = drift.length === 0;
  return {
    name: 'units of other documents',
    ...{ before: old, expected: after.moved.length > 0 ? now : old },
    ...{ after: ok ? now : `${now}: ${drift.join(', ')}`, ok },
  };
}

function toldByOthers(documents: readonly string[]): ComparedRow {
  const changed = documents.join(', ');
  return { name: 'changed by recorded change sets', before: '', expected: changed, after: changed, ok: true };
}

/** Throws Stop `count_drift` naming every row of the table that does not hold. */
export function assertTable(table: readonly ComparedRow[]): void {
  const drifted = table.filter(({ ok }) => !ok);
  if (drifted.length === 0) return;
  const named = drifted.map(
    ({ name, before, expected, after }) => `${name}: ${before} before, ${expected} expected, ${after} after`,
  );
  throw new Stop('count_drift', named.join('; '));
}
