// A plan as it is signed: `plan.jsonl`, a header, a line for each row in order, a line for each unit that retires.
// Every line can be rebuilt from the rows of the governed database (schema/guard/011_plan_lines.sql), so both sides can
// compute the head. No line holds a body, only its digest.
import type { Sha256 } from '../digest/digest.ts';
import type { Granularity, SectionType, UnitKind } from '../document/unit.ts';
import { treeHead } from '../merkle/tree-head.ts';

export const PLAN_FORMAT = 'countersign/plan/1';

export interface PlanHeader {
  readonly document_id: string;
  readonly source_sha256: Sha256;
  /** By which labels were read: the profile that was used, also where it was detected. */
  readonly profile: string;
  readonly granularity: Granularity;
  /** Digest of the blocking diagnostics that were accepted by signature; null where there were none. */
  readonly accepts_sha256: Sha256 | null;
}

/**
 * `keep`: the same at the same address. `move`: the same at another. `renumber`: another number, the text besides it the
 * same. `revise`: another text or title, at whatever address. Only create, renumber and revise write a version.
 */
export const ROW_ACTIONS = ['create', 'revise', 'move', 'renumber', 'keep'] as const;

export type RowAction = (typeof ROW_ACTIONS)[number];

/** What is said of a unit, whatever happens to it. */
interface UnitLine {
  readonly key: string;
  readonly unit_kind: UnitKind;
  readonly section_type: SectionType;
  readonly title: string;
  readonly body_sha256: Sha256;
}

export interface RowLine extends UnitLine {
  readonly action: RowAction;
  /** The label as written, and what the title says besides it. */
  readonly num: string | null;
  readonly heading: string | null;
  /** From 1, in the order of the document. */
  readonly ordinal: number;
  readonly parent: string | null;
  readonly byte_start: number;
  readonly byte_end: number;
  /** The key by which the unit was known until now, where that is another. */
  readonly was?: string;
}

/** The unit as it stands now: its text is what goes. */
export type RetiredLine = UnitLine;

export interface PlanParts {
  readonly header: PlanHeader;
  readonly rows: Iterable<RowLine>;
  /** In any order: they stand in the order of their keys' bytes. */
  readonly retired: Iterable<RetiredLine>;
}

/** The lines without their line ends, one at a time. Throws TypeError on text that has no UTF-8 form. */
export function* planLines({ header, rows, retired }: PlanParts): Generator<string> {
  yield encodeHeader(header);
  for (const row of rows) yield encodeRow(row);
  for (const unit of inOrderOfKeys(retired)) yield encodeRetired(unit);
}

/** `cutplan_sha256`: the RFC 9162 tree head of the lines, each a leaf in UTF-8 without its line end. */
export function planHead(lines: Iterable<string>): Sha256 {
  return treeHead(lines);
}

const PIECE_BYTES = 2 * 1024 * 1024;
// No character takes more than three bytes for each of its UTF-16 units.
const UNIT_BYTES = 3;

/** The file `plan.jsonl`: every line ends with a line feed. */
export function planFile(lines: Iterable<string>): string {
  // Written to bytes first: a text that grows line by line holds every line, and a link for each, until it is read.
  const pieces: string[] = [];
  let buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let size = 0;
  for (const line of lines) {
    const room = line.length * UNIT_BYTES + 1;
    if (size + room > buffer.length) {
      pieces.push(buffer.toString('utf8', 0, size));
      if (room > buffer.length) buffer = Buffer.allocUnsafe(room);
      size = 0;
    }
    size += buffer.write(line, size);
    size += buffer.write('\n', size);
  }
  pieces.push(buffer.toString('utf8', 0, size));
  return pieces.join('');
}

// RFC 8785 asks for sorted keys: the literals below are written in that order, and JSON.stringify does the rest at five
// times the speed of a canonicalizer that sorts each of 100,000 rows anew.

export function encodeHeader(header: PlanHeader): string {
  const { accepts_sha256, document_id, granularity, profile, source_sha256 } = header;
  return encode({ accepts_sha256, document_id, format: PLAN_FORMAT, granularity, profile, source_sha256 });
}

export function encodeRow(row: RowLine): string {
  const { action, body_sha256, byte_end, byte_start, heading, key, num, ordinal, parent } = row;
  const { section_type, title, unit_kind, was } = row;
  // One literal, each name written out: this is done for every row of every plan, again and again.
  // biome-ignore format: the order is that of the line
  return encode({ action, body_sha256, byte_end, byte_start, heading, key, num, ordinal, parent, section_type, title, unit_kind, was });
}

export function encodeRetired(unit: RetiredLine): string {
  const { body_sha256, key, section_type, title, unit_kind } = unit;
  return encode({ action: 'retire', body_sha256, key, section_type, title, unit_kind });
}

function encode(line: Readonly<Record<string, string | number | null | undefined>>): string {
  for (const name in line) {
    const value = line[name];
    if (typeof value === 'string' && !value.isWellFormed())
      throw new TypeError('a line of the plan holds a lone surrogate, which has no UTF-8 form');
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new TypeError('a line of the plan holds a number that is no safe integer');
  }
  return JSON.stringify(line);
}

function inOrderOfKeys(units: Iterable<RetiredLine>): readonly RetiredLine[] {
  return [...units].sort((a, b) => compareKeys(a.key, b.key));
}

/** By bytes in UTF-8, as the database compares under the collation "C". */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
