// Ready is who can do all of it: each part that fails, or does not answer, makes the whole not ready, and names no reason
// to whoever asks.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askReady, rememberFor } from '../../src/deployment/ready.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { emptyPglite } from '../support/pglite.ts';

let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore(await emptyPglite(), () => undefined);
});
afterAll(() => store.close());

const failed: string[] = [];
function ask(parts: Partial<Parameters<typeof askReady>[0]> = {}) {
  failed.length = 0;
  return askReady({
    store,
    governed: { now: async () => new Date() },
    installation: async () => undefined,
    onFailed: (part, error) => void failed.push(`${part}: ${String(error)}`),
    ...parts,
  });
}

describe('a process', () => {
  it('is ready when every part answers', async () => {
    expect(await ask()).toEqual({
      ready: true,
      text: 'state database: ok\ngoverned database: ok\ninstallation: ok\nqueue: ok\n',
    });
    expect(failed).toEqual([]);
  });

  it('is not while one refuses, and keeps the reason to the log', async () => {
    const installation = async () => {
      throw new Error('hidden-word');
    };
    const { ready, text } = await ask({ installation });
    expect(ready).toBe(false);
    expect(text).toContain('installation: not ready\n');
    expect(text).not.toContain('hidden-word');
    expect(failed).toEqual(['installation: Error: hidden-word']);
  });

  it('is not while one gives no answer at all', async () => {
    const governed = { now: () => new Promise<Date>(() => undefined) };
    const { ready, text } = await ask({ governed, deadlineMs: 50 });
    expect(ready).toBe(false);
    expect(text).toContain('governed database: not ready\n');
  });

  it('is not when nobody has taken a hint for five minutes', async () => {
    await store.boss.send('kb', { key: 'old' }, { singletonKey: 'old' });
    expect((await ask()).ready).toBe(true);
    await sql`update pgboss.job set start_after = now() - interval '301 s' where name = 'kb'`.execute(
      store.database,
    );
    expect(await ask()).toMatchObject({ ready: false, text: expect.stringContaining('queue: not ready') });
    await sql`delete from pgboss.job where name = 'kb'`.execute(store.database);
  });

  it('asks GitHub once a minute, and again after a refusal', async () => {
    let at = 0;
    let asked = 0;
    let refuses = true;
    const remembered = rememberFor(
      60_000,
      async () => {
        asked += 1;
        if (refuses) throw new Error('no');
      },
      () => new Date(at),
    );
    await expect(remembered()).rejects.toThrow('no');
    refuses = false;
    await remembered();
    at = 59_999;
    await remembered();
    expect(asked).toBe(2);
    at = 60_000;
    await remembered();
    expect(asked).toBe(3);
  });
});
