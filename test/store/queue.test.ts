import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { receive, unprocessedPulls } from '../../src/store/inbox.ts';
import { hint, withLease, workQueue } from '../../src/store/queue.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { emptyPglite } from '../support/pglite.ts';

let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore(await emptyPglite(), (error) => {
    throw error;
  });
});
afterAll(async () => {
  await store.close();
});

describe('the queue', () => {
  it('takes a hint only with the transaction that gave it', async () => {
    const looked: string[] = [];
    await workQueue(store, 'run', { look: async (key) => void looked.push(key), onError: () => undefined });
    const refused = store.database.transaction().execute(async (transaction) => {
      await hint(store, 'run', { key: 'rolled-back', via: transaction });
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    await store.database
      .transaction()
      .execute((transaction) => hint(store, 'run', { key: 'kept', via: transaction }));
    await vi.waitFor(() => expect(looked).toContain('kept'), { timeout: 10_000 });
    expect(looked).toEqual(['kept']);
  });

  it('looks at one thing once at a time, and again for a hint that came meanwhile', async () => {
    let under = 0;
    let most = 0;
    let looks = 0;
    await workQueue(store, 'publish', {
      async look() {
        under += 1;
        most = Math.max(most, under);
        await new Promise((resolve) => setTimeout(resolve, 150));
        under -= 1;
        looks += 1;
      },
      onError: () => undefined,
    });
    for (let n = 0; n < 4; n += 1) {
      await hint(store, 'publish', { key: 'one' });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await vi.waitFor(() => expect(looks).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
    expect(most).toBe(1);
  });

  it('repeats a look that failed, and one that was asked to pause no sooner, and tells the operator', async () => {
    const errors: string[] = [];
    const looks = new Map<string, number[]>();
    const faults: Readonly<Record<string, object>> = { '5': {}, '6': { retryAfterMs: 4_000 } };
    await workQueue(store, 'pull', {
      async look(key) {
        const before = looks.get(key) ?? [];
        looks.set(key, [...before, performance.now()]);
        if (before.length === 0) throw Object.assign(new Error('GitHub is away'), faults[key]);
      },
      onError: (_error, { key, tries }) => void errors.push(`${key}: ${tries}`),
    });
    await hint(store, 'pull', { key: '5' });
    await hint(store, 'pull', { key: '6' });
    const both = () => expect([...looks.values()].map(({ length }) => length)).toEqual([2, 2]);
    await vi.waitFor(both, { timeout: 15_000 });
    // A pause is no failed try.
    expect(errors.toSorted()).toEqual(['5: 1', '6: 0']);
    const [first = 0, again = 0] = looks.get('6') ?? [];
    expect(again - first).toBeGreaterThan(3_000);
  });
});

describe('a fresh hint', () => {
  it('never waits for an old retry, and like hints fold into one', async () => {
    await hint(store, 'kb', { key: 'a', afterMs: 300_000 });
    await hint(store, 'kb', { key: 'a', afterMs: 300_000 });
    await hint(store, 'kb', { key: 'a' });
    await hint(store, 'kb', { key: 'a', afterMs: 2_000 });
    const looked: number[] = [];
    await workQueue(store, 'kb', {
      look: async () => void looked.push(Date.now()),
      onError: () => undefined,
    });
    await vi.waitFor(() => expect(looked).toHaveLength(2), { timeout: 15_000 });
    const waiting = await store.boss.findJobs('kb', { data: { key: 'a' }, queued: true });
    expect(waiting).toHaveLength(1);
  });
});

describe('a lease', () => {
  it('is held by one, and free again afterwards', async () => {
    let inner: boolean | undefined;
    const outer = await withLease(store, 'thing', async () => {
      inner = await withLease(store, 'thing', async () => undefined);
    });
    expect([outer, inner]).toEqual([true, false]);
    expect(await withLease(store, 'thing', async () => undefined)).toBe(true);
  });
});

describe('the inbox', () => {
  it('takes a delivery once, however often GitHub sends it', async () => {
    const delivery = {
      id: 'd-1',
      event: 'pull_request',
      action: 'closed',
      repository: 'town/governance',
      pull: 77,
    };
    const at = new Date();
    expect(await receive(store, delivery, at)).toBe(true);
    expect(await receive(store, delivery, at)).toBe(false);
    expect(await unprocessedPulls(store)).toContain(77);
  });
});
