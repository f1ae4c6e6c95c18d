// The sovereign's side, as a person would do it with git and a browser: sign a document, open a pull request, merge it,
// read the answer. Knows GitHub's API and a key, and nothing of the bot.
import { Octokit } from '@octokit/rest';
import { detachSign, type ThrowawayKey } from './throwaway-keys.ts';

export interface SovereignOptions {
  readonly apiUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  readonly key: ThrowawayKey;
  now(): Date;
}

/** A document to be signed, under the name that its file gets in approvals/. */
export interface UnsignedApproval {
  readonly file: string;
  readonly document: string;
}

export interface Sovereign {
  /** Signs, opens a pull request with exactly the two files, and merges it. Returns its number. */
  approve(draft: UnsignedApproval): Promise<number>;
  /** Opens a pull request that puts these files there as they are; null removes one. */
  propose(title: string, files: ReadonlyMap<string, string | null>): Promise<number>;
  /** Adds a commit with these files to the pull request's branch. */
  push(pull: number, files: ReadonlyMap<string, string>): Promise<void>;
  merge(pull: number): Promise<void>;
  /** The check on the pull request's head, once there is one. */
  check(pull: number): Promise<{ conclusion: string | null; title: string; summary: string } | undefined>;
  /** Presses "Re-run" on the check. */
  askAgain(pull: number): Promise<void>;
  comments(pull: number): Promise<string[]>;
  /** The open issues, oldest first. */
  issues(): Promise<{ title: string; body: string; assignees: string[] }[]>;
  /** Waits until a comment matches. Throws when none does in time, or when a refusal or a STOP comes first. */
  waitFor(pull: number, wanted: RegExp, timeoutMs: number): Promise<string>;
}

export function sovereign({ apiUrl, token, owner, repo, key, now }: SovereignOptions): Sovereign {
  // Silent: a merge that the bot's own commit overtakes is tried again below, and is no news.
  const nothing = () => undefined;
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const octokit = new Octokit({ baseUrl: apiUrl, auth: token, log });
  const at = { owner, repo };

  const self: Sovereign = {
    async approve({ file, document }) {
      const signature = await detachSign(document, { key, at: now() });
      const files = new Map([
        [file, document],
        [`${file}.asc`, signature],
      ]);
      const pull = await self.propose(`Approve ${file.replace(/^approvals\/|\.md$/g, '')}`, files);
      await self.merge(pull);
      return pull;
    },

    async propose(title, files) {
      const { data: main } = await octokit.rest.git.getRef({ ...at, ref: 'heads/main' });
      const commit = await commitOn(main.object.sha, { message: title, files });
      const head = `approval-${commit.slice(0, 12)}`;
      await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${head}`, sha: commit });
      const { data: pull } = await octokit.rest.pulls.create({ ...at, title, head, base: 'main' });
      return pull.number;
    },

    async push(pull, files) {
      const { data } = await octokit.rest.pulls.get({ ...at, pull_number: pull });
      const commit = await commitOn(data.head.sha, { message: 'Mend', files });
      await octokit.rest.git.updateRef({ ...at, ref: `heads/${data.head.ref}`, sha: commit });
    },

    async check(pull) {
      const latest = await latestCheck(pull);
      return (
        latest && {
          conclusion: latest.conclusion,
          title: latest.output.title ?? '',
          summary: latest.output.summary ?? '',
        }
      );
    },

    async askAgain(pull) {
      const latest = await latestCheck(pull);
      if (!latest) throw new Error(`pull request #${pull} has no check to run again`);
      await octokit.rest.checks.rerequestRun({ ...at, check_run_id: latest.id });
    },

    async merge(pull) {
      for (let tries = 1; ; tries += 1) {
        try {
          await octokit.rest.pulls.merge({ ...at, pull_number: pull, merge_method: 'merge' });
          return;
        } catch (error) {
          // The bot commits its record at that moment: whoever reads this presses the button again.
          if (tries === 5 || !/Base branch was modified/.test(String(error))) throw error;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      }
    },

    async comments(pull) {
      const comments = await octokit.paginate(octokit.rest.issues.listComments, {
        ...at,
        issue_number: pull,
        per_page: 100,
      });
      return comments.map(({ body }) => body ?? '');
    },

    async issues() {
      const issues = await octokit.paginate(octokit.rest.issues.listForRepo, { ...at, direction: 'asc' });
      return issues
        .filter((issue) => issue.pull_request === undefined)
        .map(({ title, body, assignees }) => ({
          title,
          body: body ?? '',
          assignees: (assignees ?? []).map(({ login }) => login),
        }));
    },

    async waitFor(pull, wanted, timeoutMs) {
      const until = performance.now() + timeoutMs;
      while (performance.now() < until) {
        const comments = await self.comments(pull);
        const found = comments.find((body) => wanted.test(body));
        if (found !== undefined) return found;
        const refused = comments.find((body) => /^### (⛔|🛑)/m.test(body));
        if (refused !== undefined)
          throw new Error(`pull request #${pull} was answered with a refusal:\n${refused}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(
        `no comment on pull request #${pull} matched ${wanted} within ${Math.round(timeoutMs / 1000)} s`,
      );
    },
  };

  async function commitOn(
    parent: string,
    { message, files }: { message: string; files: ReadonlyMap<string, string | null> },
  ): Promise<string> {
    const tree = [...files].map(([path, content]) => ({
      path,
      mode: '100644' as const,
      type: 'blob' as const,
      ...(content === null ? { sha: null } : { content }),
    }));
    const { data: made } = await octokit.rest.git.createTree({ ...at, base_tree: parent, tree });
    const { data: commit } = await octokit.rest.git.createCommit({
      ...at,
      message,
      tree: made.sha,
      parents: [parent],
    });
    return commit.sha;
  }

  async function latestCheck(pull: number) {
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: pull });
    const { data: checks } = await octokit.rest.checks.listForRef({ ...at, ref: data.head.sha });
    return checks.check_runs[0];
  }

  return self;
}

/**
 * Takes the ready-to-sign document out of the bot's comment, and fills in the time of signing. The first one, or that
 * of a gate where the comment holds several.
 */
export function unsignedFromComment(comment: string, signedAt: Date, gate?: string): UnsignedApproval {
  const drafts = /`(approvals\/[^`]+\.md)`[^\n]*\n\n(`{3,})markdown\n([\s\S]*?)\n\2$/gm;
  for (const [, file, , document] of comment.matchAll(drafts)) {
    if (!file || document === undefined) continue;
    if (gate !== undefined && !document.includes(`gate: ${gate}\n`)) continue;
    return { file, document: `${document.replace(/<now[^>]*>/, signedUtc(signedAt))}\n` };
  }
  throw new Error('the comment holds no document to sign');
}

/** An instant as front matter wants it: whole seconds, UTC. */
export function signedUtc(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
