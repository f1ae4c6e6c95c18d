// A git repository of a few files in a folder of its own, as a release is made from one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface SmallRepository {
  readonly root: string;
  write(path: string, content: string): void;
  remove(path: string): void;
  git(...args: string[]): string;
  /** Everything that lies there, ignored files excepted. Returns the commit. */
  commit(): string;
  close(): void;
}

/** In a folder whose name holds a blank and letters that a URL would escape. */
export function smallRepository(files: Readonly<Record<string, string>>): SmallRepository {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  const root = join(folder, 'dự án 1');
  mkdirSync(root);
  const as = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...as, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, content] of Object.entries(files)) write(path, content);
  return {
    root,
    write,
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    git,
    commit() {
      git('add', '--all');
      git('commit', '--quiet', '--message', 'Everything');
      return git('rev-parse', 'HEAD').trim();
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
