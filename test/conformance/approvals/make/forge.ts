// Keys of openpgp.js and what can be done to them: certificates changed after they were made, and signatures
// that no tool would make.
import {
  config,
  createMessage,
  enums,
  generateKey,
  type KeyOptions,
  type PrivateKey,
  SecretKeyPacket,
  SignaturePacket,
  type Subkey,
  type SubkeyOptions,
  sign,
} from 'openpgp';
import { armor, packet } from './packets.ts';
import { approvalFor, BORN, SIGNED, type Signed, type Studio } from './studio.ts';

type Holder = Pick<PrivateKey, 'keyPacket'> | Pick<Subkey, 'keyPacket'>;

const DOCUMENT = approvalFor();

export async function make(options: Partial<KeyOptions>, subkeys: SubkeyOptions[] = []): Promise<PrivateKey> {
  const defaults: KeyOptions = {
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'openpgp.js' }],
    date: new Date(BORN),
  };
  const { privateKey } = await generateKey({ ...defaults, ...options, subkeys, format: 'object' });
  return privateKey;
}

let count = 0;

export function publish(
  studio: Studio,
  key: PrivateKey,
  armored = key.toPublic().armor(),
): Pick<Signed, 'keys' | 'pinned'> {
  count += 1;
  return {
    keys: [studio.key(`openpgpjs-${count}.asc`, armored)],
    pinned: [key.getFingerprint().toUpperCase()],
  };
}

function file(studio: Studio, signature: string): Pick<Signed, 'document' | 'signatures' | 'madeBy'> {
  const name = `openpgpjs-${count}.approval`;
  return {
    document: studio.file(name, DOCUMENT),
    signatures: [studio.file(`${name}.asc`, signature)],
    madeBy: 'openpgp.js',
  };
}

/** As the library signs: with its choice of subkey, and only if it finds the key good. */
export async function signedBy(studio: Studio, key: PrivateKey): Promise<Signed> {
  const message = await createMessage({ binary: Buffer.from(DOCUMENT) });
  const rejectCurves = new Set<never>();
  const signature = await sign({
    message,
    signingKeys: key,
    detached: true,
    date: new Date(SIGNED),
    config: { rejectCurves },
  });
  const published = publish(studio, key);
  return { ...published, ...file(studio, signature) };
}

/** As nobody's tool would sign: with this very key, whatever it is for. */
export async function signedWith(
  studio: Studio,
  key: PrivateKey,
  packetOfKey: unknown = key.keyPacket,
): Promise<Signed> {
  const signature = new SignaturePacket();
  const signer = packetOfKey as PrivateKey['keyPacket'];
  signature.signatureType = enums.signature.binary;
  signature.publicKeyAlgorithm = signer.algorithm;
  signature.hashAlgorithm = enums.hash.sha256;
  const data = { text: null, getBytes: () => Buffer.from(DOCUMENT) };
  await signWith(signature, { key: signer, data, date: new Date(SIGNED) });
  const published = publish(studio, key);
  return { ...published, ...file(studio, armor(packet(2, signature.write()))) };
}

/** Makes the binding signature of the first subkey again, changed. */
export async function bind(key: PrivateKey, change: (binding: SignaturePacket) => void): Promise<void> {
  const [subkey] = key.subkeys;
  const [binding] = subkey?.bindingSignatures ?? [];
  if (!subkey || !binding) throw new Error('openpgp.js made no subkey');
  const about = { key: key.keyPacket, bind: subkey.keyPacket };
  subkey.bindingSignatures = [
    await statement(key, { type: enums.signature.subkeyBinding, about, like: binding, change }),
  ];
}

export async function certify(
  key: PrivateKey,
  change: (certification: SignaturePacket) => void,
): Promise<void> {
  const [user] = key.users;
  const [certification] = user?.selfCertifications ?? [];
  if (!user || !certification) throw new Error('openpgp.js made no user ID');
  const about = { key: key.keyPacket, userID: user.userID };
  user.selfCertifications = [
    await statement(key, { type: enums.signature.certPositive, about, like: certification, change }),
  ];
}

interface Wish {
  readonly type: enums.signature;
  readonly about: object;
  readonly hash?: enums.hash;
  readonly at?: Date;
  readonly like?: SignaturePacket;
  readonly change?: (signature: SignaturePacket) => void;
}

export async function statement(
  key: Holder,
  { type, about, like, change, hash = enums.hash.sha512, at = new Date(BORN) }: Wish,
): Promise<SignaturePacket> {
  const signature = new SignaturePacket();
  signature.signatureType = type;
  signature.publicKeyAlgorithm = key.keyPacket.algorithm;
  signature.hashAlgorithm = hash;
  signature.keyFlags = like?.keyFlags ?? null;
  signature.embeddedSignature = like?.embeddedSignature ?? null;
  change?.(signature);
  await signWith(signature, { key: key.keyPacket, data: about, date: at });
  return signature;
}

/** The library's types do not tell that `sign` takes what a signature is about, and the settings. */
async function signWith(
  signature: SignaturePacket,
  options: { key: Holder['keyPacket']; data: object; date: Date },
): Promise<void> {
  const { key, data, date } = options;
  type Sign = (
    key: unknown,
    data: object,
    date: Date,
    detached: boolean,
    settings: typeof config,
  ) => Promise<void>;
  await (signature.sign as unknown as Sign).call(signature, key, data, date, true, {
    ...config,
    nonDeterministicSignaturesViaNotation: false,
  });
}

export function secretOf({ keyPacket }: Holder): SecretKeyPacket {
  if (keyPacket instanceof SecretKeyPacket) return keyPacket;
  throw new Error('this key has no private part');
}
