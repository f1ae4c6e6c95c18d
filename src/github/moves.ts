// How the default branch has moved, and by whom: GitHub's own list of a repository's activity, which tells a push from the
// button of a pull request.
import type { ProbotOctokit } from 'probot';
import type { BranchSource, DirectPush, Moves } from '../intake/pushes.ts';
import { answered } from './answer.ts';
import type { RepositoryFacts, RepositoryName } from './facts.ts';

type Activity = Awaited<ReturnType<ProbotOctokit['rest']['repos']['listActivities']>>['data'][number];

/** `self`: the App's own account, whose pushes are the record. */
export function readMoves(
  octokit: ProbotOctokit,
  { owner, repo, self, facts }: RepositoryName & { self: string; facts: RepositoryFacts },
): Pick<BranchSource, 'movesSince'> {
  const at = { owner, repo };
  return {
    async movesSince(seen) {
      const ref = `refs/heads/${await facts.recentBranch()}`;
      return answered('listing the moves of the default branch', async (): Promise<Moves> => {
        const query = { ...at, ref, per_page: seen ? 100 : 1 };
        const all: Activity[] = [];
        for await (const { data } of octokit.paginate.iterator(octokit.rest.repos.listActivities, query)) {
          const known = data.findIndex(
            ({ id, timestamp }) => id === seen?.id || isBefore(timestamp, seen?.at),
          );
          all.push(...(known === -1 ? data : data.slice(0, known)));
          if (known !== -1 || !seen) break;
        }
        const [newest] = all;
        return {
          newest: newest ? { id: newest.id, at: new Date(newest.timestamp) } : null,
          pushes: all.toReversed().flatMap((one) => (isDirect(one, self) ? [pushOf(one)] : [])),
        };
      });
    },
  };
}

function isBefore(timestamp: string, at: Date | undefined): boolean {
  return at !== undefined && new Date(timestamp) < at;
}

function isDirect({ activity_type: type, actor }: Activity, self: string): boolean {
  return (type === 'push' || type === 'force_push') && actor?.login !== self;
}

function pushOf({ id, before, after, activity_type: type, actor, timestamp }: Activity): DirectPush {
  const by = actor?.login ?? 'ghost';
  return { id, before, after, forced: type === 'force_push', by, at: new Date(timestamp) };
}
