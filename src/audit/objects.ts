// The objects of a clone, read by their ids through one git process, many in flight, and each held against its own id: what
// is read is what the id names, whatever lies in the folder.
import { createHash, hash } from 'node:crypto';
import { isCommitId } from '../digest/commit-id.ts';
import { AnswerReader, type GitObject } from './batch.ts';
import { askGit, CloneFault, ended, firstWords, startGit } from './git.ts';
import { Queue } from './queue.ts';
import { RecentObjects } from './recent.ts';

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
/** git never waits for the next id, and so many ids always fit into its pipe. */
const IN_FLIGHT = 512;
const RECENT = { bytes: 16 * 1024 * 1024, most: 256 * 1024 };

interface Asked {
  readonly id: string;
  readonly most: number;
  resolve(found: GitObject | undefined): void;
  reject(error: Error): void;
}

export function openObjects(directory: string): ObjectReader {
  const child = startGit(directory, ['cat-file', '--batch']);
  const stderr = firstWords(child);
  const asked = new Queue<Asked>();
  const queue = new Queue<Asked>();
  const recent = new RecentObjects(RECENT);
  let failure: CloneFault | undefined;

  const fail = (error: CloneFault): void => {
    failure ??= error;
    for (const one of [...asked.drain(), ...queue.drain()]) one.reject(failure);
    child.kill();
  };
  const send = (): void => {
    let ids = '';
    while (asked.size < IN_FLIGHT && queue.first) {
      ids += `${queue.first.id}\n`;
      asked.push(queue.shift() as Asked);
    }
    if (ids !== '') child.stdin.write(ids, 'latin1');
  };
  // Whatever is asked for in one turn goes to git in one write.
  let soon = false;
  const sendSoon = (): void => {
    if (soon) return;
    soon = true;
    setImmediate(() => {
      soon = false;
      send();
    });
  };
  const answers = new AnswerReader({
    most: () => asked.first?.most ?? 0,
    answer(found) {
      const one = asked.shift();
      if (!one) throw new CloneFault('git_failed', 'git answers what it was not asked');
      if (found === 'too_large') one.reject(tooLarge(one));
      else if (found && idOf(found, one.id.length) !== one.id) one.reject(corrupt(one));
      else {
        if (found) recent.keep(one.id, found);
        one.resolve(found);
      }
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
        const known = recent.get(id);
        if (known && known.bytes.length <= most) return resolve(known);
        queue.push({ id, most, resolve, reject });
        sendSoon();
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

/** Put together it is hashed faster than in pieces. */
const SMALL = 16 * 1024;

function idOf({ type, bytes }: GitObject, digits: number): string {
  const algorithm = digits === 64 ? 'sha256' : 'sha1';
  if (bytes.length <= SMALL)
    return hash(algorithm, Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]), 'hex');
  return createHash(algorithm).update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The commit that a name leads to in this clone: an id, a branch, a tag, HEAD. Throws CloneFault. */
export async function resolveCommit(directory: string, name: string): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const [inside, { code, stdout }] = await Promise.all([
    askGit(directory, ['rev-parse', '--git-dir']),
    askGit(directory, args),
  ]);
  if (inside.code !== 0)
    throw new CloneFault('not_a_clone', `${directory} is no git repository that can be read: name a clone`);
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
