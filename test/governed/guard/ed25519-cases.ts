// Ed25519 in the guard: the vectors of RFC 8032, the attempts, and what only SQL can be asked.
import { littleEndian, P, pointOf } from './curve.ts';
import { attempt, ED25519_ATTEMPTS, KEY } from './ed25519-attempts.ts';
import { type GuardCase, valueCase } from './guard-case.ts';

const VERIFY = 'SELECT cutter_guard.ed25519_verify($1, $2, $3)';
const IS_SOUND = 'SELECT cutter_guard.key_is_sound(27, $1, NULL)';

export function ed25519Cases(): GuardCase[] {
  const sound = attempt('sound', { holds: true });
  const ask = (name: string, values: readonly unknown[], expected: boolean | null) =>
    valueCase(`ed25519: ${name}`, { sql: VERIFY, with: values, expected });
  // On the curve, of large order, and written as y + p.
  const high = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n].filter(
    (y) => pointOf(y, 0n) !== undefined,
  );
  const offCurve = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n].filter((y) => pointOf(y, 0n) === undefined);
  return [
    ...ED25519_ATTEMPTS.map(({ name, key, message, signature, holds }) =>
      ask(name, [key, message, signature], holds),
    ),
    ask('a key of 31 octets', [sound.key.subarray(0, 31), sound.message, sound.signature], false),
    ask(
      'a key of 33 octets',
      [Buffer.concat([sound.key, Buffer.from([0])]), sound.message, sound.signature],
      false,
    ),
    ask('no key', [null, sound.message, sound.signature], null),
    ask('no message', [sound.key, null, sound.signature], null),
    ask('no signature', [sound.key, sound.message, null], null),
    ...high.map((y) =>
      valueCase(`ed25519: a key written as p + ${y}`, {
        sql: IS_SOUND,
        with: [littleEndian(y + P)],
        expected: false,
      }),
    ),
    ...high.flatMap((y) =>
      [0n, 1n].map((sign) =>
        valueCase(`ed25519: the key with y = ${y} and sign ${sign}`, {
          sql: 'SELECT (SELECT x::text FROM cutter_guard.ed25519_point($1))',
          with: [littleEndian(y | (sign << 255n))],
          expected: pointOf(y, sign)?.x,
        }),
      ),
    ),
    ...offCurve.map((y) =>
      valueCase(`ed25519: no point has y = ${y}`, {
        sql: IS_SOUND,
        with: [littleEndian(y)],
        expected: false,
      }),
    ),
    valueCase('ed25519: a sound key is sound', { sql: IS_SOUND, with: [KEY], expected: true }),
    valueCase('ed25519: a key with an exponent is none', {
      ...{ sql: "SELECT cutter_guard.key_is_sound(27, $1, '\\x03')", with: [KEY], expected: false },
    }),
    valueCase('ed25519: the legacy number is the same curve', {
      ...{ sql: 'SELECT cutter_guard.key_is_sound(22, $1, NULL)', with: [KEY], expected: true },
    }),
    valueCase('ed25519: another algorithm is no sound key', {
      ...{ sql: 'SELECT cutter_guard.key_is_sound(19, $1, NULL)', with: [KEY], expected: false },
    }),
  ];
}
