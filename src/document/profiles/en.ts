// English: constitutions, acts, regulations of the European Union, contracts, charters and policies.
import type { Profile } from '../profile.ts';

const CARDINALS = 'One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve'.split(' ');
const ORDINALS = [
  ...'First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth'.split(' '),
  ...'Eleventh Twelfth Thirteenth Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth'.split(
    ' ',
  ),
  ...'Twentieth Twenty-first Twenty-second Twenty-third Twenty-fourth Twenty-fifth Twenty-sixth'.split(' '),
  ...'Twenty-seventh Twenty-eighth Twenty-ninth Thirtieth'.split(' '),
];

function countUp(words: readonly string[]): [string, number][] {
  return words.map((word, index) => [word, index + 1]);
}

function inCapitals([word, value]: [string, number]): [string, number][] {
  return [
    [word, value],
    [word.toLocaleUpperCase(), value],
  ];
}

export const en: Profile = {
  name: 'en',
  strictOrder: false,
  labels: [
    {
      kind: 'annex',
      key: 'annex',
      words: ['Annex', 'Appendix', 'Schedule', 'Exhibit', 'Attachment'],
      rank: 10,
      example: 'Annex II. Forms',
    },
    { kind: 'part', key: 'book', words: ['Book'], rank: 20, example: 'Book One' },
    { kind: 'part', key: 'part', words: ['Part'], rank: 22, example: 'Part II: The Collection' },
    { kind: 'chapter', key: 'chapter', words: ['Chapter'], rank: 30, example: 'CHAPTER I' },
    { kind: 'section', key: 'section', words: ['Section', 'Sec.'], rank: 40, example: 'Section 1. Quorum' },
    { kind: 'section', key: 'section', words: ['§§', '§'], rank: 40, example: '§ 4. Fees' },
    {
      kind: 'section',
      key: 'section',
      words: [''],
      rank: 40,
      headingOnly: true,
      example: '## A. Definitions',
    },
    {
      kind: 'subsection',
      key: 'subsection',
      words: ['Subsection'],
      rank: 50,
      example: 'Subsection 2. Notices',
    },
    { kind: 'article', key: 'art', words: ['Articles', 'Article'], rank: 60, example: 'Article 12a - Books' },
    { kind: 'article', key: 'amendment', words: ['Amendment'], rank: 60, example: 'Amendment XIV' },
  ],
  enumerators: [
    { form: 'N.', kind: 'clause', key: 'cl', rank: 70, example: '1. Every resident may join.' },
    { form: 'N)', kind: 'clause', key: 'cl', rank: 70, example: '1) Whoever can read may be admitted.' },
    { form: 'N.M', kind: 'clause', key: 'cl', rank: 72, example: '2.1 A member may borrow six books.' },
    { form: '(N)', kind: 'clause', key: 'cl', rank: 74, example: '(1) The board meets in March.' },
    { form: '(a)', kind: 'point', key: 'pt', rank: 80, example: '(a) by letter;' },
    { form: 'a)', kind: 'point', key: 'pt', rank: 80, example: 'a) by letter;' },
    { form: 'a.', kind: 'point', key: 'pt', rank: 80, example: 'a. by letter;' },
    { form: '(i)', kind: 'point', key: 'sub', rank: 85, example: '(ii) in the reading room;' },
    { form: 'i)', kind: 'point', key: 'sub', rank: 85, example: 'ii) in the reading room;' },
  ],
  titles: [
    {
      kind: 'toc',
      pattern: /^(?:table of contents|contents)$/i,
      on: 'both',
      example: 'Table of Contents',
    },
    { kind: 'preamble', pattern: /^(?:preamble|whereas:|recitals:?)$/i, on: 'both', example: 'Preamble' },
    {
      kind: 'annex',
      pattern: /^(?:annex|appendix|schedule)(?:[ :.–—-]|$)/i,
      on: 'heading',
      example: '## Appendix',
    },
    { kind: 'annex', pattern: /^(?:annex|appendix|schedule)(?::|$)/i, on: 'paragraph', example: 'APPENDIX' },
    {
      kind: 'preamble',
      pattern: /^(?:HAVE|HAS) ADOPTED THIS/,
      on: 'paragraph',
      example: 'HAVE ADOPTED THIS REGULATION:',
    },
    { kind: 'part', pattern: /^amendments$/i, on: 'heading', example: '## Amendments' },
    {
      kind: 'signature',
      pattern: /^(?:Done (?:at|in)|In witness whereof|Signed (?:at|by|on)|Signatures:?$)/i,
      on: 'both',
      example: 'Done at Brussels, 27 April 2016.',
    },
    {
      kind: 'generic',
      sectionType: 'reference',
      pattern: /^(?:footnotes|references|reference materials|notes|see also)$/i,
      on: 'heading',
      example: '## Footnotes',
    },
  ],
  ordinals: Object.fromEntries([...countUp(CARDINALS), ...countUp(ORDINALS)].flatMap(inCapitals)),
  ranges: ['to', 'and', 'through'],
  binds: /\b(?:shall|must|may not)\b/i,
  definitions: /^(?:.* )?(?:definitions?|interpretation)$/i,
  words:
    'the of and to in shall or not we be for by that is are with as any may on this which must will article section',
};
