// The pinned keys and what each of their signing keys may do, worked out once when the ring is read.
// Deployment settings alone decide who may sign; the key directory only supplies the material behind a pinned fingerprint.
import { type Key, readKeys as parseKeys } from 'openpgp';
import { examine, type SigningKey } from './certificate.ts';
import { type Fingerprint, isFingerprint, tidyFingerprint } from './fingerprint.ts';

export interface KeyRing {
  /** Primary fingerprints, as pinned. */
  readonly pinned: readonly Fingerprint[];
  /** Every primary key and subkey of the pinned certificates, by its own fingerprint. */
  readonly keys: ReadonlyMap<string, SigningKey>;
}

export type KeyFaultCode =
  | 'nothing_pinned'
  | 'fingerprint_invalid'
  | 'pinned_not_found'
  | 'pinned_is_subkey'
  | 'pinned_twice'
  | 'private_key'
  | 'pinned_in_future';

/** The keys of this deployment cannot be used; the message says what to do. Never a verdict. */
export class KeyFault extends Error {
  readonly code: KeyFaultCode;

  constructor(code: KeyFaultCode, message: string) {
    super(message);
    this.name = 'KeyFault';
    this.code = code;
  }
}

/** A file of a directory of public keys, as it lies on the machine. */
export interface KeyFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How long before its end a key is worth a warning. */
export const KEY_WARNING_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Reads public keys, armored or binary, and keeps those of the pinned certificates. Files that hold other keys, or
 * no key at all, are passed over; private key material is refused wherever it stands.
 * Throws KeyFault.
 */
export async function readKeys(
  files: readonly KeyFile[],
  options: { readonly pinned: readonly string[]; readonly now: Date },
): Promise<KeyRing> {
  const pinned = options.pinned.map(readFingerprint);
  if (pinned.length === 0)
    throw new KeyFault('nothing_pinned', 'no signer is pinned: set SOVEREIGN_GPG_FPR to a full fingerprint');
  const unreadable: string[] = [];
  const found = new Map<string, readonly SigningKey[]>();
  const primaryOf = new Map<string, string>();

  for (const file of files) {
    const certificates = await readCertificates(file);
    if (certificates.length === 0) unreadable.push(file.name);
    for (const certificate of certificates) {
      const fingerprint = certificate.getFingerprint().toUpperCase();
      const subkeys = certificate.subkeys.map((subkey) => subkey.getFingerprint().toUpperCase());
      for (const subkey of subkeys) primaryOf.set(subkey, fingerprint);
      if (!pinned.some((pin) => pin === fingerprint)) continue;
      // Two copies may disagree, and the one without the revocation must never win.
      if (found.has(fingerprint))
        throw new KeyFault(
          'pinned_twice',
          `${file.name}: ${fingerprint} was already read from another file: keep the newer one`,
        );
      if (certificate.getCreationTime() > options.now)
        throw new KeyFault(
          'pinned_in_future',
          `${fingerprint} is dated in the future: check the clock of this machine`,
        );
      found.set(fingerprint, await examine(certificate));
    }
  }
  const missing = pinned.filter((pin) => !found.has(pin));
  // Only of a key that lies there as nothing but a subkey: any certificate can list another's primary key as one of its own.
  const mistaken = missing.find((pin) => primaryOf.has(pin));
  if (mistaken)
    throw new KeyFault(
      'pinned_is_subkey',
      `${mistaken} is a subkey: pin its primary key ${primaryOf.get(mistaken)}`,
    );
  if (missing.length > 0)
    throw new KeyFault(
      'pinned_not_found',
      `no file of the key directory holds ${missing.join(', ')}: export it there with \`gpg --armor --export\`` +
        (unreadable.length > 0 ? ` (no key could be read from ${unreadable.join(', ')})` : ''),
    );
  return { pinned, keys: attributed([...found.values()].flat()) };
}

/**
 * Any certificate can list the keys of another, but only the one to which a key has certified in return that it belongs
 * may use it. So a claim that is not good takes nothing from one that is, in whatever order the two are read.
 */
function attributed(claims: readonly SigningKey[]): KeyRing['keys'] {
  const keys = new Map<string, SigningKey>();
  for (const claim of claims) {
    const other = keys.get(claim.fingerprint);
    if (!other || goesBefore(claim, other)) keys.set(claim.fingerprint, claim);
  }
  return keys;
}

/** A key that may sign before one that may not; a primary key before itself as a subkey; what its owner says before what others say. */
function goesBefore(a: SigningKey, b: SigningKey): boolean {
  const rank = ({ unusable, fingerprint, primary }: SigningKey) => [
    unusable === undefined ? 0 : 1,
    fingerprint === primary ? 0 : 1,
    unusable === 'key_not_cross_certified' || unusable === 'key_cannot_sign' ? 1 : 0,
  ];
  const [first, second] = [rank(a).join(''), rank(b).join('')];
  return first === second ? a.primary < b.primary : first < second;
}

/** Keys that may sign now but not much longer: those that end within 30 days, or have ended. */
export function keyWarnings(ring: KeyRing, now: Date): { fingerprint: Fingerprint; expiresAt: Date }[] {
  return [...ring.keys.values()].flatMap(({ fingerprint, expiresAt, unusable }) =>
    !unusable && expiresAt && expiresAt.getTime() - now.getTime() <= KEY_WARNING_MS
      ? [{ fingerprint, expiresAt }]
      : [],
  );
}

function readFingerprint(text: string): Fingerprint {
  const fingerprint = tidyFingerprint(text);
  if (isFingerprint(fingerprint)) return fingerprint;
  throw new KeyFault(
    'fingerprint_invalid',
    `\`${text}\` is no full fingerprint: give all 40 digits that \`gpg --fingerprint\` prints`,
  );
}

const BLOCK = /-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP \1 KEY BLOCK-----/g;

/** The certificates in one file; none when it holds no key. Throws KeyFault where one is private. */
export async function readCertificates({ name, bytes }: KeyFile): Promise<Key[]> {
  const text = Buffer.from(bytes).toString('latin1');
  const refusePrivate = () => {
    const advice = 'remove it, and export with `gpg --armor --export` instead';
    throw new KeyFault('private_key', `${name} holds a private key: ${advice}`);
  };
  if (text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')) refusePrivate();
  const certificates = text.includes('-----BEGIN PGP')
    ? (await Promise.all([...text.matchAll(BLOCK)].map(([block]) => parse(block)))).flat()
    : await parse(bytes);
  if (certificates.some((certificate) => certificate.isPrivate())) refusePrivate();
  return certificates;
}

async function parse(source: string | Uint8Array): Promise<Key[]> {
  try {
    return typeof source === 'string'
      ? await parseKeys({ armoredKeys: source })
      : await parseKeys({ binaryKeys: source });
  } catch {
    // Not a key, or one that cannot be read: if it was a pinned one, it is missed and named.
    return [];
  }
}
