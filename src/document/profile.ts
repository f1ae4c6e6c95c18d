// What a language's documents call their parts: the data that label rules are compiled from.
// Adding a language is adding one file in profiles/ and one line here.
import { DocumentFault } from './fault.ts';
import { de } from './profiles/de.ts';
import { en } from './profiles/en.ts';
import { fr } from './profiles/fr.ts';
import { generic } from './profiles/generic.ts';
import { vi } from './profiles/vi.ts';
import type { SectionType, UnitKind } from './unit.ts';

/** `Điều 5.`, `CHAPTER II`, `§ 433`: a word and a number. */
export interface LabelRule {
  readonly kind: UnitKind;
  /** The address's word: `dieu` gives `dieu-5`. */
  readonly key: string;
  /** As written at the start of a line; the same in capitals is understood. */
  readonly words: readonly string[];
  /** The order of containment: a smaller rank contains a larger one. */
  readonly rank: number;
  readonly example: string;
  /** Only on headings, where nothing else could be meant: a bare `IV a. - …`. */
  readonly headingOnly?: true;
  /** The title may follow without a terminator on a paragraph of its own: `§ 1 Beginn der Rechtsfähigkeit`. */
  readonly openTitle?: true;
}

/** `1.`, `(1)`, `a)`: a number without a word, meaningful only inside an article or a section. */
export interface EnumeratorRule {
  readonly form: 'N.' | 'N°' | '(N)' | 'N)' | 'N.M' | 'a)' | '(a)' | 'a.' | '(i)' | 'i)' | 'aa)' | 'I.';
  readonly kind: 'clause' | 'point';
  readonly key: string;
  readonly rank: number;
  readonly example: string;
}

/** A unit that is known by its title rather than by a number. */
export interface TitleRule {
  readonly kind: UnitKind;
  readonly pattern: RegExp;
  /** `paragraph`: a line of text may open it, not only a heading. */
  readonly on: 'heading' | 'paragraph' | 'both';
  /** Where the text is not what its kind usually is. */
  readonly sectionType?: SectionType;
  readonly example: string;
}

export interface Profile {
  readonly name: string;
  readonly labels: readonly LabelRule[];
  readonly enumerators: readonly EnumeratorRule[];
  readonly titles: readonly TitleRule[];
  /** Numbers written as words: `Phần thứ nhất`. */
  readonly ordinals: Readonly<Record<string, number>>;
  /** Other forms that the number of a label may have, as the source of an expression: `1er`, `L. 121-3`. */
  readonly numbers?: string;
  /** Words between the ends of a range: `§§ 3 bis 6`. */
  readonly ranges: readonly string[];
  /** True where the law fixes which label contains which, so that heading levels cannot say otherwise. */
  readonly strictOrder: boolean;
  /** Lines above the title that look like headings but are the issuer's letterhead. */
  readonly letterhead?: RegExp;
  /** A document's own kind as its title: `NGHỊ ĐỊNH`. */
  readonly documentTitle?: RegExp;
  /** First words under a title that say that it opens an annexed document. */
  readonly annexed?: RegExp;
  /** First words of a preamble under a heading without a label. */
  readonly preambleOpening?: RegExp;
  /** Words by which a sentence binds: text that has them is no mere note. */
  readonly binds?: RegExp;
  /** Titles of articles whose clauses are definitions. */
  readonly definitions?: RegExp;
  /** Small words that a text of this language cannot do without, with the words of its labels: detection counts them. */
  readonly words: string;
  /** Letters that give the language away wherever they stand. */
  readonly letters?: RegExp;
}

export const PROFILES: readonly Profile[] = [vi, de, en, fr, generic];

export const PROFILE_NAMES = PROFILES.map((profile) => profile.name);

/** Throws DocumentFault `unknown_profile`. */
export function profileNamed(name: string): Profile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (!found)
    throw new DocumentFault(
      'unknown_profile',
      `there is no profile '${name}': choose one of ${PROFILE_NAMES.join(', ')}`,
    );
  return found;
}
