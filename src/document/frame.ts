// The units that no label announces: front matter, the document itself, and what stands after its end.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import type { Opening } from './opening.ts';
import type { Profile } from './profile.ts';
import type { Source } from './source.ts';
import type { UnitKind } from './unit.ts';

/** Puts a unit before the first opening wherever there is text that none of them covers, so that the rows partition the bytes. */
export function frame(
  openings: readonly Opening[],
  options: { blocks: readonly Block[]; source: Source; profile: Profile },
): Opening[] {
  const { source, profile } = options;
  const framed: Opening[] = [];
  const start = source.frontMatterLines;
  if (start > 0)
    framed.push(
      plain('front_matter', { line: 0, headEnd: 0, title: source.frontMatterTitle ?? 'Front matter' }),
    );
  const chosen = chooseTitle(openings, { source, profile });
  const first = openings[0];
  const title = chosen && openings[chosen.index];
  if (title && chosen.index === 0) {
    framed.push({ ...title, line: start, kind: 'document', by: { type: 'heading' } }, ...openings.slice(1));
    return framed;
  }
  const preface = firstText(source, { from: start, to: first?.line ?? source.lineStarts.length - 1 });
  if (preface)
    framed.push(
      plain(title ? 'generic' : 'document', {
        line: start,
        headEnd: preface.line + 1,
        title: (title ? undefined : source.frontMatterTitle) ?? preface.title,
      }),
    );
  for (const [index, opening] of openings.entries())
    framed.push(
      index === chosen?.index ? { ...opening, kind: 'document', by: { type: 'heading' } } : opening,
    );
  if (!preface && framed[start > 0 ? 1 : 0] && first) {
    const at = start > 0 ? 1 : 0;
    const opening = framed[at];
    if (opening) framed[at] = { ...opening, line: start };
  }
  return framed;
}

function plain(kind: UnitKind, at: { line: number; headEnd: number; title: string }): Opening {
  return { ...at, level: 0, depth: 0, kind, by: { type: 'frame' } };
}

function chooseTitle(
  openings: readonly Opening[],
  options: { source: Source; profile: Profile },
): { index: number } | undefined {
  const candidates = openings
    .map((opening, index) => ({ opening, index }))
    .filter(
      ({ opening }) => opening.level === 1 && opening.by.type === 'heading' && opening.kind === 'section',
    );
  const named = candidates.find(({ opening }) => options.profile.documentTitle?.test(opening.title));
  if (named || candidates.length === 1) return named ?? candidates[0];
  return options.source.frontMatterTitle === undefined && candidates[0]?.index === 0
    ? candidates[0]
    : undefined;
}

function firstText(
  source: Source,
  range: { from: number; to: number },
): { line: number; title: string } | undefined {
  const decoder = new TextDecoder();
  for (let line = range.from; line < range.to; line += 1) {
    const title = plainText(
      decoder.decode(source.bytes.subarray(source.lineStarts[line], source.lineStarts[line + 1])),
    );
    if (title !== '') return { line, title };
  }
  return undefined;
}
