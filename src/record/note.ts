// Signed notes (c2sp.org/signed-note): a text that people can read, a blank line, and a line for each signature.
// A signature counts only for the name and the key that it was made for; a note with an odd byte is no note.
import { hash } from 'node:crypto';
import { bytesOfBase64, flawed, type Read, readAs, utf8Of } from './read.ts';
import { isRecorderKey, isSignedBy, type RecorderKey, type RecorderSigner } from './recorder-key.ts';

export interface NoteSignature {
  readonly name: string;
  /** Eight hexadecimal digits; they say which key to try, and prove nothing. */
  readonly keyHash: string;
  /** Everything behind the key hash: 64 octets for Ed25519. */
  readonly signature: Buffer;
}

export interface Note {
  /** What is signed, its last line feed included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Who may sign a note: a name and a key that belong together. */
export interface NoteKey {
  readonly name: string;
  readonly key: RecorderKey;
}

/** As Go's reader limits them. */
const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const ED25519 = 0x01;

const NAME = /^[^\s+\p{Cc}]+$/u;
const LINE = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/;

export function isNoteName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed();
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first four octets; `type` is 0x01 for Ed25519, 0x04 for a cosignature. */
export function keyHash({ name, key }: NoteKey, { type = ED25519 } = {}): string {
  const id = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), Buffer.from(key, 'hex')]);
  return hash('sha256', id, 'hex').slice(0, 8);
}

/** `<name>+<key hash>+<base64 of the type and the key>`, as other people's programs take it. */
export function encodeVerifierKey({ name, key }: NoteKey, { type = ED25519 } = {}): string {
  const typed = Buffer.concat([Buffer.of(type), Buffer.from(key, 'hex')]);
  return `${name}+${keyHash({ name, key }, { type })}+${typed.toString('base64')}`;
}

export function decodeVerifierKey(text: string, { type = ED25519 } = {}): Read<NoteKey> {
  const [, name = '', stated, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const typed = bytesOfBase64(encoded);
  const key = typed?.subarray(1).toString('hex') ?? '';
  if (!isNoteName(name) || typed?.[0] !== type || !isRecorderKey(key))
    return flawed('malformed', `is not a verifier key of type ${type}`);
  return keyHash({ name, key }, { type }) === stated
    ? readAs({ name, key })
    : flawed('malformed', 'has a key hash of another name or key');
}

/** Throws TypeError for a text or a name that no note can carry. */
export async function signNote(
  text: string,
  { name, signer }: { name: string; signer: RecorderSigner },
): Promise<string> {
  if (!isNoteText(text) || !isNoteName(name))
    throw new TypeError('signNote: no note has such a text or name');
  const signature = Buffer.from(await signer.sign(Buffer.from(text)));
  return encodeNote({ text, signatures: [{ name, keyHash: keyHash({ name, key: signer.key }), signature }] });
}

export function encodeNote({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, keyHash: of, signature }) => {
    const blob = Buffer.concat([Buffer.from(of, 'hex'), signature]);
    return `— ${name} ${blob.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

export function decodeNote(file: Uint8Array): Read<Note> {
  const whole = file.length > MAX_BYTES ? undefined : utf8Of(file);
  const end = whole?.lastIndexOf('\n\n') ?? -1;
  const text = whole?.slice(0, end + 1);
  if (whole === undefined || text === undefined || !isNoteText(text) || !whole.endsWith('\n'))
    return flawed('malformed', 'is not a signed note: a text, a blank line, and signatures');
  const lines = whole.slice(end + 2, -1).split('\n');
  const signatures = lines.slice(0, MAX_SIGNATURES + 1).flatMap(signatureIn);
  if (signatures.length !== lines.length || lines.length > MAX_SIGNATURES)
    return flawed('malformed', 'has a line in the place of a signature that is none');
  return readAs({ text, signatures });
}

/** Whether this key signed the note, and nobody signed in its name what is not its signature. */
export function isNoteSignedBy({ text, signatures }: Note, by: NoteKey): boolean {
  const [message, wanted] = [Buffer.from(text), keyHash(by)];
  const its = signatures.filter(({ name, keyHash: of }) => name === by.name && of === wanted);
  return its.length > 0 && its.every(({ signature }) => isSignedBy(by.key, { message, signature }));
}

function isNoteText(text: string): boolean {
  return text.length > 1 && text.endsWith('\n') && text.isWellFormed() && !/[^\P{Cc}\n]/u.test(text);
}

function signatureIn(line: string): NoteSignature[] {
  const [, name = '', encoded = ''] = LINE.exec(line) ?? [];
  const blob = bytesOfBase64(encoded);
  if (!isNoteName(name) || blob === undefined || blob.length < 5) return [];
  return [{ name, keyHash: blob.toString('hex', 0, 4), signature: blob.subarray(4) }];
}
