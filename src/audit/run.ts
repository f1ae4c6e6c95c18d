// One run from git: its log, the approvals that it used, its plan made again, its outputs, windows and files. The same for a
// single run before somebody signs, and for every run of a clone.
import { deriveRunId, type RunId } from '../approval/run-id.ts';
import { sha256 } from '../digest/digest.ts';
import type { RunEvent } from '../run/events.ts';
import { logPath } from '../run/published-log.ts';
import type { RunState } from '../run/state.ts';
import { type Approvals, readApprovals, type Trust } from './approvals.ts';
import { type Evidence, fileAt, openEvidence } from './evidence.ts';
import { judgeFiles, type KeptName, keptOf } from './files.ts';
import type { Finding, FindingCode } from './finding.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { differencesIn } from './outputs.ts';
import { headOf, type JudgedPlan, judgePlan } from './plan.ts';
import { type FollowedLog, readLog } from './record.ts';
import { Standing } from './standing.ts';
import { judgeStatement } from './statement.ts';
import { judgeUse, judgeWithdrawal } from './use.ts';
import { judgeWindows } from './windows.ts';

/** What the audit of any run of a clone needs. */
export interface Court {
  readonly evidence: Evidence;
  readonly trust: Trust;
  readonly approvals: Approvals;
  readonly ledger: Ledger;
}

export interface AuditedRun {
  readonly runId: RunId;
  /** null where the log cannot be followed; then `findings` says why. */
  readonly state: RunState | null;
  readonly events: readonly RunEvent[];
  /** The same with the state before each entry. */
  readonly log: FollowedLog | null;
  readonly findings: readonly Finding[];
}

/** Throws CloneFault. */
export async function openCourt(evidence: Evidence, trust: Trust): Promise<Court> {
  const approvals = await readApprovals(evidence, trust);
  return { evidence, trust, approvals, ledger: await readLedger(evidence) };
}

/**
 * One run of a clone, as `countersign sign` asks before anything is signed. Throws CloneFault when the clone cannot be read.
 */
export async function auditRunIn(
  directory: string,
  { runId, trust, at }: { readonly runId: RunId; readonly trust: Trust; readonly at?: string | Date },
): Promise<AuditedRun> {
  const evidence = await openEvidence(directory, at === undefined ? {} : { at });
  try {
    return await auditRun(await openCourt(evidence, trust), runId);
  } finally {
    await evidence.close();
  }
}

/** One run, with all that its plan rests on. Throws CloneFault. */
export async function auditRun(court: Court, runId: RunId): Promise<AuditedRun> {
  const documentId = court.ledger.sketches.get(runId)?.documentId ?? null;
  for await (const audited of auditRuns(court, { documentId, only: runId }))
    if (audited.runId === runId) return audited;
  return { runId, state: null, events: [], log: null, findings: [gone(runId)] };
}

function gone(runId: RunId): Finding {
  return { code: 'log_missing', where: logPath(runId), detail: 'the audited commit has no such run' };
}

/**
 * Every run of one document, in the order in which they were opened; null: of the logs that name none. `only`: what the
 * others did to the document is followed, and nothing else of them is judged.
 */
export async function* auditRuns(
  court: Court,
  { documentId, only }: { readonly documentId: string | null; readonly only?: RunId },
): AsyncGenerator<AuditedRun> {
  const { ledger, evidence } = court;
  const own = (ledger.byDocument.get(documentId) ?? []).toSorted((a, b) =>
    a.openedAt < b.openedAt ? -1 : 1,
  );
  const plans = documentId === null ? new Map() : await replay(court, documentId);
  for (const { runId } of own) {
    if (only !== undefined && runId !== only) continue;
    const { log, findings } = await readLog(runId, evidence);
    if (!log) {
      yield { runId, state: null, events: [], log, findings };
      continue;
    }
    const judged = await judgeRun(log, { court, plan: plans.get(runId) });
    yield { runId, state: log.state, events: log.events, log, findings: [...findings, ...judged] };
  }
}

/** What is left of a judged plan once the next one is read. */
interface PlanOfRun {
  readonly findings: readonly Finding[];
}

/** Follows a document through all its runs, and makes each plan again as things stood when it was made. */
async function replay(court: Court, documentId: string): Promise<ReadonlyMap<RunId, PlanOfRun>> {
  const { evidence, ledger } = court;
  const standing = new Standing();
  const judged = new Map<RunId, JudgedPlan & { readonly source: Buffer }>();
  const told = new Map<RunId, PlanOfRun>();
  const completed: RunId[] = [];
  const moments = ledger.moments.get(documentId) ?? [];
  for (const [index, { runId, kind }] of moments.entries()) {
    switch (kind) {
      case 'planned': {
        const isLast = !moments.slice(index + 1).some((one) => one.runId === runId && one.kind === 'planned');
        if (!isLast) break;
        const log = (await readLog(runId, evidence)).log;
        const earlier = await sourceOf(completed.at(-1), court);
        const plan = log ? await planOf(log, { court, standing, earlier }) : null;
        if (plan) judged.set(runId, plan);
        if (plan) told.set(runId, { findings: plan.findings });
        break;
      }
      case 'cut': {
        const plan = judged.get(runId);
        if (plan?.plan) standing.cut(runId, { plan: plan.plan, source: plan.source });
        else standing.cutUnknown();
        judged.delete(runId);
        break;
      }
      case 'enacted':
        standing.enact(runId);
        break;
      case 'completed':
        completed.push(runId);
        completed.sort((a, b) => (opened(a, ledger) < opened(b, ledger) ? -1 : 1));
        break;
      case 'reverted':
        standing.revert(runId);
        if (completed.includes(runId)) completed.splice(completed.indexOf(runId), 1);
        break;
      default:
        kind satisfies never;
    }
  }
  return told;
}

function opened(runId: RunId, { sketches }: Ledger): string {
  return sketches.get(runId)?.openedAt ?? '';
}

async function sourceOf(runId: RunId | undefined, { evidence }: Court): Promise<Buffer | null> {
  if (runId === undefined) return null;
  const { log } = await readLog(runId, evidence);
  return log ? ((await sourceIn(log, evidence)) ?? null) : null;
}

function sourceIn({ state }: FollowedLog, evidence: Evidence): Promise<Buffer | undefined> {
  return fileAt(evidence, { path: state.source.path, commit: state.approvals[0].commit });
}

async function planOf(
  log: FollowedLog,
  { court, standing, earlier }: { court: Court; standing: Standing; earlier: Buffer | null },
): Promise<(JudgedPlan & { readonly source: Buffer }) | null> {
  const { evidence } = court;
  const { state, runId } = log;
  const source = await sourceIn(log, evidence);
  const kept = await keptOf(log, evidence);
  const file = kept.get('plan.jsonl');
  if (!source || sha256(source) !== state.source.sha256 || !file) return null;
  const changes = kept.get('changes.md')?.toString('utf8') ?? null;
  const judged = judgePlan({ state, source, file, changes, earlier }, standing);
  const differences = differencesIn(state, { ...judged, cutplanSha256: headOf(file) });
  const outputs = differences.map(
    ({ phase, detail }): Finding => ({
      code: phase === 'cutplan' && detail.startsWith('cutplan_sha256') ? 'plan_not_signed' : 'output_differs',
      ...{ where: logPath(runId), detail: `${phase}: ${detail}` },
    }),
  );
  return { ...judged, source, findings: [...judged.findings, ...outputs] };
}

async function judgeRun(
  log: FollowedLog,
  { court, plan }: { court: Court; plan: PlanOfRun | undefined },
): Promise<Finding[]> {
  const { evidence } = court;
  const kept: ReadonlyMap<KeptName, Buffer> = await keptOf(log, evidence);
  return [
    ...judgeOpening(log, court),
    ...(await judgeUses(log, court)),
    ...(await judgeSource(log, evidence)),
    ...(plan?.findings ?? []),
    ...judgeWindows(log),
    ...(await judgeFiles(log, { evidence, kept })),
    ...(await judgeStatement(log, { evidence, kept })),
  ];
}

function judgeOpening({ runId, state, events }: FollowedLog, { approvals, ledger }: Court): Finding[] {
  const where = `${logPath(runId)}#1`;
  const find = (code: FindingCode, detail: string): Finding => ({ code, where, detail });
  const findings: Finding[] = [];
  const [opening] = state.approvals;
  const named = deriveRunId({
    documentSha256: opening.document_sha256,
    signedAt: new Date(opening.signed_at),
  });
  if (named !== runId) findings.push(find('run_misnamed', `${opening.path} opens ${named}`));
  const merged = approvals.byPath.get(opening.path);
  if (merged?.atMerge.approval?.bindings.run_id !== undefined)
    findings.push(
      find(
        'approval_not_admitted',
        `${opening.path} renews ${merged.atMerge.approval.bindings.run_id}, it opens no run`,
      ),
    );
  const [first] = events;
  const accepts = first?.type === 'run_opened' ? first.accepts_sha256 : undefined;
  if (merged && merged.atMerge.approval?.bindings.accepts_sha256 !== accepts)
    findings.push(find('approval_misquoted', `${opening.path} accepts other diagnostics than the log says`));
  for (const other of ledger.byDocument.get(state.documentId) ?? []) {
    const meanwhile = other.openedAt <= (first?.at ?? '') && (other.closedAt ?? '9999') > (first?.at ?? '');
    if (meanwhile && other.runId !== runId)
      findings.push(
        find('two_open_runs', `${other.runId} of ${state.documentId} was open when it was opened`),
      );
  }
  return findings;
}

async function judgeUses(log: FollowedLog, court: Court): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [index, event] of log.events.entries()) {
    if (event.type === 'approval_withdrawn') findings.push(...(await judgeWithdrawal(event, court)));
    if (!('approval' in event)) continue;
    const first = court.ledger.firstUse.get(event.approval.document_sha256);
    const again = first && (first.runId !== log.runId || first.seq !== event.seq);
    const used = new Map(
      again ? [[event.approval.document_sha256, `entry ${first.seq} of ${first.runId}`]] : [],
    );
    const before = log.before[index] ?? null;
    findings.push(...(await judgeUse({ reference: event.approval, event, before }, { ...court, used })));
  }
  return findings;
}

async function judgeSource(log: FollowedLog, evidence: Evidence): Promise<Finding[]> {
  const { path, sha256: expected } = log.state.source;
  const { commit } = log.state.approvals[0];
  const where = `${commit}:${path}`;
  const bytes = await sourceIn(log, evidence);
  if (!bytes) return [{ code: 'source_missing', where, detail: 'nothing in this history has it there' }];
  const found = sha256(bytes);
  if (found === expected) return [];
  return [{ code: 'source_differs', where, detail: `it has sha256 ${found}, signed was ${expected}` }];
}
