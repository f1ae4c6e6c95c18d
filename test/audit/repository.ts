// A real repository with the history that a forge would give it: pull requests merged, commits of the bot, each with the
// time of whoever made it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Author {
  readonly name: string;
  readonly at: Date;
}

export interface TestRepository {
  readonly directory: string;
  git(args: readonly string[], by?: Author): string;
  /** Commits these files on what is checked out; returns the commit. */
  commit(files: ReadonlyMap<string, string | Buffer>, message: string, by: Author): string;
  /** Adds the files on a branch and merges it; returns the merge. */
  merge(files: ReadonlyMap<string, string | Buffer>, message: string, by: Author): string;
}

const SOME_TIME = new Date('2026-01-01T00:00:00Z');

export function openRepository(directory: string): TestRepository {
  const git: TestRepository['git'] = (args, by) => {
    const { name = 'Nobody', at = SOME_TIME } = by ?? {};
    const date = `${Math.floor(at.getTime() / 1000)} +0000`;
    const mail = `${name.toLowerCase().replaceAll(' ', '-')}@town.invalid`;
    return execFileSync('git', ['-C', directory, '-c', 'core.autocrlf=false', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{ PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
        ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: mail, GIT_AUTHOR_DATE: date },
        ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: mail, GIT_COMMITTER_DATE: date },
      },
    }).trim();
  };
  const commit: TestRepository['commit'] = (files, message, by) => {
    for (const [path, content] of files) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    git(['add', '--all'], by);
    git(['commit', '--quiet', '--allow-empty', '-m', message], by);
    return git(['rev-parse', 'HEAD']);
  };
  return {
    directory,
    git,
    commit,
    merge(files, message, by) {
      git(['switch', '--quiet', '-c', 'proposal'], by);
      commit(files, message, by);
      git(['switch', '--quiet', 'main'], by);
      git(['merge', '--quiet', '--no-ff', '-m', `Merge: ${message}`, 'proposal'], by);
      git(['branch', '--quiet', '-D', 'proposal'], by);
      return git(['rev-parse', 'HEAD']);
    },
  };
}

export function initRepository(
  directory: string,
  { format = 'sha1' }: { readonly format?: 'sha1' | 'sha256' } = {},
): TestRepository {
  mkdirSync(directory, { recursive: true });
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', `--object-format=${format}`, directory]);
  return openRepository(directory);
}
