// Everything that a cut is not sure of, check by check, in the order of the document.
import type { Block } from '../blocks.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { MarkedSection } from '../mark-document.ts';
import type { Nested } from '../nest.ts';
import type { Profile } from '../profile.ts';
import type { Source } from '../source-text.ts';
import { findBomInside, findLoneCr } from './characters.ts';
import { type Finding, lineOfByte } from './finding.ts';
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
    ...findOversized(source, cut.sections),
    ...findGaps(cut),
    ...findTwins(cut),
    ...findInNames(cut),
    ...findTwinAddresses(cut),
  ];
  // What is wrong with a label need not be said of its title again.
  const others = found.filter(({ code, byteStart }) => !known.has(`${code} ${byteStart}`));
  return [...falseLabels, ...others]
    .map((finding): Diagnostic => {
      const { code, severity, byteStart, byteEnd, message } = finding;
      return { code, severity, byteStart, byteEnd, line: lineOfByte(source, byteStart), message };
    })
    .sort((a, b) => a.byteStart - b.byteStart || b.byteEnd - a.byteEnd || compare(a.code, b.code));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
