// The mark of a document of ours: countersign/NAME/NUMBER. What an earlier version wrote is read for ever, under its own
// number; a number that this version does not know is refused, and the word says which version can read it.
import { z } from 'zod';

/** Exactly this mark. A higher number of the same name is told apart from what is no such document. */
export function markedAs<Mark extends `countersign/${string}/${number}`>(mark: Mark) {
  const [, name = '', known = ''] = mark.split('/');
  return z.literal(mark, {
    error: ({ input }) => newerThan(input, { name, known: Number(known) }) ?? `is not ${mark}`,
  });
}

const MARK = /^countersign\/([a-z-]+)\/([1-9]\d{0,8})$/;

function newerThan(input: unknown, { name, known }: { name: string; known: number }): string | undefined {
  if (typeof input !== 'string') return undefined;
  const [, found, number = ''] = MARK.exec(input) ?? [];
  if (found !== name || Number(number) <= known) return undefined;
  return `is ${input}, written by a newer version: this one reads ${name} up to ${known}; update countersign to read it`;
}
