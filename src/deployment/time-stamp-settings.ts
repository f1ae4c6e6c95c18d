// Who is asked for time stamps, and by which certificates their answers are believed: read with the other settings, so that
// one list names whatever is wrong.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { TimeStampAuthority } from '../publish/time-stamps.ts';
import { authorityIn } from '../record/time-stamp-authority.ts';

const authoritySchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, 'must be 1 to 63 letters, digits, . and -'),
  // What is sent is a digest, and the answer is signed: most authorities offer http alone.
  url: z.url().refine(isPlainWeb, 'must be http or https, without a user or a password'),
  certificate: z.string().trim().min(1, 'is missing or empty'),
});

export const authoritiesSchema = z
  .array(authoritySchema)
  .refine(
    (given) => new Set(given.map(({ name }) => name)).size === given.length,
    'must not hold one name twice',
  )
  .default([]);

function isPlainWeb(url: string): boolean {
  const { protocol, username, password } = new URL(url);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

export interface ReadAuthorities {
  readonly authorities: readonly TimeStampAuthority[];
  readonly problems: readonly string[];
}

/** Reads the file of each authority's certificates. */
export function readAuthorities(given: readonly z.infer<typeof authoritySchema>[]): ReadAuthorities {
  const authorities: TimeStampAuthority[] = [];
  const problems: string[] = [];
  for (const { name, url, certificate } of given) {
    const path = resolve(certificate);
    const pinned = pinnedIn(path);
    if (typeof pinned === 'string')
      problems.push(`time_stamps: the certificate ${path} of ${name} ${pinned}`);
    else authorities.push({ name, url, pinned });
  }
  return { authorities, problems };
}

function pinnedIn(path: string): ReturnType<typeof authorityIn> {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch {
    return 'cannot be read';
  }
  return authorityIn(pem);
}
