// What the keys of a certificate may do, by its own signatures (RFC 9580, sections 5.2.3.10 and 10.1). The latest statement
// counts, those of one second together; a revocation counts whatever it says.
import { digest, hex, isSame, joined, numberOf, Refusal, smallNumber } from './bytes.js';
import { bigEndian, readArmor, readSignature, splitPackets, takeNumber } from './packets.js';
import { isEd25519, isRsa, isSoundPoint, isSoundRsa } from './signatures.js';

const ED25519_OID = '092b06010401da470f01';
const NEVER = Number.POSITIVE_INFINITY;

/** A version 4 public key with its fingerprint, and its numbers where they are of a kind that is accepted. */
async function readKey(body) {
  if (body[0] !== 4) throw new Refusal('approval_refused', `a key of version ${body[0]}`);
  const framed = joined(Uint8Array.of(0x99, body.length >> 8, body.length & 255), body);
  const createdAt = smallNumber(body.subarray(1, 5)) * 1000;
  const fingerprint = hex(await digest('SHA-1', framed)).toUpperCase();
  return { body, framed, createdAt, fingerprint, algorithm: body[5], ...numbersOf(body) };
}

function numbersOf(body) {
  const material = body.subarray(6);
  if (body[5] === 1) {
    const n = takeNumber(material);
    const e = takeNumber(n.rest);
    const rsa = { n: numberOf(n.value), e: numberOf(e.value) };
    return e.rest.length === 0 && isSoundRsa(rsa) ? { rsa } : {};
  }
  if (body[5] === 27) return material.length === 32 && isSoundPoint(material) ? { point: material } : {};
  if (body[5] !== 22 || hex(material.subarray(0, 10)) !== ED25519_OID) return {};
  const { value, rest } = takeNumber(material.subarray(10));
  const point = value.subarray(1);
  return value.length === 33 && value[0] === 0x40 && rest.length === 0 && isSoundPoint(point)
    ? { point }
    : {};
}

/** Whether this key made the signature over these bytes. */
export async function isSignedBy(key, { signature, message }) {
  const { algorithm, hash, trailer, left, numbers } = signature;
  if (algorithm !== key.algorithm || hash === undefined) return false;
  const hashed = await digest(hash, joined(message, trailer));
  if (!isSame(hashed.subarray(0, 2), left)) return false;
  if (key.rsa) {
    const { value, rest } = takeNumber(numbers);
    return rest.length === 0 && isRsa(key.rsa, { signature: value, hashed, algorithm: hash });
  }
  if (!key.point) return false;
  return isEd25519(key.point, { signature: octetsOf(algorithm, numbers), message: hashed });
}

/** 64 octets; those of the older form are two numbers without their leading zeros. */
function octetsOf(algorithm, numbers) {
  if (algorithm === 27) return numbers;
  const r = takeNumber(numbers);
  const s = takeNumber(r.rest);
  if (s.rest.length > 0 || r.value.length > 32 || s.value.length > 32) return new Uint8Array(0);
  const whole = new Uint8Array(64);
  whole.set(r.value, 32 - r.value.length);
  whole.set(s.value, 64 - s.value.length);
  return whole;
}

const claimOf = ({ hashed }, type) => hashed.find((subpacket) => subpacket.type === type)?.bytes;
const createdIn = (signature) => smallNumber(claimOf(signature, 2) ?? []) * 1000;
const ofType = (list, ...types) => list.filter(({ type }) => types.includes(type));
const signs = (signature) => ((claimOf(signature, 27) ?? [0])[0] & 0x02) !== 0;

/** The latest of those that are valid and use SHA-2; all of them where several are of one second. */
async function latest(list, { key, message }) {
  const valid = [];
  for (const signature of list)
    if (signature.hash !== 'SHA-1' && (await isSignedBy(key, { signature, message: message(signature) })))
      valid.push(signature);
  const last = Math.max(...valid.map(createdIn));
  return valid.filter((signature) => createdIn(signature) === last);
}

/** A revocation that somebody else made cannot be verified here, so it counts. */
async function isRevoked(list, { key, message }) {
  for (const signature of list) {
    const issuer = claimOf(signature, 33);
    const own = issuer === undefined || hex(issuer.subarray(1)).toUpperCase() === key.fingerprint;
    if (!own || signature.hash === undefined || (await isSignedBy(key, { signature, message }))) return true;
  }
  return false;
}

function endOf(key, signature) {
  const life = smallNumber(claimOf(signature, 9) ?? []);
  const own = smallNumber(claimOf(signature, 3) ?? []);
  return Math.min(
    life === 0 ? NEVER : key.createdAt + life * 1000,
    own === 0 ? NEVER : createdIn(signature) + own * 1000,
  );
}

/** The primary key, the user IDs and the subkeys, each with the signatures that follow it. */
async function partsOf(armored) {
  const parts = [];
  for (const { tag, body } of splitPackets(readArmor(armored, 'PUBLIC KEY BLOCK'))) {
    if (tag === 5 || tag === 7) throw new Refusal('approval_refused', 'a private key lies in the receipt');
    if (tag === 6 && parts.length > 0) throw new Refusal('approval_refused', 'two certificates in one block');
    if (tag === 2) {
      if (body[0] === 4) parts.at(-1)?.signatures.push(readSignature(body));
    } else
      parts.push({
        tag,
        body,
        signatures: [],
        ...(tag === 6 || tag === 14 ? { key: await readKey(body) } : {}),
      });
  }
  if (parts[0]?.tag !== 6) throw new Refusal('approval_refused', 'no certificate begins with its key');
  return parts;
}

/** Every key of the certificate: `{ fingerprint, primary, createdAt, expiresAt, flaw, key }`. */
export async function readCertificate(armored) {
  const [first, ...others] = await partsOf(armored);
  const primary = first.key;
  const users = others.filter(({ tag }) => tag === 13);
  const own = await certifications(users, primary);
  const direct = await latest(ofType(first.signatures, 0x1f), {
    key: primary,
    message: () => primary.framed,
  });
  const gone = await isRevoked(ofType(first.signatures, 0x20), { key: primary, message: primary.framed });
  const ends = Math.min(NEVER, ...[...own, ...direct].map((signature) => endOf(primary, signature)));
  const dead = gone ? 'the key is revoked' : !primary.rsa && !primary.point ? 'the key is weak' : undefined;
  const mayNot = own.length > 0 && own.every(signs) ? undefined : 'the key may not sign documents';
  const told = { primary: primary.fingerprint };
  const { fingerprint, createdAt } = primary;
  const keys = [{ ...told, fingerprint, createdAt, expiresAt: ends, flaw: dead ?? mayNot, key: primary }];
  for (const part of others.filter(({ tag }) => tag === 14)) {
    const state = await subkeyState(part, { primary, dead, alive: own.length > 0 });
    const born = Math.max(part.key.createdAt, createdAt);
    const until = Math.min(ends, state.expiresAt);
    keys.push({
      ...told,
      fingerprint: part.key.fingerprint,
      createdAt: born,
      expiresAt: until,
      flaw: state.flaw,
      key: part.key,
    });
  }
  return keys;
}

async function certifications(users, primary) {
  const valid = [];
  for (const { body, signatures } of users) {
    const message = joined(primary.framed, Uint8Array.of(0xb4), bigEndian(body.length), body);
    const mine = signatures.filter((signature) => {
      const issuer = claimOf(signature, 33);
      return issuer === undefined || hex(issuer.subarray(1)).toUpperCase() === primary.fingerprint;
    });
    if (await isRevoked(ofType(mine, 0x30), { key: primary, message })) continue;
    for (const signature of ofType(mine, 0x10, 0x11, 0x12, 0x13)) valid.push({ signature, message });
  }
  const messages = new Map(valid.map(({ signature, message }) => [signature, message]));
  return latest([...messages.keys()], { key: primary, message: (signature) => messages.get(signature) });
}

async function subkeyState({ key, signatures }, { primary, dead, alive }) {
  const message = joined(primary.framed, key.framed);
  const bindings = await latest(ofType(signatures, 0x18), { key: primary, message: () => message });
  const expiresAt = Math.min(NEVER, ...bindings.map((binding) => endOf(key, binding)));
  const judge = async () => {
    if (dead) return dead;
    if (await isRevoked(ofType(signatures, 0x28), { key: primary, message })) return 'the key is revoked';
    if (!alive || bindings.length === 0 || !bindings.every(signs)) return 'the key may not sign documents';
    for (const binding of bindings) {
      const inside = [...binding.hashed, ...binding.unhashed].find(({ type }) => type === 32);
      const back = inside ? [readSignature(inside.bytes)] : [];
      if ((await latest(ofType(back, 0x19), { key, message: () => message })).length === 0)
        return 'the subkey has not certified in return';
    }
    return key.rsa || key.point ? undefined : 'the key is weak';
  };
  return { expiresAt, flaw: await judge() };
}
