// Checkpoints (c2sp.org/tlog-checkpoint): the size and the tree head of a log, as the text of a note that its origin signs.
import { isSha256, type Sha256 } from '../digest/digest.ts';
import {
  decodeNote,
  encodeVerifierKey,
  isNoteName,
  isNoteSignedBy,
  type Note,
  type NoteKey,
  signNote,
} from './note.ts';
import { bytesOfBase64, flawed, type Read, readAs } from './read.ts';
import type { RecorderKey, RecorderSigner } from './recorder-key.ts';

export interface Checkpoint {
  /** The name of the log, and of the key that signs for it. */
  readonly origin: string;
  readonly size: number;
  /** RFC 9162 tree head of the first `size` leaves. */
  readonly root: Sha256;
}

/** Where a repository keeps the newest one. */
export const CHECKPOINT_PATH = 'runs/log/checkpoint';

/** The name of a deployment's log. */
export function originOf(deployment: string): string {
  return `countersign/${deployment}`;
}

/** How others write a recorder's key, to verify the checkpoints of this deployment with programs of their own. */
export function verifierKeyOf(deployment: string, key: RecorderKey): string {
  return encodeVerifierKey({ name: originOf(deployment), key });
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
}

/** The three lines and nothing else: our logs have no extension lines. */
export function readCheckpointText(text: string): Read<Checkpoint> {
  const [, origin = '', digits = '', encoded = ''] =
    /^([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]+)\n$/.exec(text) ?? [];
  const size = Number(digits);
  const root = bytesOfBase64(encoded)?.toString('hex') ?? '';
  if (!isNoteName(origin) || !Number.isSafeInteger(size) || !isSha256(root))
    return flawed('malformed', 'does not name an origin, a size and a root');
  return readAs({ origin, size, root });
}

/** The file: a note signed in the name of the origin. */
export function signCheckpoint(checkpoint: Checkpoint, signer: RecorderSigner): Promise<string> {
  return signNote(checkpointText(checkpoint), { name: checkpoint.origin, signer });
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  readonly signedBy: RecorderKey;
}

/** A checkpoint of this origin that one of the trusted keys signed. */
export function openCheckpoint(
  file: Uint8Array,
  trust: { readonly origin: string; readonly keys: Iterable<RecorderKey> },
): Read<SignedCheckpoint> {
  const note = decodeNote(file);
  if (!note.ok) return note;
  const checkpoint = readCheckpointText(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  const { origin } = checkpoint.value;
  if (origin !== trust.origin) return flawed('other_type', `is of the log ${origin}, not of ${trust.origin}`);
  const keys = [...trust.keys].map((key): NoteKey => ({ name: origin, key }));
  const signer = keys.find((key) => isNoteSignedBy(note.value, key));
  return signer
    ? readAs({ checkpoint: checkpoint.value, note: note.value, signedBy: signer.key })
    : flawed('unknown_key', 'is signed by no key that is trusted here');
}
