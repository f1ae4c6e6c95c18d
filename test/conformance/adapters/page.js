// The program inside docs/receipt.html for the conformance runner: one question a line in, one answer a line out.
import { createInterface } from 'node:readline';
import { checkApproval } from '../../../web/receipt/approval.js';
import { readCertificate } from '../../../web/receipt/certificate.js';
import { verifyReceipt } from '../../../web/receipt/receipt.js';
import { isIncluded } from '../../../web/receipt/record.js';

const GATES = ['GAP7_execution_enable', 'SG_1_cut_authz', 'SG_2_lifecycle_authz'];
const UNSUPPORTED = { verdict: 'unsupported' };

const raw = (text) => Buffer.from(text, 'base64');
const bytesOf = (text) => Uint8Array.from(raw(text));

async function ringOf(keys, pinned) {
  const ring = new Map();
  for (const { bytes } of keys)
    for (const one of await readCertificate(raw(bytes).toString()))
      if (pinned.includes(one.primary) && (!ring.has(one.fingerprint) || !one.flaw))
        ring.set(one.fingerprint, one);
  return ring;
}

/** A receipt holds three gates, its texts are UTF-8, its keys armored; how many must sign it does not say. */
function isOfReceipts({ document, keys, change, expect, ledger, thresholds }) {
  const text = raw(document).toString();
  const gate = /^gate: (\w+)\r?$/m.exec(text)?.[1] ?? '';
  const isPlain = change === null && expect.run === undefined && ledger.documents.length === 0;
  const isArmored = keys.every(({ bytes }) => raw(bytes).toString().startsWith('-----BEGIN PGP PUBLIC'));
  const isText = Buffer.from(text).equals(raw(document)) && !text.startsWith('\ufeff');
  return (
    GATES.includes(gate) &&
    isPlain &&
    isArmored &&
    isText &&
    Object.values(thresholds).every((count) => count < 2)
  );
}

const KINDS = {
  async approval(question) {
    if (!isOfReceipts(question)) return UNSUPPORTED;
    const { path, document, signatures, keys, pinned, now, expect } = question;
    if (!/^approvals\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.md$/.test(path) || signatures.length === 0)
      return UNSUPPORTED;
    const armored = signatures.map(({ bytes }) => raw(bytes).toString('latin1'));
    const expected = expect.gate === undefined ? expect.bindings : { ...expect.bindings, gate: expect.gate };
    const ring = await ringOf(keys, pinned);
    await checkApproval(
      { path, text: raw(document).toString(), signatures: armored },
      { keys: ring, judgedAt: () => Date.parse(now), expected },
    );
    return { verdict: 'accepted' };
  },

  async inclusion({ leaf, ...claim }) {
    const included = await isIncluded({ ...claim, leaf: raw(leaf).toString() });
    return { verdict: included ? 'accepted' : 'rejected' };
  },

  async receipt({ file, pinned }) {
    const { verdict, code } = await verifyReceipt(bytesOf(file), pinned);
    return verdict === 'genuine' ? { verdict: 'accepted' } : { verdict: 'rejected', reason: code };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = (await KINDS[question.kind]?.(question)) ?? UNSUPPORTED;
  } catch (error) {
    answer = { verdict: 'rejected', reason: error.code ?? String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
