// The bytes of an approval as text that reads the same to every program and every person.
// Decoding never repairs: what is parsed later is exactly what was signed.
import { codePoint, type Decoded, flawed } from './flaw.ts';

/** An approval is a page of text; the limit bounds every later step. */
export const DOCUMENT_LIMIT_BYTES = 64 * 1024;

// C0 but TAB, LF and CR; DEL and C1; the bidirectional controls of Unicode UAX #9; the line and paragraph separators; and
// Default_Ignorable_Code_Point of Unicode 17, which programs show as nothing. Written out, so that a newer Unicode in one
// of two verifiers never makes them differ.
export const FORBIDDEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: these are code points, one by one
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

// Inline messages are named before anything else, because they have their own way out.
const INLINE_MESSAGE = /^-----BEGIN PGP (?:SIGNED )?MESSAGE-----/m;

export function readPlainText(bytes: Uint8Array): Decoded<string> {
  if (bytes.byteLength > DOCUMENT_LIMIT_BYTES)
    return flawed('document_too_large', `${bytes.byteLength} bytes, at most ${DOCUMENT_LIMIT_BYTES}`);

  const text = decode(bytes);
  if (text === undefined) return flawed('not_utf8', 'the bytes are not valid UTF-8');
  if (text.startsWith('\u{feff}')) return flawed('not_utf8', 'the file begins with a byte order mark', 1);

  const inline = INLINE_MESSAGE.exec(text);
  if (inline) return flawed('clear_signed', `found \`${inline[0]}\``, lineOf(text, inline.index));

  const forbidden = FORBIDDEN.exec(text);
  if (forbidden)
    return flawed('forbidden_character', `found ${codePoint(forbidden[0])}`, lineOf(text, forbidden.index));
  return checkLineEnds(text) ?? { ok: true, value: text };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The first line end sets the rule; the first one that breaks it is named. */
function checkLineEnds(text: string): Decoded<string> | undefined {
  const stray = /\r(?!\n)/.exec(text);
  if (stray) return flawed('mixed_line_ends', 'found a CR without an LF', lineOf(text, stray.index));
  const crlf = text.indexOf('\r\n');
  if (crlf === -1) return undefined;
  const bare = /(?<!\r)\n/.exec(text);
  if (!bare) return undefined;
  return flawed('mixed_line_ends', 'found both LF and CRLF', lineOf(text, Math.max(crlf, bare.index)));
}

function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
