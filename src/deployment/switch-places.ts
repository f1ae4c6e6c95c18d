// Where the two master switches are: of the bot's state and of the governed database. Read leniently, since `disable` must
// work with whatever is there: no key, no App and no document is asked for, and a part that is not set is named, not missed.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { GovernedPlace, Login } from '../governed/place.ts';
import { ConfigFault, type Environment, readExecLogin, readGovernedPlace, readStateUrl } from './config.ts';

export type StatePlace =
  | { readonly is: 'server'; readonly url: string }
  /** Beside the software: the switch is a file in that folder, which a running bot reads at each call. */
  | { readonly is: 'folder'; readonly data: string }
  | { readonly is: 'unknown'; readonly why: string };

export type SwitchedDatabase =
  | { readonly is: 'server'; readonly place: GovernedPlace; readonly exec: Login }
  | { readonly is: 'folder'; readonly data: string }
  | { readonly is: 'unknown'; readonly why: string };

export interface SwitchPlaces {
  readonly state: StatePlace;
  readonly governed: SwitchedDatabase;
  /** The configuration file itself says master_off: true. */
  readonly offByFile: boolean;
}

/** Of the configuration file only what says where things are; whatever else is wrong with it is none of this. */
const lenient = z
  .looseObject({
    governed: z.enum(['postgres', 'embedded']).catch('postgres'),
    data: z.string().min(1).catch('data'),
    policy: z.looseObject({ master_off: z.boolean().catch(false) }).catch({ master_off: false }),
  })
  .catch({ governed: 'postgres', data: 'data', policy: { master_off: false } });

export function readSwitchPlaces(environment: Environment, configPath: string): SwitchPlaces {
  const found = readFileOrNull(configPath);
  const { governed, data, policy } = lenient.parse(found);
  return {
    state: statePlace(environment, { data, known: found !== null }),
    governed: governed === 'embedded' ? { is: 'folder', data } : serverPlace(environment),
    offByFile: policy.master_off,
  };
}

function readFileOrNull(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function statePlace(environment: Environment, folder: { data: string; known: boolean }): StatePlace {
  try {
    const url = readStateUrl(environment);
    if (url !== undefined) return { is: 'server', url };
  } catch (error) {
    return { is: 'unknown', why: whyOf(error) };
  }
  const { data, known } = folder;
  if (known || existsSync(data)) return { is: 'folder', data };
  return { is: 'unknown', why: 'neither DATABASE_URL nor a configuration file says where it is' };
}

function serverPlace(environment: Environment): SwitchedDatabase {
  try {
    return { is: 'server', place: readGovernedPlace(environment), exec: readExecLogin(environment) };
  } catch (error) {
    return { is: 'unknown', why: whyOf(error) };
  }
}

function whyOf(error: unknown): string {
  if (error instanceof ConfigFault) return error.problems.join('; ');
  throw error;
}
