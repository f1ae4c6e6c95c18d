// A terminal's screens on one page, with what differs from run to run and from machine to machine made equal.
import type { Screen } from '../support/site.ts';

export interface Shown extends Screen {
  /** As it was typed. */
  readonly command: string;
}

export function screens(title: string, shown: readonly Shown[], equal: Equal): string {
  const parts = shown.map(
    ({ command, output, code }) => `$ countersign ${command}\n${output.trimEnd()}\n[exit ${code}]`,
  );
  return `${stable([title, ...parts].join('\n\n\n'), equal)}\n`;
}

export interface Equal {
  /** Exact texts of this run and what stands for them: folders, fingerprints, addresses. */
  readonly replaced?: ReadonlyMap<string, string>;
  /** Whether keys and clocks are this run's own, so that whatever comes of them is made equal too. */
  readonly alive?: boolean;
}

function stable(text: string, { replaced = new Map(), alive = false }: Equal): string {
  let told = text;
  for (const [exact, name] of replaced) if (exact !== '') told = told.replaceAll(exact, name);
  if (!alive) return told;
  return told
    .replace(/process \d+/g, 'process <pid>')
    .replace(/\btest_[0-9a-f]{12}\b/g, '<another database>')
    .replace(/\d+ of \d+ files/g, '<n> of <n> files')
    .replace(/\d+ (bytes|characters of schema)/g, '<n> $1')
    .replace(/run-(?!2020)\d{8}-[0-9a-f]{16}/g, 'run-20260521-0123456789abcdef')
    .replace(/\b([0-9a-f]{4} ){15}[0-9a-f]{4}\b/g, '<sixteen groups>')
    .replace(/\b[0-9a-f]{64}\b/g, (digest) => (/^0+$/.test(digest) ? digest : '<sha256>'))
    .replace(/\b[0-9a-f]{40}\b/g, '<commit>')
    .replace(/\b[0-9A-F]{40}\b/g, '<fingerprint>')
    .replace(/\b[0-9A-F]{16}\b/g, '<key id>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, '<instant>')
    .replace(/\b\d{8}T\d{6}Z/g, '<instant>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC/g, '<instant>')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:<port>')
    .replace(/ *\b(\d+ min )?[\d.,]+ m?s\b/g, ' <time>')
    .replace(/ *\b[\d.,]+ [KM]iB\b/g, ' <size>')
    .replace(/\b(\d+|\d+ of \d+) (packages|privileges|objects)\b/g, '<n> $2')
    .replace(/(the matrix of|the envelope says) \d+/g, '$1 <n>')
    .replace(/server \d+\.\d+/g, 'server <version>')
    .replace(/(embedded\) |openpgp\.js |pg_dump |gpg |PostgreSQL |psql )\(?\d[\d.]*/g, '$1<version>');
}
