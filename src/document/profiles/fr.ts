// French codes, laws and decrees: Partie, Livre, Titre, Chapitre, Section, Sous-section, Paragraphe, Article, in the
// order that codification fixes; alinéas without a number are part of their article's text.
import type { Profile } from '../profile.ts';

const ORDINALS = [
  ...['premier', 'deuxième', 'troisième', 'quatrième', 'cinquième', 'sixième', 'septième'].flatMap(counted),
  ...['première', 'seconde'].flatMap(counted),
  ...counted('second', 1),
  ...counted('unique', 0),
];

/** In small letters, in capitals, and with a capital at the front. */
function counted(word: string, index: number): [string, number][] {
  const spellings = [word, word.toLocaleUpperCase(), `${word.charAt(0).toLocaleUpperCase()}${word.slice(1)}`];
  return spellings.map((spelling) => [spelling, index + 1]);
}

export const fr: Profile = {
  name: 'fr',
  strictOrder: true,
  labels: [
    { kind: 'annex', key: 'annexe', words: ['Annexe'], rank: 10, example: 'Annexe II. Barème' },
    { kind: 'part', key: 'partie', words: ['Partie', 'partie'], rank: 18, example: 'Première partie' },
    { kind: 'part', key: 'livre', words: ['Livre'], rank: 20, example: 'Livre Ier - Des personnes' },
    { kind: 'part', key: 'titre', words: ['Titre'], rank: 25, example: 'TITRE II : De la bibliothèque' },
    { kind: 'chapter', key: 'chapitre', words: ['Chapitre'], rank: 30, example: 'Chapitre III – Du prêt' },
    { kind: 'section', key: 'section', words: ['Section'], rank: 40, example: 'Section 1 : Des lecteurs' },
    {
      kind: 'subsection',
      key: 'sous-section',
      words: ['Sous-section'],
      rank: 45,
      example: 'Sous-section 2 : Des amendes',
    },
    {
      kind: 'subsection',
      key: 'paragraphe',
      words: ['Paragraphe'],
      rank: 50,
      example: 'Paragraphe 1 : Du délai',
    },
    {
      kind: 'article',
      key: 'art',
      words: ['Article', 'Art.'],
      rank: 60,
      example: 'Art. 12 bis. - Du silence',
    },
  ],
  enumerators: [
    { form: 'I.', kind: 'clause', key: 'par', rank: 65, example: 'II. - Le feu est blanc.' },
    { form: 'N°', kind: 'point', key: 'num', rank: 75, example: '1° Les lecteurs inscrits ;' },
    { form: 'N.', kind: 'clause', key: 'par', rank: 70, example: '1. La bibliothèque est ouverte à tous.' },
    { form: 'a)', kind: 'point', key: 'pt', rank: 80, example: 'a) Les mineurs ;' },
  ],
  titles: [
    { kind: 'toc', pattern: /^(?:sommaire|table des matières)$/i, on: 'both', example: 'Sommaire' },
    { kind: 'preamble', pattern: /^(?:préambule|exposé des motifs)$/i, on: 'both', example: 'PRÉAMBULE' },
    { kind: 'annex', pattern: /^annexes?(?:[ :.–—-]|$)/i, on: 'heading', example: '## Annexe' },
    {
      kind: 'signature',
      pattern: /^(?:Fait (?:à|au|en) |La présente loi sera exécutée comme loi de l[’']État)/,
      on: 'paragraph',
      example: 'Fait à Lyon, le 3 mai 2026.',
    },
    {
      kind: 'generic',
      sectionType: 'reference',
      pattern: /^(?:notes|références|notes de bas de page)$/i,
      on: 'heading',
      example: '## Notes',
    },
  ],
  ordinals: Object.fromEntries(ORDINALS),
  numbers: String.raw`[1I]\s?er|(?:[LRDA]\.?\s?)?\d{1,6}(?:-\d{1,4}){0,5}(?:[ -](?:bis|ter|quater|quinquies|sexies))?`,
  ranges: ['à', 'et'],
  preambleOpening: /^(?:Vu |Le Gouvernement |L[’']Assemblée nationale |Le peuple )/,
  binds: /(?<!\p{L})(?:doit|doivent|ne (?:peut|peuvent)|est tenu|sont tenus|est interdit)(?!\p{L})/iu,
  definitions: /^(?:.* )?définitions?$/i,
  words:
    "le la les de des du et en un une est sont dans par pour que qui sur au aux ne pas avec ou il elle ce cette sans être toute l' d' qu' l’ d’ qu’ article titre chapitre",
  letters: /œ/,
};
