// All runs of a clone at a glance, from their logs read leniently: which approvals were used where and in which order, and
// what happened to each document. What a log is worth is judged elsewhere; here nothing is believed, only put in order.
import { z } from 'zod';
import type { RunId } from '../approval/run-id.ts';
import { logPath } from '../run/published-log.ts';
import { bytesOf, type Evidence } from './evidence.ts';
import { inFlight } from './in-flight.ts';
import { runsIn } from './record.ts';

/** What a plan of the document depends on. */
export type MomentKind = 'planned' | 'cut' | 'enacted' | 'completed' | 'reverted';

export interface Moment {
  readonly runId: RunId;
  readonly kind: MomentKind;
  readonly at: string;
  readonly seq: number;
}

export interface Sketch {
  readonly runId: RunId;
  readonly documentId: string | null;
  readonly openedAt: string;
  readonly moments: readonly Moment[];
  readonly uses: readonly { readonly sha256: string; readonly at: string; readonly seq: number }[];
  /** From the opening until the run can write nothing any more; null while it can. */
  readonly closedAt: string | null;
}

export interface Ledger {
  readonly sketches: ReadonlyMap<RunId, Sketch>;
  /** The same by document; null: those that name none. */
  readonly byDocument: ReadonlyMap<string | null, readonly Sketch[]>;
  /** The first use of each approval, by the digest of its document. */
  readonly firstUse: ReadonlyMap<string, { readonly runId: RunId; readonly seq: number }>;
  /** By document: everything that matters to its plans, in order of time. */
  readonly moments: ReadonlyMap<string, readonly Moment[]>;
}

const sketched = z.object({
  type: z.string(),
  at: z.string(),
  seq: z.number(),
  document_id: z.string().optional(),
  phase: z.string().optional(),
  approval: z.object({ document_sha256: z.string() }).optional(),
});

type Line = z.infer<typeof sketched>;

const KINDS: Readonly<Record<string, MomentKind>> = {
  cutplan: 'planned',
  leg_b_record: 'cut',
  lifecycle_enact: 'enacted',
  lifecycle_verify: 'completed',
  revert_execute: 'reverted',
};
const CLOSING = new Set(['completed', 'reverted']);

export async function readLedger(evidence: Evidence): Promise<Ledger> {
  const all = await inFlight(runsIn(evidence), {
    most: 64,
    work: (runId) => sketch(runId, evidence),
  });
  const sketches = new Map(all.map((one) => [one.runId, one]));
  const uses = all.flatMap(({ runId, uses: own }) => own.map((use) => ({ ...use, runId })));
  const firstUse = new Map<string, { runId: RunId; seq: number }>();
  for (const { sha256, runId, seq } of uses.toSorted(inTime))
    if (!firstUse.has(sha256)) firstUse.set(sha256, { runId, seq });
  return { sketches, byDocument: groupedByDocument(all), firstUse, moments: momentsOf(all) };
}

function groupedByDocument(all: readonly Sketch[]): ReadonlyMap<string | null, readonly Sketch[]> {
  const groups = new Map<string | null, Sketch[]>();
  for (const one of all) {
    const others = groups.get(one.documentId);
    if (others) others.push(one);
    else groups.set(one.documentId, [one]);
  }
  return groups;
}

function momentsOf(all: readonly Sketch[]): ReadonlyMap<string, readonly Moment[]> {
  const moments = new Map<string, Moment[]>();
  for (const { documentId, moments: own } of all) {
    if (documentId === null) continue;
    const others = moments.get(documentId);
    if (others) others.push(...own);
    else moments.set(documentId, [...own]);
  }
  for (const list of moments.values()) list.sort(inTime);
  return moments;
}

function inTime(
  a: { readonly at: string; readonly seq: number },
  b: { readonly at: string; readonly seq: number },
): number {
  return a.at === b.at ? a.seq - b.seq : a.at < b.at ? -1 : 1;
}

async function sketch(runId: RunId, evidence: Evidence): Promise<Sketch> {
  const now = evidence.paths.get(logPath(runId))?.now;
  const lines = now ? linesIn((await bytesOf(now, evidence)).toString('utf8')) : [];
  const [first] = lines;
  const moments = lines.flatMap(({ type, phase = '', at, seq }): Moment[] => {
    const kind = type === 'phase_finished' ? KINDS[phase] : undefined;
    return kind ? [{ runId, kind, at, seq }] : [];
  });
  const closing =
    lines.find(({ type }) => type === 'abandoned') ?? moments.find(({ kind }) => CLOSING.has(kind));
  return {
    runId,
    documentId: first?.document_id ?? null,
    openedAt: first?.at ?? '',
    moments,
    uses: lines.flatMap(({ approval, at, seq }) =>
      approval ? [{ sha256: approval.document_sha256, at, seq }] : [],
    ),
    closedAt: closing?.at ?? null,
  };
}

function linesIn(text: string): Line[] {
  return text.split('\n').flatMap((line): Line[] => {
    try {
      const { data } = sketched.safeParse(JSON.parse(line));
      return data ? [data] : [];
    } catch {
      return [];
    }
  });
}
