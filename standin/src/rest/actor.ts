// Who is calling: a person by token, the app by its RS256 JWT, or one of its installations by an installation token.
import { verify } from 'node:crypto';
import { z } from 'zod';
import {
  type Account,
  findRepository,
  fullName,
  type InstallationToken,
  type Person,
  type Repository,
  type World,
} from '../world.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Need } from './route.ts';

export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'app'; readonly account: Account }
  | { readonly kind: 'installation'; readonly account: Account; readonly token: InstallationToken }
  | { readonly kind: 'person'; readonly account: Person };

const LONGEST_JWT_S = 600;
const claims = z.object({ iss: z.coerce.string(), iat: z.number().int(), exp: z.number().int() });

/** Throws Refusal 401 for a credential that is not known, expired or forged. */
export function identifyActor(world: World, authorization: string | undefined): Actor {
  if (!authorization) return { kind: 'anonymous' };
  const [, credential = ''] = /^(?:bearer|token) +(\S+)$/i.exec(authorization) ?? [];
  const person = world.people.find(({ token }) => token === credential);
  if (person) return { kind: 'person', account: person };
  const token = world.tokens.get(credential);
  if (token && world.clock() < token.expiresAt)
    return { kind: 'installation', account: world.app.bot, token };
  if (credential.split('.').length !== 3) throw new Refusal(401, 'Bad credentials');
  verifyAppJwt(world, credential);
  return { kind: 'app', account: world.app.bot };
}

/** The app's JWT: RS256 by its key, its own id as issuer, at most ten minutes (docs: "Generating a JSON Web Token"). */
function verifyAppJwt({ app, clock }: World, jwt: string): void {
  const undecodable = () => new Refusal(401, 'A JSON web token could not be decoded');
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  if (readPart(header, z.object({ alg: z.literal('RS256') })) === undefined) throw undecodable();
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', signed, app.publicKeyPem, Buffer.from(signature, 'base64url'))) throw undecodable();
  const claim = readPart(payload, claims);
  if (!claim) throw undecodable();
  const now = Math.floor(clock().getTime() / 1000);
  if (claim.iat > now)
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (claim.exp <= now)
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (claim.exp - now > LONGEST_JWT_S)
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (claim.iss !== String(app.id)) throw new Refusal(401, "'Issuer' claim ('iss') must be the app's id");
}

function readPart<T extends z.ZodType>(part: string, schema: T): z.output<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The account that acts. Throws Refusal 401 for nobody. */
export function requireAccount(actor: Actor): Account {
  if (actor.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  return actor.account;
}

export function describeActor(actor: Actor): string {
  if (actor.kind === 'anonymous') return 'anonymous';
  return actor.kind === 'app' ? `app:${actor.account.login}` : actor.account.login;
}

/** The repository, if the caller may see it and do what the route needs. Throws Refusal 404 or 403. */
export function openRepository(
  world: World,
  { actor, name, need }: { actor: Actor; name: string; need: Need },
): Repository {
  const repository = findRepository(world, name);
  if (!repository || actor.kind === 'anonymous') throw notFound();
  switch (actor.kind) {
    case 'app':
      throw new Refusal(403, 'Resource not accessible by integration');
    case 'installation':
      admitInstallation(actor.token, { repository, need });
      return repository;
    case 'person':
      admitPerson(actor.account, { repository, need });
      return repository;
    default:
      return actor satisfies never;
  }
}

function admitInstallation(
  token: InstallationToken,
  { repository, need }: { repository: Repository; need: Need },
): void {
  const selected = token.repositories?.includes(fullName(repository)) ?? true;
  if (repository.installation !== token.installation || !selected) throw notFound();
  const granted = need.anyOf.some((permission) => {
    const level = token.permissions[permission];
    return level === 'write' || (level === 'read' && need.level === 'read');
  });
  if (!granted) throw new Refusal(403, 'Resource not accessible by integration');
}

function admitPerson(person: Person, { repository, need }: { repository: Repository; need: Need }): void {
  if (need.appOnly) throw new Refusal(403, 'You must authenticate via a GitHub App.');
  if (need.level === 'read' || need.openToReaders || mayWrite(person, repository)) return;
  throw new Refusal(403, 'Must have write access to this repository.');
}

export function mayWrite(person: Person, repository: Repository): boolean {
  return person.access !== 'read' || person.login === repository.owner.login;
}
