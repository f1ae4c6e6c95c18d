// What a person can mend is told without a stack and without a secret. The faults are the real ones, from the real
// servers, ports and files that give them.
import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { KeyFault } from '../../src/approval/key-ring.ts';
import { ConnectionUrlFault } from '../../src/backup/connection-url.ts';
import { CliFault, messageFor } from '../../src/cli/messages.ts';
import { ConfigFault } from '../../src/deployment/config.ts';
import { DirectoryInUse, NoSuchDatabase } from '../../src/deployment/embedded-directory.ts';
import { RecorderSignerFault } from '../../src/deployment/external-signer.ts';
import { StartFault } from '../../src/deployment/preflight.ts';
import { RecorderKeyFault } from '../../src/deployment/recorder-key-file.ts';
import { openStore, StateFault } from '../../src/deployment/state-database.ts';
import { DocumentFault } from '../../src/document/fault.ts';
import { createApp, GitHubFault, signIn } from '../../src/github/client.ts';
import { GovernedFault } from '../../src/governed/database.ts';
import { openPostgresAdmin } from '../../src/governed/postgres.ts';
import { DemoFolderFault } from '../../src/local/demo-folder.ts';
import { SourceUnavailable } from '../../src/phases/context.ts';
import { PlanFault } from '../../src/plan/read-plan.ts';
import { GitHubRefusal } from '../../src/publish/forge.ts';
import { EventLogFault } from '../../src/run/events.ts';
import { DeadlinePassed } from '../../src/stop/deadline.ts';
import { Stop } from '../../src/stop/stop.ts';
import { startStandIn } from '../../standin/src/server.ts';
import { startPostgres } from '../support/postgres.ts';
import { onlyWhere } from '../support/skip.ts';

const server = await startPostgres();
afterAll(() => server?.stop());

/** What is told of the failure of some work. */
async function told(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    return messageFor(error);
  }
  throw new Error('it has not failed');
}

describe('a fault', () => {
  it.each([
    new CliFault('of the command line'),
    new ConfigFault(['of the settings']),
    new ConnectionUrlFault('no_url', 'of the target'),
    new DemoFolderFault('in_use', 'of the demo'),
    new DeadlinePassed('of the server', 1000),
    new DirectoryInUse('of the folder', 7),
    new NoSuchDatabase('of the database'),
    new DocumentFault('empty', 'of the document'),
    new GitHubFault('not_installed', 'of the App'),
    new EventLogFault('broken_chain', 'of the log'),
    new GitHubRefusal('refused', { doing: 'of the request' }),
    new SourceUnavailable('of the document', {}),
    new PlanFault('malformed', 'of the plan'),
    new GovernedFault('refused', 'of the governed database'),
    new KeyFault('private_key', 'of the key'),
    new RecorderKeyFault('exposed', 'of the recorder'),
    new RecorderSignerFault('timed_out', 'of the signer'),
    new StartFault([{ what: 'of the start', next: 'mend it' }]),
    new StateFault('refused', 'of the state'),
    new Stop('incomplete_backup', 'of the run'),
  ])('named $name is told by its message', (fault) => {
    expect(messageFor(fault)).toMatch(/of the /);
  });

  it('of a code that the table does not know, and whatever nobody has named, is a defect', () => {
    expect(
      messageFor(Object.assign(new Error('odd'), { name: 'GovernedFault', code: 'odd' })),
    ).toBeUndefined();
    expect(messageFor(new Error('nobody foresaw this'))).toBeUndefined();
    expect(messageFor(new TypeError('undefined is not a function'))).toBeUndefined();
    expect(messageFor('a string')).toBeUndefined();
  });

  it('has its place in the table, or is no fault that reaches the command line', () => {
    // Races between two replicas, a receiver that is away and a key that is not there yet, which the workers repeat; and what admission and the judging of a receipt turn into a verdict.
    const inside = [
      'AlreadyUsed',
      'KbUnavailable',
      'LostRace',
      'NoSuchRecorder',
      'NotAbandoned',
      'NotYet',
      'Refused',
      'SignatureFault',
    ];
    const src = join(import.meta.dirname, '../../src');
    const names = globSync('**/*.ts', { cwd: src }).flatMap((path) =>
      [...readFileSync(join(src, path), 'utf8').matchAll(/class (\w+) extends Error/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(names.length).toBeGreaterThan(10);
    const table = readFileSync(join(src, 'cli/messages.ts'), 'utf8');
    const missing = names.filter((name) => !table.includes(`readonly ${name}: ${name};`));
    expect(missing.sort()).toEqual(inside);
  });

  it('of a start tells each cause, and is a defect where one of them is', () => {
    const causes = [
      { what: 'the clock is wrong', next: 'Set it.' },
      new KeyFault('private_key', 'a private key'),
    ];
    expect(messageFor(new StartFault(causes))).toBe(
      'the bot cannot start:\n  - the clock is wrong\n    Set it.\n  - reading the pinned keys: a private key\n' +
        '    Keys are looked for in SOVEREIGN_KEY_DIR; SOVEREIGN_GPG_FPR says which.',
    );
    expect(messageFor(new StartFault([...causes, new TypeError('nobody foresaw this')]))).toBeUndefined();
  });

  it('of a file that is not there names it', async () => {
    expect(await told(async () => readFileSync('/nowhere/at/all'))).toContain('/nowhere/at/all');
  });

  it('of a port that is taken names it and the setting', async () => {
    const first = createServer();
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
    const address = first.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const listenAgain = () =>
      new Promise((resolve, reject) => {
        createServer()
          .once('error', reject)
          .listen(port, '127.0.0.1', () => resolve(undefined));
      });
    expect(await told(listenAgain)).toBe(
      `listening for GitHub's webhooks: port ${port} is taken by another process\n` +
        'Set HOST and PORT to an address that is free and that this user may open.',
    );
    await new Promise((resolve) => first.close(resolve));
  });
});

describe('an App whose key is another one', () => {
  it('is told to look at APP_ID and PRIVATE_KEY', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-fault-'));
    const [its, another] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const standIn = await startStandIn({
      directory,
      clock: () => new Date(),
      app: {
        id: 7,
        slug: 'countersign',
        publicKeyPem: its?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? '',
        webhookUrl: null,
        webhookSecret: 'x'.repeat(32),
      },
      users: [{ login: 'sovereign', token: 'a-token-of-a-test', admin: true }],
    });
    try {
      const probot = createApp({
        github: {
          appId: 7,
          privateKey: another?.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() ?? '',
          webhookSecret: 'x'.repeat(32),
          apiUrl: standIn.apiUrl,
          host: '127.0.0.1',
          port: 0,
        },
        log: pino({ level: 'silent' }),
      });
      await probot.ready();
      expect(await told(() => signIn(probot, 'town/governance'))).toMatch(
        /^signing in to GitHub: GitHub refuses the App.*\nCheck that APP_ID and PRIVATE_KEY belong together/,
      );
    } finally {
      await standIn.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('a PostgreSQL server that refuses', onlyWhere(server, 'PostgreSQL absent'), () => {
  const login = { user: server?.superuser.user ?? '', password: server?.superuser.password ?? '' };
  const wrong = { ...login, password: 'hidden-word' };
  const state = (stateUrl: string) => () =>
    openStore(
      { stateUrl, orchestrator: { data: 'unused' } },
      {
        onStoreError: () => {},
        openDirectory: async () => {
          throw new Error('nothing is embedded here');
        },
      },
    );

  it('the password of the state is told without repeating it', async () => {
    const message = await told(state(server?.url('postgres', wrong) ?? ''));
    expect(message).toMatch(/^opening the bot's own state: .*password authentication failed.*\nCheck user/);
    expect(message).not.toContain('hidden-word');
  });

  it('a state database that is not there is named', async () => {
    expect(await told(state(server?.url('absent') ?? ''))).toMatch(/"absent" does not exist\nCheck user/);
  });

  it("the administrator's password is told without repeating it", async () => {
    const admin = openPostgresAdmin({
      ...{ host: server?.host ?? '', port: server?.port ?? 0, database: 'postgres' },
      ...{ sslMode: 'disable', sslRootCertificate: undefined, admin: wrong },
    });
    const message = await told(() => admin.admin(async () => {}));
    expect(message).toMatch(/password authentication failed.*\nCheck the login/);
    expect(message).not.toContain('hidden-word');
    await admin.close();
  });
});
