// Keys and signatures of GnuPG at faked times, sound and spoiled: what real people will hand in.
import type { Gpg } from './gpg.ts';
import { approvalFor, BORN, SIGNED, type Signed, type Studio } from './studio.ts';

const DOCUMENT = Buffer.from(approvalFor());
const LATER = '2026-05-21T11:00:00Z';

export function addGpgKeys(studio: Studio, gpg: Gpg): void {
  const ed25519 = gpg.makeKey('ed25519', { at: BORN, algorithm: 'ed25519', usage: 'sign' });
  const rsa3072 = gpg.makeKey('rsa3072', { at: BORN, algorithm: 'rsa3072', usage: 'sign' });
  const signed = (
    name: string,
    by: string,
    change: Partial<{ at: string; document: Buffer; signature: Buffer; primary: string }> = {},
  ): Signed => {
    const { at = SIGNED, document = DOCUMENT, primary = by } = change;
    const signature = change.signature ?? gpg.sign(document, { by: `${by}!`, at });
    return {
      document: studio.file(`gpg-${name}.approval`, document),
      signatures: [studio.file(`gpg-${name}.approval.asc`, signature)],
      keys: [studio.key(`gpg-${name}.asc`, gpg.export(primary, LATER))],
      pinned: [primary],
      madeBy: 'gpg',
    };
  };
  const option = (by: string, ...options: string[]) =>
    gpg.sign(DOCUMENT, { by: `${by}!`, at: SIGNED, options });

  studio.accept('gpg: Ed25519', signed('ed25519', ed25519));
  studio.accept('gpg: RSA-3072', signed('rsa3072', rsa3072));
  studio.accept(
    'gpg: RSA-2048',
    signed('rsa2048', gpg.makeKey('rsa2048', { at: BORN, algorithm: 'rsa2048', usage: 'sign' })),
  );
  studio.accept(
    'gpg: CRLF',
    signed('crlf', ed25519, { document: Buffer.from(approvalFor().replaceAll('\n', '\r\n')) }),
  );
  studio.accept(
    'gpg: SHA-384',
    signed('sha384', rsa3072, { signature: option(rsa3072, '--digest-algo', 'SHA384') }),
  );
  studio.accept(
    'gpg: a comment and a version',
    signed('headers', ed25519, { signature: option(ed25519, '--comment', 'hello', '--emit-version') }),
  );
  studio.accept(
    'gpg: a notation',
    signed('notation', ed25519, { signature: option(ed25519, '--sig-notation', 'note@example.org=x') }),
  );
  studio.accept(
    'gpg: a signature that ends tomorrow',
    signed('ends-tomorrow', ed25519, { signature: option(ed25519, '--default-sig-expire', '2') }),
  );

  const subkeyed = gpg.makeKey('subkeyed', { at: BORN, algorithm: 'ed25519', usage: 'cert' });
  const subkey = gpg.addKey(subkeyed, { at: BORN, algorithm: 'ed25519', usage: 'sign' });
  gpg.addKey(subkeyed, { at: BORN, algorithm: 'cv25519', usage: 'encr' });
  studio.accept(
    'gpg: a signing subkey under a primary key that only certifies',
    signed('subkey', subkey, { primary: subkeyed }),
  );

  const spoiled: [string, Signed, Parameters<Studio['reject']>[2]][] = [
    [
      'SHA-1',
      signed('sha1', rsa3072, { signature: option(rsa3072, '--digest-algo', 'SHA1') }),
      { reason: 'weak_hash' },
    ],
    [
      'RIPEMD-160',
      signed('ripemd160', rsa3072, { signature: option(rsa3072, '--digest-algo', 'RIPEMD160') }),
      { reason: 'weak_hash' },
    ],
    [
      'SHA-224',
      signed('sha224', rsa3072, { signature: option(rsa3072, '--digest-algo', 'SHA224') }),
      { reason: 'weak_hash' },
    ],
    [
      'text mode',
      signed('textmode', ed25519, { signature: option(ed25519, '--textmode') }),
      { reason: 'signature_type' },
    ],
    [
      'a critical notation',
      signed('critical-notation', ed25519, {
        signature: option(ed25519, '--sig-notation', '!note@example.org=x'),
      }),
      { reason: 'signature_subpackets' },
    ],
    [
      'clear-signed text as the approval',
      signed('clear-signed', ed25519, { document: gpg.clearSign(DOCUMENT, { by: ed25519, at: SIGNED }) }),
      { reason: 'clear_signed', line: 1 },
    ],
    [
      'clear-signed text as the signature',
      signed('clear-signature', ed25519, { signature: gpg.clearSign(DOCUMENT, { by: ed25519, at: SIGNED }) }),
      { reason: 'clear_signed' },
    ],
    [
      'an inline message as the signature',
      signed('inline', ed25519, {
        signature: gpg.run(['--local-user', ed25519, '--armor', '--sign'], { at: SIGNED, input: DOCUMENT }),
      }),
      { reason: 'clear_signed' },
    ],
    [
      'two signers in one block',
      signed('two-in-one', ed25519, { signature: option(ed25519, '--local-user', rsa3072) }),
      { reason: 'signature_count' },
    ],
    [
      'a binary signature',
      signed('binary', ed25519, {
        signature: gpg.run(['--local-user', ed25519, '--detach-sign'], { at: SIGNED, input: DOCUMENT }),
      }),
      { reason: 'signature_armor' },
    ],
    [
      'another document',
      signed('another', ed25519, { signature: gpg.sign(Buffer.from('x'), { by: ed25519, at: SIGNED }) }),
      { reason: 'signature_invalid' },
    ],
    [
      'RSA-1024',
      signed('rsa1024', gpg.makeKey('rsa1024', { at: BORN, algorithm: 'rsa1024', usage: 'sign' })),
      { reason: 'weak_key' },
    ],
    [
      'DSA',
      signed('dsa', gpg.makeKey('dsa', { at: BORN, algorithm: 'dsa2048', usage: 'sign' })),
      { reason: 'weak_key' },
    ],
    [
      'ECDSA',
      signed('ecdsa', gpg.makeKey('ecdsa', { at: BORN, algorithm: 'nistp256', usage: 'sign' })),
      { reason: 'weak_key' },
    ],
    [
      'a key certified by SHA-1 alone',
      signed(
        'sha1-certified',
        gpg.makeKey('sha1-certified', {
          at: BORN,
          algorithm: 'rsa2048',
          usage: 'sign',
          options: ['--cert-digest-algo', 'SHA1'],
        }),
      ),
      { reason: 'key_cannot_sign' },
    ],
    [
      'a key that expired after signing',
      signed(
        'expired',
        gpg.makeKey('expired', { at: BORN, algorithm: 'ed25519', usage: 'sign', expires: '20260521T110000' }),
      ),
      { reason: 'key_expired' },
    ],
    [
      'a signing key that nobody pinned',
      {
        ...signed('stranger', gpg.makeKey('stranger', { at: BORN, algorithm: 'ed25519', usage: 'sign' })),
        keys: ['gpg-ed25519.asc'],
        pinned: [ed25519],
      },
      { reason: 'signer_not_pinned' },
    ],
  ];
  const revoked = gpg.makeKey('revoked', { at: BORN, algorithm: 'ed25519', usage: 'sign' });
  const signature = gpg.sign(DOCUMENT, { by: revoked, at: SIGNED });
  gpg.revoke(revoked, LATER);
  spoiled.push([
    'a key that was revoked after signing',
    signed('revoked', revoked, { signature }),
    { reason: 'key_revoked' },
  ]);
  for (const [name, made, expected] of spoiled) studio.reject(`gpg: ${name}`, made, expected);
}
