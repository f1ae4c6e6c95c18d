// The pinned keys in the database: what would change is shown, what is applied is exactly the ring, and what could be
// forged under a key is refused whatever its certificate says.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readKeys } from '../../../src/approval/key-ring.ts';
import type { Writer } from '../../../src/governed/database.ts';
import {
  applySigners,
  compareSigners,
  planSigners,
  type SignerKey,
  signerSet,
} from '../../../src/governed/signers.ts';
import { FOLDER, readVectors } from '../../conformance/approvals/vector.ts';
import { BACKENDS } from '../fixture.ts';
import { encode, torsionPoint } from './curve.ts';
import { discarding, guardDatabaseOf } from './guard-database.ts';
import { makeSigner } from './signer.ts';

async function setOf(name: string, thresholds = {}) {
  const vector = readVectors().find((one) => one.name === name);
  if (!vector) throw new Error(`no vector ${name}`);
  const files = vector.keys.map((file) => ({ name: file, bytes: readFileSync(`${FOLDER}keys/${file}`) }));
  return signerSet(await readKeys(files, { pinned: vector.pinned, now: new Date(vector.now) }), thresholds);
}

const forged = (change: Partial<SignerKey>): SignerKey => ({
  key: 'F'.repeat(40),
  primary: 'F'.repeat(40),
  algorithm: 1,
  material: null,
  exponent: null,
  validFrom: '2026-05-01T00:00:00.000Z',
  endsAt: null,
  revoked: false,
  unfit: null,
  ...change,
});

describe.each(BACKENDS)('the signers in %s', (_, start) => {
  const open = guardDatabaseOf(start);
  const within = (work: (writer: Writer) => Promise<void>) => discarding(open().root, work);

  test('are planned, applied once, and then equal to the ring', async () => {
    const set = await setOf('gpg: a signing subkey under a primary key that only certifies', {
      SG_1_cut_authz: 2,
    });
    await within(async (writer) => {
      const plan = await planSigners(writer, set);
      expect(plan.map(({ kind, subject }) => `${kind} ${subject}`).sort()).toEqual(
        [...set.keys.map(({ key }) => `add key ${key}`), 'add threshold SG_1_cut_authz'].sort(),
      );
      expect(await planSigners(writer, set)).toEqual(plan);
      expect(await applySigners(writer, set)).toEqual(plan);
      expect(await compareSigners(writer, set)).toEqual([]);
      expect(await applySigners(writer, set)).toEqual([]);
    });
  });

  test('that left the ring are removed, and thresholds with them', async () => {
    const [first, second] = [await makeSigner('first'), await makeSigner('second')];
    await within(async (writer) => {
      await applySigners(writer, {
        keys: [...first.rows, ...second.rows],
        thresholds: { SG_1_cut_authz: 2 },
      });
      const rest = { keys: first.rows, thresholds: {} };
      const gone = await applySigners(writer, rest);
      expect(gone.map(({ kind }) => kind)).toEqual([...second.rows.map(() => 'remove'), 'remove']);
      expect(await compareSigners(writer, rest)).toEqual([]);
    });
  });

  const CHANGES: readonly Partial<SignerKey>[] = [
    { primary: 'A'.repeat(40) },
    { validFrom: '2026-05-02T00:00:00.000Z' },
    { endsAt: '2027-05-02T00:00:00.000Z' },
    { revoked: true },
    { unfit: 'key_cannot_sign' },
    { algorithm: 22 },
  ];
  for (const change of CHANGES)
    test(`show a key whose ${Object.keys(change)[0]} has changed, and take the change over`, async () => {
      const [first] = (await makeSigner('first')).rows;
      if (!first) throw new Error('a signer has a key');
      await within(async (writer) => {
        await applySigners(writer, { keys: [first], thresholds: {} });
        const set = { keys: [{ ...first, ...change }], thresholds: {} };
        expect((await planSigners(writer, set)).map(({ kind }) => kind)).toEqual(['change']);
        await applySigners(writer, set);
        expect(await compareSigners(writer, set)).toEqual([]);
      });
    });

  test('keep the time of a revocation', async () => {
    const [first] = (await makeSigner('first')).rows;
    if (!first) throw new Error('a signer has a key');
    await within(async (writer) => {
      await applySigners(writer, { keys: [{ ...first, revoked: true }], thresholds: {} });
      await writer.script("UPDATE cutter_governance.signer_key SET revoked_at = '2026-01-01'");
      await applySigners(writer, {
        keys: [{ ...first, revoked: true, endsAt: '2027-01-01T00:00:00.000Z' }],
        thresholds: {},
      });
      const rows = await writer.query<{ at: Date }>(
        'SELECT revoked_at AS at FROM cutter_governance.signer_key',
      );
      expect(rows.map(({ at }) => at.getUTCFullYear())).toEqual([2026]);
      expect(rows.map(({ at }) => at.getUTCMonth())).toEqual([0]);
    });
  });

  const WEAK: Readonly<Record<string, () => Partial<SignerKey>>> = {
    'RSA with the exponent 3': () => rsa(2048, 3),
    'RSA of 1024 bits': () => rsa(1024, 65537),
    'a point of small order': () => ({ algorithm: 27, material: encode(torsionPoint()).toString('hex') }),
    'no curve that the guard knows': () => ({ algorithm: 19, material: '00' }),
  };
  for (const [name, make] of Object.entries(WEAK))
    test(`hold ${name} as a weak key, however sound its certificate is`, async () => {
      const key = forged(make());
      await within(async (writer) => {
        await applySigners(writer, { keys: [key], thresholds: {} });
        const rows = await writer.query('SELECT unfit, may_sign FROM cutter_governance.signer_key');
        expect(rows).toEqual([{ unfit: 'weak_key', may_sign: false }]);
        expect(await planSigners(writer, { keys: [key], thresholds: {} })).toEqual([]);
        // To readiness this is a difference: the ring would take a signature that the guard refuses.
        const seen = await compareSigners(writer, { keys: [key], thresholds: {} });
        expect(seen.map(({ kind }) => kind)).toEqual(['change']);
      });
    });

  test('cannot be made to hold a key as sound that is not', async () => {
    const weak = forged(rsa(2048, 3));
    const insert = `INSERT INTO cutter_governance.signer_key
      (key_fingerprint, primary_fingerprint, algorithm, material, exponent, valid_from) VALUES ($1, $1, 1, $2, $3, now())`;
    const values = [weak.key, ...[weak.material, weak.exponent].map((hex) => Buffer.from(hex ?? '', 'hex'))];
    await expect(within(async (writer) => void (await writer.query(insert, values)))).rejects.toThrow(
      /signer_key_sound/,
    );
  });
});

function rsa(modulusLength: number, publicExponent: number): Partial<SignerKey> {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({
    format: 'jwk',
  });
  return {
    algorithm: 1,
    material: Buffer.from(n, 'base64url').toString('hex'),
    exponent: Buffer.from(e, 'base64url').toString('hex'),
  };
}
