// Cosignatures (c2sp.org/tlog-cosignature version 1, Ed25519): a witness says that as of a time this was the newest checkpoint
// it had seen, and continued every one it had seen before. They are signature lines of the checkpoint's own note.
import { keyHash, type Note, type NoteKey, type NoteSignature } from './note.ts';
import { isSignedBy, type RecorderSigner } from './recorder-key.ts';

/** The type of a witness's key, in key hashes and in verifier keys. */
export const COSIGNATURE_TYPE = 0x04;

/** Big-endian seconds since 1970, then the signature. */
const TIME_BYTES = 8;
/** Beyond this there is no instant that JavaScript can name; the standard ends at 2^63 - 1. */
const LAST_SECOND = 8_640_000_000_000n;

/** Where a repository keeps what witnesses have cosigned, one file each. */
export const WITNESS_FOLDER = 'runs/log/witness';

const FILE_NAME = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** A witness names itself so that its file can have the same name, on every system. */
export function isWitnessName(name: string): boolean {
  return FILE_NAME.test(name);
}

export function witnessPath(name: string): string {
  return `${WITNESS_FOLDER}/${name}`;
}

export function isWitnessPath(path: string): boolean {
  return path.startsWith(`${WITNESS_FOLDER}/`) && isWitnessName(path.slice(WITNESS_FOLDER.length + 1));
}

function cosignedMessage(text: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** The line to be added to the note of a checkpoint; `at` in whole seconds. */
export async function cosign(
  { text }: Pick<Note, 'text'>,
  { name, signer, at }: { readonly name: string; readonly signer: RecorderSigner; readonly at: Date },
): Promise<NoteSignature> {
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(seconds);
  const signature = Buffer.concat([time, await signer.sign(cosignedMessage(text, seconds))]);
  return { name, keyHash: keyHash({ name, key: signer.key }, { type: COSIGNATURE_TYPE }), signature };
}

/** When this witness last cosigned the note; `absent` where it did not, `wrong` where a line in its name is not its own. */
export function cosignedAt({ text, signatures }: Note, by: NoteKey): Date | 'absent' | 'wrong' {
  const wanted = keyHash(by, { type: COSIGNATURE_TYPE });
  const its = signatures.filter(({ name, keyHash: of }) => name === by.name && of === wanted);
  const times = its.map(({ signature }) => timeOf(signature, { text, by }));
  if (times.some((time) => time === null)) return 'wrong';
  return times.reduce<Date | 'absent'>(
    (last, time) => (time !== null && (last === 'absent' || time > last) ? time : last),
    'absent',
  );
}

function timeOf(stamped: Buffer, { text, by }: { readonly text: string; readonly by: NoteKey }): Date | null {
  if (stamped.length <= TIME_BYTES) return null;
  const seconds = stamped.readBigUInt64BE(0);
  if (seconds > LAST_SECOND) return null;
  const message = cosignedMessage(text, seconds);
  const isIts = isSignedBy(by.key, { message, signature: stamped.subarray(TIME_BYTES) });
  return isIts ? new Date(Number(seconds) * 1000) : null;
}
