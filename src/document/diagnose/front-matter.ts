// Front matter that no program could read as data: its keys would be silently missing wherever they are used.
import { parseDocument } from 'yaml';
import type { Source } from '../source-text.ts';
import { bytesOfLines, type Finding, quote } from './finding.ts';

export function findBadFrontMatter(source: Source): Finding[] {
  if (source.frontMatterLines === 0) return findRefused(source);
  const at = bytesOfLines(source, { from: 0, to: source.frontMatterLines });
  const lines = new TextDecoder().decode(source.bytes.subarray(at.byteStart, at.byteEnd)).split('\n');
  const wrong = wrongWith(lines.slice(1, source.frontMatterLines - 1).join('\n'));
  if (wrong === undefined) return [];
  const message = `the front matter is no YAML mapping (${wrong}): write one \`key: value\` on each line`;
  return [{ code: 'front_matter_invalid', severity: 'warning', ...at, message }];
}

function findRefused(source: Source): Finding[] {
  if (source.refusedFrontMatter === undefined) return [];
  const { line, text } = source.refusedFrontMatter;
  const message = `the document opens with \`---\` like front matter, but line ${line + 1} ${quote(text)} is no \`key: value\`, so all of it is cut as text: remove the first line, or mend the front matter`;
  const at = bytesOfLines(source, { from: 0, to: line + 1 });
  return [{ code: 'front_matter_invalid', severity: 'warning', ...at, message }];
}

const MAX_ALIASES = 0;
const MAX_CHARS = 16_000;

function wrongWith(yaml: string): string | undefined {
  if (yaml.length > MAX_CHARS) return `it is longer than ${MAX_CHARS.toLocaleString('en')} characters`;
  // The parser would need minutes for brackets that nobody closed.
  if (/[[{]{20}/.test(yaml)) return 'it is nested too deep';
  const document = parseDocument(yaml, { logLevel: 'silent', uniqueKeys: true, schema: 'core' });
  const [error] = document.errors;
  if (error) return `line ${(error.linePos?.[0].line ?? 0) + 1}: ${firstLine(error.message)}`;
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : 'it has no keys';
  } catch {
    return 'it refers to itself';
  }
}

function firstLine(message: string): string {
  return quote(message.split('\n')[0]?.replace(/ at line.*$/, '') ?? '').slice(1, -1);
}
