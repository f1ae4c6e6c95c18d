// RSASSA-PKCS1-v1_5 in the guard: the attempts, and which keys it takes.
import { type GuardCase, valueCase } from './guard-case.ts';
import type { RsaAttempt } from './rsa-attempts.ts';

const VERIFY = 'SELECT cutter_guard.rsa_verify($1, $2, $3::integer, $4, $5)';
const IS_SOUND = 'SELECT cutter_guard.key_is_sound(1, $1, $2)';

export function rsaCases(attempts: readonly RsaAttempt[]): GuardCase[] {
  const [sound] = attempts;
  if (!sound) throw new Error('no attempts');
  const { n, e } = sound.key;
  const soundness = (name: string, key: { n: Buffer | null; e: Buffer | null }, expected: boolean) =>
    valueCase(`rsa: ${name}`, { sql: IS_SOUND, with: [key.n, key.e], expected });
  const even = Buffer.from(n);
  even[even.length - 1] = (even.at(-1) ?? 0) & 0xfe;
  return [
    ...attempts.map(({ name, key, hash, digest, signature, holds }) =>
      valueCase(`rsa: ${name}`, {
        sql: VERIFY,
        with: [key.n, key.e, hash, digest, signature],
        expected: holds,
      }),
    ),
    valueCase('rsa: no digest', { sql: VERIFY, with: [n, e, 8, null, sound.signature], expected: null }),
    valueCase('rsa: no signature', { sql: VERIFY, with: [n, e, 8, sound.digest, null], expected: null }),
    soundness('a sound key is sound', { n, e }, true),
    soundness('no modulus', { n: null, e }, false),
    soundness('no exponent', { n, e: null }, false),
    soundness('an even modulus', { n: even, e }, false),
    soundness(
      'a modulus written with a zero in front',
      { n: Buffer.concat([Buffer.from([0]), n]), e },
      false,
    ),
    soundness('the smallest modulus of 2048 bits', { n: smallest(256), e }, true),
    soundness(
      'the greatest modulus of 2047 bits',
      { n: Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(255, 0xff)]), e },
      false,
    ),
    soundness('an exponent above the modulus', { n, e: Buffer.concat([Buffer.from([1]), n]) }, false),
    soundness('an even exponent above 65537', { n, e: Buffer.from([1, 0, 2]) }, false),
    soundness('the exponent 65535', { n, e: Buffer.from([255, 255]) }, false),
    soundness('the exponent 0', { n, e: Buffer.from([0]) }, false),
  ];
}

function smallest(octets: number): Buffer {
  const bytes = Buffer.alloc(octets);
  bytes[0] = 0x80;
  bytes[octets - 1] = 1;
  return bytes;
}
