// Articles in one series without chapters: letters, gaps, new numbers, splits and merges, twins, and what only bytes tell.
import { type Amendment, amend, ownDocument, upTo } from './amendment.ts';
import { insertBefore, move, remove, replace, shift, swap } from './edit.ts';

const CHARTER = ownDocument('charter.md');
const REPEALED = ownDocument('repealed.md');

const NEW_ARTICLE = (number: string) =>
  `## Article ${number}. Cats\n\nOne cat lives in the museum. It is fed by the guards.\n\n`;

const renumbered = (first: number, last: number, by: number) =>
  upTo(first, last).map((number) => `renumber art-${number} -> art-${number + by}`);

const numbers = amend('numbers', CHARTER, {
  'an article with a letter is put between two others': {
    edits: [insertBefore('## Article 13.', NEW_ARTICLE('12a'))],
    expected: ['create art-12a'],
  },
  'an article is put at the end': {
    edits: [(text) => `${text}\n${NEW_ARTICLE('15').trimEnd()}\n`],
    // The blank line in front of it belongs to the article before.
    expected: ['revise art-14', 'create art-15'],
  },
  'an article goes and leaves a gap': {
    edits: [remove('## Article 5.', '## Article 6.')],
    expected: ['retire art-5'],
  },
  'the last article goes': {
    edits: [remove('## Article 14.')],
    expected: ['retire art-14'],
  },
  'an article is put in and all that follow get new numbers': {
    edits: [shift('Article', { since: 3, by: 1 }), insertBefore('## Article 4. Building', NEW_ARTICLE('3'))],
    expected: ['create art-3', ...renumbered(3, 14, 1)],
  },
  'two articles are put in front and all get new numbers': {
    edits: [
      shift('Article', { since: 1, by: 2 }),
      insertBefore(
        '## Article 3. Name',
        `${NEW_ARTICLE('1')}## Article 2. Dogs\n\nNo dog may enter the building.\n\n`,
      ),
    ],
    expected: ['create art-1', 'create art-2', ...renumbered(1, 14, 2)],
  },
  'an article goes and all that follow move up': {
    edits: [remove('## Article 5.', '## Article 6.'), shift('Article', { since: 6, by: -1 })],
    expected: ['retire art-5', ...renumbered(6, 14, -1)],
  },
  'one article goes, another comes, and what stands between moves up': {
    edits: [
      remove('## Article 5.', '## Article 6.'),
      shift('Article', { since: 6, by: -1 }),
      shift('Article', { since: 9, by: 1 }),
      insertBefore('## Article 10. Accounts', NEW_ARTICLE('9')),
    ],
    expected: ['retire art-5', ...renumbered(6, 9, -1), 'create art-9'],
  },
  'new numbers, and a word changed in one of the articles that get them': {
    edits: [
      shift('Article', { since: 3, by: 1 }),
      insertBefore('## Article 4. Building', NEW_ARTICLE('3')),
      replace('in the second week of March', 'in the third week of March'),
    ],
    expected: ['create art-3', ...renumbered(3, 9, 1), 'revise art-10 -> art-11', ...renumbered(11, 14, 1)],
  },
  'number and text change at once': {
    edits: [
      replace('## Article 10.', '## Article 10a.'),
      replace('second week of March', 'first week of May'),
    ],
    expected: ['revise art-10 -> art-10a'],
  },
  'only the number changes': {
    edits: [replace('## Article 13.', '## Article 12b.')],
    expected: ['renumber art-13 -> art-12b'],
  },
  'two articles exchange their texts under the same numbers': {
    edits: [
      swap({ from: ' Building', until: '## Article 4.' }, { from: ' Director', until: '## Article 7.' }),
    ],
    expected: ['renumber art-3 -> art-6', 'renumber art-6 -> art-3'],
  },
});

const texts = amend('texts', CHARTER, {
  'a word changes': {
    edits: [replace('three guards', 'four guards')],
    expected: ['revise art-7'],
  },
  'a title changes and nothing else': {
    edits: [replace('Entrance fee', 'Admission')],
    expected: ['revise art-4'],
  },
  'a number gets another text altogether': {
    edits: [
      replace('Accounts\n', 'Cats\n'),
      remove('The director lays the accounts', '## Article 11.'),
      insertBefore('## Article 11.', 'One cat lives here.\n\n'),
    ],
    expected: ['revise art-10'],
  },
  'an article is split in two': {
    edits: [replace('one year. The borrower', 'one year.\n\n## Article 8a. Insurance\n\nThe borrower')],
    expected: ['revise art-8', 'create art-8a'],
  },
  'two articles become one': {
    edits: [replace('\n\n## Article 13. Photographs\n\n', ' ')],
    expected: ['revise art-12', 'retire art-13'],
  },
  'a sentence goes from one article to another': {
    edits: [
      remove(' A guard does not sleep in the museum.', '\n\n## Article 8.'),
      replace('lives in the town.', 'lives in the town. A guard does not sleep in the museum.'),
    ],
    expected: ['revise art-6', 'revise art-7'],
  },
  'the sentence under the title changes': {
    edits: [replace('says how it is kept', 'says how it is run')],
    expected: ['revise document'],
  },
  'the title of the document changes': {
    edits: [replace('# Charter of the Museum', '# Statute of the Museum')],
    expected: ['revise document'],
  },
  'articles stand in another order with their numbers': {
    edits: [move('## Article 3.', { until: '## Article 4.', before: '## Article 9.' })],
    expected: [],
  },
  'nothing changes': { edits: [], expected: [] },
});

const EVERY = ['revise document', ...upTo(1, 14).map((number) => `revise art-${number}`)];

const bytes = amend('bytes', CHARTER, {
  'every line ends otherwise': {
    edits: [(text) => text.replaceAll('\n', '\r\n')],
    expected: EVERY,
  },
  'one line ends otherwise': {
    edits: [replace('Friends are invited to openings.\n', 'Friends are invited to openings.\r\n')],
    expected: ['revise art-11'],
  },
  'a blank line more': {
    edits: [insertBefore('## Article 7.', '\n')],
    expected: ['revise art-6'],
  },
  'blanks at the end of a line': {
    edits: [replace('Nothing is sold from the collection.', 'Nothing is sold from the collection.  ')],
    expected: ['revise art-2'],
  },
  'the last line end goes': {
    edits: [(text) => text.trimEnd()],
    expected: ['revise art-14'],
  },
  'a character that cannot be seen': {
    edits: [replace('without a flash', 'without\u200b a flash')],
    expected: ['revise art-13'],
  },
  'a heading gets another level': {
    edits: [replace('## Article 9.', '### Article 9.')],
    expected: ['revise art-9'],
  },
  'all headings get another level': {
    edits: [(text) => text.replaceAll('## Article', '### Article')],
    expected: EVERY.slice(1),
  },
});

const twins = amend('twins', REPEALED, {
  'an article is put next to a twin': {
    edits: [insertBefore('## Article 6.', '## Article 5a. Songs\n\nThe choir sings what it likes.\n\n')],
    expected: ['create art-5a'],
  },
  'a twin goes': {
    edits: [remove('## Article 5.', '## Article 6.')],
    expected: ['retire art-5'],
  },
  'a twin gets a text again': {
    edits: [replace('## Article 5. (repealed)', '## Article 5. Robes\n\nThe robes are green.')],
    expected: ['revise art-5'],
  },
  'a third twin comes': {
    edits: [
      remove(' Rehearsals\n\nRehearsals', '## Article 3.'),
      replace('## Article 2.', '## Article 2. (repealed)\n\n'),
    ],
    expected: ['revise art-2'],
  },
  'what stands between the twins is revised': {
    edits: [replace('in the summer', 'before the summer')],
    expected: ['revise art-4'],
  },
  'the twins stay while the others get new numbers behind them': {
    edits: [shift('Article', { since: 6, by: 1 }), insertBefore('## Article 7. Concerts', NEW_ARTICLE('6'))],
    expected: ['create art-6', ...renumbered(6, 7, 1)],
  },
});

export const oneSeries: readonly Amendment[] = [...numbers, ...texts, ...bytes, ...twins];
