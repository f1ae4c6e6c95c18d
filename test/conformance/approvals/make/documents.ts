// Documents at both sides of every rule of the text and its front matter, each under a sound signature.
import { GATES, BINDINGS as TABLE } from '../../../../src/approval/gates.ts';
import type { Reason } from '../../../../src/approval/reasons.ts';
import type { Hand } from './hand.ts';
import { approvalFor, BINDINGS, DIGEST, RUN, SIGNED } from './studio.ts';

const SOUND = approvalFor();
const LIMIT = 64 * 1024;
/** Lines, from 1: behind the whole document, and the one that closes its front matter. */
const NEXT = SOUND.split('\n').length;
const CLOSE = SOUND.split('\n').indexOf('---', 1) + 1;

const ACCEPTED: Record<string, string> = {
  'ends its lines with LF': SOUND,
  'ends its lines with CRLF': SOUND.replaceAll('\n', '\r\n'),
  'has no line end at the end': SOUND.trimEnd(),
  'has values in double quotes': SOUND.replace('explicit', '"explicit"').replace(SIGNED, `"${SIGNED}"`),
  'has values in single quotes': SOUND.replace('SG_1_cut_authz', "'SG_1_cut_authz'"),
  'has spaces behind a value': SOUND.replace('explicit', 'explicit   '),
  'has its keys in another order': reordered(SOUND),
  'has Vietnamese, emoji and TAB in its text': `${SOUND}\nTôi đồng ý.\tĐiều 1 🏛\n`,
  'has a thematic break in its text': `${SOUND}\nFirst.\n\n---\n\nSecond.\n`,
  'has a replacement character that is really there': `${SOUND}\n\u{fffd}\n`,
  'is exactly 64 KiB': SOUND.padEnd(LIMIT, '.'),
  'leaves out a binding that nobody expects': SOUND.replace(/^cutplan.*\n/m, ''),
};

const REJECTED: Record<string, [Reason, string | Uint8Array, number?]> = {
  'is one byte over 64 KiB': ['document_too_large', SOUND.padEnd(LIMIT + 1, '.')],
  'begins with a byte order mark': ['not_utf8', `\u{feff}${SOUND}`, 1],
  'holds the byte 0xFF': ['not_utf8', bytes(SOUND, [0xff])],
  'holds an overlong encoding': ['not_utf8', bytes(SOUND, [0xc0, 0xaf])],
  'holds half a surrogate pair': ['not_utf8', bytes(SOUND, [0xed, 0xa0, 0x80])],
  'is cut off inside a character': ['not_utf8', bytes(SOUND, [0xe2, 0x82])],
  'is UTF-16': ['not_utf8', Buffer.from(`\u{feff}${SOUND}`, 'utf16le')],
  'is empty': ['front_matter_missing', '', 1],
  'holds NUL': ['forbidden_character', `${SOUND}\0`, NEXT],
  'holds an escape sequence': ['forbidden_character', `${SOUND}\u{1b}[2J`, NEXT],
  'holds a backspace': ['forbidden_character', `${SOUND}not\b\b\b`, NEXT],
  'holds DEL': ['forbidden_character', `${SOUND}\u{7f}`, NEXT],
  'holds a C1 next-line': ['forbidden_character', `${SOUND}\u{85}`, NEXT],
  'holds a right-to-left override': ['forbidden_character', `${SOUND}\u{202e}`, NEXT],
  'holds a direction isolate': ['forbidden_character', `${SOUND}\u{2066}`, NEXT],
  'holds a right-to-left mark': ['forbidden_character', `${SOUND}\u{200f}`, NEXT],
  'holds a line separator': ['forbidden_character', `${SOUND}\u{2028}`, NEXT],
  'holds a paragraph separator': ['forbidden_character', `${SOUND}\u{2029}`, NEXT],
  'holds a lone CR': ['mixed_line_ends', `${SOUND}a\rb`, NEXT],
  'mixes LF into CRLF': ['mixed_line_ends', `${SOUND.replaceAll('\n', '\r\n')}a\nb`, NEXT],
  'mixes CRLF into LF': ['mixed_line_ends', `${SOUND}a\r\nb`, NEXT],
  'quotes an inline message': ['clear_signed', `${SOUND}\n-----BEGIN PGP MESSAGE-----\n`, NEXT + 1],
  'begins with an empty line': ['front_matter_missing', `\n${SOUND}`, 1],
  'begins with a space': ['front_matter_missing', ` ${SOUND}`, 1],
  'never closes its front matter': ['front_matter_missing', SOUND.replace('\n---\n', '\n'), 1],
  'closes its front matter with dots': [
    'front_matter_syntax',
    SOUND.replace('\n---\n', '\n...\n---\n'),
    CLOSE,
  ],
  'has a second front matter directly behind': [
    'second_front_matter',
    SOUND.replace('\n---\n', `\n---\n${SOUND}`),
    CLOSE + 1,
  ],
  'has a second front matter behind an empty line': [
    'second_front_matter',
    SOUND.replace('\n---\n', `\n---\n\n${SOUND}`),
    CLOSE + 2,
  ],
  'names a gate twice': ['duplicate_key', front('gate: SG_2_lifecycle_authz'), 3],
  'names a key twice in another order': [
    'duplicate_key',
    SOUND.replace('\n---\n', `\nrun_id: ${RUN}\n---\n`),
    CLOSE,
  ],
  'has an unknown key': ['unknown_key', front('scope: everything'), 3],
  'has a key of another gate': ['unknown_key', front(`source_sha256: ${DIGEST}`), 3],
  'writes gate with a Cyrillic a': ['unknown_key', SOUND.replace('gate', 'g\u{430}te'), 2],
  'has a prototype key': ['unknown_key', front('__proto__: x'), 3],
  'has thousands of keys': [
    'unknown_key',
    front(Array.from({ length: 6000 }, (_, n) => `k${n}: v`).join('\n')),
    3,
  ],
  'has an inherited property as a key': ['unknown_key', front('constructor: x'), 3],
  'has an anchor': ['front_matter_syntax', front('mode: &a LIVE'), 3],
  'has an alias': ['front_matter_syntax', front('mode: *a'), 3],
  'has a tag': ['front_matter_syntax', SOUND.replace('SG_1', '!!str SG_1'), 2],
  'has a flow map': ['front_matter_syntax', front('mode: {a: b}'), 3],
  'has a flow list': ['front_matter_syntax', front('mode: [LIVE]'), 3],
  'has a literal block': ['front_matter_syntax', front('mode: |\n  LIVE'), 3],
  'has a folded block': ['front_matter_syntax', front('mode: >\n  LIVE'), 3],
  'has a merge key': ['front_matter_syntax', front('<<: x'), 3],
  'has a comment line': ['front_matter_syntax', front('# gate: SG_2_lifecycle_authz'), 3],
  'has a comment behind a value': ['front_matter_syntax', SOUND.replace('explicit', 'explicit # really'), 5],
  'continues a value on the next line': [
    'front_matter_syntax',
    SOUND.replace('explicit', 'explicit\n  indeed'),
    6,
  ],
  'has a nested map': ['front_matter_syntax', front('mode:\n  a: b'), 3],
  'has a list': ['front_matter_syntax', front('- mode'), 3],
  'has a complex key': ['front_matter_syntax', front('? mode'), 3],
  'has a quoted key': ['front_matter_syntax', SOUND.replace('gate:', '"gate":'), 2],
  'has a directive': ['front_matter_syntax', front('%YAML 1.2'), 3],
  'has no space behind a colon': ['front_matter_syntax', SOUND.replace('gate: ', 'gate:'), 2],
  'has a space before a colon': ['front_matter_syntax', SOUND.replace('gate:', 'gate :'), 2],
  'has an empty line in its front matter': ['front_matter_syntax', front(''), 3],
  'has an escape in double quotes': ['front_matter_syntax', SOUND.replace('explicit', '"expl\\x69cit"'), 5],
  'has a value that ends in a colon': ['front_matter_syntax', SOUND.replace('explicit', 'explicit:')],
  'lacks its gate': ['missing_key', SOUND.replace(/^gate.*\n/m, '')],
  'lacks signed_utc': ['missing_key', SOUND.replace(/^signed_utc.*\n/m, '')],
  'lacks its allowance': ['missing_key', SOUND.replace(/^allowance.*\n/m, '')],
  'has an empty front matter': ['missing_key', '---\n---\n\nDo as you like.\n'],
  'names a gate that does not exist': ['gate_unknown', SOUND.replace('SG_1_cut_authz', 'SG_3_cut_authz'), 2],
  'names its gate in lower case': ['gate_unknown', SOUND.replace('SG_1', 'sg_1'), 2],
  'names its gate with a Cyrillic letter': ['gate_unknown', SOUND.replace('SG_1_cut', 'SG_1_\u{441}ut'), 2],
  'names its gate with a full-width digit': ['gate_unknown', SOUND.replace('SG_1', 'SG_\u{ff11}'), 2],
  'names its gate with a zero-width joiner': [
    'forbidden_character',
    SOUND.replace('SG_1', 'SG_1\u{200d}'),
    2,
  ],
  'allows implicitly': ['allowance_not_explicit', SOUND.replace('explicit', 'implicit'), 5],
  'allows with a capital letter': ['allowance_not_explicit', SOUND.replace('explicit', 'Explicit'), 5],
  'was signed on 31 April': ['signed_utc_invalid', time('2026-04-31T10:00:00Z'), 4],
  'was signed on 29 February of a common year': ['signed_utc_invalid', time('2026-02-29T10:00:00Z'), 4],
  'was signed in a leap second': ['signed_utc_invalid', time('2026-05-21T10:00:60Z'), 4],
  'was signed at 24:00': ['signed_utc_invalid', time('2026-05-20T24:00:00Z'), 4],
  'was signed with an offset': ['signed_utc_invalid', time('2026-05-21T10:00:00+00:00'), 4],
  'was signed with a fraction of a second': ['signed_utc_invalid', time('2026-05-21T10:00:00.000Z'), 4],
  'was signed with a lower-case z': ['signed_utc_invalid', time('2026-05-21T10:00:00z'), 4],
  'was signed on a date without a time': ['signed_utc_invalid', time('2026-05-21'), 4],
  'still has the placeholder for the time': ['placeholder_left', time('<now, as YYYY-MM-DDTHH:MM:SSZ>'), 4],
  'asks for a dry run': ['value_invalid', approvalFor('GAP7_execution_enable').replace('LIVE', 'DRYRUN')],
  'has a digest in upper case': ['value_invalid', SOUND.replace(DIGEST, 'A'.repeat(64)), 6],
  'has a digest that is one digit short': ['value_invalid', SOUND.replace(DIGEST, 'a'.repeat(63)), 6],
  'has a run_id of another form': ['value_invalid', SOUND.replace(RUN, 'run-1'), 3],
  'has a document_id with a slash': [
    'value_invalid',
    approvalFor('GAP7_execution_enable').replace('charter', 'charter/annex'),
  ],
  'has a document_id of 64 letters': [
    'value_invalid',
    approvalFor('GAP7_execution_enable').replace('charter', 'c'.repeat(64)),
  ],
};

export function addDocuments(hand: Hand): void {
  const { studio } = hand;
  for (const [name, document] of Object.entries(ACCEPTED))
    studio.accept(`document: ${name}`, hand.signed(fileName(name), document));
  for (const gate of GATES)
    studio.accept(`document: is the ready-to-sign text of ${gate}`, hand.signed(gate, approvalFor(gate)), {
      expect: { gate, bindings: BINDINGS[gate] },
    });
  const renewal = approvalFor('GAP7_execution_enable').replace('mode:', `run_id: ${RUN}\nmode:`);
  studio.accept('document: renews the enable of a run', hand.signed('renewal', renewal), {
    expect: { bindings: { run_id: RUN } },
  });
  for (const gate of GATES)
    for (const name of TABLE[gate].needs)
      studio.reject(
        `document: lacks ${name} for ${gate}`,
        hand.signed(
          `${gate}-without-${name}`,
          approvalFor(gate).replace(new RegExp(`^${name}.*\n`, 'm'), ''),
        ),
        { reason: 'binding_missing', expect: { bindings: BINDINGS[gate] } },
      );
  for (const [name, [reason, document, line]] of Object.entries(REJECTED))
    studio.reject(`document: ${name}`, hand.signed(fileName(name), document), {
      reason,
      ...(line === undefined ? {} : { line }),
    });
}

export function fileName(sentence: string): string {
  return sentence.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function bytes(text: string, tail: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.from(tail)]);
}

/** The sound approval with another line behind its gate. */
function front(line: string): string {
  return SOUND.replace('\nrun_id', `\n${line}\nrun_id`);
}

function time(text: string): string {
  return SOUND.replace(SIGNED, text);
}

function reordered(text: string): string {
  const [open, ...lines] = text.split('\n');
  return [open, ...lines.slice(0, 5).reverse(), ...lines.slice(5)].join('\n');
}
