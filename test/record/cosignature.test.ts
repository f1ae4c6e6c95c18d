// Cosignatures against what public witnesses have signed, and against what only looks like one.
import { describe, expect, it } from 'vitest';
import {
  COSIGNATURE_TYPE,
  cosign,
  cosignedAt,
  isWitnessPath,
  witnessPath,
} from '../../src/record/cosignature.ts';
import {
  decodeNote,
  decodeVerifierKey,
  encodeNote,
  encodeVerifierKey,
  isNoteSignedBy,
  type NoteKey,
} from '../../src/record/note.ts';
import { newRecorder } from '../support/recorder.ts';
import vectors from './vectors/cosignature.json' with { type: 'json' };

const keyIn = (text: string, type = COSIGNATURE_TYPE): NoteKey => {
  const read = decodeVerifierKey(text, { type });
  if (!read.ok) throw new Error(read.flaw.detail);
  return read.value;
};
const noteIn = (file: string | Buffer) => {
  const read = decodeNote(Buffer.from(file));
  if (!read.ok) throw new Error(read.flaw.detail);
  return read.value;
};

describe('the cosignatures of public witnesses', () => {
  const note = noteIn(vectors.note);

  it.each(vectors.witnesses)('hold for %s at their time', (witness) => {
    expect(cosignedAt(note, keyIn(witness))).toEqual(new Date(vectors.at));
    expect(encodeVerifierKey(keyIn(witness), { type: COSIGNATURE_TYPE })).toBe(witness);
  });

  it('are no signatures of the log, and the signature of the log is no cosignature', () => {
    const [witness = ''] = vectors.witnesses;
    expect(isNoteSignedBy(note, keyIn(vectors.logKey, 0x01))).toBe(true);
    expect(isNoteSignedBy(note, keyIn(witness))).toBe(false);
    expect(cosignedAt(note, keyIn(vectors.logKey, 0x01))).toBe('absent');
    expect(decodeVerifierKey(witness).ok).toBe(false);
    expect(decodeVerifierKey(vectors.logKey, { type: COSIGNATURE_TYPE }).ok).toBe(false);
  });

  it('are absent for a witness that is not there, and wrong over another size, root, or time', () => {
    expect(cosignedAt(note, keyIn(vectors.absent))).toBe('absent');
    const forged = [
      vectors.note.replace('1432088532', '1432088533'),
      vectors.note.replace('U7WM79', 'U7WM78'),
      vectors.note.replaceAll('AABqEiEg', 'AABqEiEh'),
    ];
    for (const file of forged)
      for (const witness of vectors.witnesses) expect(cosignedAt(noteIn(file), keyIn(witness))).toBe('wrong');
  });
});

describe('a cosignature of ours', () => {
  const signer = newRecorder();
  const by = { name: 'audit-office.example', key: signer.key };
  const text = 'countersign/town\n2\nnK0c3U3dDibhMAV23qPODreAFL8ZkoZupSpAWC0TbZs=\n';
  const at = new Date('2026-05-21T10:00:00.900Z');

  it('tells its time in whole seconds, and the later one of two', async () => {
    const first = await cosign({ text }, { name: by.name, signer, at });
    const second = await cosign({ text }, { name: by.name, signer, at: new Date('2026-05-22T10:00:00Z') });
    const one = noteIn(encodeNote({ text, signatures: [first] }));
    expect(cosignedAt(one, by)).toEqual(new Date('2026-05-21T10:00:00Z'));
    const both = noteIn(encodeNote({ text, signatures: [second, first] }));
    expect(cosignedAt(both, by)).toEqual(new Date('2026-05-22T10:00:00Z'));
  });

  it('is none with any octet of it flipped, cut short, or with a time that nobody can name', async () => {
    const { signature, ...line } = await cosign({ text }, { name: by.name, signer, at });
    for (const place of signature.keys()) {
      const flipped = Buffer.from(signature).fill((signature[place] ?? 0) ^ 1, place, place + 1);
      expect(cosignedAt({ text, signatures: [{ ...line, signature: flipped }] }, by)).toBe('wrong');
      const cut = signature.subarray(0, place);
      expect(cosignedAt({ text, signatures: [{ ...line, signature: cut }] }, by)).toBe('wrong');
    }
    const never = Buffer.alloc(8, 0x7f);
    const seconds = never.readBigUInt64BE();
    const signed = await signer.sign(Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`));
    const stamped = { ...line, signature: Buffer.concat([never, signed]) };
    expect(cosignedAt({ text, signatures: [stamped] }, by)).toBe('wrong');
  });

  it('has a file of its name, in one folder and in no other', () => {
    expect(isWitnessPath(witnessPath('audit-office.example'))).toBe(true);
    for (const name of ['', 'A', '.x', 'a/b', '-a', 'a_b', 'a'.repeat(64), 'a\n'])
      expect(isWitnessPath(witnessPath(name))).toBe(false);
    expect(isWitnessPath('runs/log/audit-office.example')).toBe(false);
  });
});
