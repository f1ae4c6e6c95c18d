// Opens an empty world: its accounts, the app's identity, and how an announcement becomes a webhook.
import type { components } from '@octokit/openapi-webhooks-types';
import type { Courier } from './deliveries.ts';
import { type Subset, showAccount, showInstallation, showRepository } from './rest/shapes.ts';
import type { StandInOptions } from './server.ts';
import {
  type Account,
  type Announcement,
  findAccount,
  fullName,
  type Installation,
  nodeId,
  type Permissions,
  type Person,
  type World,
} from './world.ts';

type Webhooks = components['schemas'];

const FIRST_ID = 1_001;
const PERMISSIONS: Permissions = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  metadata: 'read',
};
const EVENTS = ['pull_request', 'issue_comment', 'check_run', 'check_suite', 'push'];

export function openWorld(
  options: StandInOptions,
  { url, apiUrl, courier }: { url: string; apiUrl: string; courier: Courier },
): World {
  let lastId = FIRST_ID;
  const nextId = () => ++lastId;
  const { app } = options;
  const world: World = {
    url,
    apiUrl,
    directory: options.directory,
    clock: options.clock,
    app: {
      id: app.id,
      slug: app.slug,
      publicKeyPem: app.publicKeyPem,
      permissions: { metadata: 'read', ...(app.permissions ?? PERMISSIONS) },
      events: app.events ?? EVENTS,
      branchRules: app.branchRules ?? [],
      bot: { id: nextId(), login: `${app.slug}[bot]`, type: 'Bot' },
    },
    people: options.users.map(
      ({ login, token, admin, access }): Person => ({
        id: nextId(),
        login,
        type: 'User',
        token,
        access: admin ? 'admin' : (access ?? 'write'),
      }),
    ),
    owners: new Map(),
    repositories: new Map(),
    moved: new Map(),
    installations: new Map(),
    tokens: new Map(),
    nextId,
    announce: (announcement) => send(world, { courier, announcement }),
  };
  return world;
}

/** The account of a login that owns repositories; made when it is nobody's yet. */
export function openOwner(world: World, login: string): Account {
  const known = findAccount(world, login);
  if (known) return known;
  const owner: Account = { id: world.nextId(), login, type: 'User' };
  world.owners.set(login.toLowerCase(), owner);
  return owner;
}

/** Installs the app on an account; undefined when it is installed there already. */
export function installApp(world: World, account: Account): Installation | undefined {
  const key = account.login.toLowerCase();
  if (world.installations.has(key)) return undefined;
  const installation: Installation = { id: world.nextId(), account, createdAt: world.clock() };
  world.installations.set(key, installation);
  return installation;
}

/** The event that tells the app of its installation; delivered whatever it has subscribed to. */
export function announceInstallation(
  world: World,
  { installation, courier }: { installation: Installation; courier: Courier },
): void {
  const own = [...world.repositories.values()].filter((one) => one.installation === installation);
  const payload = {
    action: 'created',
    installation: showInstallation(world, installation),
    repositories: own.map((one) => ({
      id: one.id,
      node_id: nodeId('R', one.id),
      name: one.name,
      full_name: fullName(one),
      private: true,
    })),
    requester: null,
    sender: showAccount(world, installation.account),
  } satisfies Subset<Webhooks['webhook-installation-created']>;
  courier.send({ event: 'installation', action: 'created', payload });
}

/** Only where the app is installed, and only events it has subscribed to. */
function send(
  world: World,
  { courier, announcement }: { courier: Courier; announcement: Announcement },
): void {
  const { event, action, repository, sender, payload } = announcement;
  const { installation } = repository;
  if (!installation || !world.app.events.includes(event)) return;
  const body = {
    ...(action === undefined ? {} : { action }),
    ...payload,
    repository: showRepository(world, repository),
    sender: showAccount(world, sender),
    installation: { id: installation.id, node_id: nodeId('IN', installation.id) },
  };
  courier.send({ event, action, payload: body });
}
