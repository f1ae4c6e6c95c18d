// Whoever may push, with all the time in the world and no key: commits on top, or history put anew from any commit on, its
// times and names as they were, logs chained again and records rendered again around what was forged.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../src/approval/run-id.ts';
import { runRecord } from '../../src/report/run-record.ts';
import { chain, decodeLog, GENESIS, type Head, type RunEvent } from '../../src/run/events.ts';
import { recordOf } from '../../src/run/record.ts';
import { fold } from '../../src/run/state.ts';
import { openRepository, type TestRepository } from './repository.ts';
import type { TownHistory } from './town-history.ts';

export interface Forger {
  readonly directory: string;
  readonly town: TownHistory;
  readonly repository: TestRepository;
  read(path: string): string;
  /** Commits on top of what is there; null removes the file. */
  push(files: Readonly<Record<string, string | null>>): void;
  /** Every path of the audited commit that matches. */
  paths(wanted: RegExp): string[];
  /** Puts history anew from the commit after `base` on. */
  rewrite(options: { readonly base: string; readonly edit: Edit }): void;
  /** As `rewrite`, with a run whose entries are others: chained and rendered again in every commit. */
  forgeRun(runId: RunId, change: (entry: Forged, seq: number) => Forged | null, base?: string): void;
}

/** An entry as an object, without its place in the chain. */
// biome-ignore lint/suspicious/noExplicitAny: a forger writes what no type allows
export type Forged = Record<string, any>;

export type Edit = (commit: {
  readonly old: string;
  /** New ids by the old ones. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly files: readonly string[];
  read(path: string): Buffer | null;
  put(path: string, content: string | Buffer | null): void;
}) => void;

const BY = { name: 'Eve', at: new Date('2020-01-01T00:00:00Z') };

/** A copy of the town's repository that the forger may do with as they like. */
export function openForger(town: TownHistory, directory: string): Forger {
  rmSync(directory, { recursive: true, force: true });
  cpSync(town.directory, directory, { recursive: true });
  const repository = openRepository(directory);
  const { git } = repository;
  const contents = new Map<string, Buffer>();
  const written = new Map<string, string>();
  const contentOf = (id: string): Buffer => {
    const known = contents.get(id);
    if (known) return known;
    const content = execFileSync('git', ['-C', directory, 'cat-file', 'blob', id]);
    contents.set(id, content);
    return content;
  };
  const filesAt = (revision: string): ReadonlyMap<string, string> => {
    const lines = git(['ls-tree', '-r', '-z', revision])
      .split('\0')
      .filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.split(/[ \t]/)[2] ?? '']));
  };
  const idOf = (content: string | Buffer): string => {
    const key = content.toString('latin1');
    const id =
      written.get(key) ??
      execFileSync('git', ['-C', directory, 'hash-object', '-w', '--stdin'], { input: content })
        .toString()
        .trim();
    written.set(key, id);
    return id;
  };
  const putAll = (files: ReadonlyMap<string, string | Buffer | null>): void => {
    const lines = [...files].map(([path, content]) =>
      content === null ? `0 ${'0'.repeat(40)}\t${path}` : `100644 ${idOf(content)}\t${path}`,
    );
    if (lines.length === 0) return;
    execFileSync('git', ['-C', directory, 'update-index', '--index-info'], {
      input: `${lines.join('\n')}\n`,
    });
  };
  /** At the time of the last commit: what is pushed later is not seen by its time. */
  const now = () => ({ name: BY.name, at: new Date(Number(git(['log', '-1', '--format=%ct'])) * 1000) });
  const forger: Forger = {
    directory,
    town,
    repository,
    read(path) {
      const id = filesAt('HEAD').get(path);
      return id === undefined ? '' : contentOf(id).toString();
    },
    push(files) {
      const by = now();
      putAll(new Map(Object.entries(files)));
      git(['commit', '--quiet', '--allow-empty', '-m', 'Tidy up'], by);
    },
    paths: (wanted) =>
      git(['ls-files'])
        .split('\n')
        .filter((path) => wanted.test(path)),
    rewrite({ base, edit }) {
      const olds = git(['log', '--first-parent', '--reverse', '--format=%H %ct %cn', `${base}..HEAD`]).split(
        '\n',
      );
      const renamed = new Map<string, string>();
      let parent = base;
      for (const line of olds) {
        const [old = '', seconds = '', ...name] = line.split(' ');
        const files = filesAt(old);
        const changed = new Map<string, string | Buffer | null>();
        const read = (path: string) => {
          const id = files.get(path);
          return id === undefined ? null : contentOf(id);
        };
        edit({
          old,
          renamed,
          files: [...files.keys()],
          read,
          put: (path, content) => changed.set(path, content),
        });
        git(['read-tree', old]);
        putAll(changed);
        const by = { name: name.join(' '), at: new Date(Number(seconds) * 1000) };
        parent = git(['commit-tree', git(['write-tree']), '-p', parent, '-m', 'As it was'], by);
        renamed.set(old, parent);
      }
      git(['reset', '--quiet', '--hard', parent]);
    },
    forgeRun(runId, change, base = `HEAD~1`) {
      const path = `runs/${runId}/events.jsonl`;
      forger.rewrite({
        base: git(['rev-parse', base]),
        edit({ read, put: write, renamed }) {
          const text = read(path)?.toString();
          if (text === undefined) return;
          const forged = rechained(text, { change, renamed });
          for (const [file, content] of forged)
            if (read(file) !== null || /kb|json/.test(file)) write(file, content);
        },
      });
    },
  };
  return forger;
}

function rechained(
  text: string,
  {
    change,
    renamed,
  }: { change: (entry: Forged, seq: number) => Forged | null; renamed: ReadonlyMap<string, string> },
): ReadonlyMap<string, string> {
  let head: Head = GENESIS;
  const events: RunEvent[] = [];
  const lines = text.trimEnd().split('\n');
  for (const [index, line] of lines.entries()) {
    const { v: _v, seq: _seq, prev: _prev, hash: _hash, at, ...entry }: Forged = JSON.parse(line);
    if (entry['approval']) {
      const { commit } = entry['approval'];
      entry['approval'].commit = renamed.get(commit) ?? commit;
    }
    const forged = change({ ...entry, at }, index + 1);
    if (!forged) continue;
    const next: RunEvent = chain(head, { ...forged, at: new Date(forged['at']) } as never);
    events.push(next);
    head = next;
  }
  const decoded = decodeLog(JSON.parse(JSON.stringify(events)));
  try {
    return runRecord(recordOf(fold(decoded), { events: decoded, kept: new Map() }));
  } catch {
    // What cannot be folded has no record: the log alone is put there.
    const runId = decoded[0]?.run_id;
    return new Map([
      [
        join('runs', String(runId), 'events.jsonl'),
        decoded.map((one) => `${JSON.stringify(sorted(one))}\n`).join(''),
      ],
    ]);
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
