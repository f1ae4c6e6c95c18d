// DSSE envelopes, version 1 (github.com/secure-systems-lab/dsse): a payload, its type, and one Ed25519 signature over both.
// A file holds one envelope as one RFC 8785 line; the payload is looked at after the signature only.
import { z } from 'zod';
import { canonicalJson } from '../digest/digest.ts';
import { bytesOfBase64, flawed, type Read, readAs, readCanonical, utf8Of } from './read.ts';
import { isSignedBy, type RecorderKey, type RecorderSigner, recorderKeySchema } from './recorder-key.ts';

export const IN_TOTO = 'application/vnd.in-toto+json';

const base64 = z.string().refine((text) => bytesOfBase64(text) !== undefined, 'is not canonical base64');

export const envelopeSchema = z.strictObject({
  payload: base64,
  payloadType: z.string().min(1),
  signatures: z.tuple([z.strictObject({ keyid: recorderKeySchema, sig: base64 })]),
});

export type Envelope = z.infer<typeof envelopeSchema>;

export interface Payload {
  readonly payloadType: string;
  readonly payload: Uint8Array;
}

/** What is signed; lengths are of bytes. */
export function preAuthEncoding({ payloadType, payload }: Payload): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

/** The file: one line with its line feed. */
export async function seal(content: Payload, signer: RecorderSigner): Promise<string> {
  const sig = Buffer.from(await signer.sign(preAuthEncoding(content))).toString('base64');
  const payload = Buffer.from(content.payload).toString('base64');
  const { payloadType } = content;
  return encodeEnvelope({ payload, payloadType, signatures: [{ keyid: signer.key, sig }] });
}

export function encodeEnvelope(envelope: Envelope): string {
  return `${canonicalJson(envelope)}\n`;
}

export function decodeEnvelope(file: Uint8Array): Read<Envelope> {
  const text = utf8Of(file);
  if (text === undefined) return flawed('malformed', 'is not UTF-8');
  if (!text.endsWith('\n')) return flawed('malformed', 'does not end with a line feed');
  return readCanonical(text.slice(0, -1), envelopeSchema);
}

export interface Opened {
  readonly payload: Buffer;
  readonly signedBy: RecorderKey;
}

/** The payload, where one of the trusted keys signed it as this type. */
export function openEnvelope(
  { payload: encoded, payloadType, signatures: [signature] }: Envelope,
  trust: { readonly payloadType: string; readonly keys: Iterable<string> },
): Read<Opened> {
  if (payloadType !== trust.payloadType) return flawed('other_type', 'holds a payload of another type');
  const { keyid, sig } = signature;
  if (![...trust.keys].includes(keyid))
    return flawed('unknown_key', `is signed by ${keyid}, a key that is not trusted here`);
  const payload = Buffer.from(encoded, 'base64');
  const message = preAuthEncoding({ payloadType, payload });
  return isSignedBy(keyid, { message, signature: Buffer.from(sig, 'base64') })
    ? readAs({ payload, signedBy: keyid })
    : flawed('bad_signature', `has a signature that is not of ${keyid} over these bytes`);
}
