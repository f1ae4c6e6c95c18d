// One signature file over one document: what it claims, whether its key may claim it, and whether it is true.
// openpgp.js sees only a packet that was read here first, and verifies the very bytes that are parsed as the approval.
import { type Config, config, enums, SignaturePacket } from 'openpgp';
import { readArmor } from './armor.ts';
import type { SigningKey } from './certificate.ts';
import type { Fingerprint } from './fingerprint.ts';
import { type Decoded, flawed } from './flaw.ts';
import { areStrong, numbersOf } from './key-numbers.ts';
import type { KeyRing } from './key-ring.ts';
import { MIN_RSA_BITS } from './key-strength.ts';
import { saysWhoChanged, withOtherLineEnds } from './line-ends.ts';
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

/** Whether a signature is one of this key over these bytes, whatever it claims besides. Throws SignatureFault. */
export type Verifier = (
  claim: SignatureClaim,
  signed: { readonly key: SigningKey; readonly document: Uint8Array },
) => Promise<Decoded<true>>;

/** A signature file as it is to be judged, over one document and at any time. */
export interface OpenedSignature {
  readonly claim: Decoded<SignatureClaim>;
  /** Whether it fits the document under this key: that changes with nothing, so it is worked out once. */
  fits(key: SigningKey): Promise<Decoded<true>>;
}

export function openSignature(
  armored: Uint8Array,
  { document, verify = verifyByLibrary }: { readonly document: Uint8Array; readonly verify?: Verifier },
): OpenedSignature {
  const packets = readArmor(armored);
  const claim = packets.ok ? readSignaturePacket(packets.value) : packets;
  const known = new Map<SigningKey, Promise<Decoded<true>>>();
  return {
    claim,
    fits(key) {
      if (!claim.ok) return Promise.resolve(claim);
      const fits = known.get(key) ?? explained(claim.value, { key, document, verify });
      known.set(key, fits);
      return fits;
    },
  };
}

/** A signature that fits the other line ends is no forgery, and whoever reads of it can mend that. */
async function explained(
  claim: SignatureClaim,
  { key, document, verify }: { key: SigningKey; document: Uint8Array; verify: Verifier },
): Promise<Decoded<true>> {
  const fits = await verify(claim, { key, document });
  if (fits.ok || fits.flaw.reason !== 'signature_invalid') return fits;
  const other = withOtherLineEnds(document);
  const again = await verify(claim, { key, document: other.bytes });
  if (!again.ok) return fits;
  return { ok: false, flaw: { ...fits.flaw, detail: fits.flaw.detail + saysWhoChanged(other) } };
}

/** Judges one detached signature (design section 2). Throws SignatureFault. */
export async function judgeSignature(
  signature: OpenedSignature,
  { keys, now }: { readonly keys: KeyRing; readonly now: Date },
): Promise<Decoded<Signed>> {
  if (!signature.claim.ok) return signature.claim;
  const claim = signature.claim.value;
  const key = keys.keys.get(claim.issuer);
  if (!key) return flawed('signer_not_pinned', claim.issuer);
  const unfit = judgeKey(claim, { key, now });
  if (unfit) return unfit;
  if (claim.expiresAt && claim.expiresAt <= now)
    return flawed('signature_expired', `ended ${claim.expiresAt.toISOString()}`);

  const fits = await signature.fits(key);
  return fits.ok ? { ok: true, value: { signer: key.primary, createdAt: claim.createdAt } } : fits;
}

/** Verifies one detached signature over `document`. Throws SignatureFault. */
export function verifySignature(
  armored: Uint8Array,
  { document, keys, now }: { readonly document: Uint8Array; readonly keys: KeyRing; readonly now: Date },
): Promise<Decoded<Signed>> {
  return judgeSignature(openSignature(armored, { document }), { keys, now });
}

/** The key must be good both when it signed and now. */
function judgeKey(claim: SignatureClaim, { key, now }: { key: SigningKey; now: Date }) {
  if (key.unusable) return flawed(key.unusable, key.fingerprint);
  // Asked again of the very numbers that verify: with an exponent of 1 anybody's number is a signature.
  const numbers = numbersOf(key.packet);
  if (!numbers)
    throw new SignatureFault('library_failed', `the numbers of ${key.fingerprint} cannot be read`);
  if (!areStrong(numbers)) return flawed('weak_key', key.fingerprint);
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

/** openpgp.js, which sees only what was read here first. */
async function verifyByLibrary(
  claim: SignatureClaim,
  { key, document }: { readonly key: SigningKey; readonly document: Uint8Array },
): Promise<Decoded<true>> {
  const read = readByLibrary(claim);
  if (!read.ok) return read;
  const packet = read.value;
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

/** The packet as openpgp.js reads it; whoever verifies without it must not pass over what it refuses. Throws SignatureFault. */
export function readByLibrary(claim: SignatureClaim): Decoded<SignaturePacket> {
  const packet = new SignaturePacket();
  try {
    packet.read(claim.body);
  } catch (error) {
    return flawed('signature_malformed', messageOf(error));
  }
  agree(packet, claim);
  return { ok: true, value: packet };
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
