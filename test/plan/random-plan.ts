// Plans as nobody would write them: titles and keys with every character that JSON, SQL or a file might trip over.
import fc from 'fast-check';
import { type Sha256, sha256 } from '../../src/digest/digest.ts';
import { GRANULARITIES, SECTION_TYPES, UNIT_KINDS } from '../../src/document/unit.ts';
import type { PlanHeader, RetiredLine, RowLine } from '../../src/plan/plan-lines.ts';

const NASTY = [
  ...[
    '"',
    '\\',
    '/',
    '\b',
    '\f',
    '\n',
    '\r',
    '\t',
    '\u0001',
    '\u001f',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
  ],
  ...[
    '\ufeff',
    '\u202e',
    '\u200b',
    '\ue000',
    '\uffff',
    '😀',
    '\u{10ffff}',
    'Đ',
    'e\u0301',
    '<',
    "'",
    '%',
    '$1',
    ' ',
  ],
];

/** PostgreSQL stores every text but one with a NUL; PGlite drops a byte order mark at the start of what it returns. */
export const nastyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...NASTY),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join('').replaceAll('\u0000', '0'))
  .filter((text) => text.trim() !== '' && !text.startsWith('\ufeff'));

export const digests: fc.Arbitrary<Sha256> = fc.nat().map((n) => sha256(String(n)));

export const headers: fc.Arbitrary<PlanHeader> = fc.record({
  document_id: fc.constantFrom('ICX-CONST', 'charter', 'a.b_c-9'),
  source_sha256: digests,
  profile: fc.constantFrom('vi', 'de', 'en', 'generic'),
  granularity: fc.constantFrom(...GRANULARITIES),
  accepts_sha256: fc.option(digests),
});

const unit = {
  unit_kind: fc.constantFrom(...UNIT_KINDS),
  section_type: fc.constantFrom(...SECTION_TYPES),
  title: nastyText,
  body_sha256: digests,
};

export interface RandomPlan {
  readonly header: PlanHeader;
  readonly rows: readonly RowLine[];
  readonly retired: readonly RetiredLine[];
}

/** In order and without gaps; `was` only where a unit can have been somewhere else. */
export const randomPlans: fc.Arbitrary<RandomPlan> = fc
  .record({
    header: headers,
    keys: fc.uniqueArray(nastyText, { minLength: 1, maxLength: 12 }),
    units: fc.array(
      fc.record({
        ...unit,
        action: fc.constantFrom('create', 'revise', 'move', 'renumber', 'keep', 'retire'),
        num: fc.option(nastyText),
        heading: fc.option(nastyText),
        bytes: fc.oneof(fc.nat(200), fc.nat({ max: 2 ** 40 })),
        parent: fc.option(fc.nat()),
        was: fc.option(nastyText),
      }),
      { minLength: 12, maxLength: 12 },
    ),
  })
  .map(({ header, keys, units }) => {
    const rows: RowLine[] = [];
    const retired: RetiredLine[] = [];
    for (const [index, key] of keys.entries()) {
      const {
        action: drawn,
        bytes,
        parent,
        was,
        num,
        heading,
        ...said
      } = units[index] ?? units[0] ?? never();
      if (drawn === 'retire') {
        retired.push({ ...said, key });
        continue;
      }
      const byte_start = rows.at(-1)?.byte_end ?? 0;
      // An address of the cut before that no other unit has had.
      const earlier = was === null || keys.includes(was) ? null : `${was} ${index}`;
      const action = drawn === 'move' && earlier === null ? 'keep' : drawn;
      rows.push({
        ...{ ...said, num, heading },
        ...{ action, key, ordinal: rows.length + 1, byte_start, byte_end: byte_start + bytes },
        parent: parent === null || rows.length === 0 ? null : (rows[parent % rows.length]?.key ?? null),
        ...(earlier === null || action === 'create' || action === 'keep' ? {} : { was: earlier }),
      });
    }
    return { header, rows, retired };
  });

function never(): never {
  throw new Error('every key has a unit');
}
