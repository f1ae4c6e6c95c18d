// What the keys of one OpenPGP certificate may do, from its self-signatures (RFC 9580, 5.2.3.10 and 10.1).
// Every statement is verified and the latest counts; a revocation counts whatever its reason, and however weak its hash.
import { type Config, config, enums, type Key, SignaturePacket, type Subkey } from 'openpgp';
import type { Fingerprint } from './fingerprint.ts';
import { MIN_RSA_BITS } from './key-strength.ts';
import type { Reason } from './reasons.ts';

type KeyPacket = Key['keyPacket'] | Subkey['keyPacket'];
type Unusable = Extract<Reason, 'key_revoked' | 'weak_key' | 'key_cannot_sign' | 'key_not_cross_certified'>;

export interface SigningKey {
  readonly fingerprint: Fingerprint;
  readonly primary: Fingerprint;
  /** No signature of this key is older. */
  readonly createdAt: Date;
  /** When this key or the primary key above it expires; undefined: never. */
  readonly expiresAt: Date | undefined;
  /** Why it may not sign documents at any time. */
  readonly unusable: Unusable | undefined;
  readonly packet: KeyPacket;
}

/** One signature of a certificate and what it says something about. */
interface Statement {
  readonly signature: SignaturePacket;
  readonly type: enums.signature;
  readonly about: object;
}

const STRICT: Config = {
  ...config,
  rejectHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]),
};
const ANY_HASH: Config = {
  ...config,
  rejectHashAlgorithms: new Set(),
  rejectMessageHashAlgorithms: new Set(),
};

/** The primary key first, then its subkeys. */
export async function examine(certificate: Key): Promise<readonly SigningKey[]> {
  const own = await latestValid(await selfCertifications(certificate), certificate.keyPacket);
  const primary = await examinePrimary(certificate, own);
  const subkeys = await Promise.all(certificate.subkeys.map((subkey) => examineSubkey(subkey, primary)));
  if (own) return [primary, ...subkeys];
  // Without a valid user ID nothing says that this certificate is still one.
  return [primary, ...subkeys.map((key) => ({ ...key, unusable: key.unusable ?? 'key_cannot_sign' }))];
}

async function examinePrimary(certificate: Key, own: SignaturePacket | undefined): Promise<SigningKey> {
  const packet = certificate.keyPacket;
  const direct = await latestValid(directStatements(certificate), packet);
  const revocations = certificate.revocationSignatures.map((signature) => ({
    signature,
    type: enums.signature.keyRevocation,
    about: { key: packet },
  }));
  const permitted = own && signs(own) ? undefined : 'key_cannot_sign';
  return {
    fingerprint: fingerprintOf(packet),
    primary: fingerprintOf(packet),
    createdAt: packet.getCreationTime(),
    expiresAt: earliest(own && expiryOf(packet, own), direct && expiryOf(packet, direct)),
    unusable: (await isRevoked(revocations, packet)) ? 'key_revoked' : (weakness(packet) ?? permitted),
    packet,
  };
}

async function examineSubkey(subkey: Subkey, primary: SigningKey): Promise<SigningKey> {
  const packet = subkey.keyPacket;
  const about = { key: primary.packet, bind: packet };
  const state = (type: enums.signature) => (signature: SignaturePacket) => ({ signature, type, about });
  const bindings = subkey.bindingSignatures.map(state(enums.signature.subkeyBinding));
  const revocations = subkey.revocationSignatures.map(state(enums.signature.subkeyRevocation));
  const binding = await latestValid(bindings, primary.packet);
  const backSignature = binding?.embeddedSignature;

  const judge = async (): Promise<Unusable | undefined> => {
    if (primary.unusable === 'key_revoked' || primary.unusable === 'weak_key') return primary.unusable;
    if (await isRevoked(revocations, primary.packet)) return 'key_revoked';
    if (!binding || !signs(binding)) return 'key_cannot_sign';
    const back = backSignature ? [state(enums.signature.keyBinding)(backSignature)] : [];
    if (!(await latestValid(back, packet))) return 'key_not_cross_certified';
    return weakness(packet);
  };
  return {
    fingerprint: fingerprintOf(packet),
    primary: primary.fingerprint,
    createdAt: new Date(Math.max(packet.getCreationTime().getTime(), primary.createdAt.getTime())),
    expiresAt: earliest(primary.expiresAt, binding && expiryOf(packet, binding)),
    unusable: await judge(),
    packet,
  };
}

/** Certifications of user IDs by the key itself; a user ID that was revoked no longer speaks for it. */
async function selfCertifications(certificate: Key): Promise<Statement[]> {
  const key = certificate.keyPacket;
  const perUser = certificate.users.map(async ({ userID, selfCertifications, revocationSignatures }) => {
    const about = { key, userID };
    const state = (type: enums.signature) => (signature: SignaturePacket) => ({ signature, type, about });
    if (!userID) return [];
    // Other people may withdraw their own certifications; that says nothing about this key.
    const own = revocationSignatures.filter(({ issuerKeyID }) => issuerKeyID.equals(key.getKeyID()));
    if (await isRevoked(own.map(state(enums.signature.certRevocation)), key)) return [];
    return selfCertifications.map((signature) => ({ signature, type: signature.signatureType ?? 0, about }));
  });
  return (await Promise.all(perUser)).flat();
}

function directStatements(certificate: Key): Statement[] {
  return certificate
    .toPacketList()
    .filter((packet) => packet instanceof SignaturePacket)
    .filter(({ signatureType }) => signatureType === enums.signature.key)
    .map((signature) => ({ signature, type: enums.signature.key, about: { key: certificate.keyPacket } }));
}

async function latestValid(
  statements: readonly Statement[],
  signer: KeyPacket,
): Promise<SignaturePacket | undefined> {
  const valid: SignaturePacket[] = [];
  for (const statement of statements)
    if (await holds(statement, { signer, rules: STRICT })) valid.push(statement.signature);
  return valid.sort((a, b) => Number(a.created) - Number(b.created)).at(-1);
}

/** A revocation by another key comes from a designated revoker and cannot be verified here, so it counts: fail closed. */
async function isRevoked(revocations: readonly Statement[], signer: KeyPacket): Promise<boolean> {
  for (const revocation of revocations) {
    const own = revocation.signature.issuerKeyID.equals(signer.getKeyID());
    if (!own || (await holds(revocation, { signer, rules: ANY_HASH }))) return true;
  }
  return false;
}

async function holds(
  { signature, type, about }: Statement,
  { signer, rules }: { signer: KeyPacket; rules: Config },
): Promise<boolean> {
  if (signature.signatureType !== type || !signature.created) return false;
  try {
    // Judged at its own date: whether it is too early or too late is for the admission to say.
    await signature.verify(signer, type, about, signature.created, false, rules);
    return true;
  } catch {
    return false;
  }
}

function signs({ keyFlags }: SignaturePacket): boolean {
  return ((keyFlags?.[0] ?? 0) & enums.keyFlags.signData) !== 0;
}

function weakness(packet: KeyPacket): Unusable | undefined {
  const { bits = 0 } = packet.getAlgorithmInfo();
  switch (packet.algorithm) {
    case enums.publicKey.rsaEncryptSign:
      return bits >= MIN_RSA_BITS ? undefined : 'weak_key';
    case enums.publicKey.eddsaLegacy:
    case enums.publicKey.ed25519:
      return undefined;
    default:
      return 'weak_key';
  }
}

/** The end of the key, or of the statement itself, whichever comes first (RFC 9580, 5.2.3.13 and 5.2.3.18). */
function expiryOf(packet: KeyPacket, statement: SignaturePacket): Date | undefined {
  const after = (from: Date | null, seconds: number | null) =>
    from && seconds ? new Date(from.getTime() + seconds * 1000) : undefined;
  return earliest(
    after(packet.getCreationTime(), statement.keyExpirationTime),
    after(statement.created, statement.signatureExpirationTime),
  );
}

function earliest(...instants: (Date | undefined)[]): Date | undefined {
  return instants.filter((instant) => instant !== undefined).sort((a, b) => Number(a) - Number(b))[0];
}

function fingerprintOf(packet: KeyPacket): Fingerprint {
  return packet.getFingerprint().toUpperCase() as Fingerprint;
}
