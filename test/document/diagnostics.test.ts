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
    expect(found?.message).toContain('first cut by profile en and would now be cut by de: keep en');
  });
});
