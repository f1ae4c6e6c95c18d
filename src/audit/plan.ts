// The plan of a run made again from the document and from what the records before it left: byte for byte the one that was
// signed, with its diagnostics, its counts and its page of changes; or where it differs.

import { acceptsDigest } from '../document/diagnostic.ts';
import { DocumentFault } from '../document/fault.ts';
import { type MarkedDocument, markDocument } from '../document/mark-document.ts';
import { type CutPlan, planSections } from '../document/plan.ts';
import { type ChangePlan, linesOf, planChange } from '../plan/change.ts';
import { planFile, planHead } from '../plan/plan-lines.ts';
import { PlanFault, type ReadPlan, readPlan } from '../plan/read-plan.ts';
import { changesFile, isFirstCut, viewBetween } from '../report/changes/between.ts';
import type { RunState } from '../run/state.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { Standing } from './standing.ts';

export interface PlanOfRun {
  readonly state: RunState;
  /** The document at its commit. */
  readonly source: Buffer;
  /** `plan.jsonl` of the record. */
  readonly file: Buffer;
  /** `changes.md` of the record; null where it has none. */
  readonly changes: string | null;
  /** The document as the last completed run before cut it; null where there was none. */
  readonly earlier: Buffer | null;
}

export interface JudgedPlan {
  /** What was signed, as far as it can be read. */
  readonly plan: ReadPlan | null;
  /** The document marked again; null where it cannot be cut. */
  readonly marked: MarkedDocument | null;
  readonly findings: readonly Finding[];
}

export function judgePlan(run: PlanOfRun, standing: Standing): JudgedPlan {
  const folder = `runs/${run.state.runId}`;
  const find = (code: FindingCode, detail: string, name = 'plan.jsonl'): Finding => ({
    ...{ code, where: `${folder}/${name}`, detail },
  });
  const plan = readOrWhy(run.file);
  if (typeof plan === 'string') return { plan: null, marked: null, findings: [find('plan_malformed', plan)] };
  const again = cutAgain(run, standing);
  if (typeof again === 'string')
    return { plan, marked: null, findings: [find('plan_differs', `the document cannot be cut: ${again}`)] };
  const { marked, cut, change } = again;
  const findings: Finding[] = [];
  const blocking = acceptsDigest(change.diagnostics);
  if (blocking !== null && blocking !== run.state.acceptsSha256)
    findings.push(find('not_accepted', `all blocking ones have accepts_sha256 ${blocking}`, 'events.jsonl'));
  const made = Buffer.from(planFile(linesOf(change)));
  if (!made.equals(run.file)) {
    const told = differenceOf(made.toString(), run.file.toString());
    const unexplained = !standing.known || (standing.empty && isCutOver(plan));
    const own = unexplained ? rowsDiffer(plan, { cut, state: run.state }) : told;
    if (own !== null) findings.push(find('plan_differs', own));
    else findings.push(find('plan_not_recomputed', told ?? 'it is held against what was there before'));
    return { plan, marked, findings };
  }
  const page = changesFile(viewBetween(change, isFirstCut(change) ? null : run.earlier), run.state);
  if (page !== (run.changes ?? ''))
    findings.push(find('record_differs', 'it is not what the two texts give', 'changes.md'));
  return { plan, marked, findings };
}

function readOrWhy(file: Buffer): ReadPlan | string {
  try {
    return readPlan(file.toString('utf8'));
  } catch (error) {
    if (error instanceof PlanFault) return error.message;
    throw error;
  }
}

/** The digest of what stands in the file, line by line, whether it can be decoded or not. */
export function headOf(file: Buffer): string {
  return planHead(file.toString('utf8').replace(/\n$/, '').split('\n'));
}

interface CutAgain {
  readonly marked: MarkedDocument;
  readonly cut: CutPlan;
  readonly change: ChangePlan;
}

function cutAgain({ state, source }: PlanOfRun, standing: Standing): CutAgain | string {
  const { documentId, acceptsSha256, granularity, profile } = state;
  const { pinned } = standing;
  try {
    const marked = markDocument(source, {
      granularity,
      ...(profile === null ? {} : { profile }),
      ...(pinned === undefined ? {} : { pinned }),
    });
    const cut = planSections(marked);
    const { units, texts } = standing.existingFor(cut.rows);
    return { marked, cut, change: planChange(cut, units, { documentId, acceptsSha256, texts }) };
  } catch (error) {
    if (error instanceof DocumentFault) return error.message;
    throw error;
  }
}

/** Units were there before the first record: the database had some from before, as `db baseline` puts them there. */
function isCutOver({ rows, retired }: ReadPlan): boolean {
  return retired.length > 0 || rows.some(({ action }) => action !== 'create');
}

/** Whether the rows are parts of the document, where what became of the units before cannot be known. */
function rowsDiffer(plan: ReadPlan, { cut, state }: { cut: CutPlan; state: RunState }): string | null {
  const { header, rows } = plan;
  const { documentId, source, acceptsSha256 } = state;
  if (header.document_id !== documentId || header.source_sha256 !== source.sha256)
    return 'its first line is of another document';
  if (header.accepts_sha256 !== acceptsSha256 || header.profile !== cut.profile)
    return 'its first line says something else of how the document was cut';
  if (rows.length !== cut.rows.length)
    return `it has ${rows.length} rows, the document gives ${cut.rows.length}`;
  const at = rows.findIndex((row, index) => {
    const made = cut.rows[index];
    return (
      row.key !== made?.key ||
      row.parent !== made.parent ||
      row.title !== made.title ||
      row.byte_end !== made.byte_end ||
      row.body_sha256 !== made.sha256
    );
  });
  return at < 0 ? null : `row ${at + 1} (${rows[at]?.key}) is not what the document gives`;
}

/** The first line in which the two differ. */
function differenceOf(made: string, recorded: string): string | null {
  const [ours, theirs] = [made.split('\n'), recorded.split('\n')];
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  if (at < 0) return theirs.length > ours.length ? `it has lines after line ${ours.length - 1}` : null;
  return `line ${at + 1}: ${fieldsBetween(ours[at], theirs[at])}`;
}

/** What of two lines differs, by the names of their members. */
function fieldsBetween(ours: string | undefined, theirs: string | undefined): string {
  const [made, recorded] = [membersOf(ours), membersOf(theirs)];
  if (!made || !recorded) return `the document gives ${clipped(ours)}, the record has ${clipped(theirs)}`;
  const names = [...new Set([...Object.keys(made), ...Object.keys(recorded)])];
  return names
    .filter((name) => JSON.stringify(made[name]) !== JSON.stringify(recorded[name]))
    .map((name) => {
      const [is, was] = [made[name], recorded[name]].map((value) => clipped(JSON.stringify(value)));
      return `${name} is ${was}, the document gives ${is}`;
    })
    .join('; ');
}

function membersOf(line: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line ?? '');
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function clipped(line: string | undefined): string {
  if (line === undefined || line === '') return 'nothing';
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
