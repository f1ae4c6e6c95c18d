// The leaves of a deployment's log: every head of a run that was published, and every verdict on a merged approval.
// A leaf is one RFC 8785 line without its line feed; the files hold 256 each and only grow.

import { z } from 'zod';
import { isRunId, type RunId } from '../approval/run-id.ts';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { canonicalJson, sha256Schema } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';
import { flawed, type Read, readAs, readCanonical, utf8Of } from './read.ts';

const FORMAT = 'countersign/log-leaf/1';

const format = markedAs(FORMAT);
const at = z.iso.datetime({ precision: 3 });
const runId = z.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'is not a run_id');
const verdictOf = {
  ...{ at, format, type: z.literal('verdict') },
  commit: z.string().regex(COMMIT_ID_FORM),
  document_sha256: sha256Schema,
  path: z.string().min(1),
  pull: z.int().positive(),
  run_id: runId.nullable(),
};

const leafSchema = z.union([
  z.strictObject({
    ...{ at, format, type: z.literal('head') },
    hash: sha256Schema,
    run_id: runId,
    seq: z.int().positive(),
    /** Of the envelope's file. */
    statement_sha256: sha256Schema,
  }),
  z.strictObject({ ...verdictOf, verdict: z.literal('accepted'), reason: z.null() }),
  z.strictObject({
    ...verdictOf,
    verdict: z.literal('rejected'),
    reason: z.string().regex(/^[a-z][a-z0-9_]*$/),
  }),
]);

export type LogLeaf = z.infer<typeof leafSchema>;
export type HeadLeaf = Extract<LogLeaf, { type: 'head' }>;
export type VerdictLeaf = Extract<LogLeaf, { type: 'verdict' }>;

type Unmarked<T> = T extends unknown ? Omit<T, 'format'> : never;

/** The line without its line feed: what the tree hashes. */
export function encodeLeaf(leaf: Unmarked<LogLeaf>): string {
  return canonicalJson({ ...leaf, format: FORMAT });
}

export function decodeLeaf(line: string): Read<LogLeaf> {
  return readCanonical(line, leafSchema);
}

export const LEAVES_PER_FILE = 256;
/** Six digits name the files. */
const MAX_LEAVES = LEAVES_PER_FILE * 1_000_000;

/** The file that holds the leaf with this number, counted from 0. */
export function leafPath(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index >= MAX_LEAVES)
    throw new RangeError(`leafPath: there is no leaf ${index}`);
  return `runs/log/${String(Math.floor(index / LEAVES_PER_FILE)).padStart(6, '0')}.jsonl`;
}

/** The number of a file by its path; undefined for every other path. */
export function leafFileNumber(path: string): number | undefined {
  const digits = /^runs\/log\/([0-9]{6})\.jsonl$/.exec(path)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Whole files by path, from the one that holds the leaf `from` onwards. */
export function leafFiles(lines: readonly string[], { from = 0 } = {}): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const first = from - (from % LEAVES_PER_FILE);
  for (let start = first; start < lines.length; start += LEAVES_PER_FILE) {
    const part = lines.slice(start, start + LEAVES_PER_FILE);
    files.set(leafPath(start), part.map((line) => `${line}\n`).join(''));
  }
  return files;
}

/** The lines of one file; they are leaves only once each was decoded. */
export function leafLines(file: Uint8Array): Read<readonly string[]> {
  const text = utf8Of(file);
  if (text === undefined) return flawed('malformed', 'is not UTF-8');
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.includes(''))
    return flawed('malformed', 'is not a file of whole lines');
  if (lines.length > LEAVES_PER_FILE) return flawed('malformed', `holds more than ${LEAVES_PER_FILE} leaves`);
  return readAs(lines);
}
