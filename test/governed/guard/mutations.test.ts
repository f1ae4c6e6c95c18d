// Sound approvals with something changed: both verifiers accept the same and reject the same, and OpenSSL finds true what they
// accept and nothing else but for the form. `npm run mutations` asks the whole corpus; by default a sample of it is asked.
import { describe, expect, test } from 'vitest';
import type { AdmissionRequest } from '../../../src/approval/admission.ts';
import type { SigningKey } from '../../../src/approval/certificate.ts';
import { SignatureFault } from '../../../src/approval/signature.ts';
import { applySigners, signerSet } from '../../../src/governed/signers.ts';
import { opensslFits } from '../../approval/openssl.ts';
import { requestOf } from '../../approval/request.ts';
import { readVectors } from '../../conformance/approvals/vector.ts';
import { BACKENDS } from '../fixture.ts';
import { FORM_ALONE, OTHER_REASON } from './differences.ts';
import { answerIn, discarding, guardDatabaseOf } from './guard-database.ts';
import { type Mutation, mutationsOf, SEEDS } from './mutation.ts';
import { verdictOnBytes } from './vector-cases.ts';

const COUNT = Number(process.env['GUARD_MUTATIONS'] ?? 960);
const BATCH = 400;

describe.each(BACKENDS)('%s and TypeScript', (_, start) => {
  const open = guardDatabaseOf(start);
  const shown = { otherReason: new Set<string>(), formAlone: new Set<string>() };

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
        const key = signingKeyOf(request);
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
              if (guard !== typescript) {
                shown.otherReason.add(`${typescript} ${guard}`);
                if (!mayDiffer(typescript, guard))
                  differences.push(`TypeScript ${typescript}, guard ${guard}: ${described(mutation)}`);
              }
              const openssl = opensslFits(mutation.signature, { key, document: mutation.document });
              if (openssl !== (guard === 'accepted')) {
                shown.formAlone.add(guard);
                if (!openssl || !isFormAlone(guard))
                  differences.push(`OpenSSL ${openssl}, guard ${guard}: ${described(mutation)}`);
              }
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

  test('differ in every way that is explained', () => {
    open();
    expect([...shown.formAlone].sort()).toEqual(FORM_ALONE.map(([reason]) => reason).sort());
    // A sample need not show each; the whole corpus does.
    const explained = OTHER_REASON.map(([first, second]) => `${first} ${second}`);
    if (COUNT >= 26_400) expect([...shown.otherReason].sort()).toEqual(explained.sort());
  });
});

function mayDiffer(typescript: string, guard: string): boolean {
  return OTHER_REASON.some(([first, second]) => first === typescript && second === guard);
}

function isFormAlone(guard: string): boolean {
  return FORM_ALONE.some(([reason]) => reason === guard);
}

/** The one under which the seed's own signature is true. */
function signingKeyOf({ approval, signatures, keys }: AdmissionRequest): SigningKey {
  const [sound] = signatures;
  const key = [...keys.keys.values()].find(
    (one) => sound && opensslFits(sound.bytes, { key: one, document: approval.bytes }),
  );
  if (!key) throw new Error('the seed is signed with no key of its ring');
  return key;
}

function described({ what, document, signature }: Mutation): string {
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
