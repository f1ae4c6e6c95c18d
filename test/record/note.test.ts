// Signed notes and checkpoints against the published ones, and against what only looks like them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import {
  checkpointText,
  openCheckpoint,
  originOf,
  readCheckpointText,
  signCheckpoint,
  verifierKeyOf,
} from '../../src/record/checkpoint.ts';
import {
  decodeNote,
  decodeVerifierKey,
  encodeNote,
  encodeVerifierKey,
  isNoteSignedBy,
  keyHash,
  type NoteKey,
  signNote,
} from '../../src/record/note.ts';
import { newRecorder, recorderFrom } from '../support/recorder.ts';
import checkpoints from './vectors/checkpoint.json' with { type: 'json' };
import vectors from './vectors/signed-note.json' with { type: 'json' };

const { text, peter, enoch, other } = vectors;
const keyIn = (vkey: string): NoteKey => {
  const read = decodeVerifierKey(vkey);
  if (!read.ok) throw new Error(read.flaw.detail);
  return read.value;
};
const noteIn = (note: string) => {
  const read = decodeNote(Buffer.from(note));
  if (!read.ok) throw new Error(read.flaw.detail);
  return read.value;
};
// `PRIVATE+KEY+<name>+<key hash>+<base64>`; the base64 may hold a `+` of its own.
const seed = Buffer.from(peter.skey.split('+').slice(4).join('+'), 'base64').toString('hex', 1);

describe('the published notes', () => {
  it('are made byte for byte from the published secret', async () => {
    const signer = recorderFrom(seed);
    expect(await signNote(text, { name: peter.name, signer })).toBe(`${text}\n${peter.signature}`);
    expect(encodeVerifierKey({ name: peter.name, key: signer.key })).toBe(peter.vkey);
  });

  it('are signed by whom they name, alone and together', () => {
    const both = noteIn(`${text}\n${peter.signature}${enoch.signature}`);
    expect(isNoteSignedBy(both, keyIn(peter.vkey))).toBe(true);
    expect(isNoteSignedBy(both, keyIn(enoch.vkey))).toBe(true);
    expect(isNoteSignedBy(both, keyIn(other.vkey))).toBe(false);
    expect(isNoteSignedBy(noteIn(`${other.text}\n${other.signature}`), keyIn(other.vkey))).toBe(true);
    expect(encodeNote(both)).toBe(`${text}\n${peter.signature}${enoch.signature}`);
  });

  it('are refused for one wrong signature in a name that is trusted', () => {
    const wrong = peter.signature.replace('x08go/ZJ', 'x08go/ZK');
    const note = noteIn(`${text}\n${peter.signature}${wrong}`);
    expect(isNoteSignedBy(note, keyIn(peter.vkey))).toBe(false);
    expect(isNoteSignedBy(noteIn(`${text}\n${enoch.signature}${wrong}`), keyIn(enoch.vkey))).toBe(true);
  });

  it.each(vectors.badNotes.map((note) => ({ note })))('are malformed as $note', ({ note }) => {
    expect(decodeNote(Buffer.from(note))).toMatchObject({ flaw: { code: 'malformed' } });
  });

  it('are malformed with bytes that are no UTF-8, with 101 signatures, or with more than a million bytes', () => {
    const signed = `${text}\n${peter.signature}`;
    expect(decodeNote(Buffer.concat([Buffer.of(0xff), Buffer.from(signed)])).ok).toBe(false);
    expect(decodeNote(Buffer.from(`${text}\n${peter.signature.repeat(100)}`)).ok).toBe(true);
    expect(decodeNote(Buffer.from(`${text}\n${peter.signature.repeat(101)}`)).ok).toBe(false);
    expect(decodeNote(Buffer.from(`${'a'.repeat(1_000_000)}\n\n${peter.signature}`)).ok).toBe(false);
  });
});

describe('a verifier key', () => {
  it.each(vectors.badVerifierKeys)('is refused as %s', (vkey) => {
    expect(decodeVerifierKey(vkey).ok).toBe(false);
  });

  it('is refused with any part cut off and any byte changed', () => {
    for (let start = 0; start < peter.vkey.length; start += 1)
      for (let end = start + 1; end <= peter.vkey.length; end += 1)
        if (end - start < peter.vkey.length)
          expect(decodeVerifierKey(peter.vkey.slice(start, end)).ok).toBe(false);
    for (const [place, byte] of Buffer.from(peter.vkey).entries())
      expect(
        decodeVerifierKey(
          Buffer.from(peter.vkey)
            .fill(byte + 1, place, place + 1)
            .toString(),
        ).ok,
      ).toBe(false);
  });
});

describe('a note of ours', () => {
  it('comes back as it was signed, and with no byte flipped', async () => {
    const signer = newRecorder();
    const by = { name: 'countersign/town', key: signer.key };
    const signed = Buffer.from(await signNote('a\n\nb\n', { name: by.name, signer }));
    expect(noteIn(signed.toString()).text).toBe('a\n\nb\n');
    expect(isNoteSignedBy(noteIn(signed.toString()), by)).toBe(true);
    for (const [place, byte] of signed.entries()) {
      const read = decodeNote(Buffer.from(signed.with(place, byte ^ 1)));
      expect(read.ok && isNoteSignedBy(read.value, by), `byte ${place}`).toBe(false);
    }
  });

  it.each(['', 'no line feed', 'bell \u0007\n', 'return\r\n', '\ud800\n'])(
    'cannot say %j',
    async (hostile) => {
      const signing = signNote(hostile, { name: 'a', signer: newRecorder() });
      await expect(signing).rejects.toThrow(TypeError);
    },
  );

  it.each(['', 'two words', 'a+b', 'a\u00a0b', 'a\nb'])('cannot be signed by %j', async (name) => {
    await expect(signNote('a\n', { name, signer: newRecorder() })).rejects.toThrow(TypeError);
  });
});

describe('a checkpoint', () => {
  const { origin, size, root } = checkpoints;

  it('is read from the note of the specification', () => {
    const note = noteIn(checkpoints.note);
    expect(readCheckpointText(note.text)).toEqual({ ok: true, value: { origin, size, root } });
    expect(note.signatures).toMatchObject([{ name: origin, keyHash: checkpoints.keyHash }]);
    expect(note.signatures[0]?.signature).toHaveLength(64);
  });

  it.each(checkpoints.badTexts)('is not %j', (hostile) => {
    expect(readCheckpointText(hostile)).toMatchObject({ flaw: { code: 'malformed' } });
  });

  it('comes back from its text', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (leaves, content) => {
        const checkpoint = { origin, size: leaves, root: sha256(Buffer.from(content)) };
        expect(readCheckpointText(checkpointText(checkpoint))).toEqual({ ok: true, value: checkpoint });
      }),
    );
  });

  it('is opened for its own log and a trusted key only, and says whose it was', async () => {
    const [signer, stranger] = [newRecorder(), newRecorder()];
    const checkpoint = { origin: originOf('town'), size: 3, root: sha256('') };
    const file = Buffer.from(await signCheckpoint(checkpoint, signer));
    const keys = [stranger.key, signer.key];
    expect(openCheckpoint(file, { origin: originOf('town'), keys })).toMatchObject({
      value: { checkpoint, signedBy: signer.key },
    });
    expect(openCheckpoint(file, { origin: originOf('city'), keys })).toMatchObject({
      flaw: { code: 'other_type' },
    });
    expect(openCheckpoint(file, { origin: originOf('town'), keys: [stranger.key] })).toMatchObject({
      flaw: { code: 'unknown_key' },
    });
    const named = { name: 'countersign/town', key: signer.key };
    expect(verifierKeyOf('town', signer.key)).toBe(encodeVerifierKey(named));
    expect(verifierKeyOf('town', signer.key)).toContain(`countersign/town+${keyHash(named)}+`);
  });
});
