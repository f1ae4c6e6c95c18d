// Recorders with keys of their own, in the process of the test.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type RecorderKey, type RecorderSigner, recorderKeyOf } from '../../src/record/recorder-key.ts';

/** The key of RFC 8032's first test, which whatever is signed in a test names. */
export const RECORDER_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' as RecorderKey;
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

export function testRecorder(): RecorderSigner {
  return recorderFrom(SEED);
}

export function newRecorder(): RecorderSigner {
  return recorderOf(generateKeyPairSync('ed25519').privateKey);
}

/** The recorder whose secret is these 32 octets (RFC 8032), as hexadecimal digits. */
export function recorderFrom(seed: string): RecorderSigner {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(seed, 'hex'),
  ]);
  return recorderOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

function recorderOf(secret: KeyObject): RecorderSigner {
  return {
    key: recorderKeyOf(createPublicKey(secret)),
    sign: async (message) => sign(null, message, secret),
  };
}
