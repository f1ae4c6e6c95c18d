// structural_verify: the tree, the order and the source's bytes rebuilt from what is in the tables, inside the write
// transaction and before anything is committed.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { verifyStructure } from '../governed/structure.ts';
import { code, count } from '../report/markdown.ts';
import type { WritePhase } from './phase.ts';

const output = z.strictObject({
  units: z.number().int(),
  source_sha256: sha256Schema,
  tree_sha256: sha256Schema,
});

export type StructuralVerify = z.infer<typeof output>;

export const structuralVerify: WritePhase<StructuralVerify, 'structural_verify'> = {
  name: 'structural_verify',
  output,
  async run(context, { writer, change }) {
    const { runId, documentId, sourceSha256 } = context.run;
    return verifyStructure(writer, { runId, documentId, sourceSha256, change });
  },
  readBack: ({ structural_verify }) => structural_verify,
  report: ({ units, source_sha256, tree_sha256 }) => [
    `${count(units, 'unit')} read back in order give the source byte for byte: sha256 ${code(source_sha256)}`,
    `tree sha256 ${code(tree_sha256)}`,
  ],
};
