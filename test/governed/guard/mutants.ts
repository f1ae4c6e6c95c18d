// Every condition in the guard's functions, each made to hold or to fail: what the cases must notice. A condition is what
// stands behind IF, ELSIF, WHEN, WHERE and RETURN; of several joined by AND or OR, each is left out alone.
import { schemaFiles } from '../../../src/governed/schema.ts';

export interface Mutant {
  /** `<function> <n>`, and what was put for what: the same as long as the condition is. */
  readonly id: string;
  readonly sql: string;
}

const FUNCTION = /CREATE OR REPLACE FUNCTION (\w+\.\w+)[\s\S]*?AS \$\$([\s\S]*?)\$\$;/g;
const OPENING = /\b(IF|ELSIF|WHEN|WHERE|RETURN|coalesce\()(?=\s)/g;
const CLOSING: Readonly<Record<string, RegExp>> = {
  IF: /^THEN\b/,
  ELSIF: /^THEN\b/,
  WHEN: /^(?:THEN\b|;)/,
  WHERE: /^(?:;|LIMIT\b|UNION\b|ORDER\b|FOR UPDATE\b|LOOP\b|$)/,
  RETURN: /^;/,
  'coalesce(': /^,/,
};

export function mutants(): Mutant[] {
  return schemaFiles()
    .filter(({ name }) => /^guard\/0[23]\d_/.test(name))
    .flatMap(({ text }) => [...text.matchAll(FUNCTION)])
    .flatMap(([whole, name = '', body = '']) => {
      const start = whole.indexOf('$$') + 2;
      return mutationsOf(body).map(({ from, to, put }, n) => ({
        id: `${name} ${n + 1}: ${squeeze(body.slice(from, to))} → ${put}`,
        sql: `${whole.slice(0, start + from)}${put}${whole.slice(start + to)}`,
      }));
    });
}

interface Mutation {
  readonly from: number;
  readonly to: number;
  readonly put: 'true' | 'false';
}

function mutationsOf(body: string): Mutation[] {
  const code = blanked(body);
  return [...code.matchAll(OPENING)].flatMap(({ 0: opening, 1: word = '', index }) => {
    const from = index + opening.length;
    const to = endOf(code, from, CLOSING[word] ?? /^$/);
    if (
      to === undefined ||
      code.slice(from, to).startsWith(' QUERY') ||
      !/[<>=~?]|\bIS\b|\bNOT\b|\bIN\b|\bEXISTS\b|\bFOUND\b/.test(code.slice(from, to))
    )
      return [];
    const whole = trimmed(code, { from, to });
    const parts = partsOf(code, whole);
    if (word === 'RETURN' || word === 'coalesce(') return parts;
    return [{ ...whole, put: word === 'WHERE' ? 'true' : 'false' } as const, ...parts];
  });
}

/** Each operand of OR made false, each operand of AND made true. */
function partsOf(code: string, span: { from: number; to: number }): Mutation[] {
  const either = split(code, span, 'OR');
  return either.flatMap((one): Mutation[] => {
    const all = split(code, one, 'AND');
    return [
      ...(either.length > 1 ? [{ ...one, put: 'false' } as const] : []),
      ...(all.length > 1 ? all.map((part) => ({ ...part, put: 'true' }) as const) : []),
      ...all.flatMap((part) =>
        isGroup(code, part) ? partsOf(code, { from: part.from + 1, to: part.to - 1 }) : [],
      ),
    ];
  });
}

function isGroup(code: string, { from, to }: { from: number; to: number }): boolean {
  return (
    code[from] === '(' &&
    endOf(code, from + 1, /^\)/) === to - 1 &&
    !/^\((?:SELECT|CASE)\b/.test(code.slice(from, to))
  );
}

function split(code: string, { from, to }: { from: number; to: number }, word: 'AND' | 'OR') {
  const spans: { from: number; to: number }[] = [];
  let depth = 0;
  let between = false;
  let start = from;
  for (let at = from; at < to; at++) {
    const rest = code.slice(at, to);
    if (/^[([]/.test(rest)) depth++;
    else if (/^[)\]]/.test(rest)) depth--;
    else if (/^CASE\b/.test(rest) && !/\w/.test(code[at - 1] ?? '')) depth++;
    else if (/^END\b/.test(rest) && !/\w/.test(code[at - 1] ?? '')) depth--;
    if (depth > 0 || /\w/.test(code[at - 1] ?? '')) continue;
    if (/^BETWEEN\b/.test(rest)) between = true;
    if (!new RegExp(`^${word}\\b`).test(rest)) continue;
    if (word === 'AND' && between) {
      between = false;
      continue;
    }
    spans.push(trimmed(code, { from: start, to: at }));
    start = at + word.length;
  }
  spans.push(trimmed(code, { from: start, to }));
  return spans;
}

function endOf(code: string, from: number, closing: RegExp): number | undefined {
  let depth = 0;
  for (let at = from; at <= code.length; at++) {
    const rest = code.slice(at);
    if (depth === 0 && !/\w\w/.test(code.slice(at - 1, at + 1)) && closing.test(rest)) return at;
    if (/^\(/.test(rest)) depth++;
    if (/^\)/.test(rest)) {
      if (depth === 0) return at;
      depth--;
    }
  }
  return undefined;
}

function trimmed(code: string, { from, to }: { from: number; to: number }) {
  const text = code.slice(from, to);
  return { from: from + text.length - text.trimStart().length, to: from + text.trimEnd().length };
}

/** Comments and strings without what could be taken for code, at the same length. */
function blanked(body: string): string {
  return body.replace(/--.*|'(?:[^']|'')*'/g, (text) =>
    text.startsWith('--') ? ' '.repeat(text.length) : `'${'x'.repeat(Math.max(0, text.length - 2))}'`,
  );
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ');
}
