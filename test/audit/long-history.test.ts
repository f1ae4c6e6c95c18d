// A history that is longer than what one git process is given at a time: every change is found at its own commit, in order,
// a merge beside the branch that it brought. And what is kept of its objects stays within bounds.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { GitObject } from '../../src/audit/batch.ts';
import { openEvidence } from '../../src/audit/evidence.ts';
import { openObjects } from '../../src/audit/objects.ts';
import { Queue } from '../../src/audit/queue.ts';
import { RecentObjects } from '../../src/audit/recent.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-long-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MERGES = 700;

/** Each merge brings one file; every hundredth changes the first file while it is merged. */
function longHistory(): string {
  const directory = join(root, 'clone');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  const parts: string[] = [];
  let mark = 0;
  const commit = (branch: string, parents: readonly number[], files: ReadonlyMap<string, string>) => {
    mark += 1;
    const who = `bench <bench@town.invalid> ${1_700_000_000 + mark} +0000`;
    parts.push(`commit refs/heads/${branch}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\ndata 1\nx\n`);
    for (const [index, parent] of parents.entries())
      parts.push(`${index === 0 ? 'from' : 'merge'} :${parent}\n`);
    for (const [path, content] of files)
      parts.push(`M 100644 inline ${path}\ndata ${content.length}\n${content}\n`);
    return mark;
  };
  let main = commit('main', [], new Map([['approvals/first.md', 'first']]));
  for (let n = 0; n < MERGES; n += 1) {
    const added = new Map([[`approvals/${n}.md`, `text ${n}`]]);
    const side = commit('side', [main], added);
    const sly: [string, string][] = n % 100 === 99 ? [['approvals/first.md', `other ${n}`]] : [];
    main = commit('main', [main, side], new Map([...added, ...sly]));
  }
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: parts.join('') });
  return directory;
}

describe('a long history', () => {
  it('is compared whole, each change at its own commit', async () => {
    const evidence = await openEvidence(longHistory());
    try {
      const { graph, paths } = evidence;
      expect(graph.commits).toHaveLength(1 + 2 * MERGES);
      for (let n = 0; n < MERGES; n += 1) {
        const history = paths.get(`approvals/${n}.md`);
        const merge = graph.mainline[n + 1];
        expect(history?.added?.id).toBe(merge?.id);
        expect(history?.steps.map(({ commit, parent }) => [commit.id, parent])).toEqual([
          [merge?.parents[1], 0],
          [merge?.id, 0],
        ]);
      }
      const changedInMerge = paths.get('approvals/first.md')?.steps.slice(1);
      expect(changedInMerge?.map(({ commit, parent }) => [graph.place.get(commit.id), parent])).toEqual(
        Array.from({ length: MERGES / 100 }, (_, index) => [
          [100 * (index + 1), 0],
          [100 * (index + 1), 1],
        ]).flat(),
      );
    } finally {
      await evidence.close();
    }
  });

  it('gives no more bytes than were asked for, also of what was read before', async () => {
    const directory = join(root, 'clone');
    const id = execFileSync('git', ['-C', directory, 'rev-parse', 'main:approvals/0.md']).toString().trim();
    const objects = openObjects(directory);
    try {
      expect((await objects.read(id))?.bytes.toString()).toBe('text 0');
      expect((await objects.read(id))?.bytes.toString()).toBe('text 0');
      await expect(objects.read(id, { most: 5 })).rejects.toThrow('has more than 5 bytes');
    } finally {
      await objects.close();
    }
  });
});

describe('recent objects', () => {
  const object = (size: number): GitObject => ({ type: 'blob', bytes: Buffer.alloc(size) });

  it('keep those that were used last, in their space', () => {
    const recent = new RecentObjects({ bytes: 30, most: 20 });
    for (const id of ['a', 'b', 'c']) recent.keep(id, object(10));
    recent.get('a');
    recent.keep('d', object(10));
    expect(['a', 'b', 'c', 'd'].filter((id) => recent.get(id))).toEqual(['a', 'c', 'd']);
  });

  it('keep none that is too large, and none twice', () => {
    const recent = new RecentObjects({ bytes: 30, most: 20 });
    recent.keep('large', object(21));
    expect(recent.get('large')).toBeUndefined();
    for (const id of ['a', 'a', 'a', 'b', 'c']) recent.keep(id, object(10));
    expect(['a', 'b', 'c'].filter((id) => recent.get(id))).toEqual(['a', 'b', 'c']);
  });
});

describe('a queue', () => {
  it('gives back in order whatever was put in between', () => {
    const queue = new Queue<number>();
    const out: (number | undefined)[] = [];
    for (let n = 0; n < 1000; n += 1) {
      queue.push(n);
      if (n % 3 !== 0) out.push(queue.shift());
    }
    out.push(queue.first, ...queue.drain());
    expect(queue.size).toBe(0);
    expect(queue.shift()).toBeUndefined();
    const taken = 666;
    expect(out).toEqual([
      ...Array.from({ length: taken }, (_, n) => n),
      taken,
      ...Array.from({ length: 1000 - taken }, (_, n) => taken + n),
    ]);
  });
});
