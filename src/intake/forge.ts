// What judging reads of the place where pull requests are merged. Webhooks are hints: these are the facts, by commit.
import type { ChangedFile, TreeEntry } from '../approval/admission.ts';

/** How a delivery is noted that tells of a merge. */
export const MERGED = 'merged';

export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly merged: boolean;
  readonly mergedAt: Date | null;
  readonly mergeCommit: string | null;
  readonly headCommit: string;
  readonly baseCommit: string;
  /** How many files it changes; null in a list of pull requests, which does not tell. */
  readonly changes: number | null;
  /** Whether its head is in another repository than the one it is opened in, or in one that is gone. */
  readonly fork: boolean;
  readonly base: string;
  readonly author: string;
}

/** Every reading throws SourceUnavailable when the forge cannot be reached or is out of order. */
export interface Forge {
  /** owner/name under which the state knows it: the first one that it had here, whatever it is called now. */
  readonly name: string;
  defaultBranch(): Promise<string>;
  /** How a commit stands to the default branch: part of it, built upon what it shows, on neither side, or not known there. */
  placeOf(commit: string): Promise<'on' | 'ahead' | 'off' | 'unknown'>;
  /** The newest commit that both grew from; null when there is none, or one of them is gone. */
  mergeBase(one: string, other: string): Promise<string | null>;
  pull(number: number): Promise<PullRequest>;
  /** Every file that the pull request changes; GitHub lists at most 3,000. */
  changedFiles(number: number): Promise<ChangedFile[]>;
  /** Closed pull requests, those updated last first, until `since`. */
  closedPulls(since: Date): Promise<PullRequest[]>;
  /**
   * The entries directly in `folder` at a commit, or null when it is no folder there. Of one that is too long for GitHub, what
   * it lists, and each entry of `with` besides.
   */
  folder(
    commit: string,
    path: string,
    options?: { readonly with?: readonly string[] },
  ): Promise<TreeEntry[] | null>;
  /** The entry itself, of whatever type; null when nothing has that path. */
  entry(commit: string, path: string): Promise<TreeEntry | null>;
  blob(sha: string): Promise<Uint8Array>;
}
