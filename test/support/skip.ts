// Why a test does not run here. The reason goes into the test's meta, which the JSON report carries, so that readiness
// and CI name what was left out; only some reasons are accepted (src/readiness/attestation.ts).
import { TestRunner } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    skipped?: string;
  }
}

export type SkipReason =
  | 'PostgreSQL absent'
  | 'psql absent'
  | 'gpg absent'
  | 'openssl absent'
  | 'python3 absent'
  | 'Chromium absent'
  | 'shared documents absent'
  | 'mounting not permitted'
  | 'a server given by TEST_DATABASE_URL';

/** The options of a `describe` or `it` that runs only where the condition holds. */
export function onlyWhere(
  condition: unknown,
  otherwise: SkipReason,
): { readonly skip?: true; readonly meta?: { readonly skipped: SkipReason } } {
  return condition ? {} : { skip: true, meta: { skipped: otherwise } };
}

/** Ends the test that is running, which has found out that it cannot. */
export function leaveOut(reason: SkipReason): never {
  const test = TestRunner.getCurrentTest();
  if (!test) throw new Error('only a test that is running can be left out');
  test.meta.skipped = reason;
  return test.context.skip(reason);
}
