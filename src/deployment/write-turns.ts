// Many runs may be open, and one of them writes at a time, whichever replica carries it out: a run waits for its turn before
// its transaction begins, so that none is held for want of the fence that the database gives to one alone.
import { setTimeout as pause } from 'node:timers/promises';
import type { GovernedDatabase } from '../governed/database.ts';
import { GovernedFault } from '../governed/database.ts';
import { withLease } from '../store/queue.ts';
import type { Store } from '../store/store.ts';

const TURN = 'governed write';
const ASK_AGAIN_MS = 100;
/** Longer than the longest transaction: whoever has waited so long repeats its look, which asks everything anew. */
const WAIT_AT_MOST_MS = 15 * 60_000;

export function takingTurns<Database extends GovernedDatabase>(
  database: Database,
  { store, waitAtMostMs = WAIT_AT_MOST_MS }: { store: Store; waitAtMostMs?: number },
): Database {
  // Those of this process follow one another without asking the state database again and again.
  let last: Promise<unknown> = Promise.resolve();
  const write: GovernedDatabase['write'] = (role, options, work) => {
    const mine = last.then(() => inTurn(() => database.write(role, options, work)));
    last = mine.catch(() => undefined);
    return mine;
  };
  async function inTurn<T>(body: () => Promise<T>): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += ASK_AGAIN_MS) {
      let done: Promise<T> | undefined;
      const held = await withLease(store, TURN, async () => {
        done = body();
        await done;
      }).catch((error: unknown) => {
        // The state was asked, not the governed database: nothing was begun, and nobody's signature is spent on that.
        if (done === undefined)
          throw new GovernedFault('connection_lost', 'the state database gave no turn to write');
        throw error;
      });
      if (held && done !== undefined) return done;
      if (waitedMs >= waitAtMostMs)
        throw new GovernedFault('connection_lost', 'another replica is writing, and has not come to an end');
      await pause(ASK_AGAIN_MS);
    }
  }
  return { ...database, write };
}
