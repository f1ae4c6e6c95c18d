// By whose certificates time stamps are believed: a file in PEM form that people pin.
import { X509Certificate } from 'node:crypto';

/** The certificates of a pinned file: the authority's own, or one above it. */
export type Authority = readonly X509Certificate[];

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file; a string says why it has none. */
export function authorityIn(pem: string): Authority | string {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) return 'holds no certificate in PEM form';
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return 'holds a certificate that cannot be read';
  }
}
