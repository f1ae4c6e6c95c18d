// mark: from Markdown to a tree of marked sections with byte ranges; reports how many of each kind there are.
import { z } from 'zod';
import { DocumentFault } from '../document/fault.ts';
import { type MarkedDocument, markDocument } from '../document/mark-document.ts';
import { code, count } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';
import type { Phase } from './phase.ts';
import { readPinnedSource } from './source-pin.ts';

const output = z.strictObject({
  profile: z.string(),
  sections: z.number().int(),
  kinds: z.record(z.string(), z.number().int()),
});

export type Mark = z.infer<typeof output>;

export const mark: Phase<Mark, 'mark'> = {
  name: 'mark',
  output,
  async run(context) {
    const { profile, counts } = await markSource(context);
    const kinds = Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
    return { profile, sections: Object.values(kinds).reduce((sum, n) => sum + n, 0), kinds };
  },
  report: ({ profile, sections, kinds }) => [
    `${count(sections, 'section')} by profile ${code(profile)}`,
    Object.entries(kinds)
      .map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${n}`)
      .join(', '),
  ],
};

export async function markSource(context: PhaseContext): Promise<MarkedDocument> {
  const { bytes } = await readPinnedSource(context);
  const { profile, granularity } = context.run;
  try {
    return markDocument(bytes, { granularity, ...(profile === undefined ? {} : { profile }) });
  } catch (error) {
    if (error instanceof DocumentFault) throw new Stop('document_invalid', error.message, { cause: error });
    throw error;
  }
}
