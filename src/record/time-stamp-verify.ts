// What a time stamp is worth: it is over this statement, signed by an authority that whoever asks has pinned, with a
// certificate that is for time stamps alone and held when it was signed. Each step is one sentence of RFC 3161.
import { createHash, verify, type X509Certificate } from 'node:crypto';
import { X509Certificate as ParsedCertificate } from '@sigstore/core';
import type { Sha256 } from '../digest/digest.ts';
import { type TimeStamp, TST_INFO } from './time-stamp.ts';
import type { Authority } from './time-stamp-authority.ts';

export interface TimeStampFlaw {
  readonly code: 'other_statement' | 'foreign' | 'unfit' | 'expired' | 'bad_signature';
  /** As the rest of a sentence that begins with the name of the time stamp. */
  readonly detail: string;
}

export type VerifiedTimeStamp =
  | { readonly ok: true; readonly at: Date; readonly authority: Authority }
  | { readonly ok: false; readonly flaw: TimeStampFlaw };

/** Whether a time stamp is over the file with this digest, and by one of these authorities. */
export function verifyTimeStamp(
  stamp: TimeStamp,
  { digest, authorities }: { readonly digest: Sha256; readonly authorities: readonly Authority[] },
): VerifiedTimeStamp {
  const flaw = (code: TimeStampFlaw['code'], detail: string): VerifiedTimeStamp => ({
    ok: false,
    flaw: { code, detail },
  });
  if (!isOver(stamp, digest)) return flaw('other_statement', 'is over other bytes than this statement');
  const found = signerOf(stamp, authorities);
  if (!found) return flaw('foreign', 'is signed by none of the authorities that are pinned');
  const { signer, chain, authority } = found;
  const name = signer.subject.replaceAll('\n', ', ');
  if (!isSigned(stamp, signer))
    return flaw('bad_signature', `is in the name of ${name}, and not signed by it`);
  if (!isForTimeStamps(signer))
    return flaw('unfit', `is signed by ${name}, whose certificate is not for time stamps alone`);
  const over = chain.find((one) => stamp.at < one.validFromDate || stamp.at > one.validToDate);
  if (over)
    return flaw(
      'expired',
      `is of ${stamp.at.toISOString()}, and the certificate of ${over.subject.replaceAll('\n', ', ')} is valid from ${over.validFromDate.toISOString()} to ${over.validToDate.toISOString()}`,
    );
  return { ok: true, at: stamp.at, authority };
}

const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** By the algorithm of the signature, what is hashed for it; RSA by itself leaves that to the digest beside it. */
const SIGNATURES: Readonly<Record<string, string | 'as the digest'>> = {
  '1.2.840.113549.1.1.1': 'as the digest',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

export function isOver({ imprint }: TimeStamp, digest: Sha256): boolean {
  return DIGESTS[imprint.algorithm] === 'sha256' && imprint.hash.toString('hex') === digest;
}

interface Signer {
  readonly signer: X509Certificate;
  /** From the signer up to what is pinned. */
  readonly chain: readonly X509Certificate[];
  readonly authority: Authority;
}

// The pinned ones first: a certificate that only came along is believed when a pinned one has issued it.
function signerOf(stamp: TimeStamp, authorities: readonly Authority[]): Signer | undefined {
  const named = [...authorities.flat(), ...stamp.certificates].filter((one) => isNamed(one, stamp));
  for (const signer of named)
    for (const authority of authorities) {
      const chain = chainTo(authority, { signer, between: stamp.certificates });
      if (chain) return { signer, chain, authority };
    }
  return undefined;
}

function isNamed({ raw }: X509Certificate, { signer }: TimeStamp): boolean {
  const { issuer, serialNumber } = ParsedCertificate.parse(Buffer.from(raw));
  return issuer.equals(signer.issuer) && serialNumber.equals(signer.serial);
}

const LONGEST_CHAIN = 5;

function chainTo(
  authority: Authority,
  { signer, between }: { signer: X509Certificate; between: readonly X509Certificate[] },
): readonly X509Certificate[] | undefined {
  const chain = [signer];
  for (let last = signer; chain.length <= LONGEST_CHAIN; ) {
    if (authority.some(({ raw }) => raw.equals(last.raw))) return chain;
    const above = [...authority, ...between].find((one) => hasIssued(one, last) && !chain.includes(one));
    if (!above) return undefined;
    chain.push(above);
    last = above;
  }
  return undefined;
}

function hasIssued(above: X509Certificate, below: X509Certificate): boolean {
  return above.ca && below.checkIssued(above) && below.verify(above.publicKey);
}

// What is signed are the attributes, and they hold the digest of what the time stamp says (RFC 5652 section 5.4).
function isSigned(stamp: TimeStamp, { publicKey }: X509Certificate): boolean {
  const { attributes, info, signature } = stamp;
  const digest = DIGESTS[stamp.digestAlgorithm];
  const told = SIGNATURES[stamp.signatureAlgorithm];
  const hashed = told === 'as the digest' ? digest : told;
  if (digest === undefined || hashed === undefined || attributes.contentType !== TST_INFO) return false;
  if (!createHash(digest).update(info).digest().equals(attributes.digest)) return false;
  try {
    return verify(hashed, attributes.signed, publicKey, signature);
  } catch {
    return false;
  }
}

const FOR_TIME_STAMPS = '1.3.6.1.5.5.7.3.8';
const EXTENDED_KEY_USAGE = '2.5.29.37';

/** Section 2.3: the one extended usage, and critical. */
function isForTimeStamps({ raw, keyUsage }: X509Certificate): boolean {
  const extension = ParsedCertificate.parse(Buffer.from(raw)).extension(EXTENDED_KEY_USAGE);
  return extension?.critical === true && keyUsage?.length === 1 && keyUsage[0] === FOR_TIME_STAMPS;
}
