// Keys that openpgp.js makes, sound and spoiled, each with a signature that it made itself.
import { enums, type KeyOptions, revokeKey } from 'openpgp';
import { bind, certify, make, publish, secretOf, signedBy, signedWith, statement } from './forge.ts';
import { BORN, SIGNED, type Studio } from './studio.ts';

const LATER = new Date('2026-05-21T11:00:00Z');

export async function addOpenpgpjsKeys(studio: Studio): Promise<void> {
  const kinds: Record<string, Partial<KeyOptions>> = {
    'Ed25519 in the legacy encoding': { type: 'ecc', curve: 'ed25519Legacy' },
    'Ed25519 in the encoding of RFC 9580': { type: 'curve25519' },
    'RSA-2048': { type: 'rsa', rsaBits: 2048 },
    'RSA-3072': { type: 'rsa', rsaBits: 3072 },
  };
  for (const [name, options] of Object.entries(kinds))
    studio.accept(`key: openpgp.js ${name}`, await signedBy(studio, await make(options)));

  const p256 = await make({ type: 'ecc', curve: 'nistP256' });
  studio.reject('key: ECDSA on P-256', await signedBy(studio, p256), { reason: 'weak_key' });

  await addSubkeys(studio);
  await addRevocations(studio);
  await addDates(studio);
}

async function addSubkeys(studio: Studio): Promise<void> {
  const withSubkey = await make({}, [{ sign: true }]);
  studio.accept('key: a cross-certified signing subkey', await signedBy(studio, withSubkey));

  const bare = await make({}, [{ sign: true }]);
  const signature = await signedBy(studio, bare);
  await bind(bare, (binding) => {
    binding.embeddedSignature = null;
  });
  studio.reject(
    'key: a signing subkey without a back-signature',
    { ...signature, ...publish(studio, bare) },
    {
      reason: 'key_not_cross_certified',
    },
  );

  // The attack that back-signatures prevent: a certificate adopts the subkey of somebody else.
  const bySubkey = await signedBy(studio, withSubkey);
  const adopter = await make({});
  adopter.subkeys.push(...withSubkey.subkeys);
  const back = withSubkey.subkeys[0]?.bindingSignatures[0]?.embeddedSignature ?? null;
  await bind(adopter, (binding) => {
    binding.embeddedSignature = back;
  });
  studio.reject(
    'key: a signing subkey adopted from another key',
    { ...bySubkey, ...publish(studio, adopter) },
    { reason: 'key_not_cross_certified' },
  );

  const mistyped = await make({}, [{ sign: true }]);
  const [subkey] = mistyped.subkeys;
  const byMistyped = await signedBy(studio, mistyped);
  if (!subkey) throw new Error('openpgp.js made no subkey');
  const about = { key: mistyped.keyPacket, bind: subkey.keyPacket };
  const wrongType = await statement(subkey, { type: enums.signature.subkeyBinding, about });
  await bind(mistyped, (binding) => {
    binding.embeddedSignature = wrongType;
  });
  studio.reject(
    'key: a signing subkey whose back-signature is of another type',
    { ...byMistyped, ...publish(studio, mistyped) },
    { reason: 'key_not_cross_certified' },
  );

  const rsa = await make({ type: 'rsa', rsaBits: 2048 }, [{}]);
  const encryption = rsa.subkeys[0]?.keyPacket;
  if (!encryption) throw new Error('openpgp.js made no subkey');
  studio.reject('key: a subkey made for encryption', await signedWith(studio, rsa, encryption), {
    reason: 'key_cannot_sign',
  });

  const unflagged = await make({});
  await certify(unflagged, (certification) => {
    certification.keyFlags = new Uint8Array([enums.keyFlags.certifyKeys]);
  });
  studio.reject('key: a primary key that only certifies', await signedWith(studio, unflagged), {
    reason: 'key_cannot_sign',
  });

  const silent = await make({});
  await certify(silent, (certification) => {
    certification.keyFlags = null;
  });
  studio.reject('key: a primary key without key flags', await signedWith(studio, silent), {
    reason: 'key_cannot_sign',
  });

  const nobody = await make({});
  const signed = await signedBy(studio, nobody);
  for (const user of nobody.users) user.selfCertifications = [];
  studio.reject(
    'key: a primary key without a self-signature',
    { ...signed, ...publish(studio, nobody) },
    { reason: 'key_cannot_sign' },
  );
}

async function addRevocations(studio: Studio): Promise<void> {
  const reasons = {
    'for no reason': enums.reasonForRevocation.noReason,
    'as superseded': enums.reasonForRevocation.keySuperseded,
    'as compromised': enums.reasonForRevocation.keyCompromised,
    'as retired': enums.reasonForRevocation.keyRetired,
  };
  for (const [name, flag] of Object.entries(reasons)) {
    const key = await make({});
    const signed = await signedBy(studio, key);
    const { publicKey } = await revokeKey({
      key,
      reasonForRevocation: { flag },
      date: LATER,
      format: 'object',
    });
    studio.reject(
      `key: revoked after signing, ${name}`,
      { ...signed, ...publish(studio, key, publicKey.armor()) },
      { reason: 'key_revoked' },
    );
  }

  const subkey = await make({}, [{ sign: true }]);
  const signed = await signedBy(studio, subkey);
  const [first] = subkey.subkeys;
  if (first)
    subkey.subkeys[0] = await first.revoke(
      secretOf(subkey),
      { flag: enums.reasonForRevocation.keySuperseded },
      LATER,
    );
  studio.reject(
    'key: a signing subkey that was revoked',
    { ...signed, ...publish(studio, subkey) },
    { reason: 'key_revoked' },
  );

  const parent = await make({}, [{ sign: true }]);
  const bySubkey = await signedBy(studio, parent);
  const { publicKey } = await revokeKey({ key: parent, date: LATER, format: 'object' });
  studio.reject(
    'key: a signing subkey under a revoked primary key',
    { ...bySubkey, ...publish(studio, parent, publicKey.armor()) },
    { reason: 'key_revoked' },
  );

  const sha1 = await make({ type: 'rsa', rsaBits: 2048 });
  const bySha1 = await signedBy(studio, sha1);
  const revocation = { type: enums.signature.keyRevocation, about: { key: sha1.keyPacket } };
  sha1.revocationSignatures.push(await statement(sha1, { ...revocation, hash: enums.hash.sha1 }));
  studio.reject(
    'key: revoked by a signature that uses SHA-1',
    { ...bySha1, ...publish(studio, sha1) },
    { reason: 'key_revoked' },
  );

  for (const users of [1, 2]) {
    const renamed = await make({ userIDs: Array.from({ length: users }, (_, n) => ({ name: `name ${n}` })) });
    const byRenamed = await signedBy(studio, renamed);
    const [user] = renamed.users;
    if (user) renamed.users[0] = await user.revoke(secretOf(renamed), {}, LATER);
    const signed = { ...byRenamed, ...publish(studio, renamed) };
    if (users === 1) studio.reject('key: its only user ID is revoked', signed, { reason: 'key_cannot_sign' });
    else studio.accept('key: one of two user IDs is revoked', signed);
  }

  const known = await make({});
  const byKnown = await signedBy(studio, known);
  const acquaintance = {
    type: enums.signature.certRevocation,
    about: { key: known.keyPacket, userID: known.users[0]?.userID },
  };
  known.users[0]?.revocationSignatures.push(await statement(await make({}), acquaintance));
  studio.accept('key: another person withdrew a certification of it', {
    ...byKnown,
    ...publish(studio, known),
  });

  const watched = await make({});
  const byWatched = await signedBy(studio, watched);
  watched.revocationSignatures.push(
    await statement(await make({}), {
      type: enums.signature.keyRevocation,
      about: { key: watched.keyPacket },
    }),
  );
  studio.reject(
    'key: revoked by another key, as a designated revoker does',
    { ...byWatched, ...publish(studio, watched) },
    { reason: 'key_revoked' },
  );

  const slandered = await make({});
  const bySlandered = await signedBy(studio, slandered);
  slandered.revocationSignatures.push(
    await statement(slandered, {
      type: enums.signature.keyRevocation,
      about: { key: (await make({})).keyPacket },
    }),
  );
  studio.accept('key: carries its own revocation of another key', {
    ...bySlandered,
    ...publish(studio, slandered),
  });
}

async function addDates(studio: Studio): Promise<void> {
  const bornAt = Date.parse(BORN);
  const lifeOf = (end: string) => (Date.parse(end) - bornAt) / 1000;
  const expiring = async (end: string) => signedBy(studio, await make({ keyExpirationTime: lifeOf(end) }));
  studio.reject('key: expired before now, after signing', await expiring('2026-05-21T11:00:00Z'), {
    reason: 'key_expired',
  });
  studio.reject('key: expires exactly now', await expiring('2026-05-21T12:00:00Z'), {
    reason: 'key_expired',
  });
  studio.accept('key: expires a second from now', await expiring('2026-05-21T12:00:01Z'));

  const gone = await make({ keyExpirationTime: lifeOf('2026-05-21T09:00:00Z') });
  studio.reject('key: expired before signing', await signedWith(studio, gone), { reason: 'key_expired' });
  const short = await make({}, [{ sign: true }]);
  const bySubkey = await signedBy(studio, short);
  await bind(short, (binding) => {
    binding.keyExpirationTime = lifeOf('2026-05-21T11:00:00Z');
    binding.keyNeverExpires = false;
  });
  studio.reject(
    'key: a signing subkey that expired',
    { ...bySubkey, ...publish(studio, short) },
    { reason: 'key_expired' },
  );

  const parent = await make({}, [{ sign: true }]);
  const byChild = await signedBy(studio, parent);
  await certify(parent, (certification) => {
    certification.keyExpirationTime = lifeOf('2026-05-21T11:00:00Z');
    certification.keyNeverExpires = false;
  });
  studio.reject(
    'key: a signing subkey under a primary key that expired',
    { ...byChild, ...publish(studio, parent) },
    { reason: 'key_expired' },
  );

  const young = await make({ date: new Date('2026-05-21T10:00:01Z') });
  studio.reject('key: made a second after the signature', await signedWith(studio, young), {
    reason: 'key_not_yet_valid',
  });
  const justInTime = await make({ date: new Date(SIGNED) });
  studio.accept('key: made in the second of the signature', await signedWith(studio, justInTime));
}
