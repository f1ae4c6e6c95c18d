// The signing view as Markdown: the counts of everything at the top, then the changes by sections, words first. Text of a
// document stands in fenced blocks alone, where nothing in it becomes a link, a mention or a heading.
import { block, count, details, tableOfRows, tableRow } from '../markdown.ts';
import type { Elastic } from '../pieces.ts';
import { type ChangesView, SECTIONS, type SectionName, type ShownChange } from './view.ts';

/** What each section is called, in the table and above its changes. */
export const SECTION_TITLES: Readonly<Record<SectionName, string>> = {
  text: 'Words that change',
  retired: 'Text that goes',
  created: 'Text that is new',
  kind: 'What a unit is',
  number: 'Numbers',
  place: 'Places',
  markup: 'Markup, every word the same',
  line_ends: 'Line ends, nothing else',
  normalisation: 'Normalisation of characters, nothing else',
};

/** The line above a unit's own lines. */
export function headOf({ key, title, unit_kind, classes, section }: ShownChange): string {
  const also = classes
    .filter((name) => name !== section && name !== 'text')
    .map((name) => name.replace('_', ' '));
  return `@@ ${key} · ${title} · ${[unit_kind, ...also].join(', ')} @@`;
}

/** Everything that there is to show: its units' heads and lines. */
export function totalLines({ changes }: ChangesView): number {
  return changes.reduce((sum, { lines, more }) => sum + 1 + lines.length + more, 0);
}

/** `changes.md`: the whole. */
export function changesPage(
  view: ChangesView,
  { runId, documentId }: { runId: string; documentId: string },
): string {
  const intro = `# What this run changes\n\nRun \`${runId}\`, document \`${documentId}\`.`;
  const parts = [intro, ...top(view, { shown: new Map(), whole: null })];
  for (const { name, changes } of sectionsOf(view))
    parts.push(
      `## ${SECTION_TITLES[name]}: ${count(view.units[name] ?? changes.length, 'unit')}`,
      fence(changes),
    );
  return `${parts.join('\n\n')}\n`;
}

/** The same for a comment: it gives way from its end, and says at the top how much of what is not shown. */
export function changesPiece(view: ChangesView, whole: string): Elastic {
  const stored = view.changes.reduce((sum, { lines }) => sum + 1 + lines.length, 0);
  return {
    length: stored,
    folded: false,
    show(most) {
      const shown = new Map<SectionName, number>();
      const parts: string[] = [];
      let left = most;
      for (const { name, changes } of sectionsOf(view)) {
        const some: ShownChange[] = [];
        for (const change of changes) {
          if (left <= 0) break;
          const lines = change.lines.slice(0, left - 1);
          const more = change.more + change.lines.length - lines.length;
          left -= 1 + lines.length;
          some.push({ ...change, lines, more });
          if (more === 0) shown.set(name, (shown.get(name) ?? 0) + 1);
        }
        if (some.length > 0) parts.push(fold(name, { view, some }));
      }
      return [...top(view, { shown, whole }), ...parts].join('\n\n');
    },
  };
}

function fold(
  name: SectionName,
  { view, some }: { view: ChangesView; some: readonly ShownChange[] },
): string {
  const all = count(view.units[name] ?? some.length, 'unit');
  const folded = details(`${SECTION_TITLES[name]}: ${all}`, fence(some));
  // What people must read is open; they can close it.
  return OPEN.has(name) ? folded.replace('<details>', '<details open>') : folded;
}

const OPEN: ReadonlySet<SectionName> = new Set(['text', 'retired', 'created', 'kind']);

function fence(changes: readonly ShownChange[]): string {
  const lines = changes.flatMap((change) => [
    headOf(change),
    ...change.lines,
    ...(change.more > 0 ? [`@@ left out here: ${count(change.more, 'more line')} @@`] : []),
  ]);
  return block(lines.join('\n'), 'diff');
}

function sectionsOf({ changes }: ChangesView): { name: SectionName; changes: ShownChange[] }[] {
  return SECTIONS.map((name) => ({
    name,
    changes: changes.filter(({ section }) => section === name),
  })).filter((section) => section.changes.length > 0);
}

interface Shown {
  /** Units of each section that stand here whole. */
  readonly shown: ReadonlyMap<SectionName, number>;
  /** Where everything is, as Markdown; null where this is everything. */
  readonly whole: string | null;
}

function top(view: ChangesView, { shown, whole }: Shown): string[] {
  const here = [...shown.values()].reduce((sum, n) => sum + n, 0);
  const complete = whole === null || here === view.changes.length;
  const missing = `⚠️ Not everything has room here: ${figure(here)} of ${count(view.changes.length, 'unit')} stand whole below. Read the rest in ${whole}.`;
  return [
    view.first
      ? 'Nothing was there before: every text is new, and is the document itself.'
      : countsTable(view, complete ? null : shown),
    namedSentence(view),
    complete ? '' : missing,
  ].filter((part) => part !== '');
}

function countsTable({ units }: ChangesView, shown: Shown['shown'] | null): string {
  const rows = SECTIONS.filter((name) => (units[name] ?? 0) > 0).map((name) =>
    tableRow([
      SECTION_TITLES[name],
      figure(units[name] ?? 0),
      ...(shown ? [figure(shown.get(name) ?? 0)] : []),
    ]),
  );
  const head = ['what changes', 'units', ...(shown ? ['whole below'] : [])];
  return rows.length === 0 ? '' : tableOfRows(head, shown ? 'lrr' : 'lr', rows);
}

function namedSentence({ named }: ChangesView): string {
  if (named === 0) return '';
  return `⚠️ ${count(named, 'character')} in the new texts cannot be seen, or look like others: each is named, as in \`<U+202E>\` or \`о<U+043E>\`.`;
}

function figure(n: number): string {
  return n.toLocaleString('en-US');
}
