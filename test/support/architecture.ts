// The rules of who may import whom, as a function from sources to violations, so that each rule can be tried on sources
// that break it.
import { dirname, join } from 'node:path/posix';

/** Sources by path from the root of the repository, such as `src/run/road.ts`. */
export type Sources = ReadonlyMap<string, string>;

const PURE = ['digest', 'merkle', 'stop', 'approval', 'document', 'plan', 'record', 'report'] as const;

/**
 * What the files of each room may import besides their own room: the row of the README. `root` is what lies directly
 * in src/, `standin` the house beside it.
 */
export const ROOMS = {
  digest: [],
  merkle: ['digest'],
  stop: [],
  approval: ['digest'],
  document: ['digest'],
  plan: ['digest', 'merkle', 'approval', 'document'],
  record: ['digest', 'merkle', 'approval'],
  report: ['digest', 'stop', 'approval', 'document', 'plan', 'record'],
  governed: [...PURE],
  backup: [...PURE, 'governed'],
  phases: [...PURE, 'governed', 'backup'],
  run: [...PURE, 'governed', 'backup', 'phases'],
  store: [...PURE, 'phases', 'run'],
  readiness: [...PURE, 'governed', 'backup', 'phases', 'run', 'store'],
  intake: [...PURE, 'phases', 'run', 'store', 'readiness'],
  publish: [...PURE, 'phases', 'run', 'store', 'readiness', 'intake'],
  github: [...PURE, 'phases', 'intake', 'publish'],
  audit: [...PURE, 'governed', 'phases', 'run'],
  sign: [...PURE, 'phases', 'run', 'audit'],
  deployment: [
    ...PURE,
    ...['governed', 'backup', 'phases', 'run', 'store', 'readiness', 'intake', 'publish', 'github'],
  ],
  local: [...PURE, 'governed', 'backup', 'run', 'readiness', 'deployment', 'standin'],
  cli: [
    ...PURE,
    ...['governed', 'backup', 'phases', 'run', 'store', 'readiness', 'intake', 'publish', 'github'],
    ...['deployment', 'local', 'audit', 'sign'],
  ],
  root: ['cli'],
  standin: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Room = keyof typeof ROOMS;

/** The one file that lies at the root, and the one that may read the environment. */
const ENTRY = 'src/main.ts';
const ENVIRONMENT = 'src/deployment/config.ts';

const IMPURE = [
  /from '(node:(fs|net|http|https|child_process|worker_threads|os|process)(\/[a-z]+)?|pg|kysely|probot|@octokit\/[a-z]+)'/,
  /\bnew Date\(\)|\bDate\.now\(\)|\bperformance\.now\(\)|\bMath\.random\(\)/,
];

export function importsOf(path: string, text: string): string[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const statements = code.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...statements].map(([, to = '']) => join(dirname(path), to));
}

export function roomOf(path: string): string {
  const [top = '', second = '', ...rest] = path.split('/');
  if (top !== 'src') return top;
  return rest.length === 0 ? 'root' : second;
}

/** One sentence for each violation, in the order of the paths. */
export function violationsOf(sources: Sources): string[] {
  return [...sources]
    .flatMap(([path, text]) => [
      ...foreign(path, text),
      ...loose(path),
      ...environment(path, text),
      ...impure(path, text),
    ])
    .concat(circles(sources));
}

function foreign(path: string, text: string): string[] {
  const room = roomOf(path);
  if (!(room in ROOMS)) return [`${path} lies in ${room}/, a room without a row`];
  const allowed: readonly string[] = ROOMS[room as Room];
  return importsOf(path, text)
    .filter((to) => roomOf(to) !== room && !allowed.includes(roomOf(to)))
    .map((to) => `${path} imports ${to}: ${room} may not reach ${roomOf(to)}`);
}

function loose(path: string): string[] {
  return roomOf(path) === 'root' && path !== ENTRY ? [`${path} lies loose at the root of src/`] : [];
}

function environment(path: string, text: string): string[] {
  const reads = /\bprocess\s*\.\s*env\b|\benv\b[^;]*from 'node:process'/.test(text);
  return reads && path.startsWith('src/') && path !== ENVIRONMENT
    ? [`${path} reads the environment, which only ${ENVIRONMENT} may`]
    : [];
}

function impure(path: string, text: string): string[] {
  if (!(PURE as readonly string[]).includes(roomOf(path))) return [];
  return IMPURE.flatMap((pattern) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [`${path} is in a pure room and uses ${found}`];
  });
}

// A circle inside a room is that room's own business; one that crosses rooms means that neither can be read alone.
function circles(sources: Sources): string[] {
  const graph = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  const found: string[] = [];
  for (const circle of stronglyConnected(graph)) {
    const rooms = new Set(circle.map(roomOf));
    if (rooms.size > 1) found.push(`a circle crosses rooms: ${circle.sort().join(', ')}`);
  }
  return found;
}

/** Tarjan's algorithm; only components of more than one file. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) components.push(component);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return components;
}
