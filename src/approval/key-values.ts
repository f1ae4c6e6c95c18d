// The lines between `---` at byte 0 and the next `---`, each a single `key: value`.
// Narrower than YAML on purpose: nothing gets through that two parsers could read differently.
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Decoded, flawed, quoted } from './flaw.ts';

export type Entries = ReadonlyMap<string, { readonly value: string; readonly line: number }>;

const KEY = /^[\p{L}\p{N}_-]+$/u;
// One word that no YAML construct begins with, or a text in simple quotes without escapes.
const VALUE = /^(?:([\p{L}\p{N}][^\s#"'`,[\]{}&*!|>%@?]*)|"([^"\\]*)"|'([^']*)')[ \t]*$/u;

// As the ready-to-sign text has it. No value begins so, which makes it a reason of its own rather than bad syntax.
const PLACEHOLDER = /^[ \t]*(<[^<>]*>)[ \t]*$/;

/** `isKey` bounds the number of entries, and with it the work of the YAML parser, which compares every key with every other. */
export function readKeyValues(text: string, isKey: (key: string) => boolean): Decoded<Entries> {
  const lines = text.split(text.includes('\r\n') ? '\r\n' : '\n');
  if (lines[0] !== '---') return flawed('front_matter_missing', 'the first line is not `---`', 1);
  const end = lines.indexOf('---', 1);
  if (end === -1) return flawed('front_matter_missing', 'no second line `---` closes it', 1);

  const entries = new Map<string, { value: string; line: number }>();
  for (const [index, source] of lines.slice(1, end).entries()) {
    const line = index + 2;
    const colon = source.indexOf(': ');
    const key = source.slice(0, Math.max(colon, 0));
    const left = PLACEHOLDER.exec(source.slice(colon + 2))?.[1];
    if (KEY.test(key) && left !== undefined)
      return flawed('placeholder_left', `\`${quoted(key)}\` is still \`${quoted(left)}\``, line);
    const match = VALUE.exec(source.slice(colon + 2).trimStart());
    const value = match?.[1] ?? match?.[2] ?? match?.[3];
    if (!KEY.test(key) || value === undefined)
      return flawed('front_matter_syntax', `\`${quoted(source)}\``, line);
    if (!isKey(key)) return flawed('unknown_key', `\`${quoted(key)}\` is no key of an approval`, line);
    if (entries.has(key)) return flawed('duplicate_key', `\`${quoted(key)}\``, line);
    entries.set(key, { value, line });
  }
  const after = lines.findIndex((source, index) => index > end && source.trim() !== '');
  if (lines[after]?.trim() === '---')
    return flawed('second_front_matter', 'found another `---` behind the front matter', after + 1);
  if (!yamlAgrees(lines.slice(1, end).join('\n'), entries))
    return flawed('front_matter_syntax', 'a YAML parser reads these lines differently', 2);
  return { ok: true, value: entries };
}

// A word of plain ASCII behind a plain key: to every YAML parser the very string. It neither ends with a colon, which would make
// it a key, nor holds a blank. Nearly all approvals consist of such lines, and reading them twice is most of their cost.
const PLAIN_LINE = /^[a-z][a-z0-9_]*: [A-Za-z0-9](?:[A-Za-z0-9._:/+-]*[A-Za-z0-9._/+-])?$/;

/** No parser could read it otherwise. */
export function isPlainLine(line: string): boolean {
  return PLAIN_LINE.test(line);
}

/** Whoever opens the file with a YAML parser must see the very strings that are judged here. */
function yamlAgrees(source: string, entries: Entries): boolean {
  if (entries.size === 0) return true;
  if (source.split('\n').every(isPlainLine)) return true;
  return asParsed(source, entries);
}

function asParsed(source: string, entries: Entries): boolean {
  const document = parseDocument(source, { schema: 'failsafe', uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0) return false;
  const read = z.record(z.string(), z.string()).safeParse(document.toJS());
  if (!read.success || Object.keys(read.data).length !== entries.size) return false;
  return [...entries].every(([key, { value }]) => read.data[key] === value);
}
