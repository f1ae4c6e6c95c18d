// The house holds what the README says of it: imports point one way, no circle crosses rooms, one file reads the
// environment. Each rule is broken here on purpose, to see that it would be noticed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOMS, type Room, roomOf, type Sources, violationsOf } from './support/architecture.ts';

const ROOT = join(import.meta.dirname, '..');

function sourcesOf(folder: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8')]);
}

const sources: Sources = new Map([...sourcesOf('src'), ...sourcesOf('standin/src')]);

/** The sources with one more file, or with a line more in one that is there. */
function with_(path: string, line: string): Sources {
  return new Map([...sources, [path, `${line}\n${sources.get(path) ?? ''}`]]);
}

/** A file that lies in the room already, and the first of another. */
function fileIn(room: string): string {
  const found = [...sources.keys()].find((path) => roomOf(path) === room);
  if (!found) throw new Error(`there is no file in ${room}`);
  return found;
}

function pathFromTo(from: string, to: string): string {
  const up = from
    .split('/')
    .slice(1)
    .map(() => '..');
  return `${up.join('/')}/${to}`;
}

describe('the house', () => {
  it('was read at all', () => {
    const imports = [...sources].flatMap(([path, text]) => importsOf(path, text));
    expect(sources.size).toBeGreaterThan(200);
    expect(imports.length).toBeGreaterThan(600);
    expect(imports.filter((to) => !sources.has(to))).toEqual([]);
  });

  it('has a row for every room, and a room for every row', () => {
    const rooms = new Set([...sources.keys()].map(roomOf));
    expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
  });

  it('breaks none of its rules', () => {
    expect(violationsOf(sources)).toEqual([]);
  });
});

describe('a rule is noticed when it is broken', () => {
  for (const room of Object.keys(ROOMS) as Room[]) {
    const allowed: readonly string[] = ROOMS[room];
    const forbidden = Object.keys(ROOMS).find((other) => other !== room && !allowed.includes(other));
    it(`a forbidden import in ${room}`, () => {
      const path = room === 'root' ? 'src/main.ts' : fileIn(room);
      const to = fileIn(forbidden ?? '');
      const broken = with_(path, `import '${pathFromTo(path, to)}';`);
      expect(violationsOf(broken)).toContain(`${path} imports ${to}: ${room} may not reach ${forbidden}`);
    });
  }

  it('an import that is only a type, spread over lines, exported on, or made at run time', () => {
    for (const statement of [
      "import type { Config } from '../deployment/config.ts';",
      "import {\n  type Config,\n  readConfig,\n} from '../deployment/config.ts';",
      "export { readConfig } from '../deployment/config.ts';",
      "export * from '../deployment/config.ts';",
      "const { readConfig } = await import('../deployment/config.ts');",
    ]) {
      const found = violationsOf(with_('src/run/new.ts', statement));
      expect(found).toContain(
        'src/run/new.ts imports src/deployment/config.ts: run may not reach deployment',
      );
    }
  });

  it('a circle that crosses rooms', () => {
    const circle = with_('src/phases/phase.ts', "import type { RunState } from '../run/state.ts';");
    expect(violationsOf(circle).filter((found) => found.startsWith('a circle crosses rooms'))).toHaveLength(
      1,
    );
  });

  it('a circle that stays in its room is none of this test', () => {
    const inside = new Map([
      ['src/run/a.ts', "import './b.ts';"],
      ['src/run/b.ts', "import './a.ts';"],
    ]);
    expect(violationsOf(inside)).toEqual([]);
  });

  it('a loose file at the root, and a room without a row', () => {
    expect(violationsOf(with_('src/helpers.ts', ''))).toContain(
      'src/helpers.ts lies loose at the root of src/',
    );
    expect(violationsOf(with_('src/utils/a.ts', ''))).toContain(
      'src/utils/a.ts lies in utils/, a room without a row',
    );
  });

  it('a reader of the environment', () => {
    for (const line of ['const { HOME } = process.env;', "import { env } from 'node:process';"]) {
      expect(violationsOf(with_('src/cli/start.ts', line))).toContain(
        'src/cli/start.ts reads the environment, which only src/deployment/config.ts may',
      );
    }
  });

  it('a clock, a file or a database in a pure room', () => {
    for (const line of [
      "import { readFileSync } from 'node:fs';",
      "import { readFile } from 'node:fs/promises';",
      "import pg from 'pg';",
      'const now = new Date();',
    ]) {
      const found = violationsOf(with_('src/report/markdown.ts', line));
      expect(
        found.filter((text) => text.startsWith('src/report/markdown.ts is in a pure room')),
      ).toHaveLength(1);
    }
  });
});
