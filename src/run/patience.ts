// What passes by itself costs nobody a signature: a lock that is held, a server that is full, a statement that was
// cancelled. It is tried again a few times; only then is the run held, with what the server meant and what mends it.
import { setTimeout as sleep } from 'node:timers/promises';
import { type GovernedDatabase, GovernedFault } from '../governed/database.ts';
import { meaningOf, passes } from '../governed/sqlstate.ts';
import { assertGrants } from '../phases/grant-probe.ts';
import { Stop } from '../stop/stop.ts';

/** Waits between the tries: under a minute in all, so that whoever looks on sees the run move or stand. */
export const PATIENCE_MS: readonly number[] = [1_000, 3_000, 10_000, 30_000];

interface Patience {
  readonly delaysMs: readonly number[];
  onWaiting(error: Error, ms: number): void;
}

/** Each try is a whole transaction, of which nothing was committed when it failed like this. */
export async function patiently<T>(work: () => Promise<T>, { delaysMs, onWaiting }: Patience): Promise<T> {
  for (const ms of delaysMs) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      onWaiting(error, ms);
      await sleep(ms);
    }
  }
  return work();
}

function isPassing(error: unknown): error is Error {
  if (error instanceof Stop) return error.code === 'database_busy';
  return error instanceof GovernedFault && error.sqlState !== undefined && passes(error.sqlState);
}

/** Classes whose messages name objects and logins, never values. */
const NAMES_OBJECTS = /^(25|28|3D|42|53|55|57)/;

/** The STOP of a statement that the database refused, with the lines of `db check` that may be why. */
export async function refusedBy(
  fault: GovernedFault,
  { governed, tries }: { governed: GovernedDatabase; tries: number },
): Promise<Stop> {
  const { sqlState, message } = fault;
  if (sqlState === undefined) return new Stop('database_refused', message);
  const said = NAMES_OBJECTS.test(sqlState) ? `; ${message}` : '';
  const times = passes(sqlState) ? `, ${tries} times` : '';
  const lines = await governed.read('cutter_exec', assertGrants).then(
    () => undefined,
    (error: unknown) => (error instanceof Stop && error.code === 'grant_delta' ? error.detail : undefined),
  );
  return new Stop(
    'database_refused',
    `SQLSTATE ${sqlState}${times}: ${meaningOf(sqlState)}${said}${lines === undefined ? '' : `. Privileges: ${lines}`}`,
  );
}
