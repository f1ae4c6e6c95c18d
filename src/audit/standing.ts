// The units of a document as its records say that the database has them: what each cut left, what an enactment retired, what
// a compensation gave back. A new plan is held against them, as the bot held it against the rows.

import type { RunId } from '../approval/run-id.ts';
import type { Granularity, PlanRow } from '../document/plan.ts';
import type { ExistingUnit } from '../plan/change.ts';
import { unsettledUnits } from '../plan/identity/match.ts';
import { compareKeys } from '../plan/plan-lines.ts';
import type { ReadPlan } from '../plan/read-plan.ts';

interface Unit extends ExistingUnit {
  readonly body: string;
  /** The run whose enactment retires it. */
  readonly retiredBy?: RunId;
}

interface Moment {
  readonly units: readonly Unit[];
  /** How the latest cut that stands was made. */
  readonly pinned: { readonly profile: string; readonly granularity: Granularity } | undefined;
}

export class Standing {
  #now: Moment = { units: [], pinned: undefined };
  /** As it was before the cut of each run. */
  readonly #before = new Map<RunId, Moment>();
  #known = true;

  /** False once a cut came whose plan or text cannot be read: then nothing is known of what followed. */
  get known(): boolean {
    return this.#known;
  }

  get pinned(): Moment['pinned'] {
    return this.#now.pinned;
  }

  /** True until the first cut: whatever a plan then finds there is from before all records. */
  get empty(): boolean {
    return this.#before.size === 0;
  }

  /** What a plan of these rows is held against. */
  existingFor(rows: readonly PlanRow[]): { units: ExistingUnit[]; texts: Map<string, string> } {
    const units = this.#now.units.toSorted((a, b) => a.ordinal - b.ordinal || compareKeys(a.key, b.key));
    const keys = new Set(unsettledUnits(rows, units));
    const texts = new Map(units.filter(({ key }) => keys.has(key)).map(({ key, body }) => [key, body]));
    return {
      units: units.map(({ body: _body, retiredBy: _retiredBy, ...unit }) => unit),
      texts,
    };
  }

  cut(runId: RunId, { plan, source }: { plan: ReadPlan; source: Buffer }): void {
    this.#before.set(runId, this.#now);
    const going = new Set(plan.retired.map(({ key }) => key));
    const { profile, granularity } = plan.header;
    const left = this.#now.units
      .filter(({ key }) => going.has(key))
      .map((unit): Unit => ({ ...unit, retiredBy: runId }));
    const rows = plan.rows.map(({ byte_start, byte_end, body_sha256, ...row }): Unit => {
      const { key, parent, ordinal, title, num, heading, unit_kind, section_type } = row;
      return {
        ...{ key, parent, ordinal, title, num, heading, unit_kind, section_type, sha256: body_sha256 },
        ...{ status: 'draft', body: source.toString('utf8', byte_start, byte_end) },
      };
    });
    this.#now = { units: [...rows, ...left], pinned: { profile, granularity } };
  }

  /** A cut of which nobody can say what it left. */
  cutUnknown(): void {
    this.#known = false;
  }

  enact(runId: RunId): void {
    const units = this.#now.units.filter(({ retiredBy }) => retiredBy !== runId);
    this.#now = { ...this.#now, units };
  }

  /** Only a document's latest cut can be taken back. */
  revert(runId: RunId): void {
    const before = this.#before.get(runId);
    if (before) this.#now = before;
  }
}
