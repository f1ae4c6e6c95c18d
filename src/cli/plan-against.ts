// `countersign plan NEW --against OLD|RECORD`: the units that a changed document is held against, offline. From an
// earlier text, as if it had been cut and enacted; or from the record of a completed run, its text from git.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Sha256, sha256, sha256Schema } from '../digest/digest.ts';
import { planDocument } from '../document/plan.ts';
import type { Granularity } from '../document/unit.ts';
import type { ExistingUnit } from '../plan/change.ts';
import { type ReadPlan, readPlan } from '../plan/read-plan.ts';
import { standingAfter, textsOf } from '../plan/standing.ts';
import { CliFault } from './messages.ts';

export interface CutOptions {
  readonly profile?: string;
  readonly granularity: Granularity;
}

export interface Against {
  /** The units that the plan is held against, and the texts that they have now, by key. */
  readonly existing: readonly ExistingUnit[];
  readonly texts: ReadonlyMap<string, string>;
  /** How the document is cut: as it was, where a record says how. */
  readonly cut: CutOptions;
}

interface Asked {
  readonly documentId: string;
  readonly cut: CutOptions;
  /** The earlier text, where git does not have it. */
  readonly old?: string;
}

export function readEarlier(path: string, asked: Asked): Against {
  const isRecord = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isRecord) return fromRecord(path, asked);
  if (asked.old !== undefined)
    throw new CliFault('--old goes with the folder of a run: --against runs/<run_id>');
  const plan = planDocument(readBytes(path), asked.cut);
  return { existing: standingAfter(plan), texts: textsOf(plan), cut: asked.cut };
}

const recordedState = z.object({
  status: z.string(),
  source: z.object({ path: z.string().min(1), sha256: sha256Schema }),
  approvals: z.array(z.object({ commit: z.string().regex(/^[0-9a-f]{40}$/) })).min(1),
});

function fromRecord(folder: string, { documentId, old }: Asked): Against {
  const state = readState(folder);
  const { header, rows } = readPlan(readBytes(join(folder, 'plan.jsonl')).toString());
  if (header.document_id !== documentId)
    throw new CliFault(`${folder} is the record of ${header.document_id}, not of ${documentId}`);
  // Its units are not what a new plan is held against, or not yet.
  if (state.status !== 'COMPLETED')
    throw new CliFault(
      `${folder} is the record of a run that is ${state.status}: name one that is COMPLETED`,
    );
  const bytes = old === undefined ? readFromGit(folder, state) : readBytes(old);
  assertSource(bytes, { expected: header.source_sha256, from: old ?? `${state.source.path} in git` });
  const { profile, granularity } = header;
  return { existing: unitsOf(rows), texts: textsAt(bytes, rows), cut: { profile, granularity } };
}

function readState(folder: string): z.infer<typeof recordedState> {
  const path = join(folder, 'state.json');
  try {
    return recordedState.parse(JSON.parse(readBytes(path).toString()));
  } catch (error) {
    if (error instanceof CliFault) throw error;
    throw new CliFault(`${path} is not the state of a run: take the folder from git, unchanged`, {
      cause: error,
    });
  }
}

function unitsOf(rows: ReadPlan['rows']): ExistingUnit[] {
  return rows.map(({ key, parent, ordinal, title, num, heading, unit_kind, section_type, body_sha256 }) => ({
    ...{ key, parent, ordinal, title, num, heading, unit_kind, section_type, sha256: body_sha256 },
    status: 'enacted',
  }));
}

/** The bytes that each row names. Throws CliFault where they are not what was cut. */
function textsAt(bytes: Buffer, rows: ReadPlan['rows']): ReadonlyMap<string, string> {
  return new Map(
    rows.map(({ key, byte_start, byte_end, body_sha256 }) => {
      const own = bytes.subarray(byte_start, byte_end);
      if (sha256(own) !== body_sha256)
        throw new CliFault(`the earlier text does not have ${key} where the record's plan says`);
      return [key, own.toString()];
    }),
  );
}

function readFromGit(folder: string, { source, approvals }: z.infer<typeof recordedState>): Buffer {
  const object = `${approvals[0]?.commit}:${source.path}`;
  try {
    return execFileSync('git', ['-C', folder, 'cat-file', 'blob', object], {
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw new CliFault(
      `the earlier text, ${object}, cannot be read from the git repository of ${folder}: fetch its history, or name a file with --old`,
      { cause: error },
    );
  }
}

function assertSource(bytes: Buffer, { expected, from }: { expected: Sha256; from: string }): void {
  const found = sha256(bytes);
  if (found === expected) return;
  throw new CliFault(
    `${from} has sha256 ${found}, the record names ${expected}: it is not the text that was cut`,
  );
}

export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliFault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
