// Everything the stand-in remembers besides git objects: accounts, repositories, conversations, checks, tokens.
// In memory only; a conversation is an issue or a pull request, numbered together as GitHub does.
import { createHash } from 'node:crypto';
import type { ChangedFile } from './git/difference.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

/** A person who acts by token; `write` may push to and merge in every repository, `read` only look and comment. */
export interface Person extends Account {
  readonly token: string;
  readonly access: 'read' | 'write' | 'admin';
}

export type Permission = 'contents' | 'pull_requests' | 'issues' | 'checks' | 'metadata';
export type Level = 'read' | 'write';
export type Permissions = Readonly<Partial<Record<Permission, Level>>>;

export interface Installation {
  readonly id: number;
  readonly account: Account;
  readonly createdAt: Date;
}

export interface InstallationToken {
  readonly installation: Installation;
  readonly permissions: Permissions;
  /** undefined: every repository of the installation. */
  readonly repositories: readonly string[] | undefined;
  readonly expiresAt: Date;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  /** Changed by a rename. */
  name: string;
  /** The bare repository's directory. */
  readonly directory: string;
  readonly defaultBranch: 'main';
  readonly parent: Repository | undefined;
  readonly installation: Installation | undefined;
  readonly createdAt: Date;
  pushedAt: Date;
  lastNumber: number;
  readonly conversations: Map<number, Conversation>;
  readonly comments: Map<number, Comment>;
  readonly checkRuns: Map<number, CheckRun>;
  /** Every move of a branch, oldest first. */
  readonly activities: Activity[];
}

export interface Activity {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly type: 'push' | 'force_push' | 'branch_deletion' | 'branch_creation' | 'pr_merge';
  readonly actor: Account;
  readonly at: Date;
}

export interface Comment {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

interface Opened {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  labels: readonly string[];
  assignees: readonly Account[];
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | undefined;
}

export interface Issue extends Opened {
  readonly kind: 'issue';
}

/** What a pull request would bring to its base. */
export interface Measure {
  readonly base: string;
  readonly head: string;
  /** The merge base, from which the difference is taken. */
  readonly from: string;
  readonly files: readonly ChangedFile[];
  readonly commits: readonly string[];
  /** The test merge; undefined on conflict. */
  readonly trial: string | undefined;
}

export interface Pull extends Opened {
  readonly kind: 'pull';
  readonly draft: boolean;
  readonly head: { readonly repository: Repository; readonly branch: string; sha: string };
  readonly base: { readonly branch: string; sha: string };
  merged: { readonly at: Date; readonly by: Account; readonly sha: string } | undefined;
  /** True while a merge is under way, so that a second request cannot merge again. */
  merging: boolean;
  /** What was last computed, and the ends it was computed for. */
  measure: Measure | undefined;
}

export type Conversation = Issue | Pull;

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number | undefined;
  readonly end_column?: number | undefined;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string | undefined;
  readonly raw_details?: string | undefined;
}

export type Conclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'success'
  | 'skipped'
  | 'timed_out';

export interface CheckRun {
  readonly id: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: readonly Annotation[];
}

/** A rule of every branch that is told and not enforced. */
export type BranchRule = 'pull_request' | 'required_signatures' | 'deletion' | 'non_fast_forward';

export interface AppIdentity {
  readonly id: number;
  readonly slug: string;
  readonly publicKeyPem: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly branchRules: readonly BranchRule[];
  readonly bot: Account;
}

/** An event to be delivered; the sender and installation are added on the way out. */
export interface Announcement {
  readonly event: string;
  readonly action?: string;
  readonly repository: Repository;
  readonly sender: Account;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface World {
  readonly url: string;
  readonly apiUrl: string;
  readonly directory: string;
  readonly clock: () => Date;
  readonly app: AppIdentity;
  readonly people: readonly Person[];
  readonly owners: Map<string, Account>;
  readonly repositories: Map<string, Repository>;
  /** By the names that repositories had before. */
  readonly moved: Map<string, Repository>;
  readonly installations: Map<string, Installation>;
  readonly tokens: Map<string, InstallationToken>;
  readonly nextId: () => number;
  readonly announce: (announcement: Announcement) => void;
}

export function findRepository(world: World, fullName: string): Repository | undefined {
  return world.repositories.get(fullName.toLowerCase());
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** An account by login, whatever its case: a person, an owner of repositories, or the app's bot. */
export function findAccount(world: World, login: string): Account | undefined {
  const same = (account: Account) => account.login.toLowerCase() === login.toLowerCase();
  return [...world.people, ...world.owners.values(), world.app.bot].find(same);
}

/** The address GitHub gives an account's commits when no other is known. */
export function noReplyAddress({ id, login }: Account): string {
  return `${id}+${login}@users.noreply.github.com`;
}

export function takeNumber(repository: Repository): number {
  repository.lastNumber += 1;
  return repository.lastNumber;
}

export function listPulls(repository: Repository): readonly Pull[] {
  return [...repository.conversations.values()].filter((one) => one.kind === 'pull');
}

/** A stable opaque id in the style of GitHub's global node ids. */
export function nodeId(prefix: string, id: number | string): string {
  const bytes = createHash('sha256').update(`${prefix}${id}`).digest().subarray(0, 9);
  return `${prefix}_kwDO${bytes.toString('base64url')}`;
}
