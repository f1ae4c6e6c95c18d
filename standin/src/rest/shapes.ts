// The JSON that answers and webhooks carry. Each shape is a subset of GitHub's published schema, checked by the compiler:
// a field that GitHub does not know, or of another type, does not compile.
import type { components, operations } from '@octokit/openapi-types';
import type { z } from 'zod';
import { type Account, fullName, type Installation, nodeId, type Repository, type World } from '../world.ts';

type Schemas = components['schemas'];

/** Some of a schema's fields, at any depth. */
export type Subset<T> = T extends readonly (infer Item)[]
  ? readonly Subset<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]?: Subset<T[Name]> | undefined }
    : T;

/** A decoder of what an operation asks for in its body: a subset of GitHub's published schema too. */
export type Asks<Name extends keyof operations> = operations[Name] extends {
  requestBody?: { content: { 'application/json': infer Json } };
}
  ? z.ZodType<Subset<Json>>
  : never;

/** GitHub's instants have no fraction of a second. */
export function showInstant(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function showAccount(world: World, { id, login, type }: Account) {
  const api = `${world.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${world.url}/-/avatar.svg`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}/${encodeURIComponent(login)}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  } satisfies Schemas['simple-user'];
}

export function repositoryUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${fullName(repository)}`;
}

export function pageUrl(world: World, repository: Repository): string {
  return `${world.url}/${fullName(repository)}`;
}

export function showRepository(world: World, repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: true,
    visibility: 'private',
    owner: showAccount(world, repository.owner),
    html_url: pageUrl(world, repository),
    description: null,
    fork: repository.parent !== undefined,
    url: repositoryUrl(world, repository),
    clone_url: `${pageUrl(world, repository)}.git`,
    default_branch: repository.defaultBranch,
    archived: false,
    disabled: false,
    has_issues: true,
    created_at: showInstant(repository.createdAt),
    updated_at: showInstant(repository.pushedAt),
    pushed_at: showInstant(repository.pushedAt),
  } satisfies Subset<Schemas['full-repository']>;
}

export function showApp(world: World) {
  const { app } = world;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: showAccount(world, app.bot),
    name: app.slug,
    description: null,
    external_url: world.url,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: showInstant(new Date(0)),
    updated_at: showInstant(new Date(0)),
    permissions: { ...app.permissions },
    events: [...app.events],
  } satisfies Subset<NonNullable<Schemas['integration']>>;
}

export function showInstallation(world: World, { id, account, createdAt }: Installation) {
  return {
    id,
    account: showAccount(world, account),
    repository_selection: 'all',
    access_tokens_url: `${world.apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...world.app.permissions },
    events: [...world.app.events],
    created_at: showInstant(createdAt),
    updated_at: showInstant(createdAt),
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  } satisfies Subset<Schemas['installation']>;
}
