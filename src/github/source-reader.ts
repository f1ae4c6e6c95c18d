// The source of a run, read from the repository by commit.
import type { SourceReader } from '../phases/context.ts';
import type { Repository } from './repository.ts';

/** A regular file's modes in a git tree. A symbolic link or a submodule is no document. */
const REGULAR = new Set(['100644', '100755']);

export function sourceReader(repository: Repository): SourceReader {
  return {
    now: () => repository.now(),
    async read(path, commit) {
      const entry = await repository.entry(commit, path);
      if (entry?.type !== 'blob' || !REGULAR.has(entry.mode)) return null;
      return { path, commit, blob: entry.sha, bytes: await repository.blob(entry.sha) };
    },
  };
}
