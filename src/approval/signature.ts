// One signature file over one document: what it claims, whether its key may claim it, and whether it is true.
// openpgp.js sees only a packet that was read here first, and verifies the very bytes that are parsed as the approval.
import { type Config, config, enums, SignaturePacket } from 'openpgp';
import { readArmor } from './armor.ts';
import type { SigningKey } from './certificate.ts';
import type { Fingerprint } from './fingerprint.ts';
import { type Decoded, flawed } from './flaw.ts';
import type { KeyRing } from './key-ring.ts';
import { MIN_RSA_BITS } from './key-strength.ts';
import { readSignaturePacket, type SignatureClaim } from './signature-packet.ts';

export interface Signed {
  /** The primary fingerprint: who signed. */
  readonly signer: Fingerprint;
  readonly createdAt: Date;
}

/** The library behaved as it must not. Never a verdict. */
export class SignatureFault extends Error {
  readonly code: 'library_failed' | 'parsers_disagree';

  constructor(code: SignatureFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignatureFault';
    this.code = code;
  }
}

const RULES: Config = { ...config, minRSABits: MIN_RSA_BITS, knownNotations: [] };

/** What openpgp.js says of a well-formed signature that does not fit; anything else it throws is a fault. */
const DOES_NOT_FIT = new Set([
  'Signed digest did not match',
  'Signature verification failed',
  'Input array too long',
]);

/** Verifies one detached signature over `document` (design section 2). Throws SignatureFault. */
export async function verifySignature(
  armored: Uint8Array,
  options: { readonly document: Uint8Array; readonly keys: KeyRing; readonly now: Date },
): Promise<Decoded<Signed>> {
  const packets = readArmor(armored);
  if (!packets.ok) return packets;
  const read = readSignaturePacket(packets.value);
  if (!read.ok) return read;
  const claim = read.value;

  const key = options.keys.keys.get(claim.issuer);
  if (!key) return flawed('signer_not_pinned', claim.issuer);
  const unfit = judgeKey(claim, { key, now: options.now });
  if (unfit) return unfit;
  if (claim.expiresAt && claim.expiresAt <= options.now)
    return flawed('signature_expired', `ended ${claim.expiresAt.toISOString()}`);

  const fits = await checkBytes(claim, { key, document: options.document });
  return fits.ok ? { ok: true, value: { signer: key.primary, createdAt: claim.createdAt } } : fits;
}

/** The key must be good both when it signed and now. */
function judgeKey(claim: SignatureClaim, { key, now }: { key: SigningKey; now: Date }) {
  if (key.unusable) return flawed(key.unusable, key.fingerprint);
  if (key.packet.algorithm !== claim.algorithm)
    return flawed(
      'signature_malformed',
      `algorithm ${claim.algorithm} is not that of key ${key.fingerprint}`,
    );
  if (claim.createdAt < key.createdAt)
    return flawed('key_not_yet_valid', `${key.fingerprint} exists since ${key.createdAt.toISOString()}`);
  if (key.expiresAt && (key.expiresAt <= claim.createdAt || key.expiresAt <= now))
    return flawed('key_expired', `${key.fingerprint} expired ${key.expiresAt.toISOString()}`);
  return undefined;
}

async function checkBytes(
  claim: SignatureClaim,
  { key, document }: { key: SigningKey; document: Uint8Array },
): Promise<Decoded<true>> {
  const packet = new SignaturePacket();
  try {
    packet.read(claim.body);
  } catch (error) {
    return flawed('signature_malformed', messageOf(error));
  }
  agree(packet, claim);
  try {
    // A detached signature covers the bytes alone, so the message is no more than them. Times are judged by the admission.
    const message = { text: null, getBytes: () => document };
    await packet.verify(key.packet, enums.signature.binary, message, claim.createdAt, true, RULES);
    return { ok: true, value: true };
  } catch (error) {
    if (DOES_NOT_FIT.has(messageOf(error))) return flawed('signature_invalid', `key ${key.fingerprint}`);
    throw new SignatureFault('library_failed', `verifying a signature: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** What was judged must be what is verified. */
function agree(packet: SignaturePacket, claim: SignatureClaim): void {
  const issuer = Buffer.from(packet.issuerFingerprint ?? [])
    .toString('hex')
    .toUpperCase();
  const same =
    packet.version === 4 &&
    packet.signatureType === enums.signature.binary &&
    packet.created?.getTime() === claim.createdAt.getTime() &&
    issuer === claim.issuer;
  if (!same) throw new SignatureFault('parsers_disagree', 'two readings of one signature packet differ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
