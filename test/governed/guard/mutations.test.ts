// Sound approvals with something changed: both verifiers accept the same and reject the same. `npm run mutations` asks the
// whole corpus; by default a sample of it is asked.
import { describe, expect, test } from 'vitest';
import type { AdmissionRequest } from '../../../src/approval/admission.ts';
import { SignatureFault } from '../../../src/approval/signature.ts';
import { applySigners, signerSet } from '../../../src/governed/signers.ts';
import { requestOf } from '../../approval/request.ts';
import { readVectors } from '../../vectors/vector.ts';
import { BACKENDS } from '../fixture.ts';
import { answerIn, discarding, guardDatabaseOf } from './guard-database.ts';
import { type Mutation, mutationsOf, SEEDS } from './mutation.ts';
import { verdictOnBytes } from './vector-cases.ts';

const COUNT = Number(process.env['GUARD_MUTATIONS'] ?? 960);
const BATCH = 400;

/** Rejected by both, for another reason. Whatever is not here must be rejected for the same one. */
const OTHER_REASON: readonly (readonly [typescript: string, guard: string, why: string])[] = [
  [
    'front_matter_syntax',
    'unknown_key',
    'TypeScript knows which characters beyond ASCII are letters (a key may be one of those), the guard takes all as such',
  ],
  ['front_matter_syntax', 'gate_unknown', 'the same in a value'],
  ['front_matter_syntax', 'signed_utc_invalid', 'the same in a value'],
  ['front_matter_syntax', 'allowance_not_explicit', 'the same in a value'],
  ['front_matter_syntax', 'value_invalid', 'the same in a value'],
];

describe.each(BACKENDS)('%s and TypeScript', (_, start) => {
  const open = guardDatabaseOf(start);

  for (const name of SEEDS)
    test(
      `agree on what becomes of: ${name}`,
      async () => {
        const { root } = open();
        const vector = readVectors().find((one) => one.name === name);
        if (!vector) throw new Error(`no vector ${name}`);
        const request = await requestOf(vector);
        const wanted = Math.ceil(COUNT / SEEDS.length);
        const mutations = mutationsOf(request, { count: wanted, seed: SEEDS.indexOf(name) + 1 });
        const differences: string[] = [];
        let accepted = 0;
        await discarding(root, async (writer) => {
          await applySigners(writer, signerSet(request.keys));
          for (let at = 0; at < mutations.length; at += BATCH) {
            const batch = mutations.slice(at, at + BATCH);
            const rows = await writer.query<{ verdict: string; reason: string | null }>(JUDGE_ALL, [
              batch.map(({ document }) => document),
              batch.map(({ signature }) => signature),
              request.now,
            ]);
            for (const [n, mutation] of batch.entries()) {
              const guard = rows[n] ? answerIn(rows[n]) : 'no verdict';
              const typescript = await verdictOf(request, mutation);
              if (guard === 'accepted') accepted++;
              if (guard !== typescript && !mayDiffer(typescript, guard))
                differences.push(`TypeScript ${typescript}, guard ${guard}: ${shown(mutation)}`);
            }
          }
        });
        expect(differences).toEqual([]);
        expect(mutations).toHaveLength(wanted);
        // Some changes are none: an unhashed part, another length, other armor headers.
        expect(accepted).toBeGreaterThan(0);
        expect(accepted).toBeLessThan(wanted / 2);
      },
      60_000 + COUNT * 200,
    );
});

function mayDiffer(typescript: string, guard: string): boolean {
  return OTHER_REASON.some(([first, second]) => first === typescript && second === guard);
}

function shown({ what, document, signature }: Mutation): string {
  const bytes = what === 'document' || what === 'text' ? document : signature;
  return `${what} ${JSON.stringify(bytes.toString('latin1'))}`;
}

async function verdictOf(request: AdmissionRequest, { document, signature }: Mutation): Promise<string> {
  try {
    return await verdictOnBytes({
      ...request,
      approval: { ...request.approval, bytes: document },
      signatures: [{ path: 'approvals/charter.md.asc', bytes: signature }],
    });
  } catch (error) {
    if (error instanceof SignatureFault) return `fault ${error.code}`;
    throw error;
  }
}

const JUDGE_ALL = `
  SELECT judged.verdict, judged.reason
    FROM unnest($1::bytea[], $2::bytea[]) WITH ORDINALITY AS one (document, signature, n)
   CROSS JOIN LATERAL cutter_guard.judge(one.document, ARRAY[one.signature], $3, false) AS judged ORDER BY one.n`;
