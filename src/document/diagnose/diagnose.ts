// Everything that a cut is not sure of, check by check, in the order of the document.
import type { Block } from '../blocks.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { MarkedSection } from '../mark-document.ts';
import type { Nested } from '../nest.ts';
import type { Profile } from '../profile.ts';
import type { Source } from '../source-text.ts';
import { findBomInside, findLoneCr } from './characters.ts';
import { counted, type Finding, lineOfByte } from './finding.ts';
import { findForeignLabels } from './foreign.ts';
import { findBadFrontMatter } from './front-matter.ts';
import { findFalseLabels, findInNames, findTwinAddresses } from './lookalike.ts';
import { findNothingToRead } from './nothing.ts';
import { findGaps, findTwins } from './numbering.ts';
import { findOversized } from './oversized.ts';
import { type Choice, findChanges, findDoubt } from './pinned.ts';
import { findTooDeep, findUnclosed } from './unclosed.ts';
import { findUncut } from './uncut.ts';

/** A document between its cut and its plan, as the checks see it. */
export interface Cut {
  readonly source: Source;
  readonly blocks: readonly Block[];
  /** Lines of headings that were taken for code. */
  readonly codeLike: ReadonlySet<number>;
  readonly profile: Profile;
  /** What was opened, and beside it at the same index what became of it. */
  readonly nested: readonly Nested[];
  readonly sections: readonly MarkedSection[];
}

/** Linear in the size of the document. */
export function diagnose(cut: Cut, choice: Choice): Diagnostic[] {
  const { source, blocks } = cut;
  const falseLabels = findFalseLabels(cut);
  const known = new Set(falseLabels.map(({ code, byteStart }) => `${code} ${byteStart}`));
  const found: Finding[] = [
    ...findChanges(choice, source.bytes.length),
    ...findDoubt(choice, source.bytes.length),
    ...findBadFrontMatter(source),
    ...findLoneCr(source),
    ...findBomInside(source),
    ...findNothingToRead(source, blocks),
    ...findUnclosed(source, cut),
    ...findTooDeep(source, blocks),
    ...findUncut(cut),
    ...findForeignLabels(cut),
    ...findOversized(source, cut.sections),
    ...findGaps(cut),
    ...findTwins(cut),
    ...findInNames(cut),
    ...findTwinAddresses(cut),
  ];
  // What is wrong with a label need not be said of its title again.
  const others = found.filter(({ code, byteStart }) => !known.has(`${code} ${byteStart}`));
  return limit([...falseLabels, ...others])
    .map((finding): Diagnostic => {
      const { code, severity, byteStart, byteEnd, message } = finding;
      return { code, severity, byteStart, byteEnd, line: lineOfByte(source, byteStart), message };
    })
    .sort((a, b) => a.byteStart - b.byteStart || b.byteEnd - a.byteEnd || compare(a.code, b.code));
}

const MOST_OF_A_KIND = 20;
const SHOWN = 3;

/** Nobody reads a thousand of a kind: one says how many there are, and the first few are shown. */
function limit(found: readonly Finding[]): Finding[] {
  const kinds = Map.groupBy(found, ({ code, severity }) => `${code} ${severity}`);
  return [...kinds.values()].flatMap((kind) => {
    if (kind.length <= MOST_OF_A_KIND) return kind;
    const [first, ...others] = kind.toSorted((a, b) => a.byteStart - b.byteStart);
    const last = others.at(-1);
    if (!first || !last) return kind;
    const message = `${counted(kind.length, 'place')} of this kind, of which the first ${SHOWN} are shown: ${first.message}`;
    return [{ ...first, byteEnd: last.byteEnd, message }, first, ...others.slice(0, SHOWN - 1)];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
