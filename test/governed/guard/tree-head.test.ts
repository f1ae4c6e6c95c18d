import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { AdminDatabase } from '../../../src/governed/database.ts';
import { hashLeaf, treeHead } from '../../../src/merkle/tree-head.ts';
import { EIGHT_HEADS, EIGHT_LEAVES } from '../../merkle/eight-leaves.ts';
import { nastyText } from '../../plan/random-plan.ts';
import { BACKENDS, databasesOf } from '../fixture.ts';

const hexRow = z.tuple([z.object({ hex: z.string() })]);

/** What the database makes of the hashes of these leaves. */
async function headIn(root: AdminDatabase, leaves: readonly Uint8Array[]): Promise<string> {
  const packed = leaves.map((leaf) => hashLeaf(leaf)).join('');
  const statement = "SELECT encode(cutter_guard.tree_head(decode($1, 'hex')), 'hex') AS hex";
  return hexRow.parse(await root.admin((reader) => reader.query(statement, [packed])))[0].hex;
}

describe.each(BACKENDS)('the tree head on %s', (_name, start) => {
  const open = databasesOf(start);

  test('of the published inputs is the published one, at every size', async () => {
    const { root } = await open();
    for (const [size, head] of EIGHT_HEADS.entries())
      expect(await headIn(root, EIGHT_LEAVES.slice(0, size))).toBe(head);
  });

  test('of any leaves is the one that is computed outside', async () => {
    const { root } = await open();
    const leaves = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 140 });
    await fc.assert(
      fc.asyncProperty(leaves, async (list) => {
        expect(await headIn(root, list)).toBe(treeHead(list));
      }),
      { numRuns: 60 },
    );
  });

  test('hashes a line as a leaf in UTF-8', async () => {
    const { root } = await open();
    const statement = "SELECT encode(cutter_guard.tree_leaf($1), 'hex') AS hex";
    await fc.assert(
      fc.asyncProperty(nastyText, async (line) => {
        const rows = await root.admin((reader) => reader.query(statement, [line]));
        expect(hexRow.parse(rows)[0].hex).toBe(hashLeaf(line));
      }),
      { numRuns: 60 },
    );
  });

  test('of what is no list of leaf hashes is refused', async () => {
    const { root } = await open();
    for (const packed of ["'\\x00'", "decode(repeat('00', 33), 'hex')", 'NULL']) {
      const asked = root.admin((reader) => reader.query(`SELECT cutter_guard.tree_head(${packed})`));
      await expect(asked).rejects.toThrow(/leaf hashes of 32 bytes/);
    }
  });
});
