// What may differ between two snapshots of the governed database: exactly what the run does to its own document, and what
// recorded change sets did to others. Everything else is STOP `count_drift`.
import { digestOf } from '../digest/digest.ts';
import type { ChangeCounts } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { Account, Snapshot } from './snapshot.ts';

/** What is counted over all documents. */
const COUNTED = ['units', 'versions', 'lifecycle_log', 'change_sets', 'verify_results'] as const;
type Counted = (typeof COUNTED)[number];

/**
 * Throws Stop `count_drift` naming what is no longer as in the earlier snapshot. That another run has moved another
 * document is no drift: its head says so.
 */
export function assertUnchanged(before: Snapshot, now: Snapshot): void {
  const { drifted } = changesOfOthers(before, now);
  const named = drifted.map((documentId) => `${documentId} differs, and no change set says why`);
  if (digestOf(before.document) !== digestOf(now.document))
    named.push(`document was ${JSON.stringify(before.document)}, is ${JSON.stringify(now.document)}`);
  if (named.length > 0) throw new Stop('count_drift', named.join('; '));
}

interface ChangesOfOthers {
  /** Documents that runs, or a baseline, have moved. */
  readonly accounted: readonly string[];
  /** Documents that differ without that. */
  readonly drifted: readonly string[];
}

function changesOfOthers(before: Snapshot, after: Snapshot): ChangesOfOthers {
  const earlier = new Map(before.others.map((one) => [one.document_id, one]));
  const later = new Map(after.others.map((one) => [one.document_id, one]));
  const known = [...new Set([...earlier.keys(), ...later.keys()])];
  const moved = (id: string) => (later.get(id)?.moves ?? 0) > (earlier.get(id)?.moves ?? 0);
  // A head that says something else and was not moved is one that somebody has written by hand.
  const same = (id: string) => digestOf(earlier.get(id) ?? null) === digestOf(later.get(id) ?? null);
  const unlike = new Map(before.unlike_heads.map((one) => [one.document_id, one.sha256]));
  const byHand = after.unlike_heads.filter((one) => unlike.get(one.document_id) !== one.sha256);
  const drifted = new Set(known.filter((id) => !moved(id) && !same(id)));
  for (const { document_id } of byHand) drifted.add(document_id);
  return { accounted: known.filter((id) => moved(id) && !drifted.has(id)), drifted: [...drifted].sort() };
}

function countOf(account: Account, field: Counted): number {
  const counted = account[field];
  return typeof counted === 'number' ? counted : total(counted);
}

function overAll(snapshot: Snapshot, field: Counted): number {
  return snapshot.others.reduce((sum, one) => sum + countOf(one, field), countOf(snapshot.document, field));
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
  const { accounted, drifted } = changesOfOthers(before, after);
  const compare = (name: string, values: readonly [number, number, number]): ComparedRow => {
    const [old, expected, now] = values;
    return { name, before: old, expected, after: now, ok: expected === now };
  };
  /** Over all documents: what this run adds, and what the heads of the others say. */
  const compareAll = (name: string, field: Counted, added: number): ComparedRow => {
    const [old, now] = [overAll(before, field), overAll(after, field)];
    const byOthers = now - countOf(is, field) - (old - countOf(was, field));
    return compare(name, [old, old + added + byOthers, now]);
  };
  return [
    compareAll('units', 'units', create),
    compare('draft units', [was.units.draft, enacted ? 0 : was.units.draft + create, is.units.draft]),
    compare('enacted units', [was.units.enacted, enacted ? rows : was.units.enacted, is.units.enacted]),
    compare('retired units', [
      was.units.retired,
      was.units.retired + (enacted ? retire : 0),
      is.units.retired,
    ]),
    compareAll('versions', 'versions', versions),
    compare('draft versions', [
      was.versions.draft,
      enacted ? 0 : was.versions.draft + versions,
      is.versions.draft,
    ]),
    compareAll('lifecycle log', 'lifecycle_log', enacted ? (changes.log_rows ?? 0) : 0),
    compareAll('change sets', 'change_sets', 1),
    compareAll('verify results', 'verify_results', enacted ? 2 : 1),
    ...(accounted.length > 0 ? [toldByOthers(accounted)] : []),
    ...(['draft', 'enacted', 'retired'] as const).map((status): ComparedRow => {
      const [old, now] = [othersBy(before, status), othersBy(after, status)];
      const explained = drifted.length === 0 && accounted.length > 0;
      const ok = drifted.length === 0;
      return {
        ...{ name: `${status} units of other documents`, before: old, expected: explained ? now : old },
        ...{ after: ok ? now : `${now}, changed by hand: ${drifted.join(', ')}`, ok },
      };
    }),
  ];
}

/** How many, and the beginning of a digest over all documents that have any. */
function othersBy(snapshot: Snapshot, status: 'draft' | 'enacted' | 'retired'): string {
  const having = snapshot.others.filter(({ units }) => units[status] > 0);
  const units = having.reduce((sum, one) => sum + one.units[status], 0);
  return `${units} (${digestOf(having.map(({ document_id, sha256 }) => [document_id, sha256])).slice(0, 12)})`;
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
