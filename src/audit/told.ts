// An audit told on a terminal. Whatever comes from the clone passes `visible`: no escape of a stranger reaches the terminal.
import { visible } from '../document/visible.ts';
import { capitalised, count } from '../report/markdown.ts';
import type { ApprovalSummary, Audit, RunSummary } from './audit.ts';
import { FINDINGS, type Finding, type Severity, severityOf } from './finding.ts';

/** Of one severity; the whole is in the JSON and in the page. */
const MOST_TOLD = 200;
const MARKS: Readonly<Record<Severity, string>> = { error: '✘', warning: '!', note: '–' };

/** One sentence: what the auditor may say of this clone. */
export function verdictOf({ counts }: Pick<Audit, 'counts'>): string {
  if (counts.error > 0) return `NOT PROVED: ${told(counts)}`;
  if (counts.warning > 0) return `LOOK AT: ${told(counts)}`;
  return `CLEAN${counts.note > 0 ? `, with ${told(counts)}` : ''}`;
}

function told(counts: Audit['counts']): string {
  return (['error', 'warning', 'note'] as const)
    .filter((severity) => counts[severity] > 0)
    .map((severity) => count(counts[severity], severity))
    .join(', ');
}

export function auditText(audit: Audit): string {
  const { head, commits, signers, runs, approvals, findings, database } = audit;
  const lines = [
    verdictOf(audit),
    '',
    `  commit     ${head.id}`,
    `             ${head.committer.at.toISOString()}, ${head.committer.name}`,
    `  history    ${count(commits, 'commit')}`,
    `  signers    ${signers.join(', ')}`,
    ...(database
      ? [`  database   ${count(database.units, 'unit')} in force, each held against its signed plan`]
      : []),
    ...witnessLines(audit).map((line) => `  witness    ${visible(line)}`),
    ...timeStampLines(audit).map((line) => `  stamps     ${line}`),
    ...table('Runs', runHead, runs.map(runRow)),
    ...table('Approvals', approvalHead, approvals.map(approvalRow)),
    ...findingLines(findings),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** What was cosigned, by witness; one that cosigned nothing is a finding. */
export function witnessLines({ cosigned, checkpoint }: Pick<Audit, 'cosigned' | 'checkpoint'>): string[] {
  return cosigned.map(
    ({ name, size, at }) =>
      `${name} has cosigned the first ${size} of the ${count(checkpoint?.size ?? 0, 'line')} of the log, at ${at.toISOString()}`,
  );
}

/** That a statement has no time stamp is said of every clone that has statements, whoever asked for it. */
export function timeStampLines({ timeStamps }: Pick<Audit, 'timeStamps'>): string[] {
  const { statements, stamped, verified } = timeStamps;
  if (statements === 0) return [];
  const have = `${stamped} of ${count(statements, 'statement')} ${stamped === 1 ? 'has' : 'have'} a time stamp`;
  if (verified !== null) return [`${have}, ${verified} by an authority that was asked for`];
  return [stamped === 0 ? have : `${have}; none was verified, because no authority was given`];
}

const runHead = ['run', 'document', 'status', 'entries', 'errors'] as const;

function runRow({ runId, documentId, status, entries, errors }: RunSummary): string[] {
  return [runId, documentId ?? '?', status ?? 'cannot be followed', String(entries), String(errors)];
}

const approvalHead = ['approval', 'gate', 'fate', 'merged by'] as const;

function approvalRow({ path, gate, fate, author, committer }: ApprovalSummary): string[] {
  const by = author.name === committer.name ? author.name : `${author.name}, put there by ${committer.name}`;
  return [path.replace(/^approvals\//, ''), gate ?? '?', fate, by];
}

function table(title: string, head: readonly string[], rows: readonly string[][]): string[] {
  if (rows.length === 0) return ['', `${title}: none`];
  const shown = rows.slice(0, MOST_TOLD).map((row) => row.map((cell) => visible(cell)));
  const widths = head.map((name, column) =>
    Math.max(name.length, ...shown.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`;
  const left = rows.length - shown.length;
  return [
    ...['', `${title}: ${rows.length.toLocaleString('en-US')}`, line(head), ...shown.map(line)],
    ...(left > 0 ? [`  and ${left.toLocaleString('en-US')} more`] : []),
  ];
}

/** What to do stands once for each code, below the places that have it. */
function findingLines(findings: readonly Finding[]): string[] {
  const groups = new Map<Finding['code'], Finding[]>();
  for (const one of findings) groups.set(one.code, [...(groups.get(one.code) ?? []), one]);
  return [...groups].flatMap(([code, found]) => {
    const { sentence, next, severity } = FINDINGS[code];
    const shown = found.slice(0, MOST_TOLD);
    return [
      ...['', `${MARKS[severity]} ${severity} ${code}: ${sentence}`],
      ...shown.flatMap(({ where, detail }) => [`    ${visible(where)}`, `      ${visible(detail)}`]),
      ...(found.length > shown.length ? [`    and ${found.length - shown.length} more`] : []),
      `  ${next}`,
    ];
  });
}

/** `countersign/audit/1`: the same for a program. */
export function auditJson(audit: Audit): string {
  const { directory: _here, findings, head, ...rest } = audit;
  const told = findings.map((finding) => ({
    ...finding,
    severity: severityOf(finding),
    sentence: capitalised(FINDINGS[finding.code].sentence),
    next: FINDINGS[finding.code].next,
  }));
  return `${JSON.stringify({ format: 'countersign/audit/1', verdict: verdictOf(audit), head, ...rest, findings: told }, null, 2)}\n`;
}
