// Characters that programs show as nothing (Default_Ignorable_Code_Point), each alone in the text of a sound approval.
import type { Hand } from './hand.ts';
import { approvalFor } from './studio.ts';

const UNSEEN: Record<string, number> = {
  'a soft hyphen': 0xad,
  'a combining grapheme joiner': 0x34f,
  'a Hangul filler': 0x115f,
  'a Khmer inherent vowel': 0x17b4,
  'a Mongolian variation selector': 0x180b,
  'a zero-width space': 0x200b,
  'a zero-width joiner': 0x200d,
  'a word joiner': 0x2060,
  'an invisible plus': 0x2064,
  'a reserved one of the same block': 0x2065,
  'an inhibited swapping': 0x206a,
  'a filler among the letters': 0x3164,
  'a variation selector': 0xfe0f,
  'a byte order mark inside': 0xfeff,
  'a half-width filler': 0xffa0,
  'a reserved special': 0xfff0,
  'a shorthand format control': 0x1bca0,
  'a musical beam': 0x1d173,
  'a language tag': 0xe0001,
  'a tag letter': 0xe0061,
  'a supplementary variation selector': 0xe0100,
  'the last of its plane’s reserved ones': 0xe0fff,
};

export function addUnseen(hand: Hand): void {
  const { studio } = hand;
  for (const [name, code] of Object.entries(UNSEEN)) {
    const document = `${approvalFor()}I${String.fromCodePoint(code)} agree.\n`;
    studio.reject(`unseen: ${name}`, hand.signed(`unseen-${code.toString(16)}`, document), {
      reason: 'forbidden_character',
      line: approvalFor().split('\n').length,
    });
  }
  // Their neighbours can be seen.
  const seen =
    '\u00ac\u00ae\u034e\u0350\u180a\u200a\u2010\u205f\u2070\u3163\u3165\ufdff\ufe10\uffe8\ufffd\u{1f3db}';
  studio.accept(
    'unseen: none, but what stands beside them in Unicode',
    hand.signed('unseen-none', `${approvalFor()}${seen}\n`),
  );
}
