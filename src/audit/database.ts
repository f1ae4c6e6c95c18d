// The governed database held against what was signed: every unit and version that is in force has its line in a signed plan,
// and every such line its unit (design section 7). The database is a witness here like any other: it is asked for rows, and
// none of its own functions is called.
import { z } from 'zod';
import type { RunId } from '../approval/run-id.ts';
import { visible } from '../document/visible.ts';
import type { RowLine } from '../plan/plan-lines.ts';
import { PlanFault, readPlan } from '../plan/read-plan.ts';
import { type Evidence, fileAt } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { Ledger, Moment } from './ledger.ts';

/** Everything that is served, unit by unit; digests are of the text itself, not of what stands beside it. */
export const SERVED = `
  SELECT unit.document_id, unit.key, parent.key AS parent, unit.ordinal, unit.lifecycle_status AS unit_status,
         unit.run_id IS NULL AND unit.cut_run_id IS NULL AS before_records,
         held.id IS NOT NULL AS has_version, unit.unit_kind, unit.section_type, unit.title, held.num, held.heading,
         (held.unit_kind, held.section_type, held.title) IS NOT DISTINCT FROM (unit.unit_kind, unit.section_type, unit.title) AS agree,
         encode(pg_catalog.sha256(convert_to(held.body, 'UTF8')), 'hex') AS body_sha256
    FROM public.information_unit AS unit
    LEFT JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.status = 'enacted'
    LEFT JOIN public.information_unit AS parent ON parent.id = unit.parent_id
   WHERE unit.lifecycle_status = 'enacted' OR held.id IS NOT NULL`;

const servedUnit = z.object({
  document_id: z.string(),
  key: z.string(),
  parent: z.string().nullable(),
  ordinal: z.number(),
  unit_status: z.string(),
  before_records: z.boolean(),
  has_version: z.boolean(),
  unit_kind: z.string(),
  section_type: z.string(),
  title: z.string(),
  num: z.string().nullable(),
  heading: z.string().nullable(),
  agree: z.boolean(),
  body_sha256: z.string().nullable(),
});

type ServedUnit = z.infer<typeof servedUnit>;

/** Of one document: the enacted cut that nothing has taken back, and the lines that SG_1 signed for it. */
export interface InForce {
  readonly runId: RunId;
  readonly rows: ReadonlyMap<string, RowLine>;
}

/** What is to be in force, by document, as the records of the audited commit have it. Throws CloneFault. */
export async function inForce(ledger: Ledger, evidence: Evidence): Promise<ReadonlyMap<string, InForce>> {
  const found = new Map<string, InForce>();
  for (const [documentId, moments] of ledger.moments) {
    const runId = runInForce(moments);
    if (runId === undefined) continue;
    found.set(documentId, { runId, rows: await rowsOf(runId, evidence) });
  }
  return found;
}

/** The last run whose cut was enacted and not taken back. */
export function runInForce(moments: readonly Pick<Moment, 'runId' | 'kind'>[]): RunId | undefined {
  const reverted = new Set(moments.filter(({ kind }) => kind === 'reverted').map(({ runId }) => runId));
  return moments.findLast(({ runId, kind }) => kind === 'enacted' && !reverted.has(runId))?.runId;
}

// A plan that is not to be read is a finding of its own already: then nothing here is signed.
async function rowsOf(runId: RunId, evidence: Evidence): Promise<ReadonlyMap<string, RowLine>> {
  const at = { path: `runs/${runId}/plan.jsonl`, commit: evidence.graph.head.id };
  const file = await fileAt(evidence, at);
  try {
    const { rows } = readPlan(file?.toString('utf8') ?? '');
    return new Map(rows.map((row) => [row.key, row]));
  } catch (error) {
    if (error instanceof PlanFault) return new Map();
    throw error;
  }
}

const FIELDS = [
  'parent',
  'ordinal',
  'unit_kind',
  'section_type',
  'title',
  'num',
  'heading',
  'body_sha256',
] as const;

/** Takes the rows of SERVED in any order; each is looked at once and let go. Throws ZodError for other rows. */
export class Reconciliation {
  readonly #signed: ReadonlyMap<string, InForce>;
  readonly #seen = new Set<string>();
  readonly #findings: Finding[] = [];
  #units = 0;

  constructor(signed: ReadonlyMap<string, InForce>) {
    this.#signed = signed;
  }

  get units(): number {
    return this.#units;
  }

  take(raw: unknown): void {
    const unit = servedUnit.parse(raw);
    this.#units += 1;
    const { document_id, key } = unit;
    const where = `${document_id} ${key}`;
    const find = (code: FindingCode, detail: string) => this.#findings.push({ code, where, detail });
    if (this.#seen.has(where)) find('unit_unsigned', 'a second unit is in force at this address');
    this.#seen.add(where);
    const signed = this.#signed.get(document_id);
    const line = signed?.rows.get(key);
    if (line && signed) {
      const differs = differenceOf(unit, line);
      if (differs) find('unit_differs', `${differs} (${signed.runId})`);
    } else if (unit.before_records && !signed) find('unit_before_records', 'no run has cut its document');
    else
      find(
        'unit_unsigned',
        signed ? `the plan of ${signed.runId} has no such unit` : 'no record has an enacted cut of it',
      );
  }

  /** What was signed and is not there comes last. */
  close(): readonly Finding[] {
    for (const [documentId, { runId, rows }] of this.#signed)
      for (const key of rows.keys())
        if (!this.#seen.has(`${documentId} ${key}`))
          this.#findings.push({
            ...{ code: 'unit_missing', where: `${documentId} ${key}` },
            detail: `the plan of ${runId} has it, and nothing is in force there`,
          });
    return this.#findings;
  }
}

function differenceOf(unit: ServedUnit, line: RowLine): string | undefined {
  if (unit.unit_status !== 'enacted')
    return `its version is enacted, and the unit is ${visible(unit.unit_status)}`;
  if (!unit.has_version) return 'none of its versions is in force';
  if (!unit.agree) return 'the unit and its version do not say the same of it';
  for (const field of FIELDS) {
    if (unit[field] !== line[field])
      return `${field} is ${visible(String(unit[field]))}, signed is ${visible(String(line[field]))}`;
  }
  return undefined;
}
