// Edits of real documents, applied in memory. Where the documents are absent there is nothing to amend.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Amendment, amend, type Told, upTo } from './amendment.ts';
import { insertBefore, move, remove, replace } from './edit.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/documents');

export const hasRealDocuments = existsSync(FOLDER);

function amendReal(name: string, told: Readonly<Record<string, Told>>): Amendment[] {
  const file = join(FOLDER, name);
  return existsSync(file) ? amend(name, readFileSync(file, 'utf8'), told) : [];
}

const grundgesetz = amendReal('de-grundgesetz-gg.md', {
  'an article with a letter goes': {
    edits: [remove('### Art 12a\n', '### Art 13\n')],
    expected: ['retire section-1/art-12a'],
  },
  'an article with a letter comes': {
    edits: [insertBefore('### Art 21\n', '### Art 20b\n\nDer Bund achtet das Meer.\n\n\n')],
    expected: ['create section-2/art-20b'],
  },
  'a word of one paragraph changes': {
    granularity: 'clause',
    edits: [
      replace('(1) Die Würde des Menschen ist unantastbar.', '(1) Die Würde jedes Menschen ist unantastbar.'),
    ],
    expected: ['revise section-1/art-1/abs-1'],
  },
  'a section gets another title': {
    edits: [replace('## VI. - Die Bundesregierung', '## VI. - Die Regierung des Bundes')],
    expected: ['revise section-6'],
  },
  'an article moves to the section before': {
    edits: [move('### Art 62\n', { until: '### Art 63\n', before: '## VI. - Die Bundesregierung' })],
    expected: ['move section-6/art-62 -> section-5/art-62'],
  },
});

const bgb = amendReal('de-bgb.md', {
  'a section of the law with a letter comes': {
    edits: [
      insertBefore(
        '##### § 13 Verbraucher\n',
        '##### § 12a Künstlername\n\n§ 12 gilt auch für Künstlernamen.\n\n\n',
      ),
    ],
    expected: ['create book-1/section-1/title-1/par-12a'],
  },
  'a book gets another title': {
    edits: [replace('## Buch 1 - Allgemeiner Teil', '## Buch 1 - Allgemeine Vorschriften')],
    expected: ['revise book-1'],
  },
  'two sections of the law change places': {
    edits: [
      move('##### § 7 Wohnsitz;', { until: '##### § 8 Wohnsitz nicht', before: '##### § 9 Wohnsitz eines' }),
    ],
    expected: [],
  },
  'a section of the law moves to another title': {
    edits: [
      move('##### § 14 Unternehmer\n', {
        until: '##### (XXXX) §§ 15 bis 20',
        before: '##### Untertitel 1 - Vereine\n',
      }),
    ],
    expected: ['move book-1/section-1/title-1/par-14 -> book-1/section-1/title-2/par-14'],
  },
});

const phapDien = amendReal('vn-bo-luat-hinh-su-phap-dien.md', {
  'an article moves to the next chapter': {
    // The labels stand in the list at the end, too: what is exchanged is the first of each.
    edits: [
      (text) =>
        text.replace(/(\nĐi\S+ 16\.1\.LQ\.4\. .*?)(\nChương II\n.*?)(?=\nĐi\S+ 16\.1\.LQ\.5\. )/s, '$2$1'),
    ],
    expected: ['move phan-1/chuong-1/dieu-16.1.lq.4 -> phan-1/chuong-2/dieu-16.1.lq.4'],
  },
});

const gdpr = amendReal('eu-gdpr.txt', {
  'an article with a letter comes': {
    edits: [
      insertBefore(
        'Article 13\n\nInformation to be',
        'Article 12a\n\nPlain words\n\nInformation shall be short.\n\n',
      ),
    ],
    expected: ['create chapter-3/section-2/art-12a'],
  },
  'a recital is put in front and all get new numbers': {
    edits: [
      (text) => {
        const [start, end] = [text.indexOf('Whereas:'), text.indexOf('HAVE ADOPTED')];
        const recitals = text
          .slice(start, end)
          .replace(/^\((\d+)\)$/gm, (_, number: string) => `(${Number(number) + 1})`);
        return text.slice(0, start) + recitals + text.slice(end);
      },
      insertBefore('(2)\n\nThe protection of natural', '(1)\n\nData has become a raw material.\n\n'),
    ],
    expected: [
      'create preamble/recital-1',
      ...upTo(1, 173).map((n) => `renumber preamble/recital-${n} -> preamble/recital-${n + 1}`),
    ],
  },
  'a point goes and the letters move up': {
    granularity: 'point',
    edits: [
      remove('(b)\n\ncollected for specified', '(c)\n\nadequate'),
      replace('(c)\n\nadequate', '(b)\n\nadequate'),
      replace('(d)\n\naccurate and', '(c)\n\naccurate and'),
      replace('(e)\n\nkept in a form', '(d)\n\nkept in a form'),
      replace('(f)\n\nprocessed in a manner', '(e)\n\nprocessed in a manner'),
    ],
    expected: [
      'retire chapter-2/art-5/cl-1/pt-b',
      ...['c -> b', 'd -> c', 'e -> d', 'f -> e'].map((letters) => {
        const [from, to] = letters.split(' -> ');
        return `renumber chapter-2/art-5/cl-1/pt-${from} -> chapter-2/art-5/cl-1/pt-${to}`;
      }),
    ],
  },
});

export const real: readonly Amendment[] = [...grundgesetz, ...bgb, ...phapDien, ...gdpr];
