// The units that no label announces: front matter, the document itself, and what stands after its last unit.
// They see to it that every byte belongs to a row, and that notes and link targets are no part of the last article.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import { findLinksAtEnd, isLinkDefinition } from './links.ts';
import type { Profile } from './profile.ts';
import { type Source, textOfLine } from './source-text.ts';
import type { UnitKind } from './unit.ts';
import type { StartedBy, UnitStart } from './unit-start.ts';

interface Context {
  readonly blocks: readonly Block[];
  readonly source: Source;
  readonly profile: Profile;
}

/** The first of the result opens at line 0; a line opens at most one unit. */
export function frame(found: readonly UnitStart[], context: Context): UnitStart[] {
  const { source } = context;
  const front = source.frontMatterLines;
  const title = chooseTitle(found, context);
  const openings = found.map(
    (opening, index): UnitStart =>
      index === title ? { ...opening, kind: 'document', by: { type: 'frame', key: 'document' } } : opening,
  );
  // A number without a word may turn out not to be cut: it cannot be what the document's first bytes belong to.
  const first = openings.find(({ by }) => by.type !== 'enumerator');
  const preface = textBetween(source, { from: front, to: first?.line ?? source.lineStarts.length - 1 });
  const startsWithTitle = title === 0 || !preface;
  if (first && startsWithTitle) openings[openings.indexOf(first)] = { ...first, line: front };
  if (preface && !startsWithTitle)
    openings.unshift(openPreface(preface, { source, hasTitle: title !== undefined }));
  else if (first && title === undefined) openRoot(openings, { first, source });
  if (front > 0)
    openings.unshift(
      unit('front_matter', {
        line: 0,
        title: source.frontMatterTitle ?? 'Front matter',
        by: {
          type: 'frame',
          key: 'front-matter',
          ...(source.frontMatterTitle === undefined ? { nameless: true } : {}),
        },
      }),
    );
  return oneForEachLine([...openings, ...openTail(found, context)]);
}

/** Units side by side at the top get a root where the document has a name and a line for it: the blank ones above them. */
function openRoot(openings: UnitStart[], { first, source }: { first: UnitStart; source: Source }): void {
  const line = source.frontMatterLines;
  const top = openings.filter(({ level }) => level === 1);
  if (source.frontMatterTitle === undefined || first.line === line || top.length < 2) return;
  openings[openings.findIndex(({ by }) => by.type !== 'enumerator')] = first;
  const by = { type: 'frame', key: 'document' } as const;
  openings.unshift(unit('document', { line, title: source.frontMatterTitle, by }));
}

function openPreface(
  preface: { line: number; title: string },
  { source, hasTitle }: { source: Source; hasTitle: boolean },
): UnitStart {
  const line = source.frontMatterLines;
  const headEnd = preface.line + 1;
  if (hasTitle)
    return unit('generic', {
      line,
      headEnd,
      title: preface.title,
      by: { type: 'frame', key: 'preface', sectionType: 'editorial' },
    });
  const title = source.frontMatterTitle ?? preface.title;
  return unit('document', { line, headEnd, title, by: { type: 'frame', key: 'document' } });
}

/** What follows the last unit: after a thematic break a colophon, and at the very end the targets of reference links. */
function openTail(found: readonly UnitStart[], context: Context): UnitStart[] {
  const { blocks, source } = context;
  const tail: UnitStart[] = [];
  const links = findLinksAtEnd(blocks, source);
  const end = links ?? source.lineStarts.length - 1;
  const colophon = openColophon(found, { ...context, end });
  if (colophon) tail.push(colophon);
  if (links !== undefined && blocks.length > 0)
    tail.push(
      unit('generic', {
        line: links,
        title: 'Links',
        by: { type: 'frame', key: 'links', sectionType: 'reference', nameless: true },
      }),
    );
  return tail;
}

const MOST_BLOCKS = 3;
const MOST_BYTES = 2_000;

/** A short note below the last thematic break that binds nobody. Whatever is longer, or binds, is text of the last article. */
function openColophon(
  found: readonly UnitStart[],
  { blocks, source, profile, end }: Context & { end: number },
): UnitStart | undefined {
  const at = blocks.findLastIndex((block) => block.type === 'opaque' && block.thematicBreak);
  const rule = blocks[at];
  if (!rule || rule.line <= (found.at(-1)?.line ?? 0)) return undefined;
  if (!found.some(({ kind }) => kind === 'article')) return undefined;
  const below = blocks.slice(at + 1);
  const bytes = (source.lineStarts[end] ?? 0) - (source.lineStarts[rule.end] ?? 0);
  if (below.length > MOST_BLOCKS || bytes > MOST_BYTES) return undefined;
  if (below.some((block) => block.type === 'text' && profile.binds?.test(block.text))) return undefined;
  const text = textBetween(source, { from: rule.end, to: end });
  if (!text) return undefined;
  const by = { type: 'frame', key: 'colophon', sectionType: 'editorial' } as const;
  return unit('generic', { line: rule.line, headEnd: rule.end, title: text.title, by });
}

function unit(
  kind: UnitKind,
  at: { line: number; headEnd?: number; title: string; by: Extract<StartedBy, { type: 'frame' }> },
): UnitStart {
  return { headEnd: at.line, ...at, level: 0, depth: 0, kind };
}

/** Index of the heading that names the whole document. Where several could, each names a part of it. */
function chooseTitle(openings: readonly UnitStart[], { source, profile }: Context): number | undefined {
  const candidates = [...openings.entries()].filter(
    ([, { level, by, kind, title }]) =>
      level === 1 && kind !== 'annex' && (by.type === 'heading' || profile.documentTitle?.test(title)),
  );
  const named = candidates.find(([, { title }]) => profile.documentTitle?.test(title));
  if (named || candidates.length === 1) return (named ?? candidates[0])?.[0];
  const [index, first] = candidates[0] ?? [];
  if (index !== 0 || !first) return undefined;
  // A title page: nothing but the next heading of its level follows it.
  const second = openings[1];
  const alone = second?.level === 1 && !textBetween(source, { from: first.headEnd, to: second.line });
  return alone || first.title === source.frontMatterTitle ? 0 : undefined;
}

/** The first line with anything on it, and as a title the first with words in it that people read. */
function textBetween(
  source: Source,
  range: { from: number; to: number },
): { line: number; title: string } | undefined {
  let first: number | undefined;
  let inComment = false;
  for (let line = range.from; line < range.to; line += 1) {
    const text = textOfLine(source, line);
    if (text.trim() === '') continue;
    first ??= line;
    inComment ||= text.trimStart().startsWith('<!--');
    if (!inComment && /[\p{L}\p{N}]/u.test(text) && !isLinkDefinition(text))
      return { line: first, title: plainText(text) };
    if (text.includes('-->')) inComment = false;
  }
  return first === undefined ? undefined : { line: first, title: '' };
}

function oneForEachLine(openings: readonly UnitStart[]): UnitStart[] {
  let line = -1;
  return openings.filter((opening) => {
    if (opening.line <= line) return false;
    line = opening.line;
    return true;
  });
}
