// A replica is killed in the middle of a look: another one, a process of its own on the same PostgreSQL, goes on with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { hint, withLease } from '../../src/store/queue.ts';
import { openPostgresStore } from '../../src/store/store.ts';
import { takeOver } from '../../src/store/takeover.ts';
import { startPostgres } from '../support/postgres.ts';
import { onlyWhere } from '../support/skip.ts';

const server = await startPostgres();
afterAll(() => server?.stop());

const WITHIN_MS = 5_000;

describe('a replica that was killed', onlyWhere(server, 'PostgreSQL absent'), () => {
  const replicas: ChildProcess[] = [];
  afterEach(() => {
    for (const child of replicas.splice(0)) child.kill('SIGKILL');
  });

  function replica(url: string) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'processes', 'looker.ts'), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    replicas.push(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    return {
      lines,
      alive: () => child.exitCode === null && child.signalCode === null,
      kill: () => child.kill('SIGKILL'),
      said: (line: string, ms: number) =>
        vi.waitFor(() => expect(lines).toContain(line), { timeout: ms, interval: 20 }),
    };
  }

  it('is followed by another within five seconds, also where a retry waits for minutes', async () => {
    const url = server?.url(await server.createDatabase()) ?? '';
    const [first, second] = [replica(url), replica(url)];
    await Promise.all([first, second].map((one) => one.said('works', 60_000)));
    const store = await openPostgresStore(url, () => undefined);
    await hint(store, 'run', { key: 'a' });
    await vi.waitFor(() => expect([...first.lines, ...second.lines]).toContain('looks at a'), {
      timeout: 30_000,
    });
    await hint(store, 'run', { key: 'a', afterMs: 300_000 });
    const [dead, alive] = first.lines.includes('looks at a') ? [first, second] : [second, first];
    dead.kill();
    const killed = performance.now();
    await alive.said('looks at a', WITHIN_MS);
    console.log(`taken over after ${Math.round(performance.now() - killed)} ms`);
    expect(alive.lines).toContain('takes over run a');
    await store.close();
  });

  it('lives on when its connections are cut in the middle of its work, and says when the state is back', async () => {
    const url = server?.url(await server.createDatabase()) ?? '';
    const name = new URL(url).pathname.slice(1);
    const one = replica(url);
    await one.said('works', 60_000);
    const ask = (text: string) => server?.query('postgres', text);
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`;
    const store = await openPostgresStore(url, () => undefined);
    for (let n = 0; n < 12; n += 1) {
      await hint(store, 'run', { key: `quick ${n}` }).catch(() => undefined);
      await ask(cut);
      await new Promise((resolve) => setTimeout(resolve, 25 * n));
    }
    await ask(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await ask(cut);
    await one.said('away', 20_000);
    await ask(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await one.said('back', WITHIN_MS);
    await vi.waitFor(() => hint(store, 'run', { key: 'quick last' }), { timeout: 20_000 });
    await one.said('looks at quick last', 20_000);
    expect(one.alive()).toBe(true);
    await store.close();
  });

  it('leaves what another still renews, and is taken over once', async () => {
    const url = server?.url(await server.createDatabase()) ?? '';
    const [store, other] = [
      await openPostgresStore(url, () => undefined),
      await openPostgresStore(url, () => undefined),
    ];
    const lease = (name: string, until: string) =>
      server?.query(
        new URL(url).pathname.slice(1),
        `INSERT INTO lease VALUES ('${name}', 'dead', now() + interval '${until}')`,
      );
    await lease('publish:b', '-1 s');
    await lease('opening', '-1 s');
    await lease('pull:7', '1 h');
    await withLease(store, 'run:c', async () => {
      const taken = (await Promise.all([takeOver(store), takeOver(other)])).flat();
      expect(taken).toEqual([{ queue: 'publish', key: 'b' }]);
      expect(await takeOver(other)).toEqual([]);
    });
    await Promise.all([store.close(), other.close()]);
  });
});
