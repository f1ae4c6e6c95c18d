// An RSA signer with an exponent of the test's choice, certified by itself: what no tool would make, and anybody could pin.
import { generateKeyPairSync } from 'node:crypto';
import { generateKey, type PrivateKey } from 'openpgp';
import { certify, secretOf } from '../conformance/approvals/make/forge.ts';
import { BORN } from './signer.ts';

type Numbers = { -readonly [Name in 'n' | 'e' | 'd' | 'p' | 'q' | 'u']: Uint8Array };

/** With the exponent 1 the secret is 1 as well, and everybody knows it. */
export async function makeRsaSigner(exponent: number): Promise<PrivateKey> {
  const { privateKey } = await generateKey({
    ...{ type: 'rsa', rsaBits: 2048, userIDs: [{ name: 'sovereign' }], subkeys: [] },
    ...{ date: BORN, format: 'object' },
  });
  const { n, e, ...secret } = numbersWith(exponent);
  const packet = secretOf(privateKey) as unknown as {
    publicParams: object;
    privateParams: object;
    computeFingerprintAndKeyID(): Promise<void>;
  };
  packet.publicParams = { n, e };
  packet.privateParams = secret;
  await packet.computeFingerprintAndKeyID();
  const keyFlags = privateKey.users[0]?.selfCertifications[0]?.keyFlags ?? null;
  await certify(privateKey, (certification) => {
    certification.keyFlags = keyFlags;
  });
  return privateKey;
}

function numbersWith(exponent: number): Numbers {
  const options = { modulusLength: 2048, publicExponent: exponent === 1 ? 65537 : exponent };
  const jwk = generateKeyPairSync('rsa', options).privateKey.export({ format: 'jwk' });
  const [n, e, d, p, q] = [jwk.n, jwk.e, jwk.d, jwk.q, jwk.p].map((text = '') =>
    Buffer.from(text, 'base64url'),
  );
  if (!n || !e || !d || !p || !q) throw new Error('an RSA key has five numbers');
  // OpenPGP keeps the inverse of p modulo q (RFC 9580, 5.5.5.1).
  const u = Buffer.from(jwk.qi ?? '', 'base64url');
  const one = Buffer.from([1]);
  return exponent === 1 ? { n, e: one, d: one, p, q, u } : { n, e, d, p, q, u };
}
