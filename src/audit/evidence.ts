// What a clone holds of approvals and runs, and how each path came to be what it is: read once, for every rule of the audit.
import { type Change, readChanges, type Side, type Step } from './changes.ts';
import { type Commit, type CommitGraph, readCommits } from './commits.ts';
import { CloneFault } from './git.ts';
import { likelyHistory, type ObjectReader, openObjects, resolveCommit } from './objects.ts';
import { entryAt } from './tree.ts';

/** What happened to a path in one commit, against one of its parents. */
export interface PathStep extends Change {
  readonly commit: Commit;
  readonly parent: number;
  readonly onMainline: boolean;
}

export interface PathHistory {
  readonly path: string;
  /** As the audited commit has it; null where it is gone. */
  readonly now: Side | null;
  /** The commit of the default branch that first had it; null where it never came there. */
  readonly added: Commit | null;
  /** All that happened to it, parents before children. */
  readonly steps: readonly PathStep[];
}

export interface Evidence {
  readonly directory: string;
  readonly objects: ObjectReader;
  readonly graph: CommitGraph;
  /** Everything that ever lay in approvals/ or runs/, however these names are written, by its path. */
  readonly paths: ReadonlyMap<string, PathHistory>;
  /** Commits of the default branch that changed something besides, by their ids: one of those paths. */
  readonly elsewhere: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

export interface EvidenceOptions {
  /** A ref, or an instant: then the last commit of the default branch until then. */
  readonly at?: string | Date;
  /** Told how many of how many commits were compared. */
  onProgress?(done: number, all: number): void;
}

/** Reads the whole history of a clone. Throws CloneFault. */
export async function openEvidence(directory: string, options: EvidenceOptions = {}): Promise<Evidence> {
  const { at = 'HEAD' } = options;
  const named = await resolveCommit(directory, typeof at === 'string' ? at : 'HEAD');
  const objects = openObjects(directory);
  try {
    const graph = await graphAt(named, { at, objects, directory });
    const index = await indexOf(graph, { directory, options });
    return { directory, objects, graph, ...index, close: () => objects.close() };
  } catch (error) {
    await objects.close();
    throw error;
  }
}

async function graphAt(
  named: string,
  { at, objects, directory }: { at: string | Date; objects: ObjectReader; directory: string },
): Promise<CommitGraph> {
  const likely = await likelyHistory(directory, named);
  const graph = await readCommits(named, { objects, likely });
  if (typeof at === 'string') return graph;
  const until = graph.mainline.findLast(({ committer }) => committer.at <= at);
  if (!until)
    throw new CloneFault('no_such_commit', `the default branch has no commit until ${at.toISOString()}`);
  return until === graph.head ? graph : readCommits(until.id, { objects, likely });
}

const GOVERNED = /^(?:approvals|runs)(?:\/|$)/i;

interface Growing {
  now: Side | null;
  added: Commit | null;
  readonly steps: PathStep[];
}

async function indexOf(
  graph: CommitGraph,
  { directory, options }: { directory: string; options: EvidenceOptions },
): Promise<Pick<Evidence, 'paths' | 'elsewhere'>> {
  const { commits, byId } = graph;
  const mainline = new Set(graph.mainline.map(({ id }) => id));
  const paths = new Map<string, Growing>();
  const elsewhere = new Map<string, string>();
  let [done, last] = [0, ''];
  for await (const step of readChanges(commits, { directory, byId })) {
    if (step.commit.id !== last) options.onProgress?.(done++, commits.length);
    last = step.commit.id;
    const onMainline = mainline.has(last);
    for (const change of step.changes) note(change, { step, onMainline, paths, elsewhere });
  }
  options.onProgress?.(commits.length, commits.length);
  return { paths: new Map([...paths].map(([path, growing]) => [path, { path, ...growing }])), elsewhere };
}

function note(
  change: Change,
  at: { step: Step; onMainline: boolean; paths: Map<string, Growing>; elsewhere: Map<string, string> },
): void {
  const { step, onMainline, paths, elsewhere } = at;
  const { commit, parent } = step;
  const grows = onMainline && parent === 0;
  if (!GOVERNED.test(change.path)) {
    if (grows && !elsewhere.has(commit.id)) elsewhere.set(commit.id, change.path);
    return;
  }
  const known = paths.get(change.path) ?? { now: null, added: null, steps: [] };
  paths.set(change.path, known);
  known.steps.push({ ...change, commit, parent, onMainline });
  if (!grows) return;
  known.now = change.after;
  if (change.after) known.added ??= commit;
}

/** How a path grew on the default branch itself, from its first commit on. */
export function grownSteps(evidence: Evidence, path: string): readonly PathStep[] {
  return (evidence.paths.get(path)?.steps ?? []).filter(
    ({ onMainline, parent }) => onMainline && parent === 0,
  );
}

/** The bytes of a plain file in a commit; undefined where there is none. Throws CloneFault. */
export async function fileAt(
  { objects, graph }: Evidence,
  { path, commit }: { readonly path: string; readonly commit: string },
): Promise<Buffer | undefined> {
  const tree = graph.byId.get(commit)?.tree;
  const entry = tree === undefined ? undefined : await entryAt(path, { tree, objects });
  if (entry?.mode !== '100644' && entry?.mode !== '100755') return undefined;
  return (await objects.read(entry.id))?.bytes;
}

/** The bytes of a file that the audited commit has. Throws CloneFault `incomplete`. */
export async function bytesOf({ blob }: Side, { objects }: Pick<Evidence, 'objects'>): Promise<Buffer> {
  const found = await objects.read(blob);
  if (found?.type === 'blob') return found.bytes;
  throw new CloneFault('incomplete', `the clone lacks the object ${blob}: clone it again as a whole`);
}
