// Every case there is, made ready: what conditions.test.ts looks its cases up in, and what `guard.test.ts` asks.
import { admissionCases } from './admission-cases.ts';
import { ed25519Cases } from './ed25519-cases.ts';
import type { GuardCase } from './guard-case.ts';
import { readerCases } from './reader-cases.ts';
import { rsaAttempts } from './rsa-attempts.ts';
import { rsaCases } from './rsa-cases.ts';
import { vectorCases } from './vector-cases.ts';

export async function allCases(): Promise<GuardCase[]> {
  const vectors = await Promise.all(vectorCases().map(({ prepare }) => prepare()));
  return [
    ...ed25519Cases(),
    ...rsaCases(rsaAttempts()),
    ...readerCases(),
    ...(await admissionCases()),
    ...vectors,
  ];
}
