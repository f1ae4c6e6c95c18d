// The units that no label announces: front matter, the document itself, and what stands after its last unit.
// They see to it that every byte belongs to a row, and that notes and link targets are no part of the last article.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import type { Profile } from './profile.ts';
import type { Source } from './source-text.ts';
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
function openTail(found: readonly UnitStart[], { blocks, source }: Context): UnitStart[] {
  const tail: UnitStart[] = [];
  const lastLine = found.at(-1)?.line ?? 0;
  const rule = blocks.findLast((block) => block.type === 'opaque' && block.thematicBreak);
  const articles = found.some(({ kind }) => kind === 'article');
  const end = source.lineStarts.length - 1;
  if (rule && articles && rule.line > lastLine) {
    const text = textBetween(source, { from: rule.end, to: end });
    if (text)
      tail.push(
        unit('generic', {
          line: rule.line,
          headEnd: rule.end,
          title: text.title,
          by: { type: 'frame', key: 'colophon', sectionType: 'editorial' },
        }),
      );
  }
  // Link reference definitions leave no token behind: the parser has taken them out of the text.
  const lastBlock = blocks.reduce((last, block) => Math.max(last, block.end), 0);
  const links = textBetween(source, { from: Math.max(lastBlock, source.frontMatterLines), to: end });
  if (links && lastBlock > 0)
    tail.push(
      unit('generic', {
        line: links.line,
        title: links.title,
        by: { type: 'frame', key: 'links', sectionType: 'reference' },
      }),
    );
  return tail;
}

function unit(
  kind: UnitKind,
  at: { line: number; headEnd?: number; title: string; by: Extract<StartedBy, { type: 'frame' }> },
): UnitStart {
  return { headEnd: at.line, ...at, level: 0, depth: 0, kind };
}

/** Index of the heading that names the whole document. Where several could, it names a part of it. */
function chooseTitle(openings: readonly UnitStart[], { source, profile }: Context): number | undefined {
  const candidates = [...openings.entries()].filter(
    ([, { level, by, kind, title }]) =>
      level === 1 && kind !== 'annex' && (by.type === 'heading' || profile.documentTitle?.test(title)),
  );
  const named = candidates.find(([, { title }]) => profile.documentTitle?.test(title));
  if (named || candidates.length === 1) return (named ?? candidates[0])?.[0];
  return source.frontMatterTitle === undefined && candidates[0]?.[0] === 0 ? 0 : undefined;
}

function textBetween(
  source: Source,
  range: { from: number; to: number },
): { line: number; title: string } | undefined {
  const decoder = new TextDecoder();
  for (let line = range.from; line < range.to; line += 1) {
    const bytes = source.bytes.subarray(source.lineStarts[line], source.lineStarts[line + 1]);
    const text = decoder.decode(bytes);
    if (text.trim() !== '') return { line, title: plainText(text) };
  }
  return undefined;
}

function oneForEachLine(openings: readonly UnitStart[]): UnitStart[] {
  let line = -1;
  return openings.filter((opening) => {
    if (opening.line <= line) return false;
    line = opening.line;
    return true;
  });
}
