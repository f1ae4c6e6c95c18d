// The files of a record, made again from its log by the very functions that the publisher makes them with: equal byte for
// byte, or named. The larger outputs that the log knows by digest alone are held against that.
import { revertPlanObject, revertPlanSha256 } from '../record/revert-plan.ts';
import { pretty, runRecord } from '../report/run-record.ts';
import { recordOf } from '../run/record.ts';
import { bytesOf, type Evidence } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { FollowedLog } from './record.ts';

/** What a phase keeps beside the log, under these names and no other. */
const KEPT = ['plan.jsonl', 'changes.md', 'pre.json', 'revert-plan.json'] as const;

export type KeptName = (typeof KEPT)[number];

/** What the record has of them; others are told by `unexplained`. */
export async function keptOf(
  { runId }: { readonly runId: string },
  evidence: Evidence,
): Promise<ReadonlyMap<KeptName, Buffer>> {
  const read = await Promise.all(
    KEPT.map(async (name): Promise<[KeptName, Buffer] | null> => {
      const now = evidence.paths.get(`runs/${runId}/${name}`)?.now;
      return now && now.mode !== '160000' ? [name, await bytesOf(now, evidence)] : null;
    }),
  );
  return new Map(read.filter((one) => one !== null));
}

/** Every path of the record that its log explains. */
export function explainedBy(log: FollowedLog): ReadonlySet<string> {
  return new Set([
    ...madeFrom(log).keys(),
    ...[...KEPT, 'statement.dsse.json'].map((name) => `runs/${log.runId}/${name}`),
  ]);
}

const made = new WeakMap<FollowedLog, ReadonlyMap<string, string>>();

/** Made once of each log, and gone with it. */
function madeFrom(log: FollowedLog): ReadonlyMap<string, string> {
  const { state, events, lines } = log;
  const known = made.get(log) ?? runRecord(recordOf(state, { events, lines, kept: new Map() }));
  made.set(log, known);
  return known;
}

export async function judgeFiles(
  log: FollowedLog,
  { evidence, kept }: { readonly evidence: Evidence; readonly kept: ReadonlyMap<KeptName, Buffer> },
): Promise<Finding[]> {
  const findings = await Promise.all(
    [...madeFrom(log)].map(async ([path, content]): Promise<Finding[]> => {
      const now = evidence.paths.get(path)?.now;
      if (!now) return [{ code: 'record_missing', where: path, detail: 'the log gives it' }];
      if (now.mode === '100644' && (await bytesOf(now, evidence)).equals(Buffer.from(content))) return [];
      return [{ code: 'record_differs', where: path, detail: 'it is not what the log gives' }];
    }),
  );
  return [...findings.flat(), ...judgeKept(log, kept)];
}

function judgeKept({ runId, state, events }: FollowedLog, kept: ReadonlyMap<KeptName, Buffer>): Finding[] {
  const findings: Finding[] = [];
  const find = (code: FindingCode, name: KeptName, detail: string) =>
    findings.push({ code, where: `runs/${runId}/${name}`, detail });
  const output = (phase: string) => state.finished.find((one) => one.phase === phase)?.output;
  const probe = output('grant_probe') as { snapshot?: unknown } | undefined;
  const counts = kept.get('pre.json')?.toString('utf8');
  if (probe && counts === undefined) find('record_missing', 'pre.json', 'grant_probe has finished');
  if (probe && counts !== undefined && counts !== pretty(probe.snapshot ?? null))
    find('record_differs', 'pre.json', 'it is not the snapshot of grant_probe');
  if (output('cutplan') && !kept.has('plan.jsonl'))
    find('record_missing', 'plan.jsonl', 'cutplan has finished');
  const planned = events.findLast((event) => event.type === 'revert_planned');
  const revert = kept.get('revert-plan.json');
  if (planned && !revert) find('record_missing', 'revert-plan.json', 'a compensation was planned');
  if (planned && revert) {
    const why = revertDiffers(revert.toString('utf8'), planned.revert_plan_sha256);
    if (why !== null) find('revert_plan_differs', 'revert-plan.json', why);
  }
  return findings;
}

function revertDiffers(text: string, expected: string): string | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const plan = revertPlanObject.safeParse((raw as { plan?: unknown } | null)?.plan);
  if (!plan.success) return 'it is no compensation plan';
  const found = revertPlanSha256(plan.data);
  if (found !== expected) return `its plan has sha256 ${found}, the log names ${expected}`;
  return text === pretty({ verdict: 'planned', plan: plan.data, sha256: found })
    ? null
    : 'it is written otherwise than the program writes it';
}
