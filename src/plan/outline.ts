// A plan as people like to read it: kinds, addresses, titles and sizes in columns, the tree by indentation.
// Text only, without control characters from the document; a terminal's colours are the caller's to ask for.

import { abridge } from '../document/inline.ts';
import type { CutPlan, PlanRow } from '../document/plan.ts';
import type { UnitKind } from '../document/unit.ts';
import type { ChangePlan } from './change.ts';
import type { RowAction } from './plan-lines.ts';

export interface OutlineOptions {
  /** A longer plan is summarised by its upper levels, each row with the number of units below it. */
  readonly maxRows?: number;
  /** Columns to fill; 100 when absent. */
  readonly width?: number;
  /** Dim what is secondary and colour the signs of change, for a terminal. */
  readonly color?: boolean;
}

export function renderOutline(plan: CutPlan | ChangePlan, options: OutlineOptions = {}): string {
  const change = 'plan' in plan ? plan : undefined;
  const cut = 'plan' in plan ? plan.plan : plan;
  const entries = listEntries(cut, change);
  const { shown, note } = summarise(entries, options.maxRows ?? Number.POSITIVE_INFINITY);
  const parts = [describeCut(cut), drawTable(shown, options), note, change ? describeChange(change) : ''];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

interface Entry {
  readonly sign: '+' | '~' | '>' | '#' | '-' | '';
  readonly depth: number;
  readonly kind: string;
  /** The last part of the key: the lines above it spell out the rest. */
  readonly segment: string;
  readonly title: string;
  readonly size: string;
  /** Units below this one. */
  readonly below: number;
}

const SIGNS: Readonly<Record<RowAction, Entry['sign']>> = {
  ...{ create: '+', revise: '~', move: '>', renumber: '#', keep: '' },
};

function listEntries(cut: CutPlan, change: ChangePlan | undefined): Entry[] {
  const isNew = change === undefined || change.counts.create === change.rows.length;
  const depths = new Map<string, number>();
  const parents = new Map(cut.rows.map((row) => [row.key, row.parent]));
  const below = new Map<string, number>();
  for (const { parent } of cut.rows)
    for (let above = parent; above !== null; above = parents.get(above) ?? null)
      below.set(above, (below.get(above) ?? 0) + 1);
  const entries = cut.rows.map((row, index): Entry => {
    const depth = row.parent === null ? 0 : (depths.get(row.parent) ?? 0) + 1;
    depths.set(row.key, depth);
    const action = change?.rows[index]?.action ?? 'keep';
    const size = formatSize(row.byte_end - row.byte_start);
    const sign = isNew ? '' : SIGNS[action];
    return {
      sign,
      depth,
      kind: row.unit_kind,
      segment: lastSegment(row),
      title: row.title,
      size,
      below: below.get(row.key) ?? 0,
    };
  });
  const retired = (change?.retire ?? []).map(
    (unit): Entry => ({
      sign: '-',
      depth: 0,
      kind: unit.unit_kind,
      segment: unit.key,
      title: unit.title,
      size: '',
      below: 0,
    }),
  );
  return [...entries, ...retired];
}

function lastSegment(row: PlanRow): string {
  return row.parent !== null && row.key.startsWith(`${row.parent}/`)
    ? row.key.slice(row.parent.length + 1)
    : row.key;
}

/** The deepest levels go first: a reader wants the parts and chapters of a long law, not its first hundred lines. */
function summarise(entries: readonly Entry[], maxRows: number): { shown: readonly Entry[]; note: string } {
  if (entries.length <= maxRows) return { shown: entries, note: '' };
  let depth = largest(entries, (entry) => entry.depth);
  const upTo = (limit: number) => entries.filter((entry) => entry.depth <= limit || entry.sign === '-');
  while (depth > 0 && upTo(depth).length > maxRows) depth -= 1;
  const level = upTo(depth);
  const shown = level
    .slice(0, maxRows)
    .map((entry) =>
      entry.depth === depth && entry.below > 0
        ? { ...entry, title: `${entry.title} (+ ${plural(entry.below, 'unit')})` }
        : entry,
    );
  const hidden = entries.length - shown.length;
  return { shown, note: `${plural(hidden, 'more unit')} below these; the whole plan is in plan.jsonl.` };
}

const MAX_KEY = 36;
const MAX_KEY_SHARE = 0.38;
const MIN_TITLE = 20;

function drawTable(entries: readonly Entry[], { width = 100, color = false }: OutlineOptions): string {
  const signs = entries.some((entry) => entry.sign !== '') ? 2 : 0;
  const kinds = largest(entries, (entry) => entry.kind.length);
  const indented = (entry: Entry) =>
    abridge(
      `${'  '.repeat(entry.depth)}${entry.segment}`,
      Math.min(MAX_KEY, Math.floor(width * MAX_KEY_SHARE)),
    );
  const keys = largest(entries, (entry) => [...indented(entry)].length);
  const titles = Math.max(MIN_TITLE, width - signs - kinds - keys - SIZE_WIDTH - 6);
  const dim = color ? (text: string) => `\u001b[2m${text}\u001b[22m` : (text: string) => text;
  const paint = color
    ? (sign: Entry['sign']) => `${COLORS[sign]}${sign}\u001b[39m`
    : (sign: Entry['sign']) => sign;
  const line = (entry: Entry) =>
    [
      signs > 0 ? `${entry.sign === '' ? ' ' : paint(entry.sign)} ` : '',
      dim(pad(entry.kind, kinds + 2)),
      pad(indented(entry), keys + 2),
      pad(abridge(entry.title, titles), titles + 2),
      dim(entry.size.padStart(SIZE_WIDTH)),
    ]
      .join('')
      .trimEnd();
  return entries.map(line).join('\n');
}

const SIZE_WIDTH = 8;
const COLORS: Readonly<Record<Entry['sign'], string>> = {
  '+': '\u001b[32m',
  '~': '\u001b[33m',
  '>': '\u001b[36m',
  '#': '\u001b[36m',
  '-': '\u001b[31m',
  '': '',
};

function largest(entries: readonly Entry[], measure: (entry: Entry) => number): number {
  return entries.reduce((most, entry) => Math.max(most, measure(entry)), 0);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

function describeCut(cut: CutPlan): string {
  const kinds = Object.entries(countKinds(cut.rows)).sort(([, a], [, b]) => b - a);
  const counts = kinds.map(([kind, count]) => `${count} ${kind.replace('_', ' ')}`).join(', ');
  const total = plural(cut.rows.length, 'unit');
  const size = formatSize(cut.document.bytes);
  return `${total} from ${size}, cut by ${cut.granularity}, profile ${cut.profile}\n${counts}`;
}

function describeChange(change: ChangePlan): string {
  const { create, revise, move, renumber, keep, retire } = change.counts;
  const elsewhere = [
    ...(move > 0 ? [`> ${move} to move`] : []),
    ...(renumber > 0 ? [`# ${renumber} to renumber`] : []),
  ];
  return [
    ...[`+ ${create} to create`, `~ ${revise} to revise`, ...elsewhere],
    ...[`- ${retire} to retire`, `${keep} to keep`],
  ].join('   ');
}

export function countKinds(rows: readonly PlanRow[]): Partial<Record<UnitKind, number>> {
  const counts: Partial<Record<UnitKind, number>> = {};
  for (const row of rows) counts[row.unit_kind] = (counts[row.unit_kind] ?? 0) + 1;
  return counts;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(2)} MB`;
}
