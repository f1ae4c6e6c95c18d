// What a signer reads first: the words that change, whatever else changes beside them.
import { describe, expect, test } from 'vitest';
import { planDocument } from '../../../src/document/plan.ts';
import { planChange } from '../../../src/plan/change.ts';
import { changesPage, changesPiece } from '../../../src/report/changes/page.ts';
import { changesScreen } from '../../../src/report/changes/screen.ts';
import { unitChangesOf } from '../../../src/report/changes/unit-change.ts';
import { changesView, shortenedTo, viewOf } from '../../../src/report/changes/view.ts';
import { commentBody } from '../../../src/report/limits.ts';
import { changed } from '../../support/changed.ts';
import { SHARED_DOCUMENTS, sharedDocument } from '../../support/shared-documents.ts';
import { onlyWhere } from '../../support/skip.ts';

const WHOLE = '`runs/run-1/changes.md`';
const comment = (view: Parameters<typeof changesPiece>[0]) => commentBody([changesPiece(view, WHOLE)]);
const page = (view: Parameters<typeof changesPiece>[0]) =>
  changesPage(view, { runId: 'run-1', documentId: 'charter' });

/** The lines of a comment that show something, without the table and the folds. */
const shownLines = (text: string) => text.split('\n').filter((line) => /^(?:[-+ ] |@@|!)/.test(line));

const article = (n: number, body: string) => `## Article ${n}. Title ${n}\n\n${body}\n\n`;
const BEFORE = `# Charter\n\n${[
  article(1, 'The town is quiet after ten.'),
  article(2, 'The baker and the miller agree on the price.'),
  article(3, 'Dogs are welcome.'),
  article(4, 'The garden is open.'),
  article(5, 'The well is deep.'),
].join('')}`;

const AFTER = `# Charter\n\n${[
  article(1, 'The town is **quiet** after ten.'),
  article(4, 'The garden is open.'),
  article(2, 'The baker alone sets the price.'),
  article(5, 'The well is deep.').replaceAll('\n', '\r\n'),
  article(6, 'Cats are welcome.'),
].join('')}`;

describe('the view of a change', () => {
  const { view } = changed(BEFORE, AFTER, { profile: 'en' });

  test('counts every unit that changes once, by what is gravest of it', () => {
    expect(view.units).toEqual({ text: 1, retired: 1, created: 1, place: 1, markup: 1, line_ends: 1 });
    expect(comment(view)).toContain('| Words that change | 1 |');
    expect(comment(view)).toContain('| Line ends, nothing else | 1 |');
  });

  test('shows words first, then what goes and what is new, whole, and last what nobody can hear', () => {
    expect(shownLines(comment(view))).toEqual([
      '@@ art-2 · Article 2. Title 2 · article @@',
      '  ## Article 2. Title 2',
      '  The baker',
      '- and the miller agree on',
      '+ alone sets',
      '  the price.',
      '@@ art-3 · Article 3. Title 3 · article @@',
      '- ## Article 3. Title 3',
      '- Dogs are welcome.',
      '@@ art-6 · Article 6. Title 6 · article @@',
      '+ ## Article 6. Title 6',
      '+ Cats are welcome.',
      '@@ art-4 · Article 4. Title 4 · article @@',
      '! place: behind art-3 → behind art-1',
      '@@ art-1 · Article 1. Title 1 · article @@',
      '  ## Article 1. Title 1',
      '  The town is',
      '- quiet',
      '+ **quiet**',
      '  after ten.',
      '@@ art-5 · Article 5. Title 5 · article @@',
      '! line ends: LF → CRLF',
    ]);
  });

  test('opens what people must read, and folds the rest', () => {
    expect(comment(view)).toMatch(/<details open><summary>Words that change: 1 unit</);
    expect(comment(view)).toMatch(/<details open><summary>Text that goes: 1 unit</);
    expect(comment(view)).toMatch(/<details><summary>Markup, every word the same: 1 unit</);
  });

  test('is the same in the comment, in the record and on the screen', () => {
    expect(shownLines(page(view))).toEqual(shownLines(comment(view)));
    expect(shownLines(changesScreen(view, { color: false }))).toEqual(shownLines(comment(view)));
    expect(page(view)).toContain('## Words that change: 1 unit');
    expect(changesScreen(view, { color: true })).toContain('\u001b[31m- and the miller agree on\u001b[0m');
  });

  test('survives being kept', () => {
    expect(changesView.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });
});

describe('a text that is not surely the earlier one', () => {
  test('is not shown as if it were: the whole new text stands there', () => {
    const { change } = changed(BEFORE, AFTER, { profile: 'en' });
    const units = unitChangesOf(change, () => 'another text');
    const lines = viewOf(units).changes.flatMap((shown) => shown.lines);
    expect(lines).toContain('! its earlier text is not at hand here: the whole new text follows');
    expect(lines).toContain('+ The baker alone sets the price.');
    expect(lines).toContain('! its text is not at hand here');
    expect(lines.join()).not.toContain('another text');
  });
});

describe('a first cut', () => {
  test('repeats no text, and shows where something in it cannot be seen', () => {
    const { view } = changed(BEFORE, BEFORE, { profile: 'en' });
    expect(view).toMatchObject({ first: false, changes: [] });
    const firstCut = (text: string) =>
      unitChangesOf(
        planChange(planDocument(Buffer.from(text)), [], { documentId: 'charter' }),
        () => undefined,
      );
    const hidden = viewOf(firstCut(BEFORE.replace('deep', 'd\u202eeep')));
    expect(hidden).toMatchObject({ first: true, units: { created: 6 }, named: 1 });
    expect(shownLines(comment(hidden))).toEqual([
      '@@ art-5 · Article 5. Title 5 · article @@',
      '+ The well is d<U+202E>eep.',
    ]);
    expect(comment(hidden)).toContain('⚠️ 1 character in the new texts cannot be seen, or look like others');
    expect(comment(hidden)).toContain('Nothing was there before');
    expect(viewOf(firstCut(BEFORE)).changes).toEqual([]);
  });
});

describe('a sentence that is hidden among two hundred changes of markup', () => {
  const HIDDEN = 'Die Todesstrafe ist eingeführt.';

  /** A mark around a word of every article, and one sentence more in the middle of them. */
  function hide(text: string, label: RegExp): string {
    const parts = text.split(label);
    const middle = Math.floor(parts.length / 2);
    return parts
      .map((part, n) => {
        const marked = part.replace(/(\n\n[^\n*_[]*? )(\p{L}{4,})( )/u, '$1**$2**$3');
        return n === middle ? `${marked.trimEnd()} ${HIDDEN}\n\n` : marked;
      })
      .join('');
  }

  function expectFirst(before: string, after: string): void {
    const { view } = changed(before, after);
    expect(view.units.text).toBe(1);
    expect(view.units.markup).toBeGreaterThan(180);
    const lines = shownLines(comment(view));
    const [head, ...rest] = lines;
    expect(head).toMatch(/^@@ .* @@$/);
    const next = rest.findIndex((line) => /^@@ .* · /.test(line));
    const told = rest.slice(0, next).join(' ');
    expect(told.replace(/ \+ /g, ' ')).toContain(HIDDEN.replace(/\.$/, ''));
    expect(comment(view)).toMatch(/\| Words that change \| 1 \|/);
  }

  test('stands first in the comment on a long document', () => {
    const long = `# Gesetz\n\n${Array.from(
      { length: 220 },
      (_, n) =>
        `## Artikel ${n + 1}\n\nDie Würde ${n} des Menschen ist unantastbar, und das gilt in jeder Gemeinde.\n\n`,
    ).join('')}`;
    expectFirst(long, hide(long, /(?=^## Artikel )/m));
  });

  test(
    'stands first in the comment on the Grundgesetz',
    onlyWhere(SHARED_DOCUMENTS.length > 0, 'shared documents absent'),
    () => {
      const law = sharedDocument('de-grundgesetz-gg.md');
      expectFirst(law, hide(law, /(?=^#+ Art )/m));
    },
  );
});

describe('what has no room', () => {
  const many = (word: string) =>
    `# Charter\n\n${Array.from({ length: 3_000 }, (_, n) => article(n + 1, `${word} ${n} of the long law.`)).join('')}`;
  const { view } = changed(many('Rule'), many('Order'), { profile: 'en' });

  test('is counted at the top, with where the whole is', () => {
    const body = comment(view);
    const [, shown, all] =
      /Not everything has room here: ([\d,]+) of ([\d,]+) units stand whole below/.exec(body) ?? [];
    expect(all).toBe('3,000');
    expect(Number(shown?.replace(',', ''))).toBe(
      shownLines(body).filter((line) => /^@@ art-.* @@$/.test(line)).length - partial(body),
    );
    expect(body).toContain(`Read the rest in ${WHOLE}.`);
    expect(body).toContain(`| Words that change | 3,000 | ${shown} |`);
    expect(body.indexOf('Not everything')).toBeLessThan(body.indexOf('```diff'));
  });

  const partial = (body: string) => body.match(/@@ left out here: [\d,]+ more lines? @@/g)?.length ?? 0;

  test('is whole in changes.md', () => {
    expect(page(view)).not.toContain('Not everything');
    expect(shownLines(page(view)).filter((line) => line.startsWith('+ Order'))).toHaveLength(3_000);
  });

  test('is not forgotten where the view was kept shortened', () => {
    const kept = shortenedTo(view, 10);
    const body = comment(kept);
    expect(body).toMatch(/Not everything has room here: 2 of 3,000 units/);
    expect(kept.changes.reduce((sum, { lines, more }) => sum + lines.length + more, 0)).toBe(
      view.changes.reduce((sum, { lines }) => sum + lines.length, 0),
    );
  });
});
