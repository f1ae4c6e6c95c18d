// Recorders with keys of their own, in the process of the test.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type RecorderSigner, recorderKeyOf } from '../../src/record/recorder-key.ts';

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
