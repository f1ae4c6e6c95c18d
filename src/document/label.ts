// Reads the label at the start of a line: `Điều 5. …`, `CHAPTER II`, `§§ 3 bis 6 (weggefallen)`.
// A reference inside a sentence is not a label: outside headings a label needs a terminator or a line of its own.
import type { LabelRule, Profile } from './profile.ts';

export interface Label {
  readonly rule: LabelRule;
  /** As written: `28a`, `IV a`, `thứ nhất`; a range has two. */
  readonly numbers: readonly string[];
  /** Word and number as they stand, `Điều 28a`, without what ends them; of a bare number also that: `IV a.` */
  readonly written: string;
  /** What follows the label on its line. */
  readonly title: string;
  /** `terminated`: a full stop, colon or dash follows; `bare`: nothing does; `open`: a blank and more text. */
  readonly ending: 'terminated' | 'bare' | 'open';
}

interface Compiled {
  readonly read: (line: string) => Label | undefined;
  /** Matches every raw line that could carry a label of the profile, and few others: it is what the others cost. */
  readonly start: RegExp;
  /** The same for the titles that a paragraph may open with. */
  readonly title: RegExp;
}

const ARABIC = String.raw`\d{1,9}(?:\.(?:\d{1,9}|\p{Lu}{1,4}(?=\.\d))){0,8}[a-zđ]?`;
const ROMAN = String.raw`[IVXLCDM]{1,15}(?:\s?[a-z](?!\p{L}))?`;
const LETTER = String.raw`\p{Lu}(?![\p{L}\d])`;
const END = String.raw`(?=$|[\s.:)\]–—-])`;
// Dot leaders or a page number after a gap: an entry of a table of contents, never the unit itself.
const TOC_TAIL = 40;
const TOC_ENTRY = /(?:\.{4,}|…{2,}|(?:\. ){4,}|\t| {3,})\s*\d{1,5}$/;
// Some consolidated laws prefix repealed ranges with a placeholder in brackets.
const PLACEHOLDER = /^\([A-Z]{2,6}\)\s*/;
const ENUMERATED = /^(?:\d{1,4}|[A-Z])[.)]\s+/;

const compiled = new WeakMap<Profile, Compiled>();

/** The expressions of a profile, made once. */
export function compiledFor(profile: Profile): Compiled {
  const known = compiled.get(profile) ?? compile(profile);
  compiled.set(profile, known);
  return known;
}

/** A heading may carry an enumerator before its label: `2. Article II`. */
export function readHeadingLabel(line: string, profile: Profile): Label | undefined {
  const { read } = compiledFor(profile);
  const text = line.replace(PLACEHOLDER, '');
  const worded = read(text) ?? read(text.replace(ENUMERATED, ''));
  if (worded) return worded;
  const wordless = profile.labels.find((rule) => rule.headingOnly);
  const match = WORDLESS.exec(text);
  if (!wordless || !match?.[1]) return undefined;
  const rest = match[2] ?? '';
  return {
    rule: wordless,
    numbers: [match[1]],
    written: text.slice(0, text.length - rest.length).trim(),
    title: trimTitle(rest),
    ending: 'terminated',
  };
}

/** Looks at the raw line: reading it as a person does would close the gap before the page number. */
export function isTocEntry(raw: string): boolean {
  // Only the end, so that a line of a million dots costs no more than any other.
  return TOC_ENTRY.test(raw.slice(-TOC_TAIL).trimEnd());
}

/** A label in running text, where `Section 4 of this Act` must not be one. */
export function readTextLabel(line: string, profile: Profile): Label | undefined {
  if (isTocEntry(line)) return undefined;
  const label = compiledFor(profile).read(line.replace(PLACEHOLDER, ''));
  if (label?.ending === 'open' && !label.rule.openTitle) return undefined;
  return label;
}

const WORDLESS = new RegExp(
  String.raw`^(\d{1,4}(?:\.\d{1,4}){0,5}|${ROMAN}|${LETTER})(?:[.):]|(?=\s+[-–—]))\s*(.*)$`,
  'u',
);

function compile(profile: Profile): Compiled {
  const rules = new Map<string, LabelRule>();
  for (const rule of profile.labels)
    for (const word of rule.words) {
      if (word === '') continue;
      rules.set(word, rule);
      rules.set(word.toLocaleUpperCase(), rule);
    }
  const titles = profile.titles.filter(({ on }) => on !== 'heading').map(({ pattern }) => pattern.source);
  const title = new RegExp(titles.join('|') || '(?!)', 'iu');
  if (rules.size === 0) return { read: () => undefined, start: /(?!)/, title };
  const words = byLength([...rules.keys()]).map(
    (word) => escapePattern(word) + (/[§.]$/.test(word) ? '\\s*' : '\\s+'),
  );
  const ordinals = byLength(ordinalsOf(profile)).map(escapePattern);
  const own = profile.numbers === undefined ? [] : [profile.numbers];
  const worded = ordinals.map((word) => `${word}(?!\\p{L})`);
  const anyNumber = [...worded, ...own, ARABIC, ROMAN, LETTER].join('|');
  const ranges = [...profile.ranges.map((word) => `\\s${escapePattern(word)}\\s+`), '\\s?[-–]\\s?'].join('|');
  const after = new RegExp(
    `^(${words.join('|')})(${anyNumber})(?:(?:${ranges})(${ARABIC}))?${END}(.*)$`,
    'u',
  );
  const before = new RegExp(
    `^(?:${ROMAN}\\s+)?(${ordinals.join('|') || '(?!)'})\\s+(${byLength([...rules.keys()])
      .map(escapePattern)
      .join('|')})(?!\\p{L})(.*)$`,
    'u',
  );
  const read = (line: string): Label | undefined => {
    const match = after.exec(line);
    if (match) {
      const rule = rules.get((match[1] ?? '').trim());
      // A filtered array would keep room for sixteen more.
      const numbers = match[3] === undefined ? [match[2] ?? ''] : [match[2] ?? '', match[3]];
      const rest = match[4] ?? '';
      const written = line.slice(0, line.length - rest.length);
      return rule && { rule, numbers, written, ...readEnding(rest) };
    }
    const reversed = before.exec(line);
    const [, number = '', word = '', rest = ''] = reversed ?? [];
    const rule = rules.get(word);
    return rule && { rule, numbers: [number], written: `${number} ${word}`, ...readEnding(rest) };
  };
  // The source may be decomposed (NFD): only what precedes a word's first accent can be compared as it stands.
  const initials = [...rules.keys(), ...ordinals].map((word) =>
    escapePattern(/^.[ -~]*/u.exec(word)?.[0] ?? ''),
  );
  const start = new RegExp(String.raw`^[\s*_([\\]*(?:\([A-Z]{2,6}\)\s*)?(?:${initials.join('|')})`, 'u');
  return { read, start, title };
}

/** `CHAPTER ONE` as well as `Chapter One`. */
function ordinalsOf({ ordinals }: Profile): string[] {
  return Object.keys(ordinals).flatMap((word) => [word, word.toLocaleUpperCase()]);
}

function readEnding(rest: string): Pick<Label, 'title' | 'ending'> {
  const title = trimTitle(rest);
  if (rest.trim() === '') return { title, ending: 'bare' };
  return { title, ending: /^\s*(?:[.:)\]–—]|-\s)/.test(rest) ? 'terminated' : 'open' };
}

function trimTitle(rest: string): string {
  return rest.replace(/^[\s.:)\]–—-]+/, '').trim();
}

function byLength(words: readonly string[]): string[] {
  return [...words].sort((a, b) => b.length - a.length);
}

function escapePattern(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
