// What may differ between two snapshots of the governed database: exactly what the run does to its own document, and what
// recorded change sets did to others. Everything else is STOP `count_drift`.
import { digestOf } from '../digest/digest.ts';
import type { ChangeCounts } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { OtherDocument, Snapshot } from './snapshot.ts';

/** What is counted over all documents. */
const COUNTED = ['units', 'versions', 'lifecycle_log', 'change_sets', 'verify_results'] as const;
type Counted = (typeof COUNTED)[number];

/**
 * Throws Stop `count_drift` naming what is no longer as in the earlier snapshot. That another run has moved another
 * document is no drift: its change set says so.
 */
export function assertUnchanged(before: Snapshot, now: Snapshot): void {
  const { drifted } = changesOfOthers(before, now);
  const named = drifted.map((documentId) => `${documentId} differs, and no change set says why`);
  if (digestOf(before.document) !== digestOf(now.document))
    named.push(`document was ${JSON.stringify(before.document)}, is ${JSON.stringify(now.document)}`);
  for (const field of COUNTED) {
    const [was, is] = [ownShare(before, field), ownShare(now, field)];
    if (was !== is) named.push(`${field} was ${was}, is ${is}`);
  }
  if (named.length > 0) throw new Stop('count_drift', named.join('; '));
}

interface ChangesOfOthers {
  /** Documents that differ, with change sets that say so. */
  readonly accounted: readonly string[];
  /** Documents that differ without one. */
  readonly drifted: readonly string[];
  /** What the accounted ones add to the counts. */
  readonly added: Readonly<Record<Counted, number>>;
}

const NOTHING = { units: 0, versions: 0, lifecycle_log: 0, change_sets: 0, verify_results: 0 };

function changesOfOthers(before: Snapshot, after: Snapshot): ChangesOfOthers {
  const earlier = new Map(before.others.map((one) => [one.document_id, one]));
  const later = new Map(after.others.map((one) => [one.document_id, one]));
  const changed = [...new Set([...earlier.keys(), ...later.keys()])].filter(
    (id) => digestOf(earlier.get(id) ?? null) !== digestOf(later.get(id) ?? null),
  );
  const recorded = (one: OtherDocument | undefined) => one?.recorded;
  const accounted = changed.filter((id) => recorded(earlier.get(id)) !== recorded(later.get(id)));
  const added = { ...NOTHING };
  for (const id of accounted)
    for (const field of COUNTED)
      added[field] += (later.get(id)?.[field] ?? 0) - (earlier.get(id)?.[field] ?? 0);
  return { accounted, drifted: changed.filter((id) => !accounted.includes(id)), added };
}

// Units without any version stand in no document's digest; they are counted here.
function ownShare(snapshot: Snapshot, field: Counted): number {
  const all = snapshot[field];
  const counted = typeof all === 'number' ? all : total(all);
  return snapshot.others.reduce((share, other) => share - other[field], counted);
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
  const { accounted, drifted, added } = changesOfOthers(before, after);
  const compare = (
    name: string,
    values: readonly [before: number, expected: number, after: number],
  ): ComparedRow => {
    const [old, expected, now] = values;
    return { name, before: old, expected, after: now, ok: expected === now };
  };
  return [
    compare('units', [total(before.units), total(before.units) + create + added.units, total(after.units)]),
    compare('draft units', [was.units.draft, enacted ? 0 : was.units.draft + create, is.units.draft]),
    compare('enacted units', [was.units.enacted, enacted ? rows : was.units.enacted, is.units.enacted]),
    compare('retired units', [
      was.units.retired,
      was.units.retired + (enacted ? retire : 0),
      is.units.retired,
    ]),
    compare('versions', [
      total(before.versions),
      total(before.versions) + versions + added.versions,
      total(after.versions),
    ]),
    compare('draft versions', [
      was.versions.draft,
      enacted ? 0 : was.versions.draft + versions,
      is.versions.draft,
    ]),
    compare('lifecycle log', [
      before.lifecycle_log,
      before.lifecycle_log + (enacted ? (changes.log_rows ?? 0) : 0) + added.lifecycle_log,
      after.lifecycle_log,
    ]),
    compare('change sets', [
      before.change_sets,
      before.change_sets + 1 + added.change_sets,
      after.change_sets,
    ]),
    compare('verify results', [
      before.verify_results,
      before.verify_results + (enacted ? 2 : 1) + added.verify_results,
      after.verify_results,
    ]),
    ...(accounted.length > 0 ? [toldByOthers(accounted)] : []),
    ...(['draft', 'enacted', 'retired'] as const).map((status): ComparedRow => {
      const [old, now] = [before.other_documents[status], after.other_documents[status]];
      const told = ({ units, sha256 }: typeof old) => `${units} (${sha256.slice(0, 12)})`;
      const same = old.units === now.units && old.sha256 === now.sha256;
      const explained = accounted.length > 0 && drifted.length === 0;
      const ok = same || explained;
      return {
        name: `${status} units of other documents`,
        before: told(old),
        expected: told(explained ? now : old),
        after: told(now),
        ok,
      };
    }),
  ];
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

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
