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
import type { Earlier } from '../report/changes/unit-change.ts';
import { CliFault } from './messages.ts';

export interface CutOptions {
  readonly profile?: string;
  readonly granularity: Granularity;
}

export interface Against extends Earlier {
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
  const { rows } = planDocument(readBytes(path), asked.cut);
  return { existing: rows.map((row) => ({ ...row, status: 'enacted' })), ...textsOf(rows), cut: asked.cut };
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
  return { existing: unitsOf(rows), ...textsAt(bytes, rows), cut: { profile, granularity } };
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
  return rows.map(({ key, parent, ordinal, title, unit_kind, section_type, body_sha256 }) => {
    return { key, parent, ordinal, title, unit_kind, section_type, sha256: body_sha256, status: 'enacted' };
  });
}

/** The bytes that each row names; the view takes none whose digest is not the row's. */
function textsAt(bytes: Buffer, rows: ReadPlan['rows']): Pick<Earlier, 'oldText'> {
  return textsOf(
    rows.map(({ key, byte_start, byte_end }) => ({
      key,
      body: bytes.subarray(byte_start, byte_end).toString(),
    })),
  );
}

function textsOf(rows: readonly { key: string; body: string }[]): Pick<Earlier, 'oldText'> {
  const bodies = new Map(rows.map(({ key, body }) => [key, body]));
  return { oldText: (key) => bodies.get(key) };
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
