// A signer whose signatures are put together byte by byte, so that each can be wrong in exactly one way.
import { generateKey, type PrivateKey } from 'openpgp';
import { armor, createdAt, issuedBy, packet, type Recipe, signatureBody } from './packets.ts';
import { BORN, SIGNED, type Signed, type Studio } from './studio.ts';

export class Hand {
  readonly studio: Studio;
  readonly key: PrivateKey;
  readonly keyFile: string;

  private constructor(studio: Studio, key: PrivateKey, keyFile: string) {
    this.studio = studio;
    this.key = key;
    this.keyFile = keyFile;
  }

  /** `legacy`: algorithm 22, as GnuPG 2.2 writes it; `native`: algorithm 27 of RFC 9580. */
  static async make(studio: Studio, options: { name: string; encoding: 'legacy' | 'native' }): Promise<Hand> {
    const { name, encoding } = options;
    const { privateKey } = await generateKey({
      ...(encoding === 'legacy' ? { type: 'ecc', curve: 'ed25519Legacy' } : { type: 'curve25519' }),
      userIDs: [{ name: name }],
      date: new Date(BORN),
      format: 'object',
    });
    const file = studio.key(`${name}.asc`, privateKey.toPublic().armor());
    return new Hand(studio, privateKey, file);
  }

  /** The hashed subpackets of a sound signature. */
  claims(at: string = SIGNED): Recipe['hashed'] {
    return [issuedBy(this.key), createdAt(at)];
  }

  /** The packet of a sound signature, but for what the recipe changes. */
  packet(document: Uint8Array | string, recipe: Partial<Recipe> = {}): Buffer {
    return packet(2, this.body(document, recipe));
  }

  body(document: Uint8Array | string, recipe: Partial<Recipe> = {}): Buffer {
    return signatureBody(this.key, { document: Buffer.from(document), hashed: this.claims(), ...recipe });
  }

  /** A document with a sound signature, but for what the recipe changes. */
  signed(name: string, document: Uint8Array | string, recipe: Partial<Recipe> = {}): Signed {
    return this.withSignature(name, document, armor(this.packet(document, recipe)));
  }

  /** A document with the given signature files. */
  withSignature(name: string, document: Uint8Array | string, ...signatures: (Uint8Array | string)[]): Signed {
    return {
      document: this.studio.file(`${name}.approval`, document),
      signatures: signatures.map((bytes, index) =>
        this.studio.file(index === 0 ? `${name}.approval.asc` : `${name}.approval.${index + 1}.asc`, bytes),
      ),
      keys: [this.keyFile],
      pinned: [this.key.getFingerprint().toUpperCase()],
      madeBy: 'by hand',
    };
  }
}
