// Receipts: what is genuine is called so, and whatever somebody changes is refused by its name.
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../src/digest/digest.ts';
import { detachSign } from '../../src/local/throwaway-keys.ts';
import { decodeReceipt, encodeReceipt, type Receipt } from '../../src/record/receipt.ts';
import { RECEIPT_STEPS } from '../../src/record/receipt-checks.ts';
import { composeReceipt } from '../../src/record/receipt-compose.ts';
import { verifyReceipt } from '../../src/record/receipt-verify.ts';
import { type Others, TAMPERINGS, tampered } from './receipt-tamperings.ts';
import { type ReceiptWorld, receiptWorld } from './receipt-world.ts';

const CHARTER =
  '# Town Charter\n\n## Article 1\n\nBe kind to the other readers.\n\n## Article 2\n\nReturn the books.\n';
const DAY_MS = 86_400_000;

let world: ReceiptWorld;
let receipt: Receipt;
let others: Others;
beforeAll(async () => {
  world = await receiptWorld({ text: CHARTER });
  receipt = world.receiptOf('art-1');
  const foreign = await receiptWorld({ text: CHARTER.replace('kind', 'cruel') });
  others = {
    other: world.receiptOf('art-2'),
    foreign: foreign.receiptOf('art-1'),
    otherOpening: world.otherOpening,
  };
});

const judge = (given: Receipt | string, pinned = [world.sovereign.fingerprint]) =>
  verifyReceipt(Buffer.from(typeof given === 'string' ? given : encodeReceipt(given)), { pinned });

describe('a genuine receipt', () => {
  it('passes every step, and says who signed what', async () => {
    const verdict = await judge(receipt);
    expect(verdict.checks.map(({ name, result }) => [name, result])).toEqual(
      RECEIPT_STEPS.map((name) => [name, 'pass']),
    );
    expect(verdict).toMatchObject({
      ...{ verdict: 'genuine', recorder: world.recorder.key, log: { size: 6, index: 5 } },
      approvals: [
        { gate: 'GAP7_execution_enable' },
        { gate: 'SG_1_cut_authz' },
        { gate: 'SG_2_lifecycle_authz' },
      ],
    });
  });

  it.each(['document', 'art-1', 'art-2'])('can be had of the unit %s', async (key) => {
    expect(await judge(world.receiptOf(key))).toMatchObject({ verdict: 'genuine', row: { key } });
  });

  it('of one article of a code of 2,400 is a file of at most 8,000 bytes', async () => {
    const article = (number: number) =>
      `## § ${number} Kaufvertrag\n\n(1) ${'Durch den Kaufvertrag wird der Verkäufer einer Sache verpflichtet. '.repeat(6)}\n\n`;
    const text = `# Gesetzbuch\n\n${Array.from({ length: 2400 }, (_, place) => article(place + 1)).join('')}`;
    const code = await receiptWorld({ text, documentId: 'code', otherLeaves: 500 });
    const file = Buffer.from(encodeReceipt(code.receiptOf('par-1433')));
    expect(file.length).toBeLessThanOrEqual(8000);
    expect(await verifyReceipt(file, { pinned: [code.sovereign.fingerprint] })).toMatchObject({
      verdict: 'genuine',
    });
  });

  it('names what else the run has used by its digest', async () => {
    const { parts } = world;
    const fewer = parts.approvals.slice(0, 2);
    const composed = composeReceipt({ ...parts, approvals: fewer }, 'art-1');
    const sg2 = parts.approvals[2];
    expect(composed.ok && composed.value.statement.approvals).toEqual([
      ...[0, 1],
      { path: sg2?.path, sha256: sha256(sg2?.text ?? '') },
    ]);
  });

  it('is one file only, whatever reads and writes it', () => {
    const file = encodeReceipt(receipt);
    expect(decodeReceipt(Buffer.from(file))).toEqual({ ok: true, value: receipt });
  });

  it('holds where the run waited for days between two signatures', async () => {
    const slow = await receiptWorld({ text: CHARTER, waitsMs: 9 * DAY_MS });
    const file = Buffer.from(encodeReceipt(slow.receiptOf('art-2')));
    expect(await verifyReceipt(file, { pinned: [slow.sovereign.fingerprint] })).toMatchObject({
      verdict: 'genuine',
    });
  });

  it('is judged under the fingerprints that the reader names, one of which is enough', async () => {
    const stranger = 'A'.repeat(40);
    expect(await judge(receipt, [stranger, world.sovereign.fingerprint])).toMatchObject({
      verdict: 'genuine',
    });
    expect(await judge(receipt, [stranger])).toMatchObject({ reason: 'approval_refused' });
    await expect(judge(receipt, ['short'])).rejects.toMatchObject({ code: 'fingerprint_invalid' });
    await expect(judge(receipt, [])).rejects.toMatchObject({ code: 'nothing_pinned' });
  });

  it('holds a text that is not UTF-8 as base64', async () => {
    const composed = composeReceipt({ ...world.parts, source: Buffer.alloc(400, 0xff) }, 'art-1');
    expect(composed).toMatchObject({ ok: true, value: { text_base64: expect.stringMatching(/^\/+\w*=*$/) } });
  });

  it('is of no unit that the plan does not have', () => {
    expect(composeReceipt(world.parts, 'art-9').ok).toBe(false);
  });
});

describe('a receipt that was tampered with', () => {
  it.each(TAMPERINGS)('is refused for $name: $reason', async (tampering) => {
    const verdict = await judge(`${canonicalJson(tampered(receipt, tampering, others))}\n`);
    expect(verdict).toMatchObject({ verdict: 'refused', reason: tampering.reason });
    expect(verdict.checks.filter(({ result }) => result === 'fail')).toHaveLength(1);
  });

  it('is refused wherever one bit of it is another', async () => {
    const file = Buffer.from(encodeReceipt(receipt));
    for (let at = 0; at < file.length; at += 97) {
      const other = Buffer.from(file);
      other[at] = (other[at] ?? 0) ^ 1;
      const verdict = await verifyReceipt(other, { pinned: [world.sovereign.fingerprint] });
      // An armor's comment and a key's unsigned parts say nothing.
      const decoded = decodeReceipt(other);
      const told =
        decoded.ok && canonicalJson(withoutTold(decoded.value)) === canonicalJson(withoutTold(receipt));
      if (!told) expect(verdict, `bit 0 of byte ${at}`).toMatchObject({ verdict: 'refused' });
    }
  });

  it.each([
    ['written with white space', (file: string) => JSON.stringify(JSON.parse(file), null, 2)],
    ['cut short', (file: string) => file.slice(0, -1)],
    ['followed by another one', (file: string) => file + file],
    ['of a later format', (file: string) => file.replace('receipt/1"', 'receipt/2"')],
    ['with half a character', (file: string) => file.replace('Be kind', 'Be \\ud800kind')],
    ['nothing', () => ''],
  ])('is no receipt when it is %s', async (_, change) => {
    expect(await judge(change(encodeReceipt(receipt)))).toMatchObject({ reason: 'receipt_malformed' });
  });

  it('is refused under the leaf of another statement of the same log', async () => {
    const composed = composeReceipt({ ...world.parts, leaf: 0 }, 'art-1');
    expect(composed.ok && (await judge(composed.value))).toMatchObject({ reason: 'not_in_log' });
  });

  it('is refused with an opening that the sovereign signed for another run', async () => {
    const [opening, ...others] = structuredClone(receipt.approvals);
    if (!opening) expect.fail('there is no opening');
    const text = `${opening.text}Indeed.\n`;
    const signature = await detachSign(text, { key: world.sovereign, at: new Date('2026-05-21T10:00:00Z') });
    const approvals = [{ ...opening, text, signatures: [signature] }, ...others];
    expect(await judge({ ...receipt, approvals })).toMatchObject({ reason: 'approval_elsewhere' });
  });

  it('is refused when the run had not ended', async () => {
    const paused = await receiptWorld({ text: CHARTER, status: 'AWAITING_LIFECYCLE_AUTHORIZATION' });
    const file = Buffer.from(encodeReceipt(paused.receiptOf('art-1')));
    expect(await verifyReceipt(file, { pinned: [paused.sovereign.fingerprint] })).toMatchObject({
      reason: 'statement_refused',
    });
  });

  it('is refused when the sovereign named no recorder, or signed another plan', async () => {
    const nameless = await receiptWorld({
      text: CHARTER,
      bindings: (gate) => (gate === 'GAP7_execution_enable' ? { recorder_key: undefined } : {}) as never,
    });
    const other = await receiptWorld({
      text: CHARTER,
      bindings: (gate) => (gate === 'SG_1_cut_authz' ? { cutplan_sha256: 'a'.repeat(64) } : {}),
    });
    const of = async ({ receiptOf, sovereign }: ReceiptWorld) =>
      verifyReceipt(Buffer.from(encodeReceipt(receiptOf('art-1'))), { pinned: [sovereign.fingerprint] });
    expect(await of(nameless)).toMatchObject({ reason: 'statement_refused' });
    expect(await of(other)).toMatchObject({ reason: 'approval_elsewhere' });
  });
});

function withoutTold(given: Receipt): object {
  const approvals = given.approvals.map(({ signatures: _, ...approval }) => approval);
  return { ...given, approvals, keys: [] };
}
