// A freshly made signer, for tests that need signatures over documents of their own.
import { createMessage, generateKey, type PrivateKey, sign } from 'openpgp';
import type { AdmissionRequest } from '../../src/approval/admission.ts';
import { readKeys } from '../../src/approval/key-ring.ts';

export const BORN = new Date('2026-05-01T00:00:00Z');
export const SIGNED_UTC = '2026-05-21T10:00:00Z';
export const NOW = new Date('2026-05-21T12:00:00Z');
export const PATH = 'approvals/charter.md';

export async function makeSigner(options: { lifeSeconds?: number } = {}): Promise<PrivateKey> {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'sovereign' }],
    date: BORN,
    keyExpirationTime: options.lifeSeconds ?? 0,
    format: 'object',
  });
  return privateKey;
}

export async function signDetached(document: Uint8Array, key: PrivateKey): Promise<Uint8Array> {
  const message = await createMessage({ binary: document });
  return Buffer.from(
    await sign({
      message,
      signingKeys: key,
      detached: true,
      date: new Date(SIGNED_UTC),
      config: { showComment: false },
    }),
  );
}

/** What admission is asked about a document signed by `key`, judged outside a pull request. */
export async function requestFor(document: Uint8Array, key: PrivateKey): Promise<AdmissionRequest> {
  const file = { name: 'sovereign.asc', bytes: Buffer.from(key.toPublic().armor()) };
  return {
    approval: { path: PATH, bytes: document },
    signatures: [{ path: `${PATH}.asc`, bytes: await signDetached(document, key) }],
    change: null,
    expect: { bindings: {} },
    ledger: null,
    keys: await readKeys([file], { pinned: [key.getFingerprint()], now: NOW }),
    policy: { thresholds: {} },
    now: NOW,
  };
}
