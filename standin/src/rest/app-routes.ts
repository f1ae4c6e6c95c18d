// The app's own side: who it is, where it is installed, its installation tokens and its webhook deliveries.

import { randomBytes } from 'node:crypto';
import type { components } from '@octokit/openapi-types';
import { z } from 'zod';
import {
  findAccount,
  findRepository,
  fullName,
  type Installation,
  type Level,
  type Permission,
  type Permissions,
} from '../world.ts';
import { requireAccount } from './actor.ts';
import { paginate } from './page.ts';
import { notFound, Refusal, unprocessable } from './refusal.ts';
import { type Call, numericParameter, parameter, type Reply, type Route, readBody, route } from './route.ts';
import { type Asks, showAccount, showApp, showInstallation, showInstant, showRepository } from './shapes.ts';

type Schemas = components['schemas'];

const TOKEN_LIFE_MS = 3_600_000;

export const appRoutes: readonly Route[] = [
  route('GET /app', 'app', async ({ world }) => ({ status: 200, body: showApp(world) })),
  route('GET /app/installations', 'app', listInstallations),
  route('GET /app/installations/{id}', 'app', getInstallation),
  route('POST /app/installations/{id}/access_tokens', 'app', createToken),
  route('GET /repos/{owner}/{repo}/installation', 'app', getRepositoryInstallation),
  route('GET /installation/repositories', 'anyone', listInstallationRepositories),
  route('GET /user', 'anyone', getUser),
  route('GET /users/{login}', 'anyone', getNamedUser),
  route('GET /rate_limit', 'anyone', getRateLimit),
];

async function listInstallations(call: Call): Promise<Reply> {
  const { page, headers } = paginate(call, [...call.world.installations.values()]);
  return { status: 200, headers, body: page.map((one) => showInstallation(call.world, one)) };
}

function findInstallation(call: Call): Installation {
  const id = numericParameter(call, 'id');
  const found = [...call.world.installations.values()].find((installation) => installation.id === id);
  if (!found) throw notFound();
  return found;
}

async function getInstallation(call: Call): Promise<Reply> {
  return { status: 200, body: showInstallation(call.world, findInstallation(call)) };
}

const permissionNames = ['contents', 'pull_requests', 'issues', 'checks', 'metadata'] as const;
const tokenBody = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number().int()).optional(),
  permissions: z.partialRecord(z.enum(permissionNames), z.enum(['read', 'write'])).optional(),
}) satisfies Asks<'apps/create-installation-access-token'>;

async function createToken(call: Call): Promise<Reply> {
  const { world } = call;
  const installation = findInstallation(call);
  const asked = readBody(tokenBody, call);
  const permissions = narrowPermissions(world.app.permissions, asked.permissions);
  const own = [...world.repositories.values()].filter((one) => one.installation === installation);
  const narrowed = asked.repositories !== undefined || asked.repository_ids !== undefined;
  const selected = own.filter(
    ({ id, name }) => asked.repositories?.includes(name) || asked.repository_ids?.includes(id),
  );
  if (narrowed && selected.length === 0)
    throw unprocessable('There is at least one repository that does not exist or is not accessible');
  const token = `ghs_${randomBytes(27).toString('base64url').slice(0, 36)}`;
  const expiresAt = new Date(world.clock().getTime() + TOKEN_LIFE_MS);
  const repositories = narrowed ? selected.map(fullName) : undefined;
  world.tokens.set(token, { installation, permissions, repositories, expiresAt });
  const body = {
    token,
    expires_at: showInstant(expiresAt),
    permissions: { ...permissions },
    repository_selection: narrowed ? 'selected' : 'all',
  } satisfies Schemas['installation-token'];
  return { status: 201, body };
}

/** A token may carry less than the app was granted, never more. */
function narrowPermissions(granted: Permissions, asked: Permissions | undefined): Permissions {
  if (!asked) return granted;
  for (const [name, level] of Object.entries(asked) as [Permission, Level][]) {
    const held = granted[name];
    if (held === undefined || (level === 'write' && held === 'read'))
      throw unprocessable('The permissions requested are not granted to this installation.');
  }
  return asked;
}

async function getRepositoryInstallation(call: Call): Promise<Reply> {
  const repository = findRepository(call.world, `${parameter(call, 'owner')}/${parameter(call, 'repo')}`);
  if (!repository?.installation) throw notFound();
  return { status: 200, body: showInstallation(call.world, repository.installation) };
}

async function listInstallationRepositories(call: Call): Promise<Reply> {
  const { actor, world } = call;
  if (actor.kind !== 'installation') throw new Refusal(403, 'Resource not accessible by this credential');
  const { installation, repositories: selected } = actor.token;
  const own = [...world.repositories.values()].filter(
    (one) => one.installation === installation && (selected?.includes(fullName(one)) ?? true),
  );
  const { page, headers } = paginate(call, own);
  const repositories = page.map((one) => showRepository(world, one));
  return { status: 200, headers, body: { total_count: own.length, repositories } };
}

async function getUser({ world, actor }: Call): Promise<Reply> {
  return { status: 200, body: showAccount(world, requireAccount(actor)) };
}

async function getNamedUser(call: Call): Promise<Reply> {
  const account = findAccount(call.world, parameter(call, 'login'));
  if (!account) throw notFound();
  return { status: 200, body: showAccount(call.world, account) };
}

/** The stand-in sets no limits; it says so as GitHub does for a caller who has used none. */
async function getRateLimit({ world }: Call): Promise<Reply> {
  const reset = Math.floor(world.clock().getTime() / 1000) + 3600;
  const core = { limit: 5000, remaining: 5000, reset, used: 0 };
  return { status: 200, body: { resources: { core }, rate: core } };
}
