// Any language: headings, and outlines numbered `1.`, `1.1`, `A.1`; no words at all.
import type { Profile } from '../profile.ts';

export const generic: Profile = {
  name: 'generic',
  strictOrder: false,
  labels: [
    {
      kind: 'section',
      key: 'section',
      words: [''],
      rank: 40,
      headingOnly: true,
      example: '## 4. Gebühren',
    },
  ],
  enumerators: [
    { form: 'N.', kind: 'clause', key: 'n', rank: 70, example: '1. …' },
    { form: 'N.M', kind: 'clause', key: 'n', rank: 72, example: '1.1 …' },
    { form: '(N)', kind: 'clause', key: 'n', rank: 74, example: '(1) …' },
    { form: 'N)', kind: 'clause', key: 'n', rank: 74, example: '1) …' },
    { form: '(a)', kind: 'point', key: 'n', rank: 80, example: '(a) …' },
    { form: 'a)', kind: 'point', key: 'n', rank: 80, example: 'a) …' },
  ],
  titles: [],
  ordinals: {},
  ranges: [],
  words: '',
};
