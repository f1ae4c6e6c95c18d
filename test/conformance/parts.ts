// The parts of the corpus that need no repository: plans, proofs and receipts. Each is written as the page of the corpus says.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { hashNode } from '../../src/merkle/tree-head.ts';
import { growTree, proveConsistency, proveInclusion } from '../../src/merkle/tree-proof.ts';
import { linesOf, planChange } from '../../src/plan/change.ts';
import { planFile } from '../../src/plan/plan-lines.ts';
import { standingAfter, textsOf } from '../../src/plan/standing.ts';
import { encodeReceipt } from '../../src/record/receipt.ts';
import { AMENDMENTS } from '../plan/amendments/amendments.ts';
import { TAMPERINGS, tampered } from '../record/receipt-tamperings.ts';
import { receiptWorld } from '../record/receipt-world.ts';
import { V1 } from './bundles.ts';

const write = (name: string, value: unknown) =>
  writeFileSync(join(V1, name), `${JSON.stringify(value, null, 2)}\n`);
const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

const DOCUMENTS = ['charter.md', 'handbook.md', 'nghi-dinh.md', 'ordnung.md', 'code.md'];
const MOST_AMENDMENTS = 8;

/** First cuts, and later cuts of amended documents: the plan's lines and their head. */
export function plans(): void {
  const folder = join(V1, 'plans');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const firsts = DOCUMENTS.map((file) => {
    const text = readFileSync(join(import.meta.dirname, '../plan/amendments', file));
    return { name: `first cut of ${file}`, after: text, before: undefined };
  });
  const later = AMENDMENTS.filter(({ granularity }) => granularity === undefined || granularity === 'article')
    .slice(0, MOST_AMENDMENTS)
    .map(({ name, before, after }) => ({ name: `later cut: ${name}`, before, after }));
  write(
    'plans/cases.json',
    [...firsts, ...later].map(({ name, before, after }) => {
      const plan = planDocument(Buffer.from(after));
      const old = before === undefined ? undefined : planDocument(Buffer.from(before));
      const change = planChange(plan, old ? standingAfter(old) : [], {
        documentId: 'amended',
        ...(old ? { texts: textsOf(old) } : {}),
      });
      const file = (kind: string, text: string | Uint8Array) => {
        writeFileSync(join(folder, `${slug(name)}.${kind}`), text);
        return `${slug(name)}.${kind}`;
      };
      return {
        ...{ name, document_id: 'amended', document: file('md', after) },
        ...(before === undefined ? {} : { earlier: file('earlier.md', before) }),
        ...{ plan: file('plan.jsonl', planFile(linesOf(change))), head: change.cutplan_sha256 },
      };
    }),
  );
}

/** Inclusion and consistency in trees of 1 to 20 leaves, and what must be refused. */
export function proofs(): void {
  const leaf = (index: number) => `leaf ${index}`;
  const tree = (size: number) => growTree(Array.from({ length: size }, (_, index) => leaf(index)));
  const headOf = (size: number) => tree(size).levels.at(-1)?.[0] ?? sha256('');
  const cases: object[] = [];
  const add = (name: string, question: object, verdict: 'accepted' | 'rejected') =>
    cases.push({ name, question, expected: { verdict } });
  for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 20])
    for (const index of new Set([0, 1, size >> 1, size - 2, size - 1].filter((at) => at >= 0 && at < size))) {
      const path = proveInclusion(tree(size), index);
      const claim = { kind: 'inclusion', leaf: base64(leaf(index)), index, size, path, head: headOf(size) };
      const name = `leaf ${index} of ${size}`;
      add(name, claim, 'accepted');
      add(`${name}, said to be another leaf`, { ...claim, leaf: base64(leaf(index + 1)) }, 'rejected');
      add(`${name}, with a digest too many`, { ...claim, path: [...path, sha256('more')] }, 'rejected');
      if (size > 1) {
        add(`${name}, at another place`, { ...claim, index: (index + 1) % size }, 'rejected');
        add(`${name}, with a digest too few`, { ...claim, path: path.slice(1) }, 'rejected');
        const [first] = path;
        const inner = first && hashNode(first, first);
        add(
          `${name}, an inner node said to be a leaf`,
          { ...claim, leaf: base64(Buffer.from(`${inner}`, 'hex')) },
          'rejected',
        );
      }
    }
  for (const [oldSize, size] of [
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 7],
    [4, 7],
    [4, 8],
    [6, 8],
    [7, 8],
    [8, 16],
    [13, 20],
  ] as const) {
    const path = proveConsistency(tree(size), oldSize);
    const claim = { kind: 'consistency', oldSize, oldHead: headOf(oldSize), size, head: headOf(size), path };
    const name = `${oldSize} leaves within ${size}`;
    add(name, claim, 'accepted');
    add(`${name}, of another log`, { ...claim, oldHead: sha256('another') }, 'rejected');
    add(`${name}, leading to another head`, { ...claim, head: sha256('another') }, 'rejected');
    if (oldSize < size) {
      add(
        `${name}, the two heads exchanged`,
        { ...claim, oldHead: claim.head, head: claim.oldHead },
        'rejected',
      );
      add(
        `${name}, the first digest another`,
        { ...claim, path: [sha256('another'), ...path.slice(1)] },
        'rejected',
      );
    }
  }
  write('proofs.json', cases);
}

const CHARTER =
  '# Town Charter\n\n## Article 1\n\nBe kind to the other readers.\n\n## Article 2\n\nReturn the books.\n';

/** Genuine receipts, and each tampering with one. */
export async function receipts(): Promise<void> {
  const world = await receiptWorld({ text: CHARTER });
  const foreign = (await receiptWorld({ text: CHARTER.replace('kind', 'cruel') })).receiptOf('art-1');
  const slow = await receiptWorld({ text: CHARTER, waitsMs: 9 * 86_400_000 });
  const receipt = world.receiptOf('art-1');
  const pinned = [world.sovereign.fingerprint];
  const of = (name: string, file: string, under: readonly string[], expected: object) => ({
    ...{ name, question: { kind: 'receipt', file: base64(file), pinned: under }, expected },
  });
  const good = { verdict: 'accepted' };
  const others = { other: world.receiptOf('art-2'), foreign, otherOpening: world.otherOpening };
  const genuine = encodeReceipt(receipt);
  write('receipts.json', [
    ...world.keys.map((key) => of(`genuine, of ${key}`, encodeReceipt(world.receiptOf(key)), pinned, good)),
    of(
      'genuine, of a run that took nine days',
      encodeReceipt(slow.receiptOf('art-2')),
      [slow.sovereign.fingerprint],
      good,
    ),
    of('genuine, under the key of somebody else', genuine, ['A'.repeat(40)], {
      verdict: 'rejected',
      reason: 'approval_refused',
    }),
    of('written with white space', JSON.stringify(receipt, null, 1), pinned, {
      verdict: 'rejected',
      reason: 'receipt_malformed',
    }),
    of('cut short', genuine.slice(0, -2), pinned, { verdict: 'rejected', reason: 'receipt_malformed' }),
    ...TAMPERINGS.map((tampering) =>
      of(tampering.name, `${canonicalJson(tampered(receipt, tampering, others))}\n`, pinned, {
        ...{ verdict: 'rejected', reason: tampering.reason },
      }),
    ),
  ]);
}
