// Real laws, charters and specifications, cut as a reader would cut them. The counts were judged by reading each document:
// its headings, its own table of contents, its official structure; they are not what the code happened to give.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Granularity, planDocument, type UnitKind } from '../../src/document/plan.ts';
import { onlyWhere } from '../support/skip.ts';

/** Beside the repository, or beside the folder that its worktrees stand in. */
const FOLDERS = ['../../..', '../../../..'].map((up) => join(import.meta.dirname, up, 'shared/documents'));
const FOLDER = FOLDERS.find((folder) => existsSync(folder)) ?? '';

interface Expected {
  readonly profile: string;
  readonly article: Partial<Record<UnitKind, number>>;
  /** How many more units of these kinds a deeper cut has. */
  readonly clause?: Partial<Record<UnitKind, number>>;
  readonly point?: Partial<Record<UnitKind, number>>;
  /** Addresses that a reader would look for. */
  readonly keys: readonly string[];
}

const DOCUMENTS: Readonly<Record<string, Expected>> = {
  // The decree has Articles 1-3, its annexed regulation eight chapters with Articles 1-28.
  'vn-nghi-dinh-191-2026-quy-che-lam-viec-chinh-phu.md': {
    profile: 'vi',
    article: {
      front_matter: 1,
      document: 1,
      preamble: 1,
      article: 3 + 28,
      signature: 1,
      annex: 1,
      chapter: 8,
      generic: 1,
    },
    clause: { clause: 72 },
    point: { point: 31 },
    keys: ['dieu-1', 'quy-che-lam-viec-cua-chinh-phu/chuong-1/dieu-1'],
  },
  // Four chapters, 27 articles; Article 3 defines eight terms; the letterhead and the metadata table are editorial.
  'vn-nghi-dinh-142-2026-tri-tue-nhan-tao.md': {
    profile: 'vi',
    article: { front_matter: 1, document: 1, generic: 2, preamble: 2, chapter: 4, article: 27 },
    clause: { clause: 75 - 8, definition: 8 },
    point: { point: 36 },
    keys: ['chuong-1/dieu-1', 'chuong-4/dieu-27'],
  },
  // Phần nhất, hai, ba; Chương I-XXVI; 17 Mục; 531 Điều; the list that repeats them all is one toc.
  'vn-bo-luat-hinh-su-phap-dien.md': {
    profile: 'vi',
    article: {
      front_matter: 1,
      generic: 2,
      document: 1,
      part: 3,
      chapter: 26,
      section: 17,
      article: 531,
      toc: 1,
    },
    keys: ['phan-1/chuong-1/dieu-16.1.lq.1', 'phan-2/chuong-18/muc-1', 'phan-3/dieu-16.1.lq.426'],
  },
  // Eingangsformel and Präambel; I-XI with IVa, VIIIa and Xa; 202 third-level headings, of which one is the Anhang.
  'de-grundgesetz-gg.md': {
    profile: 'de',
    article: { front_matter: 1, document: 1, preamble: 2, section: 14, article: 201, annex: 1 },
    clause: { clause: 471 },
    keys: [
      'section-1/art-1',
      'section-1/art-12a',
      'section-7/art-74a-75',
      'section-10a/art-115l',
      'anhang-ev',
    ],
  },
  // 5 Bücher, 35 Abschnitte, 92 Titel + 78 Untertitel + 15 Unterkapitel, 34 Kapitel, 2,527 headings with §.
  'de-bgb.md': {
    profile: 'de',
    article: {
      front_matter: 1,
      document: 1,
      part: 5,
      section: 35,
      subsection: 92 + 78 + 15,
      chapter: 34,
      article: 2527,
    },
    clause: { clause: 3561 },
    keys: ['book-2/section-8/title-1/subtitle-1/par-433', 'book-1/section-1/title-1/par-3-6'],
  },
  // Seven articles with 10 + 4 + 3 + 4 sections, 27 amendments, the signatures, a table of versions behind a rule.
  'us-constitution.md': {
    profile: 'en',
    article: { document: 1, preamble: 1, article: 7 + 27, section: 21, signature: 1, part: 1, generic: 1 },
    keys: ['art-1/section-1', 'art-2/section-1', 'amendments/amendment-14'],
  },
  // 173 recitals, 11 chapters, 15 sections, 99 articles, 26 definitions in Article 4; the footnotes are notes.
  'eu-gdpr.txt': {
    profile: 'en',
    article: {
      document: 1,
      preamble: 2,
      recital: 173,
      chapter: 11,
      section: 15,
      article: 99,
      signature: 1,
      generic: 1,
    },
    clause: { clause: 372, definition: 26 },
    point: { point: 359 },
    keys: ['preamble/recital-173', 'chapter-3/section-2/art-13', 'chapter-11/art-99', 'signature/notes'],
  },
  // A to R and one unlettered section; 40 numbered ones below them; the summary table is the table of contents.
  'github-terms-of-service.md': {
    profile: 'en',
    article: { front_matter: 1, document: 1, toc: 1, section: 18 + 1, subsection: 40 },
    clause: { definition: 8 },
    keys: ['summary', 'section-d/section-4', 'section-r/section-6'],
  },
  // Twelve second-level headings: the outline is a toc, reference materials and footnotes are references.
  'rust-rfc-3392-leadership-council.md': {
    profile: 'en',
    article: { document: 1, section: 9, toc: 1, generic: 2, subsection: 31 + 4 },
    keys: ['outline', 'structure-of-the-council/top-level-teams', 'footnotes'],
  },
  // Three second-level headings, six and nine below; the link targets at the end serve the whole file.
  'k8s-sig-governance.md': {
    profile: 'en',
    article: { document: 1, section: 3, subsection: 6 + 9, generic: 1 },
    keys: ['roles/leads/chair', 'sig-retirement', 'links'],
  },
  // 1-9, A and B at the margin, 27 subsections indented by two.
  'debian-constitution-1.9.txt': {
    profile: 'en',
    article: { document: 1, section: 11, subsection: 27 },
    keys: ['section-2/section-2.1', 'section-a/section-a.5'],
  },
  // Six chapters and an appendix at the first level, side by side under the title of the front matter; no heading of the 688 fenced examples counts.
  'commonmark-spec-0.30.md': {
    profile: 'en',
    article: { front_matter: 1, document: 1, section: 6 + 3, subsection: 31 + 2 + 2, annex: 1 },
    keys: ['leaf-blocks/atx-headings', 'appendix-a-parsing-strategy/overview'],
  },
};

const present = FOLDER !== '';

describe.each(Object.entries(DOCUMENTS))(
  '%s',
  onlyWhere(present, 'shared documents absent'),
  (name, expected) => {
    const read = () => readFileSync(join(FOLDER, name));
    const cut = (granularity: Granularity) => planDocument(read(), { granularity });

    test.each<Granularity>(['article', 'clause', 'point'])(
      'cut by %s, has the units that it has',
      (granularity) => {
        const plan = cut(granularity);
        const deeper = {
          ...(granularity === 'article' ? {} : expected.clause),
          ...(granularity === 'point' ? expected.point : {}),
        };
        const counts: Partial<Record<UnitKind, number>> = {};
        for (const { unit_kind } of plan.rows) counts[unit_kind] = (counts[unit_kind] ?? 0) + 1;
        expect(plan.profile).toBe(expected.profile);
        if (granularity === 'article') expect(counts).toEqual(expected.article);
        else expect(counts).toMatchObject({ ...expected.article, ...deeper });
      },
    );

    test.each<Granularity>(['article', 'clause', 'point'])('cut by %s, loses no byte', (granularity) => {
      const plan = cut(granularity);
      expect(Buffer.from(plan.rows.map((row) => row.body).join('')).equals(read())).toBe(true);
      expect(new Set(plan.rows.map((row) => row.key)).size).toBe(plan.rows.length);
      for (const row of plan.rows) expect(row.title === '' || row.body === '').toBe(false);
    });

    test('has its units where a reader looks for them', () => {
      const keys = cut('article').rows.map((row) => row.key);
      expect(keys).toEqual(expect.arrayContaining([...expected.keys]));
    });
  },
);
