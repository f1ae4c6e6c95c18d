// An audit as one page that needs nothing else: no script, no image, no address. Everything from the clone is escaped, and the
// page forbids itself to load anything, so that a name in a commit can do nothing.
import { createHash } from 'node:crypto';
import { visible } from '../document/visible.ts';
import { capitalised, count, utc } from '../report/markdown.ts';
import type { ApprovalSummary, Audit, RunSummary } from './audit.ts';
import { FINDINGS, type Finding, SEVERITY_ORDER, severityOf } from './finding.ts';
import { timeStampLines, verdictOf, witnessLines } from './told.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1f24;--soft:#5b6470;--line:#d9dde3;--page:#fff;--card:#f6f7f9;--error:#b3261e;--warning:#8a5a00;--note:#3f5f8a;--clean:#1d6b3a}
@media (prefers-color-scheme:dark){:root{--ink:#e7e9ec;--soft:#a0a8b3;--line:#343a43;--page:#15181c;--card:#1d2127;--error:#ff8a80;--warning:#f0b95a;--note:#9dbdea;--clean:#7fd19b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:2rem 1.25rem 4rem;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
h1{font-size:1.1rem;font-weight:600;color:var(--soft);margin:0 0 1.25rem}
h2{font-size:1.15rem;margin:2.75rem 0 .75rem}
.verdict{font-size:1.7rem;line-height:1.25;font-weight:700;margin:0 0 1.25rem}
.clean{color:var(--clean)}.error{color:var(--error)}.warning{color:var(--warning)}.note{color:var(--note)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:0}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
code{font:.86em/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
article{border:1px solid var(--line);border-left:.3rem solid currentColor;border-radius:.4rem;background:var(--card);padding:.9rem 1.1rem;margin:.9rem 0;break-inside:avoid}
article>*{color:var(--ink)}
article h3{font-size:1rem;margin:0}
article h3 code{color:var(--soft);font-weight:400}
article ul{margin:.6rem 0;padding:0;list-style:none}
article li{border-top:1px solid var(--line);padding:.45rem 0;overflow-wrap:anywhere}
article p{margin:.3rem 0 0;color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th{text-align:left;color:var(--soft);font-weight:500;border-bottom:2px solid var(--line)}
td{border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
th,td{padding:.45rem .75rem .45rem 0}
td:last-child,th:last-child{padding-right:0}
td code{overflow-wrap:break-word}
.more{color:var(--soft)}
@media (max-width:40rem){
 body{padding:1.25rem 1rem 3rem}
 .verdict{font-size:1.35rem}
 dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}
 thead{display:none}
 tr{display:block;border-bottom:1px solid var(--line);padding:.6rem 0}
 td{display:grid;grid-template-columns:6.5rem 1fr;border:0;padding:.12rem 0}
 td>span{min-width:0}td>span,td code{overflow-wrap:anywhere}
 td::before{content:attr(data-name);color:var(--soft)}
}
@media print{body{max-width:none;padding:0;font-size:10.5pt}article{background:none}}
`;

/** The browser may apply this one style sheet and nothing else. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

export function auditPage(audit: Audit): string {
  const { head, commits, signers, runs, approvals, database } = audit;
  const level =
    SEVERITY_ORDER.find((severity) => severity !== 'note' && audit.counts[severity] > 0) ?? 'clean';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Audit of ${head.id.slice(0, 12)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Countersign · audit of a clone</h1>
<p class="verdict ${level}">${text(verdictOf(audit))}</p>
<dl>
<dt>Commit</dt><dd><code>${head.id}</code><br>${utc(head.committer.at)}, ${text(head.committer.name)}</dd>
<dt>History</dt><dd>${count(commits, 'commit')}, ${count(runs.length, 'run')}, ${count(approvals.length, 'approval')}</dd>
<dt>Signers</dt><dd>${signers.map((one) => `<code>${one}</code>`).join('<br>')}</dd>${database ? `\n<dt>Database</dt><dd>${database.units} units in force, each held against its signed plan</dd>` : ''}${witnessesOf(audit)}${timeStampsOf(audit)}
</dl>
${findingsOf(audit.findings)}
${table('Runs', ['Run', 'Document', 'Status', 'Entries', 'Errors'], runs.map(runRow))}
${table('Approvals', ['Approval', 'Gate', 'Fate', 'Merged by'], approvals.map(approvalRow))}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

function text(from: string): string {
  return visible(from).replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}

function code(from: string): string {
  return `<code>${text(from)}</code>`;
}

/** Of one code; the JSON has them all. */
const MOST = 500;

function findingsOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const groups = new Map<Finding['code'], Finding[]>();
  for (const one of findings) groups.set(one.code, [...(groups.get(one.code) ?? []), one]);
  const articles = [...groups].map(([name, found]) => {
    const { sentence, next } = FINDINGS[name];
    const [first] = found as [Finding, ...Finding[]];
    const severity = severityOf(first);
    const items = found
      .slice(0, MOST)
      .map(({ where, detail }) => `<li>${code(where)}<br>${text(detail)}</li>`);
    const left = found.length - items.length;
    return `<article class="${severity}">
<h3>${severity === 'note' ? '' : `<span class="${severity}">${capitalised(severity)}:</span> `}${text(capitalised(sentence))} <code>${name}</code></h3>
<ul>${items.join('')}${left > 0 ? `<li class="more">and ${left.toLocaleString('en-US')} more</li>` : ''}</ul>
<p>${text(next)}</p>
</article>`;
  });
  return `<h2>Findings</h2>\n${articles.join('\n')}`;
}

function witnessesOf(audit: Audit): string {
  const lines = witnessLines(audit);
  return lines.length === 0 ? '' : `\n<dt>Witnesses</dt><dd>${lines.map(text).join('<br>')}</dd>`;
}

function timeStampsOf(audit: Audit): string {
  const lines = timeStampLines(audit);
  return lines.length === 0 ? '' : `\n<dt>Time stamps</dt><dd>${lines.map(text).join('<br>')}</dd>`;
}

function runRow({ runId, documentId, status, entries, errors }: RunSummary): string[] {
  const wrong = errors > 0 ? `<strong class="error">${errors}</strong>` : '0';
  return [code(runId), text(documentId ?? '?'), status ?? 'cannot be followed', String(entries), wrong];
}

function approvalRow({ path, gate, fate, author, committer }: ApprovalSummary): string[] {
  const by = author.name === committer.name ? author.name : `${author.name}, put there by ${committer.name}`;
  return [code(path.replace(/^approvals\//, '')), code(gate ?? '?'), fate, text(by)];
}

/** The cells are HTML already. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `<h2>${title}</h2>\n<p class="more">None.</p>`;
  const shown = rows.slice(0, MOST).map((row) => {
    const cells = row.map((cell, column) => `<td data-name="${head[column]}"><span>${cell}</span></td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  const left = rows.length - shown.length;
  return `<h2>${title}</h2>
<table><thead><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>${shown.join('\n')}</tbody></table>${left > 0 ? `\n<p class="more">and ${left.toLocaleString('en-US')} more; --json has them all</p>` : ''}`;
}
