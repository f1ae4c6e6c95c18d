// The few Markdown forms that the comments are made of. Whatever comes from a document or a person is escaped here,
// so that no title can end a table, close a fold or call on somebody.

/** Text from outside, as inline Markdown: shown literally, on one line, mentioning nobody. */
export function literal(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>()#+!|~&$]/g, '\\$&')
    .replaceAll('@', '@\u2060');
}

/** Inline code that no backtick inside can end. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  const longest = longestRun(flat);
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  // A pipe would end a table cell even inside code.
  return `${fence}${pad}${flat.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A fenced block that no fence inside can end. */
export function block(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return `${fence}${language}\n${text.replace(/\n*$/, '')}\n${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

export function table(head: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  return tableOfRows(head, align, rows.map(tableRow));
}

/** A table whose rows are lines already, so that it can lose some. */
export function tableOfRows(head: readonly string[], align: string, rows: readonly string[]): string {
  const rule = [...align].map((side) => ({ l: ':--', r: '--:', c: ':-:' })[side] ?? '---');
  return [tableRow(head), tableRow(rule), ...rows].join('\n');
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A sentence of a table, as the beginning of a line. */
export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** A duration for people: `80 ms`, `1.4 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `2026-05-21 10:00:00 UTC` */
export function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

export function size(n: number): string {
  if (n < 1024) return `${n} bytes`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KiB`;
  return `${(n / 1024 / 1024).toFixed(1)} MiB`;
}

/** A hidden line by which the bot finds its own comment again. */
export function marker(subject: string): string {
  return `<!-- countersign: ${subject.replaceAll('--', '- -')} -->`;
}
