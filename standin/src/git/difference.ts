// What two commits differ in, file by file, with renames found as GitHub finds them (50 % similar).
import { runGit } from './run.ts';

export interface ChangedFile {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** The blob after the change; for a removed file the one before. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
}

const STATUSES: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

/** The files that differ between two commits or trees, in path order. */
export async function listChangedFiles(
  directory: string,
  { from, to }: { from: string; to: string },
): Promise<readonly ChangedFile[]> {
  const args = ['diff-tree', '-r', '-M', '-z', '--no-abbrev', '--raw', '--numstat', from, to];
  const { stdout } = await runGit(directory, args);
  const fields = stdout.toString('utf8').split('\0');
  const files = new Map<string, ChangedFile>();
  for (let next = 0; next < fields.length; ) {
    const field = fields[next++] ?? '';
    if (field.startsWith(':')) {
      const [, , before = '', after = '', letter = ''] = field.split(' ');
      const status = STATUSES[letter.charAt(0)] ?? 'changed';
      const first = fields[next++] ?? '';
      const path = status === 'renamed' ? (fields[next++] ?? '') : first;
      const file = { path, status, sha: status === 'removed' ? before : after, additions: 0, deletions: 0 };
      files.set(path, status === 'renamed' ? { ...file, previousPath: first } : file);
    } else if (field !== '') {
      const [additions = '', deletions = '', inline = ''] = field.split('\t');
      if (inline === '') next++;
      const path = inline === '' ? (fields[next++] ?? '') : inline;
      const file = files.get(path);
      // Binary files are counted as "-".
      if (file)
        files.set(path, { ...file, additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    }
  }
  return [...files.values()];
}

/** The unified diff of one changed file as text, cut after `limit` characters. */
export async function readPatch(
  directory: string,
  { from, to, path, limit }: { from: string; to: string; path: string; limit: number },
): Promise<string> {
  const args = ['--literal-pathspecs', 'diff-tree', '-r', '-p', '--no-color', from, to, '--', path];
  const { stdout } = await runGit(directory, args);
  const text = stdout.toString('utf8');
  const start = text.indexOf('\n@@');
  const body = start === -1 ? '' : text.slice(start + 1);
  return body.length > limit ? `${body.slice(0, limit)}\n…` : body;
}
