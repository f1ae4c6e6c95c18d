// mark: from Markdown to a tree of marked sections with byte ranges; reports how many of each kind there are.
import { z } from 'zod';
import { DocumentFault } from '../document/fault.ts';
import { type MarkedDocument, markDocument } from '../document/mark-document.ts';
import type { Reader } from '../governed/database.ts';
import { readPinned } from '../governed/units.ts';
import { code, count } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';
import type { Phase } from './phase.ts';
import { readPinnedSource } from './source-pin.ts';
import { diagnosticLines, tellDiagnostics, toldDiagnostics } from './told-diagnostics.ts';

const output = z.strictObject({
  profile: z.string(),
  sections: z.number().int(),
  kinds: z.record(z.string(), z.number().int()),
  /** Absent in logs from before cuts had diagnostics. */
  diagnostics: toldDiagnostics.optional(),
});

export type Mark = z.infer<typeof output>;

export const mark: Phase<Mark, 'mark'> = {
  name: 'mark',
  output,
  async run(context) {
    const marked = await context.governed.read('cutter_exec', (reader) => markSource(context, reader));
    return foundIn(marked);
  },
  report: ({ profile, sections, kinds, diagnostics }) => [
    `${count(sections, 'section')} by profile ${code(profile)}`,
    inOneOrder(kinds)
      .map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${n}`)
      .join(', '),
    ...(diagnostics ? diagnosticLines(diagnostics) : []),
  ],
};

/**
 * The bot's state and the log in git keep the names of an object in different orders, and a record made again from the log
 * must be the same byte for byte: so by length, then by their bytes, as records have had them from the beginning.
 */
function inOneOrder(kinds: Mark['kinds']): [string, number][] {
  return Object.entries(kinds).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
}

/** What the phase gives, from the document alone. */
export function foundIn({ profile, counts, sections, diagnostics }: MarkedDocument): Mark {
  const kinds = Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
  return { profile, sections: sections.length, kinds, diagnostics: tellDiagnostics(diagnostics) };
}

/** By the profile and granularity of the document's latest cut, where `reader` sees one. */
export async function markSource(context: PhaseContext, reader: Reader): Promise<MarkedDocument> {
  const { bytes } = await readPinnedSource(context);
  const { documentId, profile, granularity } = context.run;
  try {
    const pinned = await readPinned(reader, documentId);
    return markDocument(bytes, {
      granularity,
      ...(profile === undefined ? {} : { profile }),
      ...(pinned === undefined ? {} : { pinned }),
    });
  } catch (error) {
    if (error instanceof DocumentFault) throw new Stop('document_invalid', error.message, { cause: error });
    throw error;
  }
}
