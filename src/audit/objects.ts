// The objects of a clone, read by their ids through one git process, many in flight, and each held against its own id: what
// is read is what the id names, whatever lies in the folder.
import { createHash } from 'node:crypto';
import { isCommitId } from '../digest/commit-id.ts';
import { AnswerReader, type GitObject } from './batch.ts';
import { askGit, CloneFault, ended, firstWords, startGit } from './git.ts';

export type { GitObject } from './batch.ts';

export interface ObjectReader {
  /**
   * undefined where the clone does not have it. Throws CloneFault `corrupt` when it is not what its id names, `too_large`
   * when it has more bytes than `most`: they are passed over, not kept.
   */
  read(id: string, options?: { readonly most?: number }): Promise<GitObject | undefined>;
  close(): Promise<void>;
}

/** Nothing of a record is larger: a document may have 32 MiB, its plan a few times that. */
const MOST_BYTES = 256 * 1024 * 1024;
const IN_FLIGHT = 64;

interface Asked {
  readonly id: string;
  readonly most: number;
  resolve(found: GitObject | undefined): void;
  reject(error: Error): void;
}

export function openObjects(directory: string): ObjectReader {
  const child = startGit(directory, ['cat-file', '--batch']);
  const stderr = firstWords(child);
  const asked: Asked[] = [];
  const queue: Asked[] = [];
  let failure: CloneFault | undefined;

  const fail = (error: CloneFault): void => {
    failure ??= error;
    for (const one of [...asked.splice(0), ...queue.splice(0)]) one.reject(failure);
    child.kill();
  };
  const send = (): void => {
    while (asked.length < IN_FLIGHT) {
      const next = queue.shift();
      if (!next) return;
      asked.push(next);
      child.stdin.write(`${next.id}\n`);
    }
  };
  const answers = new AnswerReader({
    most: () => asked[0]?.most ?? 0,
    answer(found) {
      const one = asked.shift();
      if (!one) throw new CloneFault('git_failed', 'git answers what it was not asked');
      if (found === 'too_large') one.reject(tooLarge(one));
      else if (found && idOf(found, one.id.length) !== one.id) one.reject(corrupt(one));
      else one.resolve(found);
    },
  });
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    try {
      answers.take(chunk);
    } catch (error) {
      fail(error instanceof CloneFault ? error : new CloneFault('git_failed', String(error)));
    }
    send();
  });
  const closed = ended(child).then(
    () => fail(new CloneFault('git_failed', `git cat-file has ended: ${stderr()}`)),
    (error: CloneFault) => fail(error),
  );

  return {
    read(id, { most = MOST_BYTES } = {}) {
      if (!isCommitId(id)) throw new TypeError(`${id} is no object id`);
      return new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        queue.push({ id, most, resolve, reject });
        send();
      });
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}

function tooLarge({ id, most }: Asked): CloneFault {
  return new CloneFault('too_large', `the object ${id} has more than ${most} bytes`);
}

function corrupt({ id }: Asked): CloneFault {
  return new CloneFault('corrupt', `the object ${id} is not what its id names: clone again`);
}

function idOf({ type, bytes }: GitObject, digits: number): string {
  const algorithm = digits === 64 ? 'sha256' : 'sha1';
  return createHash(algorithm).update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The commit that a name leads to in this clone: an id, a branch, a tag, HEAD. Throws CloneFault. */
export async function resolveCommit(directory: string, name: string): Promise<string> {
  const inside = await askGit(directory, ['rev-parse', '--git-dir']);
  if (inside.code !== 0)
    throw new CloneFault('not_a_clone', `${directory} is no git repository that can be read: name a clone`);
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await askGit(directory, args);
  const id = stdout.toString('latin1').trim();
  if (code !== 0 || !isCommitId(id))
    throw new CloneFault('no_such_commit', `the clone has no commit ${name}: name a branch, a tag or an id`);
  return id;
}

/** What git says that a commit descends from: a hint, since the clone's grafts may say what they like. */
export async function likelyHistory(directory: string, head: string): Promise<readonly string[]> {
  const { code, stdout } = await askGit(directory, ['rev-list', '--end-of-options', head]);
  return code === 0 ? stdout.toString('latin1').split('\n').filter(isCommitId) : [];
}
