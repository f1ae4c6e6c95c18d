// Which language a text is written in, by the small words that no text can do without; a word weighs the less the more
// languages have it. Neighbours without a profile are weighed too, so that Spanish is not taken for French.
import { PROFILES, type Profile, profileNamed } from './profile.ts';

export interface Tally {
  /** A profile's name, or that of a language without a profile. */
  readonly language: string;
  /** Words of the text that tell for it, weighed. */
  readonly count: number;
}

export interface Detection {
  readonly profile: Profile;
  readonly best: Tally;
  readonly runnerUp: Tally;
  /** Words that were looked at. */
  readonly words: number;
  /** False where another language is nearly as likely, or a text of some length is written in none of them. */
  readonly certain: boolean;
}

const STRANGERS: Readonly<Record<string, string>> = {
  es: 'el la los las de del y en un una que se por con para no su al es lo como este todo ser o cuando',
  it: "il lo la i gli le di del della dei delle e in un una che per con non si è al alla nel nella da sono l' dell'",
  pt: 'o os a as de do da dos das e em um uma que se por com para não no na ao à pelo pela ser são ou',
  nl: 'de het een en van in is dat op te zijn voor met niet aan door bij of deze wordt artikel',
};

interface Language {
  readonly name: string;
  readonly words: ReadonlySet<string>;
  readonly letters: RegExp | undefined;
}

const LANGUAGES: readonly Language[] = [
  ...PROFILES.map(({ name, words, letters }) => ({ name, words: setOf(words), letters })),
  ...Object.entries(STRANGERS).map(([name, words]) => ({ name, words: setOf(words), letters: undefined })),
];

const SAMPLE_CHARS = 64_000;
const WORD = /[\p{L}\p{M}]+['’]?/gu;
const FEWEST = 2;
// A fifth and more of any language's running text are words of its list; tables of numbers and names have fewer.
const LEAST_SHARE = 0.04;
const LONG_TEXT = 150;
const NEARLY = 0.6;
const NONE: Tally = { language: 'none', count: 0 };

/** `generic` where no profile is convincing, or where the text is in a language that has none. */
export function detectProfile(text: string): Detection {
  const words = text.slice(0, SAMPLE_CHARS).normalize('NFC').toLowerCase().match(WORD) ?? [];
  const [best = NONE, runnerUp = NONE] = tally(words).sort((a, b) => b.count - a.count);
  const convincing = best.count >= FEWEST && best.count >= words.length * LEAST_SHARE;
  const known = PROFILES.find(({ name }) => name === best.language);
  const profile = convincing && known ? known : profileNamed('generic');
  const doubtful = !known || !convincing || runnerUp.count >= best.count * NEARLY;
  return {
    ...{ profile, words: words.length, certain: words.length < LONG_TEXT || !doubtful },
    best: { ...best, count: Math.round(best.count) },
    runnerUp: { ...runnerUp, count: Math.round(runnerUp.count) },
  };
}

function tally(words: readonly string[]): Tally[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const totals = new Map<Language, number>(LANGUAGES.map((language) => [language, 0]));
  for (const [word, count] of counts) {
    const having = LANGUAGES.filter(({ words: own, letters }) => own.has(word) || letters?.test(word));
    for (const language of having) totals.set(language, (totals.get(language) ?? 0) + count / having.length);
  }
  return LANGUAGES.map((language) => ({ language: language.name, count: totals.get(language) ?? 0 }));
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' ').filter((word) => word !== ''));
}
