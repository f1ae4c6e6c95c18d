// Parts, chapters and sections: what moves with them, and what stays where the numbers begin anew.
import { type Amendment, amend, ownDocument } from './amendment.ts';
import { insertBefore, move, remove, replace, shift } from './edit.ts';

const code = amend('parts', ownDocument('code.md'), {
  'an article moves to another chapter': {
    edits: [move('#### Article 3.', { until: '### Chapter II.', before: '#### Article 4.' })],
    expected: ['move part-1/chapter-1/art-3 -> part-1/chapter-2/art-3'],
  },
  'an article moves to another part and is revised': {
    edits: [
      move('#### Article 3.', { until: '### Chapter II.', before: '#### Article 6.' }),
      replace('Every owner keeps', 'Every resident keeps'),
    ],
    expected: ['revise part-1/chapter-1/art-3 -> part-2/chapter-3/art-3'],
  },
  'a chapter moves to another part': {
    edits: [move('### Chapter II.', { until: '## Part II.', before: '### Chapter III.' })],
    expected: [
      'move part-1/chapter-2 -> part-2/chapter-2',
      'move part-1/chapter-2/art-4 -> part-2/chapter-2/art-4',
      'move part-1/chapter-2/art-5 -> part-2/chapter-2/art-5',
    ],
  },
  'a part gets another title': {
    edits: [replace('Part II. The people', 'Part II. The inhabitants')],
    expected: ['revise part-2'],
  },
  'a part gets another number': {
    edits: [replace('## Part III.', '## Part IV.')],
    expected: [
      'renumber part-3 -> part-4',
      'move part-3/art-11 -> part-4/art-11',
      'move part-3/art-12 -> part-4/art-12',
    ],
  },
  'a part is put in front': {
    edits: [
      replace('## Part III.', '## Part IV.'),
      replace('## Part II.', '## Part III.'),
      replace('## Part I.', '## Part I. Beginning\n\n## Part II.'),
    ],
    expected: [
      'create part-1',
      ...['renumber part-1 -> part-2', 'renumber part-2 -> part-3', 'renumber part-3 -> part-4'],
      ...['move part-1/chapter-1 -> part-2/chapter-1', 'move part-1/chapter-2 -> part-2/chapter-2'],
      ...[1, 2, 3].map((n) => `move part-1/chapter-1/art-${n} -> part-2/chapter-1/art-${n}`),
      ...[4, 5].map((n) => `move part-1/chapter-2/art-${n} -> part-2/chapter-2/art-${n}`),
      ...['move part-2/chapter-3 -> part-3/chapter-3', 'move part-2/chapter-4 -> part-3/chapter-4'],
      ...[6, 7, 8].map((n) => `move part-2/chapter-3/art-${n} -> part-3/chapter-3/art-${n}`),
      ...[9, 10].map((n) => `move part-2/chapter-4/art-${n} -> part-3/chapter-4/art-${n}`),
      ...[11, 12].map((n) => `move part-3/art-${n} -> part-4/art-${n}`),
    ],
  },
  'a chapter goes and its articles stay': {
    edits: [remove('### Chapter II.', '#### Article 4.')],
    expected: [
      'retire part-1/chapter-2',
      'move part-1/chapter-2/art-4 -> part-1/chapter-1/art-4',
      'move part-1/chapter-2/art-5 -> part-1/chapter-1/art-5',
    ],
  },
  'a chapter goes with its articles': {
    edits: [remove('### Chapter IV.', '## Part III.')],
    expected: ['retire part-2/chapter-4', 'retire part-2/chapter-4/art-9', 'retire part-2/chapter-4/art-10'],
  },
  'a chapter is put around articles that had none': {
    edits: [insertBefore('#### Article 11.', '### Chapter V. Fines and dates\n\n')],
    expected: [
      'create part-3/chapter-5',
      'move part-3/art-11 -> part-3/chapter-5/art-11',
      'move part-3/art-12 -> part-3/chapter-5/art-12',
    ],
  },
  'an article is put in and all that follow get new numbers': {
    edits: [
      shift('Article', { since: 7, by: 1 }),
      insertBefore('#### Article 8. Duties', '#### Article 7. Names\n\nA resident has one name.\n\n'),
    ],
    expected: [
      'create part-2/chapter-3/art-7',
      ...[7, 8].map((n) => `renumber part-2/chapter-3/art-${n} -> part-2/chapter-3/art-${n + 1}`),
      ...[9, 10].map((n) => `renumber part-2/chapter-4/art-${n} -> part-2/chapter-4/art-${n + 1}`),
      ...[11, 12].map((n) => `renumber part-3/art-${n} -> part-3/art-${n + 1}`),
    ],
  },
  'parts stand in another order': {
    edits: [move('## Part II.', { until: '## Part III.', before: '## Part I.' })],
    expected: [],
  },
  'the articles of a chapter get another level': {
    edits: [replace('#### Article 9.', '##### Article 9.'), replace('#### Article 10.', '##### Article 10.')],
    expected: ['revise part-2/chapter-4/art-9', 'revise part-2/chapter-4/art-10'],
  },
});

const handbook = amend('titles', ownDocument('handbook.md'), {
  'a section gets another title': {
    edits: [replace('## Opening', '## Opening the house')],
    expected: [
      'revise opening -> opening-the-house',
      'move opening/keys -> opening-the-house/keys',
      'move opening/lights -> opening-the-house/lights',
    ],
  },
  'a subsection moves to another section': {
    edits: [move('### Lights', { until: '## Kitchen', before: '### Windows' })],
    expected: ['move opening/lights -> closing/lights'],
  },
  'sections stand in another order': {
    edits: [move('## Kitchen', { until: '## Closing', before: '## Opening' })],
    expected: [],
  },
  'a section is put under another': {
    edits: [
      replace('## Kitchen', '### Kitchen'),
      replace('### Stove', '#### Stove'),
      replace('### Dishes', '#### Dishes'),
    ],
    expected: [
      'revise kitchen -> opening/kitchen',
      'revise kitchen/stove -> opening/kitchen/stove',
      'revise kitchen/dishes -> opening/kitchen/dishes',
    ],
  },
});

const rules = amend('numbers that begin anew', ownDocument('rules.md'), {
  'an article with sections is put in': {
    edits: [
      replace('## Article 3. Prizes', '## Article 4. Prizes'),
      replace(
        '## Article 2. Rowing',
        '## Article 2. Jumping\n\n### Section 1\n\nWhoever jumps, jumps thrice.\n\n## Article 3. Rowing',
      ),
    ],
    expected: [
      ...['create art-2', 'create art-2/section-1'],
      ...['renumber art-2 -> art-3', 'renumber art-3 -> art-4'],
      ...[1, 2].map((n) => `move art-2/section-${n} -> art-3/section-${n}`),
      ...[1, 2].map((n) => `move art-3/section-${n} -> art-4/section-${n}`),
    ],
  },
  'a section changes whose number stands in every article': {
    edits: [replace('four oars', 'two oars')],
    expected: ['revise art-2/section-1'],
  },
  'an article of the annex changes whose number stands in front, too': {
    edits: [replace('Soup is free', 'Soup is hot and free')],
    expected: ['revise annex-1/art-1'],
  },
  'two sections change places under new numbers': {
    edits: [
      replace('### Section 1\n\nThe winner', '### Section 9\n\nThe winner'),
      move('### Section 9', { until: '### Section 2\n\nThe last one', before: '## Annex I.' }),
      replace('### Section 2\n\nThe last one', '### Section 1\n\nThe last one'),
      replace('### Section 9', '### Section 2'),
    ],
    expected: ['renumber art-3/section-1 -> art-3/section-2', 'renumber art-3/section-2 -> art-3/section-1'],
  },
  'an annex gets another number': {
    edits: [replace('## Annex I.', '## Annex II.')],
    expected: [
      'renumber annex-1 -> annex-2',
      'move annex-1/art-1 -> annex-2/art-1',
      'move annex-1/art-2 -> annex-2/art-2',
    ],
  },
});

export const parts: readonly Amendment[] = [...code, ...handbook, ...rules];
