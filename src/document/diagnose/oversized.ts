// A unit that holds most of a document was hardly meant to: whoever signs it would sign everything at once.
import type { MarkedSection } from '../mark-document.ts';
import type { Source } from '../source-text.ts';
import { counted, type Finding, percent, quote } from './finding.ts';

const SMALL_DOCUMENT = 8 * 1024;
const MOST = 0.4;

export function findOversized(source: Source, sections: readonly MarkedSection[]): Finding[] {
  const size = source.bytes.length;
  if (size <= SMALL_DOCUMENT) return [];
  const [only, ...others] = sections.filter(({ kind }) => kind !== 'front_matter');
  if (only && others.length === 0) return [unstructured(only)];
  return sections.flatMap(({ kind, title, byteStart, byteEnd }): Finding[] => {
    const bytes = byteEnd - byteStart;
    if (bytes <= size * MOST) return [];
    const message = `${quote(title)} (${kind.replace('_', ' ')}) holds ${percent(bytes, size)} of the document as one unit: make headings of the titles inside it, or cut deeper`;
    return [{ code: 'oversized_unit', severity: 'warning', byteStart, byteEnd, message }];
  });
}

function unstructured({ byteStart, byteEnd }: MarkedSection): Finding {
  const message = `no title and no label was found, so the document is one unit of ${counted(byteEnd - byteStart, 'byte')}: make headings of its titles, or name the profile that knows its labels`;
  return { code: 'oversized_unit', severity: 'warning', byteStart, byteEnd, message };
}
