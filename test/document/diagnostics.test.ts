// What a cut is not sure of: each check on a document that has the fault, and on one that is only near it.
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/document/diagnostic.ts';
import type { MarkOptions } from '../../src/document/mark-document.ts';
import { planDocument } from '../../src/document/plan.ts';

function diagnose(text: string, options: MarkOptions = { profile: 'en' }): readonly Diagnostic[] {
  return planDocument(Buffer.from(text), options).diagnostics;
}

const codes = (text: string, options?: MarkOptions) =>
  diagnose(text, options).map(({ severity, code }) => `${severity} ${code}`);

const CHARTER = '# Charter\n\n## Article 1. Name\n\nThe library.\n\n## Article 2. Seat\n\nThe harbour.\n';

test('a sound document has none', () => {
  expect(diagnose(CHARTER)).toEqual([]);
  expect(diagnose(CHARTER.replaceAll('\n', '\r\n'))).toEqual([]);
  expect(diagnose(`\uFEFF${CHARTER}`)).toEqual([]);
});

describe('characters that programs read differently', () => {
  test('carriage returns without a line feed are counted, from the first to the last', () => {
    const [found] = diagnose(`${CHARTER}a\rb\rc\r\n`);
    expect(found).toMatchObject({ code: 'lone_cr', severity: 'warning', line: 10 });
    expect(found?.message).toMatch(/^2 carriage returns without a line feed/);
    expect([found?.byteStart, found?.byteEnd]).toEqual([CHARTER.length + 1, CHARTER.length + 4]);
  });

  test('a byte order mark inside the text is found where it stands', () => {
    const [found] = diagnose(`# Chart\uFEFFer\n\n## Article 1\n\nä\uFEFFb\uFEFFc\n`).filter(
      ({ code }) => code === 'bom_inside',
    );
    expect(found).toMatchObject({ severity: 'warning', byteStart: 7, byteEnd: 10, line: 1 });
    expect(found?.message).toMatch(/^3 byte order marks <U\+FEFF> inside the text, the last in line 5/);
  });
});

describe('front matter', () => {
  test('that is no YAML mapping is said to be none', () => {
    const [found] = diagnose(`---\ntitle: "open\nkey: a\n---\n${CHARTER}`);
    expect(found).toMatchObject({ code: 'front_matter_invalid', severity: 'warning', byteStart: 0, line: 1 });
    expect(found?.message).toMatch(/^the front matter is no YAML mapping \(line 3: Missing closing/);
    expect(codes(`---\na: 1\na: 2\n---\n${CHARTER}`)).toEqual(['warning front_matter_invalid']);
    expect(codes(`---\na: &x 1\nb: *x\n---\n${CHARTER}`)).toEqual(['warning front_matter_invalid']);
  });

  test('with lists, nested keys and comments is front matter', () => {
    expect(codes(`---\n# note\ntitle: a\nlist:\n  - b\n- c\n---\n${CHARTER}`)).toEqual([
      'warning front_matter_invalid',
    ]);
    expect(codes(`---\n# note\ntitle: a\nlist:\n  - b\nkeys:\n  c: d\n---\n${CHARTER}`)).toEqual([]);
  });

  test('that is text between two rules is cut as text, and that is said', () => {
    const found = diagnose(`---\n\nArticle 9\n\nWe sail.\n\n---\n${CHARTER}`);
    expect(found.map(({ code }) => code)).toEqual(['front_matter_invalid']);
    expect(found[0]?.message).toContain('line 3 “Article 9” is no `key: value`');
  });
});

describe('what a document was first cut by', () => {
  const pinned = { profile: 'en', granularity: 'clause' } as const;

  test('is used again where nothing else is named', () => {
    const plan = planDocument(Buffer.from('## Điều 1. Tên\n\n1. Của và các.\n'), { pinned });
    expect([plan.profile, plan.granularity, plan.diagnostics]).toEqual(['en', 'clause', []]);
  });

  test('must be accepted by signature where it changes', () => {
    expect(codes(CHARTER, { pinned, profile: 'en', granularity: 'clause' })).toEqual([]);
    expect(codes(CHARTER, { pinned, profile: 'de', granularity: 'article' })).toEqual([
      'blocking granularity_changed',
      'blocking profile_changed',
    ]);
    const [found] = diagnose(CHARTER, { pinned, profile: 'de' });
    expect(found).toMatchObject({ byteStart: 0, byteEnd: CHARTER.length, line: 1 });
    expect(found?.message).toContain('last cut by profile en and would now be cut by de: keep en');
  });
});

const LONG = 'The members of the club meet in the harbour house on the first day of every month. '.repeat(
  120,
);

describe('what is not cut', () => {
  test('comments of pasted code are named, one by one where they are few', () => {
    const found = diagnose(`${CHARTER}\n$ ls\n# show them all\n$ ls -a\n`);
    expect(found).toMatchObject([{ code: 'heading_not_cut', severity: 'warning', line: 12 }]);
    expect(found[0]?.message).toContain('“# show them all” opens no unit, and 22 % of the document');
  });

  test('and summed up where they are many, with the first three', () => {
    const code = Array.from({ length: 9 }, (_, n) => `# apt-get install part${n}\n`).join('\n');
    const found = diagnose(`${CHARTER}\n${LONG}\n\n${code}`).filter((one) => one.code === 'heading_not_cut');
    expect(found.map(({ severity }) => severity)).toEqual(['note', 'note', 'note', 'note']);
    expect(found[0]?.message).toMatch(/^9 headings open no unit, and \d+ % of the document stands below/);
    expect(found[0]?.byteEnd).toBeGreaterThan(found[3]?.byteEnd ?? 0);
  });

  test('a label that nothing ends is named; a mention, a label of its own and a list of contents are not', () => {
    const found = diagnose('# Charter\n\n## Article 1. Name\n\na\n\nArticle 2 Fees of the boats\n\nb\n');
    expect(found).toMatchObject([{ code: 'label_not_cut', severity: 'warning', line: 7 }]);
    expect(found[0]?.message).toContain('“Article 2 Fees of the boats”');
    expect(codes(`${CHARTER}\nSection 4 of this Act applies.\n\nArticle 8(1) of the Act provides\n`)).toEqual(
      [],
    );
    expect(codes('Contents\n\nArticle 1. Name ...... 3\n\nArticle 2 Fees\n\n# Charter\n\na\n')).toEqual([]);
  });
});

describe('a unit that holds most of its document', () => {
  test('is named with its share', () => {
    const [found, ...others] = diagnose(`${CHARTER}\n${LONG}\n\n## Article 3\n\nb\n`);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'oversized_unit', severity: 'warning', line: 7 });
    expect(found?.message).toMatch(/^“Article 2\. Seat” \(article\) holds 99 % of the document/);
  });

  test('is no matter in a small document, and no title at all is another one', () => {
    expect(codes(`${CHARTER}\n${LONG.slice(0, 7_000)}\n`)).toEqual([]);
    expect(diagnose(LONG)[0]?.message).toMatch(
      /^no title and no label was found, so the document is one unit of 9,/,
    );
    expect(codes(`---\ntitle: a\n---\n${LONG}`)).toEqual(['warning oversized_unit']);
  });
});

describe('what runs to the end because nobody closed it', () => {
  const opened: readonly [string, string, string][] = [
    ['open_fence', '~~~\n', '~~~\n'],
    ['open_fence', '````js\n', '````\n'],
    ['open_comment', '<!-- a note\n', '-->\n'],
    ['open_html', '<script>\n', '</script>\n'],
    ['open_html', '<pre>\n', '</pre>\n'],
    ['open_html', '<?php\n', '?>\n'],
    ['open_html', '<![CDATA[\n', ']]>\n'],
  ];

  test.each(opened)(
    '%s: %j is blocking when it hides a title, and nothing when it is closed',
    (code, start, end) => {
      expect(codes(`${CHARTER}\n${start}## Article 3\n`)).toEqual([`blocking ${code}`]);
      expect(codes(`${CHARTER}\n${start}Article 3. Fees\n`)).toEqual([`blocking ${code}`]);
      expect(codes(`${CHARTER}\n${start}${'a few words\n'.repeat(30)}`)).toEqual([`blocking ${code}`]);
      expect(codes(`${CHARTER}\n${start}a few words\n`)).toEqual([`warning ${code}`]);
      expect(codes(`${CHARTER}\n${start}## Article 3\n${end}`)).toEqual([]);
    },
  );

  test('a shorter fence closes none', () => {
    expect(codes(`${CHARTER}\n~~~~\n## Article 3\n~~~\n`)).toEqual(['blocking open_fence']);
  });

  test('a list that is too deep to follow is blocking', () => {
    const nested = Array.from({ length: 130 }, (_, depth) => `${'  '.repeat(depth)}- level ${depth}\n`).join(
      '',
    );
    const found = diagnose(`${CHARTER}\n${nested}`).filter(({ severity }) => severity === 'blocking');
    expect(found).toMatchObject([{ code: 'too_deep', severity: 'blocking' }]);
    expect(found[0]?.message).toMatch(
      /^\d\d lines nested too deep to be followed, the first “- level (?:99|1\d\d)”/,
    );
    expect(codes(`${CHARTER}\n${nested.split('\n').slice(0, 60).join('\n')}\n`)).toEqual([]);
    expect(codes(`${CHARTER}\n[a]:\n  /url\n  "title"\n\n1.\n\n2.\n\n[b]: /b\n`)).toEqual([]);
  });
});

describe('numbers', () => {
  const articles = (...numbers: readonly string[]) =>
    `# Law\n\n${numbers.map((number) => `## Article ${number}\n\nText.\n\n`).join('')}`;

  test('that are missing are found where the next one stands', () => {
    const [found, ...others] = diagnose(articles('1', '2', '4', '5'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'label_gap', severity: 'warning', line: 11 });
    expect(found?.message).toBe('“Article 4” comes after “Article 2”: see whether a unit is missing there');
    expect(codes(articles('1', '3', '2'))).toEqual(['warning label_gap', 'warning label_gap']);
  });

  test('with suffixes, ranges and Roman numbers have no gap', () => {
    expect(codes(articles('1', '2', '2a', '2b', '3 to 6', '7'))).toEqual([]);
    expect(codes(articles('I', 'II', 'III', 'IV', 'V'))).toEqual([]);
    expect(codes(articles('A', 'B', 'C', 'D'))).toEqual([]);
    expect(codes(articles('A', 'B', 'D'))).toEqual(['warning label_gap']);
  });

  test('may start again under another parent and in an annex', () => {
    const parts =
      '# Law\n\n## Part 1\n\n### Article 1\n\na\n\n### Article 2\n\nb\n\n## Part 2\n\n### Article 1\n\nc\n';
    expect(codes(parts)).toEqual([]);
    expect(codes(parts.replace('### Article 1\n\nc', '### Article 3\n\nc'))).toEqual([]);
    expect(codes(parts.replace('### Article 1\n\nc', '### Article 4\n\nc'))).toEqual(['warning label_gap']);
    expect(codes(`${articles('1', '2')}# Annex\n\n## Article 1\n\nc\n`)).toEqual([]);
  });

  test('with many gaps, as after many amendments, are one note', () => {
    const found = diagnose(articles('1', '3', '5', '7', '9'));
    expect(found.map(({ severity }) => severity)).toEqual(['note']);
    expect(found[0]?.message).toMatch(
      /^the numbers of Articles have 4 gaps \(“Article 3” comes after “Article 1”; /,
    );
  });

  test('that come twice under one parent are named with the address they get', () => {
    const [found, ...others] = diagnose(articles('1', '2', '2', '3'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'label_twin', severity: 'warning', line: 11 });
    expect(found?.message).toContain(
      '“Article 2” comes again under the same parent and gets the address art-2~2',
    );
    const many = diagnose(articles('1', '1', '1', '1', '1', '1'));
    expect(many.map(({ code }) => code)).toEqual(Array(4).fill('label_twin'));
    expect(many[0]?.message).toMatch(/^5 labels come again/);
  });
});

describe('names that look like others', () => {
  const law = (second: string) => `# Law\n\n## Article 1\n\na\n\n${second}\n\nb\n`;

  test.each([
    ['mixed_scripts', '## \u0410rticle 2'],
    ['mixed_scripts', '\u0410rticle 2. Fees'],
    ['mixed_scripts', '## Article \u0406\u0406'],
    ['invisible_in_label', '## Art\u200Bicle 2'],
    ['invisible_in_label', '## \u202EArticle 2'],
    ['invisible_in_label', 'Arti\u00ADcle 2. Fees'],
    ['label_lookalike', '## Article \u2161'],
    ['label_lookalike', '## \uFF21rticle 2'],
  ])('%s is blocking in the label %j', (code, line) => {
    const found = diagnose(law(line)).filter((one) => one.code === code);
    expect(found).toMatchObject([{ code, severity: 'blocking', line: 7 }]);
    expect(found[0]?.message).not.toMatch(/[\u200B\u202E\u00AD]/);
  });

  test('characters that nobody sees are shown by their numbers, and are a warning in a title', () => {
    const [found, ...others] = diagnose(law('## Article 2. Fe\u200Bes\u202E'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'invisible_in_label', severity: 'warning', line: 7 });
    expect(found?.message).toContain('“## Article 2. Fe<U+200B>es<U+202E>”');
  });

  test('a word of two scripts is a warning in a title, and a word of one is none', () => {
    expect(codes(law('## Article 2. The p\u0430yment'))).toEqual(['warning mixed_scripts']);
    expect(codes(law('## Article 2. Москва and Αθήνα, 5 kΩ'))).toEqual([]);
    expect(codes(law('## Article 2. Weather ☀\uFE0F'))).toEqual([]);
  });

  test('a letter of another script without a word is a letter of its language', () => {
    expect(codes(law('## \u0410. Общие положения'))).toEqual([]);
    expect(codes(law('## \u0410. Fees'))).toEqual(['blocking mixed_scripts']);
  });

  test('are shown three times and counted where there are more than twenty', () => {
    const found = diagnose(law('## \u0410rticle 2\n\n'.repeat(30)));
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      ...Array(4).fill('blocking mixed_scripts'),
      ...['warning label_lookalike', 'warning label_lookalike'].slice(0, found.length - 4),
    ]);
    expect(found[0]?.message).toMatch(
      /^30 places of this kind, of which the first 3 are shown: “\u0410rticle 2” looks/,
    );
  });

  test('titles that differ in case alone share an address, and that is said', () => {
    const text = '# Law\n\n## Fees\n\na\n\n## FEES\n\nb\n\n## Other\n\nc\n';
    const [found, ...others] = diagnose(text);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'label_lookalike', severity: 'warning', line: 7 });
    expect(codes(text.replace('FEES', 'Fees'))).toEqual([]);
    expect(codes(text.replace('FEES', 'F\u0435\u0435s')).sort()).toEqual([
      'warning label_lookalike',
      'warning mixed_scripts',
    ]);
  });
});

test('a document without a word to read is blocking', () => {
  expect(codes('---\ntitle: a\n---\n\n<!-- ## Article 1 -->\n\n[a]: /b\n')).toEqual([
    'blocking nothing_to_read',
  ]);
  expect(codes('***\n')).toEqual(['blocking nothing_to_read']);
  expect(codes('<p>Words.</p>\n')).toEqual([]);
  expect(codes('```\nwords\n```\n')).toEqual([]);
});

test('a long text in no language that a profile knows is uncertain, with the runner-up and both counts', () => {
  const spanish =
    'El lector que pierde su carné pide otro en la oficina, y el carné no se presta a nadie. '.repeat(12);
  const [found] = diagnose(spanish, {});
  expect(found).toMatchObject({ code: 'profile_uncertain', severity: 'warning', line: 1 });
  expect(found?.message).toMatch(
    /\(\d+ of its \d+ words are of es, \d+ of (?:fr|it|pt)\), and the document is cut by profile generic/,
  );
  expect(diagnose(spanish, { profile: 'en' })).toEqual([]);
  expect(diagnose('El lector que pierde su carné.', {})).toEqual([]);
});

test('come in the order of the document', () => {
  const starts = diagnose(
    `\uFEFF${CHARTER}\n## Article 2\n\na\rb\n\n## Article 9\n\n~~~\n## Article 10\n`,
  ).map(({ byteStart }) => byteStart);
  expect(starts).toHaveLength(4);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});
