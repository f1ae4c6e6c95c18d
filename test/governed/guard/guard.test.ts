// The guard answers every case as it must, in PGlite and in PostgreSQL. (What other programs say of the same signatures:
// raw-verifiers.test.ts.)
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readApproval } from '../../../src/approval/front-matter.ts';
import { deriveRunId } from '../../../src/approval/run-id.ts';
import { requestOf } from '../../approval/request.ts';
import { readVectors } from '../../conformance/approvals/vector.ts';
import { BACKENDS } from '../fixture.ts';
import { allCases } from './all-cases.ts';
import { answerOf } from './guard-case.ts';
import { discarding, guardDatabaseOf } from './guard-database.ts';

const cases = await allCases();

describe.each(BACKENDS)('the guard in %s', (_, start) => {
  const open = guardDatabaseOf(start);

  for (const guardCase of cases) {
    test(guardCase.name, async () => {
      const { root } = open();
      const answer = await discarding(root, (writer) => answerOf(guardCase, writer));
      expect(answer).toBe(guardCase.expected);
    });
  }

  test('derives the run_id that TypeScript derives, for every approval that opens a run', async () => {
    const { root } = open();
    let opened = 0;
    for (const vector of readVectors()) {
      const { approval } = await requestOf(vector);
      const read = readApproval(approval.bytes);
      const wanted =
        read.ok && read.approval.gate === 'GAP7_execution_enable'
          ? deriveRunId({ documentSha256: read.approval.sha256, signedAt: read.approval.signedAt })
          : null;
      const rows = await root.admin((writer) =>
        writer.query<{ id: string | null }>('SELECT cutter_guard.run_id_of($1) AS id', [
          Buffer.from(approval.bytes),
        ]),
      );
      expect(rows).toEqual([{ id: wanted }]);
      if (wanted) opened++;
    }
    expect(opened).toBeGreaterThanOrEqual(5);
  });

  test('refuses exactly the characters that TypeScript refuses', async () => {
    const { root } = open();
    const codes = Array.from({ length: 0x110000 }, (_, code) => code).filter(
      (code) => code < 0xd800 || code > 0xdfff,
    );
    const interesting = codes.filter(
      (code) => code < 0x3400 || (code > 0xd7ff && code < 0x20000) || code > 0xdff00,
    );
    const refusedHere = interesting.filter((code) => {
      const read = readApproval(Buffer.from(`---\n---\n${String.fromCodePoint(code)}`));
      return !read.ok && read.refusal.reason === 'forbidden_character';
    });
    const [row] = await root.admin((writer) =>
      writer.query<{ refused: number[] }>(
        `SELECT array_agg(code ORDER BY code) AS refused FROM unnest($1::integer[]) AS code
          WHERE (cutter_guard.read_plain_text(CASE code WHEN 0 THEN '\\x00' ELSE convert_to(chr(code), 'UTF8') END)).reason
                = 'forbidden_character'`,
        [interesting.filter((code) => code !== 0x0d && code !== 0xfeff)],
      ),
    );
    expect(row?.refused).toEqual(refusedHere.filter((code) => code !== 0xfeff));
    const unseen = codes.filter((code) =>
      /\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code)),
    );
    expect(unseen.filter((code) => !refusedHere.includes(code))).toEqual([]);
  });

  test('reads numbers of any length as they are', async () => {
    const { root } = open();
    const lengths = Array.from({ length: 40 }, (_, n) => n);
    const samples = lengths.map(
      (length) => fc.sample(fc.uint8Array({ minLength: length, maxLength: length }), 1)[0],
    );
    const bytes = samples.map((sample) => Buffer.from(sample ?? []));
    const rows = await root.admin((writer) =>
      writer.query<{ big: string; little: string }>(
        `SELECT cutter_guard.big_endian(b)::text AS big, cutter_guard.little_endian(b)::text AS little
           FROM unnest($1::bytea[]) WITH ORDINALITY AS one (b, n) ORDER BY n`,
        [bytes],
      ),
    );
    const value = (hex: string) => BigInt(`0x0${hex}`).toString();
    expect(rows).toEqual(
      bytes.map((b) => ({
        big: value(b.toString('hex')),
        little: value(Buffer.from(b).reverse().toString('hex')),
      })),
    );
  });
});
