// Other languages and deeper cuts: paragraphs, numbers and points, accents in another form, and one article among many.
import { type Amendment, amend, ownDocument, upTo } from './amendment.ts';
import { insertBefore, move, remove, replace, shift } from './edit.ts';

const ordnung = amend('paragraphs', ownDocument('ordnung.md'), {
  'a number with a letter is put in': {
    granularity: 'point',
    edits: [insertBefore('3.  Vereine', '2a. Gäste, die länger bleiben als einen Monat,\n\n')],
    expected: ['create par-1/abs-2/nr-2a'],
  },
  'a number changes, and not the paragraph that holds it': {
    granularity: 'point',
    edits: [replace('Vereine und Schulen', 'Vereine, Schulen und Kirchen')],
    expected: ['revise par-1/abs-2/nr-3'],
  },
  'a paragraph is put in and takes its numbers along': {
    granularity: 'point',
    edits: [
      replace('(3) Die Frist', '(4) Die Frist'),
      replace(
        '(2) Nicht ausgeliehen',
        '(2) Zeitschriften werden für eine Woche ausgeliehen.\n\n(3) Nicht ausgeliehen',
      ),
    ],
    expected: [
      ...['create par-2/abs-2', 'renumber par-2/abs-2 -> par-2/abs-3', 'renumber par-2/abs-3 -> par-2/abs-4'],
      ...[1, 2, 3].map((n) => `move par-2/abs-2/nr-${n} -> par-2/abs-3/nr-${n}`),
    ],
  },
  'a paragraph goes with its numbers': {
    granularity: 'point',
    edits: [remove('(2) Der Ausweis', '## § 2')],
    expected: ['retire par-1/abs-2', ...[1, 2, 3].map((n) => `retire par-1/abs-2/nr-${n}`)],
  },
  'the same change is one article when only articles are cut': {
    granularity: 'article',
    edits: [remove('(2) Der Ausweis', '## § 2')],
    expected: ['revise par-1'],
  },
  'a section of the law is put in and the others take their paragraphs along': {
    granularity: 'clause',
    edits: [
      shift('§', { since: 3, by: 1 }),
      insertBefore('## § 4 Gebühren', '## § 3 Lesesaal\n\nIm Lesesaal wird nicht gesprochen.\n\n'),
    ],
    expected: [
      ...['create par-3', 'renumber par-3 -> par-4', 'renumber par-4 -> par-5'],
      ...[1, 2].map((n) => `move par-3/abs-${n} -> par-4/abs-${n}`),
    ],
  },
  'a paragraph moves to another section of the law': {
    granularity: 'clause',
    edits: [
      move('(2) Wer ein Buch', { until: '## § 4', before: '## § 3' }),
      replace('(2) Wer ein Buch', '(4) Wer ein Buch'),
    ],
    expected: ['renumber par-3/abs-2 -> par-2/abs-4'],
  },
});

const nghiDinh = ownDocument('nghi-dinh.md');

const decree = amend('khoản and điều', nghiDinh, {
  'a khoản is put in and the others get new numbers': {
    granularity: 'clause',
    edits: [
      replace('3. Giúp', '4. Giúp'),
      replace('2. Không chở khách khi có bão.', '2. Không uống rượu.\n\n3. Không chở khách khi có bão.'),
    ],
    expected: [
      'create chuong-2/dieu-4/khoan-2',
      'renumber chuong-2/dieu-4/khoan-2 -> chuong-2/dieu-4/khoan-3',
      'renumber chuong-2/dieu-4/khoan-3 -> chuong-2/dieu-4/khoan-4',
    ],
  },
  'a điều with a letter is put in': {
    edits: [insertBefore('## Chương III.', '### Điều 4a. Giá vé\n\nGiá vé do xã quy định.\n\n')],
    expected: ['create chuong-2/dieu-4a'],
  },
  'a chapter is put in and the others get new numbers': {
    edits: [
      replace('## Chương III.', '## Chương IV.'),
      replace('## Chương II.', '## Chương II. BẾN ĐÒ\n\n## Chương III.'),
    ],
    expected: [
      ...['create chuong-2', 'renumber chuong-2 -> chuong-3', 'renumber chuong-3 -> chuong-4'],
      ...[3, 4].map((n) => `move chuong-2/dieu-${n} -> chuong-3/dieu-${n}`),
      'move chuong-3/dieu-5 -> chuong-4/dieu-5',
    ],
  },
  'a điều gets another heading level': {
    edits: [replace('### Điều 3.', '##### Điều 3.')],
    expected: ['revise chuong-2/dieu-3'],
  },
  'every accent is written as a character of its own': {
    edits: [(text) => text.normalize('NFD')],
    expected: [
      ...['revise document', 'revise chuong-1', 'revise chuong-2', 'revise chuong-3'],
      ...['revise chuong-1/dieu-1', 'revise chuong-1/dieu-2', 'revise chuong-2/dieu-3'],
      ...['revise chuong-2/dieu-4', 'revise chuong-3/dieu-5'],
    ],
  },
  'the accents of one điều are written as characters of their own': {
    edits: [
      replace(
        'Bến đò là nơi đò đón khách và trả khách.',
        'Bến đò là nơi đò đón khách và trả khách.'.normalize('NFD'),
      ),
    ],
    expected: ['revise chuong-1/dieu-2'],
  },
});

const DUTIES = [
  'sweeps the stairs',
  'winds the clock',
  'feeds the ducks',
  'rings the bell',
  'reads the meter',
];

/** 200 articles of which no two say the same. */
const roster = [
  '# Roster of the House\n\nThis roster says who does what in the house, and on which day of the year.\n',
  ...upTo(1, 200).map(
    (n) =>
      `## Article ${n}. Day ${n * 7}\n\nOn day ${n * 7} the tenant of room ${n + 300} ${DUTIES[n % 5]} and tells the tenant of room ${n + 301}.\n`,
  ),
].join('\n');

const long = amend('one among two hundred', roster, {
  'a word changes': {
    edits: [replace('On day 819 the tenant', 'On day 819 the guest')],
    expected: ['revise art-117'],
  },
  'an article is put in and one hundred and fifty-one get new numbers': {
    edits: [
      shift('Article', { since: 50, by: 1 }),
      insertBefore('## Article 51. Day 350', '## Article 50. Holiday\n\nNobody does anything.\n\n'),
    ],
    expected: ['create art-50', ...upTo(50, 200).map((n) => `renumber art-${n} -> art-${n + 1}`)],
  },
  'an article goes and the next one changes': {
    edits: [
      remove('## Article 120.', '## Article 121.'),
      replace('the tenant of room 421 winds', 'the guest of room 421 winds'),
    ],
    expected: ['retire art-120', 'revise art-121'],
  },
});

export const languages: readonly Amendment[] = [...ordnung, ...decree, ...long];
