// Writes of many runs, one after another: of one process and of several that share a state.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takingTurns } from '../../src/deployment/write-turns.ts';
import type { GovernedDatabase } from '../../src/governed/database.ts';
import { withLease } from '../../src/store/queue.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { statePglite } from '../support/pglite.ts';

let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore(await statePglite(), (error) => {
    throw error;
  });
});
afterAll(() => store.close());

const assertEnabled = async (): Promise<void> => undefined;

/** A database that notices when two transactions are under way. */
function fence() {
  const seen: string[] = [];
  let writing = 0;
  const database = {
    async write<T>(_role: string, _options: unknown, work: (writer: never) => Promise<T>): Promise<T> {
      writing += 1;
      seen.push(writing === 1 ? 'alone' : `${writing} at once`);
      try {
        return await work(undefined as never);
      } finally {
        writing -= 1;
      }
    },
  } as unknown as GovernedDatabase;
  return { seen, database };
}

describe('a write transaction', () => {
  it('waits for those before it, in this process and in another replica, and gives back what it gave', async () => {
    const { seen, database } = fence();
    const replicas = [takingTurns(database, { store }), takingTurns(database, { store })];
    const results = await Promise.all(
      replicas.flatMap((replica, index) =>
        [0, 1, 2].map((number) =>
          replica.write('cutter_exec', { assertEnabled }, async () => {
            await pause(20);
            return `${index}.${number}`;
          }),
        ),
      ),
    );
    expect(results).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1', '1.2']);
    expect(seen).toEqual(Array(6).fill('alone'));
  });

  it('gives its turn back when it fails, and its own error with it', async () => {
    const { seen, database } = fence();
    const turns = takingTurns(database, { store });
    const failing = turns.write('cutter_exec', { assertEnabled }, async () => {
      throw new Error('the plan has changed');
    });
    const next = turns.write('cutter_exec', { assertEnabled }, async () => 'written');
    await expect(failing).rejects.toThrow('the plan has changed');
    expect(await next).toBe('written');
    expect(seen).toEqual(['alone', 'alone']);
  });

  it('is no STOP when the state database does not answer, neither before it nor behind what is committed', async () => {
    const { seen, database } = fence();
    const away = () => {
      throw new Error('terminating connection due to administrator command');
    };
    const storeWith = (methods: object): Store => ({
      ...store,
      database: new Proxy(store.database, {
        get: (target, name) => Reflect.get(methods, name) ?? Reflect.get(target, name).bind(target),
      }),
    });
    const before = takingTurns(database, { store: storeWith({ insertInto: away }) });
    await expect(before.write('cutter_exec', { assertEnabled }, async () => 1)).rejects.toMatchObject({
      code: 'connection_lost',
      message: 'the state database gave no turn to write',
    });
    expect(seen).toEqual([]);
    const failing = { where: () => failing, execute: async () => away() };
    const behind = takingTurns(database, { store: storeWith({ deleteFrom: () => failing }) });
    expect(await behind.write('cutter_exec', { assertEnabled }, async () => 'committed')).toBe('committed');
    await store.database.deleteFrom('lease').execute();
  });

  it('is no STOP but asked for again later when its turn does not come', async () => {
    const { seen, database } = fence();
    const turns = takingTurns(database, { store, waitAtMostMs: 200 });
    await withLease(store, 'governed write', async () => {
      await expect(turns.write('cutter_exec', { assertEnabled }, async () => 1)).rejects.toMatchObject({
        code: 'connection_lost',
        message: 'another replica is writing, and has not come to an end',
      });
    });
    expect(seen).toEqual([]);
  });
});
