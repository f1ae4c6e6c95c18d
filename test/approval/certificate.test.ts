// What a certificate says must not depend on the order of its packets, nor on what other certificates say of its keys.
import {
  enums,
  type PrivateKey,
  PublicSubkeyPacket,
  revokeKey,
  type SignaturePacket,
  type Subkey,
} from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { admit } from '../../src/approval/admission.ts';
import { readKeys } from '../../src/approval/key-ring.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { bind, make, statement } from '../conformance/approvals/make/forge.ts';
import { NOW, PATH, SIGNED_UTC, signDetached } from './signer.ts';

const DAY_SECONDS = 24 * 60 * 60;
const LATER = new Date('2026-05-02T00:00:00Z');

const fileOf = (key: PrivateKey, name: string) => ({ name, bytes: Buffer.from(key.toPublic().armor()) });
const fingerprintOf = (key: PrivateKey | Subkey) => key.getFingerprint().toUpperCase();

async function keyIn(key: PrivateKey, fingerprint = fingerprintOf(key)) {
  const ring = await readKeys([fileOf(key, 'sovereign.asc')], { pinned: [fingerprintOf(key)], now: NOW });
  const found = ring.keys.get(fingerprint);
  return { unusable: found?.unusable, expiresAt: found?.expiresAt };
}

/** The library's types do not tell that a subkey can be copied. */
function copyOf(subkey: Subkey | undefined): Subkey {
  return (subkey as unknown as { clone(): Subkey }).clone();
}

/** The one outcome of both orders. */
async function eitherWay(
  pair: readonly [SignaturePacket, SignaturePacket],
  { place, ask }: { place: (pair: SignaturePacket[]) => void; ask: () => ReturnType<typeof keyIn> },
) {
  place([...pair]);
  const forth = await ask();
  place([...pair].reverse());
  expect(await ask()).toEqual(forth);
  return forth;
}

function partsOf(key: PrivateKey) {
  const [user] = key.users;
  const [subkey] = key.subkeys;
  const [certification] = user?.selfCertifications ?? [];
  const [binding] = subkey?.bindingSignatures ?? [];
  if (!user || !certification) throw new Error('openpgp.js made no user ID');
  return { user, certification, subkey, binding };
}

async function certifications(key: PrivateKey, changes: readonly [Change, Change], at?: Date) {
  const { user, certification: like } = partsOf(key);
  const about = { key: key.keyPacket, userID: user.userID };
  const type = enums.signature.certPositive;
  const [first, second] = changes;
  return [
    await statement(key, { type, about, like, change: first }),
    await statement(key, { type, about, like, change: second, ...(at ? { at } : {}) }),
  ] as const;
}

async function bindings(key: PrivateKey, changes: readonly [Change, Change]) {
  const { subkey, binding: like } = partsOf(key);
  if (!subkey || !like) throw new Error('openpgp.js made no subkey');
  const about = { key: key.keyPacket, bind: subkey.keyPacket };
  const type = enums.signature.subkeyBinding;
  const [first, second] = changes;
  return [
    await statement(key, { type, about, like, change: first }),
    await statement(key, { type, about, like, change: second }),
  ] as const;
}

type Change = (signature: SignaturePacket) => void;
const asItIs: Change = () => undefined;
const onlyCertifies: Change = (signature) => {
  signature.keyFlags = new Uint8Array([enums.keyFlags.certifyKeys]);
};
const ends: Change = (signature) => {
  signature.keyExpirationTime = 10 * DAY_SECONDS;
  signature.keyNeverExpires = false;
};
const ENDS_AT = new Date('2026-05-11T00:00:00Z');

describe('two self-signatures of one second', () => {
  it('on a user ID let the key sign only if both do', async () => {
    const key = await make({});
    const place = (pair: SignaturePacket[]) => {
      partsOf(key).user.selfCertifications = pair;
    };
    const ask = () => keyIn(key);
    const [alike, apart] = [[asItIs, asItIs] as const, [asItIs, onlyCertifies] as const];
    const both = await eitherWay(await certifications(key, alike), { place, ask });
    expect(both.unusable).toBeUndefined();
    const one = await eitherWay(await certifications(key, apart), { place, ask });
    expect(one.unusable).toBe('key_cannot_sign');
  });

  it('on a user ID end the key with the earlier end', async () => {
    const key = await make({});
    const place = (pair: SignaturePacket[]) => {
      partsOf(key).user.selfCertifications = pair;
    };
    const found = await eitherWay(await certifications(key, [asItIs, ends]), {
      place,
      ask: () => keyIn(key),
    });
    expect(found).toEqual({ unusable: undefined, expiresAt: ENDS_AT });
  });

  const pairs: [string, readonly [Change, Change], Awaited<ReturnType<typeof keyIn>>][] = [
    ['let the subkey sign', [asItIs, asItIs], { unusable: undefined, expiresAt: undefined }],
    [
      'refuse it where one does not let it sign',
      [asItIs, onlyCertifies],
      { unusable: 'key_cannot_sign', expiresAt: undefined },
    ],
    ['end it with the earlier end', [asItIs, ends], { unusable: undefined, expiresAt: ENDS_AT }],
    [
      'refuse it where one lacks the back-signature',
      [
        asItIs,
        (signature) => {
          signature.embeddedSignature = null;
        },
      ],
      { unusable: 'key_not_cross_certified', expiresAt: undefined },
    ],
  ];
  it.each(pairs)('on a subkey %s', async (_, changes, expected) => {
    const key = await make({}, [{ sign: true }]);
    const subkey = key.subkeys[0] as Subkey;
    const found = await eitherWay(await bindings(key, changes), {
      place(pair) {
        subkey.bindingSignatures = pair;
      },
      ask: () => keyIn(key, fingerprintOf(subkey)),
    });
    expect(found).toEqual(expected);
  });

  it('say less than one of a later second, in either order', async () => {
    const key = await make({});
    const later = await eitherWay(await certifications(key, [onlyCertifies, asItIs], LATER), {
      place(pair) {
        partsOf(key).user.selfCertifications = pair;
      },
      ask: () => keyIn(key),
    });
    expect(later.unusable).toBeUndefined();
  });
});

describe('a subkey that stands in its certificate twice', () => {
  it('is revoked when either copy is', async () => {
    const key = await make({}, [{ sign: true }]);
    const [subkey] = key.subkeys as [Subkey];
    const about = { key: key.keyPacket, bind: subkey.keyPacket };
    const revoked = copyOf(subkey);
    revoked.revocationSignatures = [await statement(key, { type: enums.signature.subkeyRevocation, about })];
    for (const copies of [
      [subkey, revoked],
      [revoked, subkey],
    ]) {
      key.subkeys = copies;
      expect((await keyIn(key, fingerprintOf(subkey))).unusable).toBe('key_revoked');
    }
  });

  it('signs although the other copy carries nothing', async () => {
    const key = await make({}, [{ sign: true }]);
    const [subkey] = key.subkeys as [Subkey];
    const bare = copyOf(subkey);
    bare.bindingSignatures = [];
    for (const copies of [
      [subkey, bare],
      [bare, subkey],
    ]) {
      key.subkeys = copies;
      expect((await keyIn(key, fingerprintOf(subkey))).unusable).toBeUndefined();
    }
  });
});

describe('a certificate that lists a key of another', () => {
  let owner: PrivateKey;
  let adopter: PrivateKey;
  beforeAll(async () => {
    owner = await make({ userIDs: [{ name: 'owner' }] }, [{ sign: true }]);
    adopter = await make({ userIDs: [{ name: 'adopter' }] });
  });

  const document = Buffer.from(
    approvalTemplate({
      gate: 'SG_1_cut_authz',
      bindings: { run_id: 'run-20260520-0123456789abcdef', cutplan_sha256: 'a'.repeat(64) },
      signedUtc: SIGNED_UTC,
    }),
  );

  /** The verdict on a signature of the owner's, with both certificates pinned, whichever is read first. */
  async function verdicts(certificates: readonly PrivateKey[], signature: Uint8Array) {
    const outcomes = [];
    for (const order of [certificates, [...certificates].reverse()]) {
      const keys = await readKeys(
        order.map((key, index) => fileOf(key, `${index}.asc`)),
        { pinned: certificates.map(fingerprintOf), now: NOW },
      );
      const verdict = await admit({
        approval: { path: PATH, bytes: document },
        signatures: [{ path: `${PATH}.asc`, bytes: signature }],
        ...{ change: null, expect: { bindings: {} }, ledger: null, keys, now: NOW },
        policy: { thresholds: {} },
      });
      outcomes.push(verdict.verdict === 'accepted' ? verdict.signers : verdict.reason);
    }
    return outcomes;
  }

  it('blocks nobody by adopting a subkey: what it signs is its owner’s', async () => {
    adopter.subkeys = [copyOf(owner.subkeys[0])];
    await bind(adopter, (binding) => {
      binding.embeddedSignature = owner.subkeys[0]?.bindingSignatures[0]?.embeddedSignature ?? null;
    });
    const signature = await signDetached(document, owner);
    expect(await verdicts([owner, adopter], signature)).toEqual([
      [fingerprintOf(owner)],
      [fingerprintOf(owner)],
    ]);
  });

  it('does not bring back a subkey that its owner has revoked', async () => {
    const signature = await signDetached(document, owner);
    const { privateKey: revoked } = await revokeKey({ key: owner, date: LATER, format: 'object' });
    expect(await verdicts([revoked, adopter], signature)).toEqual(['key_revoked', 'key_revoked']);
  });

  it('shares a subkey that has certified to both: it is one signer’s, and always the same one’s', async () => {
    const [subkey] = owner.subkeys as [Subkey];
    const friend = await make({ userIDs: [{ name: 'friend' }] });
    friend.subkeys = [copyOf(subkey)];
    const about = { key: friend.keyPacket, bind: subkey.keyPacket };
    const back = await statement(subkey, { type: enums.signature.keyBinding, about });
    await bind(friend, (binding) => {
      binding.embeddedSignature = back;
    });
    const [first] = [fingerprintOf(owner), fingerprintOf(friend)].sort();
    const signature = await signDetached(document, owner);
    expect(await verdicts([owner, friend], signature)).toEqual([[first], [first]]);
  });

  it('blocks nobody by adopting a primary key', async () => {
    const single = await make({ userIDs: [{ name: 'single' }] });
    const thief = await make({ userIDs: [{ name: 'thief' }] }, [{ sign: true }]);
    const [subkey] = thief.subkeys as [Subkey];
    const stolen = new PublicSubkeyPacket();
    await stolen.read(single.toPublic().keyPacket.write());
    (subkey as { keyPacket: unknown }).keyPacket = stolen;
    await bind(thief, () => undefined);
    const signature = await signDetached(document, single);
    expect(await verdicts([single, thief], signature)).toEqual([
      [fingerprintOf(single)],
      [fingerprintOf(single)],
    ]);
  });
});
