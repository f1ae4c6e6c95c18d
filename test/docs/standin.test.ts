// The stand-in's README says what it emulates: every endpoint and every event of the code stands there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HOUSE = fileURLToPath(new URL('../../standin', import.meta.url));
const source = readdirSync(join(HOUSE, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(HOUSE, 'src', name), 'utf8'))
  .join('\n');
const readme = readFileSync(join(HOUSE, 'README.md'), 'utf8');

/** `GET /pulls/{number}/files` → its fixed words: `/pulls`, `/files`. */
const wordsOf = (path: string): string[] =>
  path
    .split('/')
    .filter((part) => part !== '' && !part.startsWith('{'))
    .map((part) => `/${part}`);

describe("the stand-in's README", () => {
  it('names every word of every endpoint', () => {
    const lines = [...source.matchAll(/'(?:GET|POST|PUT|PATCH|DELETE) (\/[^']+)'/g)].map(
      ([, path = '']) => path,
    );
    expect(lines.length).toBeGreaterThan(40);
    const words = new Set(lines.flatMap(wordsOf));
    expect([...words].filter((word) => !readme.includes(word))).toEqual([]);
    expect(wordsOf('/repos/{owner}/{repo}/levitations').filter((word) => !readme.includes(word))).toEqual([
      '/levitations',
    ]);
  });

  it('names every event that is sent, and no other', () => {
    const sent = new Set([...source.matchAll(/\bevent: '([a-z_]+)'/g)].map(([, event]) => event));
    const named = /^Events: (.*)\.$/m.exec(readme)?.[1]?.match(/[a-z_]+/g) ?? [];
    expect(sent.size).toBeGreaterThan(4);
    expect(named.sort()).toEqual([...sent].sort());
  });
});
