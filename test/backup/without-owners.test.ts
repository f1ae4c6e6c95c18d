import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutOwners } from '../../src/backup/without-owners.ts';

async function filtered(...chunks: (string | Uint8Array)[]): Promise<string> {
  return text(Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(withoutOwners()));
}

const DUMP = `CREATE SCHEMA a;
ALTER SCHEMA a OWNER TO workflow_admin;
CREATE TABLE a.t (body text);
ALTER TABLE a.t OWNER TO workflow_admin;
ALTER TABLE ONLY a.t ADD CONSTRAINT named CHECK (body <> '');
ALTER FUNCTION a.f(one text, two text) OWNER TO "Somebody else";
ALTER DEFAULT PRIVILEGES FOR ROLE workflow_admin GRANT SELECT ON TABLES TO cutter_exec;
COPY a.t (body) FROM stdin;
ALTER TABLE a.t OWNER TO workflow_admin;
COPY a.t (body) FROM stdin;
\\.
GRANT SELECT ON TABLE a.t TO cutter_verify;
ALTER SEQUENCE a.s OWNER TO workflow_admin;
`;

const KEPT = `CREATE SCHEMA a;
CREATE TABLE a.t (body text);
ALTER TABLE ONLY a.t ADD CONSTRAINT named CHECK (body <> '');
COPY a.t (body) FROM stdin;
ALTER TABLE a.t OWNER TO workflow_admin;
COPY a.t (body) FROM stdin;
\\.
GRANT SELECT ON TABLE a.t TO cutter_verify;
`;

describe('a dump without its owners', () => {
  it('lacks the lines that give a thing away, and no row that looks like one', async () => {
    expect(await filtered(DUMP)).toBe(KEPT);
  });

  it('is the same however the bytes arrive', async () => {
    const bytes = Buffer.from(DUMP);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(await filtered(...chunks)).toBe(KEPT);
      }),
    );
  });

  it('keeps a long row whole, and knows where the rows end behind it', async () => {
    const long = `${'ALTER TABLE x OWNER TO y;'.repeat(2000)}\n`;
    const rows = ['COPY a.t (body) FROM stdin;\n', long, '\\.\n'];
    expect(await filtered(...rows, 'ALTER TABLE a.t OWNER TO b;\n', 'SELECT 1;')).toBe(
      `${rows.join('')}SELECT 1;`,
    );
    expect(await filtered(long.slice(0, 9000), `${long.slice(9000)}ALTER TABLE a.t OWNER TO b;\n`)).toBe(
      long,
    );
  });
});
