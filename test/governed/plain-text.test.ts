// The text without markup, by the program and by the database: two engines of regular expressions, one result.
import type { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainBody } from '../../src/document/plain-body.ts';
import { planDocument } from '../../src/document/plan.ts';
import { schemaFiles } from '../../src/governed/schema.ts';
import { emptyPglite } from '../support/pglite.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { SHARED_DOCUMENTS, sharedDocument } from '../support/shared-documents.ts';
import { leaveOut, onlyWhere } from '../support/skip.ts';

const definition = schemaFiles().find(({ name }) => name === '005_plain_text.sql')?.text ?? '';

interface Asked {
  ask(bodies: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

const QUERY = `SELECT array_agg(public.plain_text(body) ORDER BY place) AS texts
                 FROM unnest($1::text[]) WITH ORDINALITY AS given (body, place)`;

async function embedded(): Promise<Asked> {
  const pglite: PGlite = await emptyPglite();
  await pglite.exec(definition);
  return {
    async ask(bodies) {
      const { rows } = await pglite.query<{ texts: string[] }>(QUERY, [bodies]);
      return rows[0]?.texts ?? [];
    },
    close: () => pglite.close(),
  };
}

async function real(): Promise<Asked | null> {
  const server: TestPostgres | null = await startPostgres();
  if (!server) return null;
  const database = await server.createDatabase();
  await server.query(database, definition);
  return {
    async ask(bodies) {
      const [row] = await server.query(database, QUERY, [bodies]);
      return (row?.['texts'] ?? []) as string[];
    },
    close: () => server.stop(),
  };
}

/** Whatever could be read as a mark, close together, between letters of several scripts. */
const marked = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...'*_`\\[]()<>#!|~:-+=.^"/ \n\t\r') },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          ...'\u2028\u2029abxÄß€ıÇ\u0130\u00a0\u2003\u3000\u202e\u200b\u0301đ1290😀',
        ),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...[
            '**',
            '__',
            '****',
            '](',
            '[^1]',
            '<b>',
            '</em>',
            '<br/>',
            '<del>',
            '<a href="x_y">',
            '\n# ',
            ' #',
            '\n* ',
          ],
          ...[
            '\n- ',
            '\n+ 5',
            '\n+ a',
            '\r\n',
            '\n---',
            '\n===',
            '\n|:-|',
            '`*`',
            '\\*',
            '\\\\',
            '![',
            '\u0001',
            '\u0085',
          ],
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .string({ unit: 'binary', maxLength: 4 })
          .map((text) => text.replaceAll('\0', '').toWellFormed()),
      },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

for (const [name, open] of [
  ['PGlite', embedded],
  ['PostgreSQL', real],
] as const) {
  describe(`text without markup, by the program and by ${name}`, () => {
    let database: Asked | null = null;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database?.close());

    async function expectSame(bodies: readonly string[]): Promise<void> {
      if (!database) leaveOut('PostgreSQL absent');
      const texts = await database.ask(bodies);
      expect(texts).toEqual(bodies.map(plainBody));
    }

    it('is the same for whatever could be a mark', { timeout: 120_000 }, async () => {
      await fc.assert(fc.asyncProperty(fc.array(marked, { minLength: 40, maxLength: 60 }), expectSame), {
        numRuns: 40,
      });
    });

    it('is the same for every unit of the shared documents', {
      timeout: 240_000,
      ...onlyWhere(SHARED_DOCUMENTS.length > 0, 'shared documents absent'),
    }, async () => {
      for (const document of SHARED_DOCUMENTS)
        await expectSame(planDocument(Buffer.from(sharedDocument(document))).rows.map(({ body }) => body));
    });
  });
}
