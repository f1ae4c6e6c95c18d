// Envelopes: the published encodings, and that nothing but the very bytes of the very key is believed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEnvelope,
  encodeEnvelope,
  IN_TOTO,
  openEnvelope,
  preAuthEncoding,
  seal,
} from '../../src/record/dsse.ts';
import { inGroups, isRecorderKey, isSignedBy, type RecorderKey } from '../../src/record/recorder-key.ts';
import { newRecorder, recorderFrom } from '../support/recorder.ts';
import vectors from './vectors/dsse.json' with { type: 'json' };

const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const recorder = recorderFrom(SEED);
const payload = Buffer.from('{"a":1}');
const file = Buffer.from(await seal({ payloadType: IN_TOTO, payload }, recorder));
const trust = { payloadType: IN_TOTO, keys: [newRecorder().key, recorder.key] };

function opened(bytes: Uint8Array) {
  const envelope = decodeEnvelope(bytes);
  return envelope.ok ? openEnvelope(envelope.value, trust) : envelope;
}

describe('the published vectors', () => {
  it.each(vectors.encodings)('encode $payload as $encoded', ({ payloadType, payload: text, encoded }) => {
    expect(preAuthEncoding({ payloadType, payload: Buffer.from(text) }).toString()).toBe(encoded);
  });

  it.each(vectors.ed25519)('verify for the key $key', async ({ seed, key, message, signature }) => {
    const [bytes, made] = [Buffer.from(message, 'hex'), Buffer.from(signature, 'hex')];
    const signer = recorderFrom(seed);
    expect(signer.key).toBe(key);
    expect(Buffer.from(await signer.sign(bytes)).toString('hex')).toBe(signature);
    expect(isSignedBy(signer.key, { message: bytes, signature: made })).toBe(true);
    expect(isSignedBy(recorder.key, { message: Buffer.from('x'), signature: made })).toBe(false);
    expect(isSignedBy(signer.key, { message: bytes, signature: made.subarray(1) })).toBe(false);
  });
});

describe('an envelope', () => {
  it('is one RFC 8785 line that gives back its payload and its signer', () => {
    expect(file.toString()).toMatch(/^\{"payload":"[^\n]*\}\n$/);
    const result = opened(file);
    expect(result).toEqual({ ok: true, value: { payload, signedBy: recorder.key } });
    const envelope = decodeEnvelope(file);
    expect(envelope.ok && encodeEnvelope(envelope.value)).toBe(file.toString());
  });

  it('comes back whatever was put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
        const result = opened(Buffer.from(await seal({ payloadType: IN_TOTO, payload: content }, recorder)));
        expect(result.ok && Buffer.compare(result.value.payload, content)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused with any byte flipped, and with any bit of some', () => {
    for (const [place, byte] of file.entries())
      for (const bit of [1, 2, 32, 128])
        expect(opened(Buffer.from(file.with(place, byte ^ bit))).ok, `byte ${place}, bit ${bit}`).toBe(false);
  });

  it.each([
    ['a payload of another type', { payloadType: 'text/plain', keys: [recorder.key] }, 'other_type'],
    ['a key that nobody named', { payloadType: IN_TOTO, keys: [newRecorder().key] }, 'unknown_key'],
    ['no key at all', { payloadType: IN_TOTO, keys: [] }, 'unknown_key'],
  ])('of %s is refused by its code', (_, trusted, code) => {
    const envelope = decodeEnvelope(file);
    expect(envelope.ok && openEnvelope(envelope.value, trusted)).toMatchObject({ ok: false, flaw: { code } });
  });

  it("of a key that signed other bytes is refused, also under another's name", async () => {
    const other = newRecorder();
    const sig = Buffer.from(await other.sign(preAuthEncoding({ payloadType: IN_TOTO, payload })));
    const signatures = [{ keyid: recorder.key, sig: sig.toString('base64') }] as const;
    const forged = encodeEnvelope({
      ...{ payload: payload.toString('base64'), payloadType: IN_TOTO },
      signatures: [...signatures],
    });
    expect(opened(Buffer.from(forged))).toMatchObject({ flaw: { code: 'bad_signature' } });
  });

  const text = file.toString();
  it.each([
    ['a second line', `${text}${text}`],
    ['no line feed', text.trimEnd()],
    ['white space', text.replace('{"payload"', '{ "payload"')],
    ['a field more', text.replace('{"payload"', '{"a":1,"payload"')],
    ['a field twice', text.replace('{"payload"', '{"payload":"","payload"')],
    ['no signature', text.replace(/"signatures":\[.*\]/, '"signatures":[]')],
    ['two signatures', text.replace(/"signatures":\[(.*)\]/, '"signatures":[$1,$1]')],
    ['base64 without its padding', text.replace(/={1,2}"/g, '"')],
    ['a key in capitals', text.replace(recorder.key, recorder.key.toUpperCase())],
    ['a byte order mark', `\ufeff${text}`],
    ['nothing', ''],
    ['no JSON', '{\n'],
  ])('with %s is malformed', (_, hostile) => {
    expect(decodeEnvelope(Buffer.from(hostile))).toMatchObject({ flaw: { code: 'malformed' } });
  });

  it('that is no UTF-8 is malformed', () => {
    expect(decodeEnvelope(Buffer.of(0xff, 0x0a))).toMatchObject({ flaw: { code: 'malformed' } });
  });
});

describe('a recorder key', () => {
  it('is shown in groups of four digits', () => {
    expect(inGroups(recorder.key)).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    expect(inGroups(recorder.key).replaceAll(' ', '')).toBe(recorder.key);
  });

  it.each([
    ['the neutral point', `01${'00'.repeat(31)}`],
    ['a point of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['another writing of a point', `ee${'ff'.repeat(30)}7f`],
    ['capitals', 'D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A'],
    ['too few digits', 'd75a'],
  ])('is not %s', (_, key) => {
    expect(isRecorderKey(key)).toBe(false);
    const trusted = { payloadType: IN_TOTO, keys: [key as RecorderKey] };
    const envelope = decodeEnvelope(Buffer.from(file.toString().replace(recorder.key, key)));
    expect(envelope.ok && openEnvelope(envelope.value, trusted).ok).toBe(false);
  });
});
