// The numbers of a public key as octets: what its strength is judged by, and what the guard verifies with.
import { enums, type Key, type Subkey } from 'openpgp';
import { z } from 'zod';
import { isSoundPoint, isSoundRsa } from './key-strength.ts';

export type KeyPacket = Key['keyPacket'] | Subkey['keyPacket'];

export type KeyNumbers =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ed25519'; readonly point: Uint8Array };

const octets = z.instanceof(Uint8Array);
const rsa = z.object({ n: octets, e: octets });
const eddsaLegacy = z.object({ Q: octets.refine((point) => point.length === 33 && point[0] === 0x40) });
const ed25519 = z.object({ A: octets });

/** undefined for every other kind of key, and for numbers that do not have the form of theirs. */
export function numbersOf({ algorithm, publicParams }: KeyPacket): KeyNumbers | undefined {
  switch (algorithm) {
    case enums.publicKey.rsaEncryptSign: {
      const { data } = rsa.safeParse(publicParams);
      return data && { kind: 'rsa', modulus: data.n, exponent: data.e };
    }
    case enums.publicKey.eddsaLegacy: {
      const { data } = eddsaLegacy.safeParse(publicParams);
      return data && { kind: 'ed25519', point: data.Q.subarray(1) };
    }
    case enums.publicKey.ed25519: {
      const { data } = ed25519.safeParse(publicParams);
      return data && { kind: 'ed25519', point: data.A };
    }
    default:
      return undefined;
  }
}

/** Whether anything that a key with these numbers signs can be believed. */
export function areStrong(numbers: KeyNumbers): boolean {
  return numbers.kind === 'rsa' ? isSoundRsa(numbers) : isSoundPoint(numbers.point);
}
