// Imports point one way, so that what decides can be read without what acts.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function folderOf(path: string): string {
  const [first = '', second] = relative(SRC, path).split('/');
  return second === undefined
    ? `/${first}`
    : first === 'local' && second === 'github'
      ? 'local/github'
      : first;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const imports: Import[] = files.flatMap((name) => {
  const file = join(SRC, name);
  const found = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '(\.[^']+)';/gms);
  return [...found].map(([, to = '']) => ({
    file: name,
    from: folderOf(file),
    to: folderOf(join(dirname(file), to)),
  }));
});

const PURE = ['approval', 'document', 'report'];
/** Files at the top that everything may use: they import nothing of ours but each other. */
const GROUND = ['/digest.ts', '/stop.ts'];

/** What each folder may import besides itself and the ground. Types of settings count as ground for what reads them. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  approval: [],
  document: [],
  report: PURE,
  governed: [...PURE, '/config.ts'],
  backup: [...PURE, '/config.ts', '/key-directory.ts'],
  phases: [...PURE, 'governed', 'backup'],
  run: [...PURE, 'governed', 'backup', 'phases', '/config.ts'],
  store: [...PURE, 'phases', 'run'],
  'local/github': [],
};

describe('imports', () => {
  it('were found at all', () => {
    expect(imports.length).toBeGreaterThan(300);
  });

  for (const [folder, allowed] of Object.entries(ALLOWED)) {
    it(`of ${folder}/ reach only ${[...allowed, 'the ground'].join(', ')}`, () => {
      const wrong = imports.filter(
        ({ from, to }) => from === folder && to !== folder && !allowed.includes(to) && !GROUND.includes(to),
      );
      expect(wrong).toEqual([]);
    });
  }

  it('of the pure folders bring in no clock, no file, no network and no database', () => {
    const impure = files
      .filter((name) => PURE.includes(name.split('/')[0] ?? ''))
      .filter((name) => {
        const text = readFileSync(join(SRC, name), 'utf8');
        return /from '(node:(fs|net|http|child_process)|pg|kysely|probot|@octokit)|new Date\(\)|Date\.now\(\)|process\.env/.test(
          text,
        );
      });
    expect(impure).toEqual([]);
  });

  it('of process.env stay with the settings, which hand it to whoever asks', () => {
    const readers = files.filter((name) => readFileSync(join(SRC, name), 'utf8').includes('process.env'));
    expect(readers).toEqual(['deployment/config.ts']);
  });
});
