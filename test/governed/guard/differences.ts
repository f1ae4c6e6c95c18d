// Where the programs that judge a signature differ, and why: the tests hold these tables equal to what they find, and
// docs/verifiers.md is rendered from them.

/** What openpgp.js as admission uses it, OpenSSL, and the arithmetic of openpgp.js alone say of one attempt. */
export interface RawVerdicts {
  readonly openpgp: boolean;
  readonly openssl: boolean;
  readonly alone: boolean;
}

export interface RawDifference {
  readonly attempts: RegExp;
  readonly verdicts: RawVerdicts;
  readonly why: string;
}

const ALONE: RawVerdicts = { openpgp: false, openssl: false, alone: true };
const WEAK: RawVerdicts = { openpgp: false, openssl: true, alone: true };

/** The guard refuses all of these. */
export const RAW_DIFFERENCES: readonly RawDifference[] = [
  {
    ...{ attempts: /^S plus (\d+ times )?the order$/, verdicts: ALONE },
    why: 'the copy of tweetnacl does not ask that S is below the order; it is never asked where WebCrypto has Ed25519',
  },
  {
    ...{ attempts: /^R is the neutral point$/, verdicts: ALONE },
    why: 'the equation holds; the guard and OpenSSL refuse every R of small order, tweetnacl does not',
  },
  {
    ...{ attempts: /^a key of small order|of small order that cancel/, verdicts: ALONE },
    why: 'the equation holds; admission, the guard and OpenSSL refuse points of small order, tweetnacl does not',
  },
  {
    ...{ attempts: /^a sound signature over sha1$/, verdicts: { ...ALONE, openssl: true, alone: false } },
    why: 'the mathematics holds; admission, openpgp.js and the guard refuse the hash',
  },
  {
    ...{ attempts: /^a modulus of (1024|2047) bits$/, verdicts: WEAK },
    why: 'the mathematics holds; admission and the guard refuse the key before they ask',
  },
  {
    ...{ attempts: /^the exponent (3|1, under which the block is its own signature)$/, verdicts: WEAK },
    why: 'the same',
  },
];

/** Rejected by both for the form, though OpenSSL calls the signature true when its octets are read laxly. */
export const FORM_ALONE: readonly (readonly [reason: string, why: string])[] = [
  ['signature_armor', 'the packet is whole, its armor is not what it must be'],
  ['signature_count', 'a second packet stands behind the signature'],
  ['signature_malformed', 'a length is written in another way than the one that is allowed'],
];

/** Rejected by both, for another reason. Whatever is not here must be rejected for the same one. */
export const OTHER_REASON: readonly (readonly [typescript: string, guard: string, why: string])[] = [
  [
    'front_matter_syntax',
    'unknown_key',
    'TypeScript knows which characters beyond ASCII are letters (a key may be one of those), the guard takes all as such',
  ],
  ['front_matter_syntax', 'value_invalid', 'the same in a value'],
];
