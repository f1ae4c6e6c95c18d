// Whatever the code and the documents point at is there: sections of the design, pages, anchors, scripts, commands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  anchorsOf,
  citationsIn,
  commandsIn,
  linksIn,
  whyAdrift,
  wrongCommands,
  wrongScripts,
} from './citations.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.split('/').includes('node_modules'))
    .map((name) => join(folder, name));
}

const design = read('docs/design.md');
// This folder quotes citations that lead nowhere, to see that they are found.
const sources = ['src', 'standin', 'test', 'bench', 'docs']
  .flatMap((folder) => filesIn(folder, /\.(ts|sql|md)$/))
  .filter((path) => !path.startsWith(join('test', 'docs')));
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...['approvals/README.md', 'runs/README.md', 'standin/README.md', '.github/pull_request_template.md'],
  ...filesIn('docs', /\.md$/),
];

describe('a citation of the design', () => {
  const cited = sources.flatMap((path) => citationsIn(read(path)).map((citation) => ({ path, citation })));

  it('is found wherever it stands', () => {
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.some(({ citation }) => citation.invariant === '4')).toBe(true);
    expect(cited.some(({ citation }) => citation.stopConditions)).toBe(true);
  });

  it('leads to a section, an invariant or a phase that exists', () => {
    const adrift = cited.flatMap(({ path, citation }) => {
      const why = whyAdrift(citation, design);
      return why ? [`${path}: ${why}`] : [];
    });
    expect(adrift).toEqual([]);
  });

  it('is caught when it leads nowhere, also across the lines of a comment', () => {
    const text = [
      '// The log (design section 3,',
      '// invariant 44) and the guard (design sections 5 and 12).',
      '/**',
      ' * Nothing (design section 2,',
      ' * STOP conditions), and a phase (design section 3, cutplan; design section 3, phase teleport).',
      ' */',
    ].join('\n');
    expect(citationsIn(text).map((citation) => whyAdrift(citation, design))).toEqual([
      'section 3 has no invariant 44',
      undefined,
      'the design has no section 12',
      'section 2 has no STOP conditions',
      undefined,
      'section 3 has no phase teleport',
    ]);
  });
});

describe('a promise of the design', () => {
  const states = new Map(
    [...design.matchAll(/^\| <a id="status-([a-z-]+)"><\/a>.* \| ([a-z ]+) \|$/gm)].map(
      ([, key = '', state = '']) => [key, state],
    ),
  );
  const marked = new Set([...design.matchAll(/\[planned\]\(#status-([a-z-]+)\)/g)].map(([, key]) => key));

  it('is in force or planned', () => {
    expect(states.size).toBeGreaterThan(10);
    expect([...states.values()].filter((state) => state !== 'planned' && state !== 'in force')).toEqual([]);
  });

  it('is marked in the text exactly while the table calls it planned', () => {
    const planned = [...states].filter(([, state]) => state === 'planned').map(([key]) => key);
    expect([...marked].sort()).toEqual(planned.sort());
  });
});

describe('a link', () => {
  const broken = (page: string, text: string): string[] =>
    linksIn(text).flatMap(({ path, anchor }) => {
      const target = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
      if (!existsSync(target)) return [`${page}: ${path} does not exist`];
      if (anchor === undefined) return [];
      return anchorsOf(readFileSync(target, 'utf8')).has(anchor)
        ? []
        : [`${page}: ${relative(ROOT, target)} has no #${anchor}`];
    });

  it('of every page leads to a file and an anchor that exist', () => {
    expect(pages.flatMap((page) => linksIn(read(page))).length).toBeGreaterThan(60);
    expect(pages.flatMap((page) => broken(page, read(page)))).toEqual([]);
  });

  it('is caught when it leads nowhere, and is none inside code', () => {
    const text =
      '[a](design.md#section-3) [b](design.md#section-33)\n![c](no.png) `[d](none.md)` [e](https://x.org/y)';
    expect(broken('docs/fixture.md', text)).toEqual([
      'docs/fixture.md: docs/design.md has no #section-33',
      'docs/fixture.md: no.png does not exist',
    ]);
  });

  it('finds headings as GitHub names them', () => {
    expect([
      ...anchorsOf('# What it is\n## `db check`, twice\n## `db check`, twice\n```\n# no\n```'),
    ]).toEqual(['what-it-is', 'db-check-twice', 'db-check-twice-1']);
  });
});

describe('a command', () => {
  const scripts = new Set(Object.keys(JSON.parse(read('package.json')).scripts));
  const commands = commandsIn(filesIn('src/cli', /\.ts$/).map(read));

  it('that a page tells people to run exists', () => {
    expect(commands.size).toBeGreaterThan(12);
    const wrong = pages.flatMap((page) => [
      ...wrongCommands(read(page), commands).map((what) => `${page}: ${what}`),
      ...wrongScripts(read(page), scripts).map((what) => `${page}: ${what}`),
    ]);
    expect(wrong).toEqual([]);
  });

  it('is caught when it does not exist, or is there although it is called planned', () => {
    const text = [
      '`countersign levitate` (planned), `countersign levitate`, `countersign verify` (planned), `countersign / approval`',
      '`npx countersign backup levitate` but `countersign backup verify FILE`, `npm run demo`, `npm run levitate`',
      '```sh\nnpm run -s countersign -- levitate\nnpm test\n```',
    ].join('\n\n');
    expect([...wrongCommands(text, commands), ...wrongScripts(text, scripts)].sort()).toEqual([
      'countersign backup levitate is no command',
      'countersign levitate is no command',
      'countersign levitate is no command',
      'countersign verify is there, and is called planned',
      'npm run levitate is no script',
    ]);
  });
});
