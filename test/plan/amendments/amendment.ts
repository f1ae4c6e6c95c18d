// One amendment: a document, the same document later, and what happens to its units, as a reader would say it.
// `expected` names what happens to each unit that is not kept: `move A -> B`, `renumber A -> B`, `revise A`,
// `revise A -> B`, `create B`, `retire A`. A is the key before, B the key after.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Granularity } from '../../../src/document/plan.ts';
import { type Edit, edit } from './edit.ts';

export interface Amendment {
  readonly name: string;
  readonly granularity: Granularity;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly expected: readonly string[];
}

export interface Told {
  readonly edits: readonly Edit[];
  readonly expected: readonly string[];
  readonly granularity?: Granularity;
}

/** The amendments of one document, by what they do to it. */
export function amend(title: string, text: string, told: Readonly<Record<string, Told>>): Amendment[] {
  return Object.entries(told).map(([name, { edits, expected, granularity = 'article' }]) => ({
    name: `${title}: ${name}`,
    granularity,
    before: Buffer.from(text),
    after: Buffer.from(edit(text, edits)),
    expected,
  }));
}

export function ownDocument(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}

export function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
