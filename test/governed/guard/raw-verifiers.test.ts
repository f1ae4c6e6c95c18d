// What openpgp.js and OpenSSL say of the signatures that the guard is asked about (guard.test.ts): the same, or the
// difference is in the table, and whatever is in the table was found.
import { describe, expect, test } from 'vitest';
import { embeddedBackend } from '../fixture.ts';
import { collectionsIn } from './collections.ts';
import { RAW_DIFFERENCES, type RawVerdicts } from './differences.ts';
import { ED25519_ATTEMPTS } from './ed25519-attempts.ts';
import { ed25519Cases } from './ed25519-cases.ts';
import { guardDatabaseOf } from './guard-database.ts';
import { openpgpSays, opensslSays, ownArithmeticSays, type RawAttempt } from './raw-verifiers.ts';
import { rsaAttempts } from './rsa-attempts.ts';
import { rsaCases } from './rsa-cases.ts';

async function verdictsOn(attempt: RawAttempt): Promise<RawVerdicts> {
  const openssl = opensslSays(attempt);
  return { openpgp: await openpgpSays(attempt), openssl, alone: await ownArithmeticSays(attempt) };
}

describe('openpgp.js and OpenSSL', () => {
  const attempts: readonly RawAttempt[] = [...ED25519_ATTEMPTS, ...rsaAttempts()];

  test.each(attempts.map((attempt) => [attempt.name, attempt] as const))(
    'say what the guard must, or differ as explained: %s',
    async (name, attempt) => {
      const explained = RAW_DIFFERENCES.filter((one) => one.attempts.test(name));
      const same = { openpgp: attempt.holds, openssl: attempt.holds, alone: attempt.holds };
      expect(explained.length).toBeLessThan(2);
      if (explained[0]) expect(attempt.holds).toBe(false);
      expect(await verdictsOn(attempt)).toEqual(explained[0]?.verdicts ?? same);
    },
  );

  test('have no difference explained that nothing shows', () => {
    for (const { attempts: names, verdicts } of RAW_DIFFERENCES) {
      expect(attempts.filter(({ name }) => names.test(name)).length).toBeGreaterThan(0);
      expect(Object.values(verdicts)).toContain(true);
    }
  });

  test('are asked all that the guard is asked, and both ways', () => {
    const names = new Set([...ed25519Cases(), ...rsaCases(rsaAttempts())].map(({ name }) => name));
    const asked = attempts.map((one) => `${'hash' in one ? 'rsa' : 'ed25519'}: ${one.name}`);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
    expect(attempts.filter(({ holds }) => holds).length).toBeGreaterThanOrEqual(12);
    expect(attempts.length).toBeGreaterThan(110);
  });
});

/** A folder with the files of the public collections, which come with no package: asked only where it is given. */
const FOLDER = process.env['SIGNATURE_COLLECTIONS'];

if (FOLDER)
  describe('the public collections', () => {
    const open = guardDatabaseOf(embeddedBackend);

    for (const { file, attempts } of collectionsIn(FOLDER))
      test(`get one verdict: ${file}, ${attempts.length} cases`, { timeout: 600_000 }, async () => {
        for (const { attempt, question, holds } of attempts) {
          const [row] = await open().root.admin((writer) =>
            writer.query<{ holds: boolean }>(question.sql, question.with),
          );
          const { openpgp, openssl } = await verdictsOn(attempt);
          const weak = 'hash' in attempt && attempt.key.e.length < 3;
          const said = { guard: row?.holds, openpgp, openssl: openssl && !weak };
          const wanted = (holds ?? row?.holds) && !weak;
          expect(said, attempt.name).toEqual({ guard: wanted, openpgp: wanted, openssl: wanted });
        }
      });
  });
