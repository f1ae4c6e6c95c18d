// The two master switches, each reached by itself: the bot's, which it reads before each write, and the governed database's
// own, behind which its functions write nothing whoever calls them. Each opens only what it needs, and closes it again.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GovernedDatabase } from '../governed/database.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { readSwitch, switchOff, switchOn, type Writing } from '../governed/master-switch.ts';
import type { Login } from '../governed/place.ts';
import { openPostgres, openPostgresAdmin } from '../governed/postgres.ts';
import { lookAtState, type StateTables, tablesOf } from '../store/look.ts';
import { setMasterOff } from '../store/master-switch.ts';
import type { Standing } from '../store/standings.ts';
import { ownerOf } from './directory-lock.ts';
import { openEmbeddedDirectory } from './embedded-directory.ts';
import { writerOf } from './embedded-writes.ts';
import { switchFile } from './master-switch.ts';
import type { StatePlace, SwitchedDatabase } from './switch-places.ts';

type Known<Place extends { is: string }> = Exclude<Place, { is: 'unknown' }>;

export interface StateSide {
  readonly off: boolean;
  /** null: the process that holds the state alone can read them. */
  readonly runs: readonly Standing[] | null;
}

export interface GovernedSide {
  /** null: the process that holds an embedded database alone can read its switch. */
  readonly off: boolean | null;
  readonly heldBy: number | null;
  readonly writing: readonly Writing[];
}

export async function switchStateOff(place: Known<StatePlace>): Promise<void> {
  if (place.is === 'server') return withTables(place.url, (tables) => setMasterOff(tables, true));
  await mkdir(place.data, { recursive: true });
  // Appending nothing: what stands there already is remembered.
  await writeFile(switchFile(place.data), '', { flag: 'a' });
}

export async function switchStateOn(place: Known<StatePlace>): Promise<void> {
  if (place.is === 'server') return withTables(place.url, (tables) => setMasterOff(tables, false));
  await rm(switchFile(place.data), { force: true });
}

/** Only reads. */
export async function lookAtStateSide(place: Known<StatePlace>): Promise<StateSide> {
  if (place.is === 'server') {
    const { masterOff, runs } = await withTables(place.url, lookAtState);
    return { off: masterOff, runs };
  }
  const off = existsSync(switchFile(place.data));
  const directory = join(place.data, 'state');
  if (!existsSync(directory)) return { off, runs: [] };
  if ((await ownerOf(`${directory}.lock`)) !== undefined) return { off, runs: null };
  const { runs } = await withTables(await openEmbeddedDirectory(directory, { existing: true }), lookAtState);
  return { off, runs };
}

/** `held`: a running bot holds it; that bot reads the other switch before each write. */
export async function switchGovernedOff(
  place: Known<SwitchedDatabase>,
  by: string,
): Promise<'off' | 'still_writing' | 'held' | 'absent'> {
  const access = await accessTo(place);
  if (access !== 'open') return access;
  const done = await withGoverned(place, (governed) => switchOff(governed, { by }));
  // Remembered beside the bot's own switch, since only a stopped bot lets this one be given back.
  if (place.is === 'folder' && done === 'off') await writeFile(switchFile(place.data), GOVERNED_TOO);
  return done;
}

/** `stays_off`: it was switched off while no bot held it, and cannot be given back while one does. */
export async function switchGovernedOn(
  place: Known<SwitchedDatabase>,
  { admin, by }: { admin: () => Login; by: string },
): Promise<'on' | 'stays_off' | 'held' | 'absent'> {
  const access = await accessTo(place);
  if (access === 'held' && place.is === 'folder')
    return readFileOrEmpty(switchFile(place.data)) === GOVERNED_TOO ? 'stays_off' : 'held';
  if (access !== 'open') return access;
  if (place.is === 'server') {
    if ((await lookAtGovernedSide(place))?.off !== true) return 'on';
    const database = openPostgresAdmin({ ...place.place, admin: admin() });
    try {
      await database.admin((writer) => switchOn(writer, by));
    } finally {
      await database.close();
    }
    return 'on';
  }
  const files = await openEmbeddedDirectory(join(place.data, 'governed'), { existing: true });
  try {
    await openEmbedded(files).admin((writer) => switchOn(writer, by));
  } finally {
    await files.close();
  }
  return 'on';
}

/** Only reads. null: there is no such database yet. */
export async function lookAtGovernedSide(place: Known<SwitchedDatabase>): Promise<GovernedSide | null> {
  const access = await accessTo(place);
  if (access === 'absent') return null;
  if (access === 'held' && place.is === 'folder') {
    const heldBy = (await ownerOf(lockOf(place.data))) ?? null;
    const writer = await writerOf(place.data);
    return {
      off: null,
      heldBy,
      writing: writer === undefined ? [] : [{ pid: writer, role: 'the bot', since: null }],
    };
  }
  return withGoverned(place, async (governed) => {
    const { off, writing } = await governed.read('cutter_exec', readSwitch);
    return { off, heldBy: null, writing };
  });
}

const GOVERNED_TOO = 'the governed database too\n';

function lockOf(data: string): string {
  return `${join(data, 'governed')}.lock`;
}

async function accessTo(place: Known<SwitchedDatabase>): Promise<'open' | 'held' | 'absent'> {
  if (place.is === 'server') return 'open';
  if (!existsSync(join(place.data, 'governed'))) return 'absent';
  return (await ownerOf(lockOf(place.data))) === undefined ? 'open' : 'held';
}

async function withTables<T>(
  at: Parameters<typeof tablesOf>[0],
  work: (tables: StateTables) => Promise<T>,
): Promise<T> {
  const tables = tablesOf(at);
  try {
    return await work(tables);
  } finally {
    await tables.close();
  }
}

async function withGoverned<T>(
  place: Known<SwitchedDatabase>,
  work: (governed: GovernedDatabase) => Promise<T>,
): Promise<T> {
  if (place.is === 'server') {
    // The verifying login is never used here, so none is asked for.
    const governed = openPostgres({ ...place.place, exec: place.exec, verify: place.exec });
    try {
      return await work(governed);
    } finally {
      await governed.close();
    }
  }
  const files = await openEmbeddedDirectory(join(place.data, 'governed'), { existing: true });
  try {
    return await work(openEmbedded(files));
  } finally {
    await files.close();
  }
}

function readFileOrEmpty(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
