// The time stamps beside the statements: each over the statement of its head, by an authority that was asked for, made after
// what it is of and before the commit that brought it. That there is none is told.
import type { HeadLeaf } from '../record/log-leaf.ts';
import { statementPath } from '../record/statement.ts';
import {
  decodeTimeStampFile,
  readTimeStamp,
  type TimeStamp,
  timeStampedHead,
  timeStampPath,
} from '../record/time-stamp.ts';
import type { Authority } from '../record/time-stamp-authority.ts';
import { isOver, type TimeStampFlaw, verifyTimeStamp } from '../record/time-stamp-verify.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import { bytesOf, type Evidence, type PathHistory } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';

export interface TimeStamps {
  /** Of how many heads the log has a statement. */
  readonly statements: number;
  /** How many of them have a file beside them that should be a time stamp. */
  readonly stamped: number;
  /** How many hold; null where no authority was given. */
  readonly verified: number | null;
}

export interface TimeStampContext {
  readonly evidence: Evidence;
  readonly heads: readonly HeadLeaf[];
  /** null: nobody asks for any. What can be seen without a certificate is held all the same. */
  readonly authorities: readonly Authority[] | null;
}

export interface JudgedTimeStamps {
  readonly findings: readonly Finding[];
  readonly timeStamps: TimeStamps;
}

const CODES: Readonly<Record<TimeStampFlaw['code'], FindingCode>> = {
  other_statement: 'time_stamp_of_another',
  foreign: 'time_stamp_foreign',
  unfit: 'time_stamp_unfit',
  expired: 'time_stamp_expired',
  bad_signature: 'time_stamp_wrong',
};

/** Throws CloneFault. */
export async function judgeTimeStamps(context: TimeStampContext): Promise<JudgedTimeStamps> {
  const { evidence, heads, authorities } = context;
  const findings: Finding[] = [];
  for (const history of evidence.paths.values())
    if (timeStampedHead(history.path)) findings.push(...replacedIn(history));
  const without = new Map<string, number[]>();
  let [stamped, verified] = [0, 0];
  for (const head of heads) {
    const path = timeStampPath({ runId: head.run_id, seq: head.seq });
    const history = evidence.paths.get(path);
    if (!history?.now) {
      without.set(head.run_id, [...(without.get(head.run_id) ?? []), head.seq]);
      continue;
    }
    stamped += 1;
    const found = await judgeOne(head, { history, file: await bytesOf(history.now, evidence), authorities });
    findings.push(...found.map((one) => ({ ...one, where: path })));
    if (found.length === 0) verified += 1;
  }
  if (authorities) findings.push(...[...without].map(([runId, seqs]) => absent(runId, seqs)));
  return {
    findings,
    timeStamps: { statements: heads.length, stamped, verified: authorities ? verified : null },
  };
}

export function isExplainedTimeStamp(path: string, { paths }: Evidence): boolean {
  return paths.get(path)?.now?.mode === '100644';
}

function absent(runId: string, seqs: readonly number[]): Finding {
  const entries = `${seqs.length === 1 ? 'entry' : 'entries'} ${seqs.join(', ')}`;
  return {
    ...{ code: 'time_stamp_absent', where: statementPath(runId) },
    detail: `that of ${entries} has none beside it`,
  };
}

type Told = Omit<Finding, 'where'>;

async function judgeOne(
  head: HeadLeaf,
  {
    history,
    file,
    authorities,
  }: { history: PathHistory; file: Buffer } & Pick<TimeStampContext, 'authorities'>,
): Promise<Told[]> {
  const answer = decodeTimeStampFile(file);
  const read = answer.ok ? readTimeStamp(answer.value) : answer;
  if (!read.ok) return [{ code: 'time_stamp_malformed', detail: `it ${read.flaw.detail}` }];
  const stamp = read.value;
  const digest = head.statement_sha256;
  if (authorities) {
    const verified = verifyTimeStamp(stamp, { digest, authorities });
    if (!verified.ok) return [{ code: CODES[verified.flaw.code], detail: `it ${verified.flaw.detail}` }];
  } else if (!isOver(stamp, digest))
    return [{ code: 'time_stamp_of_another', detail: 'it is over other bytes than this statement' }];
  return contradictionsIn(stamp, { head, history });
}

function contradictionsIn(
  { at }: TimeStamp,
  { head, history }: { head: HeadLeaf; history: PathHistory },
): Told[] {
  const told: string[] = [];
  if (at.getTime() + CLOCK_TOLERANCE_MS < Date.parse(head.at))
    told.push(`it is of ${at.toISOString()}, and what it is of happened at ${head.at}`);
  const { added } = history;
  if (added && at.getTime() > added.committer.at.getTime() + CLOCK_TOLERANCE_MS)
    told.push(
      `it is of ${at.toISOString()}, and came with ${added.id} of ${added.committer.at.toISOString()}`,
    );
  return told.map((detail) => ({ code: 'time_stamp_contradicted', detail }));
}

/** Against every parent: one that was there stays as it is. */
function replacedIn({ path, steps }: PathHistory): Finding[] {
  return steps
    .filter(({ before }) => before !== null)
    .map(({ after, commit }) => ({
      ...{ code: 'time_stamp_replaced', where: path },
      detail: `${commit.id} of ${commit.committer.name} has ${after ? 'put another one in its place' : 'removed it'}`,
    }));
}
