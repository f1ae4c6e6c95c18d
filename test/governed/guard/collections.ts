// The public collections of test vectors as attempts: Wycheproof (ed25519_test.json, rsa_signature_<bits>_<hash>_test.json of
// testvectors_v1) and ed25519-speccheck (cases.json), as their files lie in one folder.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RawAttempt } from './raw-verifiers.ts';
import { HASHES } from './rsa-attempts.ts';

interface Collected {
  readonly attempt: RawAttempt;
  readonly question: { readonly sql: string; readonly with: readonly unknown[] };
  /** undefined: the collection does not say what is right. */
  readonly holds: boolean | undefined;
}

const bytes = z.string().transform((hex) => Buffer.from(hex, 'hex'));
const number = bytes.transform((octets) => octets.subarray(octets.findIndex((octet) => octet !== 0)));
const tests = z.array(
  z.object({ tcId: z.number(), comment: z.string(), msg: bytes, sig: bytes, result: z.string() }),
);
const ed25519 = z.object({ testGroups: z.array(z.object({ publicKey: z.object({ pk: bytes }), tests })) });
const rsaKey = z.object({ modulus: number, publicExponent: number });
const rsa = z.object({ testGroups: z.array(z.object({ publicKey: rsaKey, sha: z.string(), tests })) });
const speccheck = z.array(z.object({ message: bytes, pub_key: bytes, signature: bytes }));

export function collectionsIn(folder: string): { file: string; attempts: Collected[] }[] {
  return readdirSync(folder).flatMap((file) => {
    const read = readerOf(file);
    return read ? [{ file, attempts: read(JSON.parse(readFileSync(join(folder, file), 'utf8'))) }] : [];
  });
}

function readerOf(file: string): ((json: unknown) => Collected[]) | undefined {
  if (file === 'cases.json') return ofSpeccheck;
  if (file === 'ed25519_test.json') return ofEd25519;
  return /^rsa_signature_\d+_sha(256|384|512)_test\.json$/.test(file) ? ofRsa : undefined;
}

/** What is merely acceptable, such as a DER without its parameters, is refused here. */
const holdsBy = (result: string): boolean => result === 'valid';

function ofEd25519(json: unknown): Collected[] {
  return ed25519
    .parse(json)
    .testGroups.flatMap(({ publicKey, tests: all }) =>
      all.map(({ tcId, comment, msg, sig, result }) =>
        curve(
          { name: `${tcId} ${comment}`, key: publicKey.pk, message: msg, signature: sig },
          holdsBy(result),
        ),
      ),
    );
}

function ofSpeccheck(json: unknown): Collected[] {
  return speccheck
    .parse(json)
    .map(({ message, pub_key: key, signature }, n) =>
      curve({ name: `case ${n}`, key, message, signature }, undefined),
    );
}

function curve(
  asked: { name: string; key: Buffer; message: Buffer; signature: Buffer },
  holds: boolean | undefined,
): Collected {
  const { key, message, signature } = asked;
  const sql = 'SELECT cutter_guard.ed25519_verify($1, $2, $3) AS holds';
  const attempt = { ...asked, holds: holds ?? false };
  return { attempt, holds, question: { sql, with: [key, message, signature] } };
}

function ofRsa(json: unknown): Collected[] {
  return rsa.parse(json).testGroups.flatMap(({ publicKey, sha, tests: all }) => {
    const [hash, name] = HASHES.find(([, known]) => known === sha.replace('-', '').toLowerCase()) ?? [];
    if (!hash || !name) throw new Error(`no hash ${sha}`);
    const key = { n: publicKey.modulus, e: publicKey.publicExponent };
    return all.map(({ tcId, comment, msg, sig, result }) => {
      const digest = createHash(name).update(msg).digest();
      const sql = 'SELECT cutter_guard.rsa_verify($1, $2, $3::integer, $4, $5) AS holds';
      const holds = holdsBy(result);
      const attempt = { name: `${tcId} ${comment}`, key, hash, message: msg, digest, signature: sig, holds };
      return { attempt, holds, question: { sql, with: [key.n, key.e, hash, digest, sig] } };
    });
  });
}
