// What the phases of a run must have found, as far as it follows from the document, from the plan that was signed and from
// each other. A log whose chain was made anew around other figures is found here.
import { hash } from 'node:crypto';
import { canonicalJson } from '../digest/digest.ts';
import type { MarkedDocument } from '../document/mark-document.ts';
import { compareSnapshots } from '../governed/drift.ts';
import { isComparable } from '../governed/snapshot.ts';
import { treeOf } from '../governed/structure.ts';
import { foundIn } from '../phases/mark.ts';
import type { PhaseOutput } from '../phases/phase.ts';
import type { ReadPlan } from '../plan/read-plan.ts';
import { PHASES, type PhaseName } from '../run/road.ts';
import type { RunState } from '../run/state.ts';

export interface Derived {
  readonly plan: ReadPlan | null;
  readonly marked: MarkedDocument | null;
  /** Of `plan.jsonl` as it stands. */
  readonly cutplanSha256: string | null;
}

export interface Difference {
  readonly phase: PhaseName;
  readonly detail: string;
}

type Facts = Readonly<Record<string, unknown>>;

/** One for each figure that is another. Outputs that cannot be decoded were told before, by the log. */
export function differencesIn(state: RunState, derived: Derived): Difference[] {
  return state.finished.flatMap(({ phase, output }) => {
    const expected = expectedOf(phase, { state, ...derived });
    const found = output as Facts;
    return Object.entries(expected)
      .filter(([name, value]) => canonicalJson(found[name] ?? null) !== canonicalJson(value ?? null))
      .map(
        ([name, value]): Difference => ({
          phase,
          detail: `${name} is ${told(found[name])}, it should be ${told(value)}`,
        }),
      );
  });
}

/** Git's own id of the bytes, in the hash that names the commit. */
function blobId(bytes: Uint8Array, commit: string): string {
  const algorithm = commit.length === 64 ? 'sha256' : 'sha1';
  return hash(algorithm, Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]), 'hex');
}

function told(value: unknown): string {
  const text = canonicalJson(value ?? null);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

function expectedOf(phase: PhaseName, from: Derived & { readonly state: RunState }): Facts {
  const { state, plan, marked, cutplanSha256 } = from;
  const counts = plan ? countsOf(plan) : null;
  const size = plan?.rows.length ?? 0;
  switch (phase) {
    case 'source_pin': {
      const { path, sha256 } = state.source;
      const { commit } = state.approvals[0];
      const pinned = { path, sha256, commit };
      if (!marked) return pinned;
      return { ...pinned, bytes: marked.bytes.length, blob: blobId(marked.bytes, commit) };
    }
    case 'mark':
      return marked ? recordedOnly(foundIn(marked), outputIn(state, 'mark')) : {};
    case 'cutplan':
      return counts ? { cutplan_sha256: cutplanSha256, rows: size, counts } : {};
    case 'cut_leg_a':
      return counts ? { units: counts.create, versions: versionsIn(counts) } : {};
    case 'structural_verify':
      return plan
        ? {
            units: size,
            source_sha256: state.source.sha256,
            tree_sha256: treeOf(plan.rows.map((row) => ({ ...row, sha256: row.body_sha256 }))),
          }
        : {};
    case 'leg_b_record':
      return plan ? { affected_rows: size + plan.retired.length } : {};
    case 'write_verify':
      return counts ? { units: size, ...tableOf(state, counts) } : {};
    case 'lifecycle_enact':
      return plan ? { retired: plan.retired.length, ...inForce(state, size) } : {};
    case 'lifecycle_verify':
      return plan ? { units: size, source_sha256: state.source.sha256 } : {};
    case 'revert_execute':
      return { plan_sha256: state.revertPlanSha256 };
    case 'pre_write_backup':
    case 'grant_probe':
      // The word of the machine: nothing in git says more.
      return {};
    default:
      return phase satisfies never;
  }
}

/** Logs from before a figure was recorded do not have it. */
function recordedOnly(expected: Facts, recorded: Facts): Facts {
  return Object.fromEntries(Object.entries(expected).filter(([name]) => name in recorded));
}

function outputIn(state: RunState, phase: PhaseName): Facts {
  return (state.finished.find((one) => one.phase === phase)?.output ?? {}) as Facts;
}

type Counts = ReturnType<typeof countsOf>;

function countsOf({ rows, retired }: ReadPlan) {
  const counts = { create: 0, revise: 0, move: 0, renumber: 0, keep: 0, retire: retired.length };
  for (const { action } of rows) counts[action] += 1;
  return counts;
}

function versionsIn({ create, revise, renumber }: Counts): number {
  return create + revise + renumber;
}

/** Whatever is in force was enacted or kept, and nothing else. */
function inForce(state: RunState, size: number): Facts {
  const { enacted, kept } = outputIn(state, 'lifecycle_enact');
  const all = typeof enacted === 'number' && typeof kept === 'number' ? enacted + kept : -1;
  return all === size ? {} : { enacted: size - Number(kept ?? 0) };
}

/** The verification table from the two snapshots that it was made from; those of an earlier form give none. */
function tableOf(state: RunState, changes: Counts): Facts {
  const before = decoded(state, PHASES.grant_probe)?.snapshot;
  const after = decoded(state, PHASES.write_verify)?.snapshot;
  if (!before || !after) return { table: null };
  if (!isComparable(before) || !isComparable(after)) return {};
  const table = compareSnapshots(before, after, { changes, stage: 'cut' });
  return { table: table.map((row) => ({ ...row, ok: true })) };
}

function decoded<Output>(state: RunState, { name, output }: PhaseOutput<Output>): Output | undefined {
  return output.safeParse(state.finished.find(({ phase }) => phase === name)?.output).data;
}
