// A signer for the guard's tests: a fresh Ed25519 key, its row for the database, and signatures at any time and of any make.
import { generateKey, type PrivateKey } from 'openpgp';
import { readKeys } from '../../../src/approval/key-ring.ts';
import { type SignerKey, signerSet } from '../../../src/governed/signers.ts';
import {
  armor,
  createdAt,
  issuedBy,
  packet,
  type Recipe,
  type Subpacket,
  signatureBody,
} from '../../conformance/approvals/make/packets.ts';

export interface Signer {
  readonly key: PrivateKey;
  readonly fingerprint: string;
  readonly rows: readonly SignerKey[];
}

const BORN = new Date('2026-05-01T00:00:00Z');

export async function makeSigner(name: string, born = BORN): Promise<Signer> {
  const { privateKey: key } = await generateKey({
    type: 'curve25519',
    userIDs: [{ name }],
    date: born,
    format: 'object',
  });
  const fingerprint = key.getFingerprint().toUpperCase();
  const file = { name: `${name}.asc`, bytes: Buffer.from(key.toPublic().armor()) };
  const ring = await readKeys([file], { pinned: [fingerprint], now: born });
  return { key, fingerprint, rows: signerSet(ring).keys };
}

/** `at`: the creation time that the signature states. */
export function signed(
  signer: Signer,
  document: Uint8Array | string,
  options: { readonly at: Date; readonly also?: readonly Subpacket[]; readonly recipe?: Partial<Recipe> },
): Buffer {
  const { at, also = [], recipe = {} } = options;
  const hashed = [issuedBy(signer.key), createdAt(at.toISOString()), ...also];
  const body = signatureBody(signer.key, { document: Buffer.from(document), hashed, ...recipe });
  return Buffer.from(armor(packet(2, body)));
}

export function approvalText(fields: Readonly<Record<string, string>>, rest = '\nI agree.\n'): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}`);
  return ['---', ...lines, '---', rest].join('\n');
}

export function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
