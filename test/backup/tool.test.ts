import { describe, expect, it } from 'vitest';
import { connectionEnvironment } from '../../src/backup/connection.ts';
import { ConnectionUrlFault, parseConnectionUrl } from '../../src/backup/connection-url.ts';
import { scrub, startTool, toolEnvironment } from '../../src/backup/tool.ts';
import { readTools } from '../../src/deployment/config.ts';

const { PATH = '' } = process.env;

describe('a tool', () => {
  it('that is not installed says so', async () => {
    const { ending } = startTool({
      name: 'no-such-tool',
      args: [],
      env: toolEnvironment({ PATH }),
      stdio: 'pipe',
    });
    expect(await ending).toMatchObject({
      code: null,
      stderr: 'no-such-tool is not installed or not on PATH',
    });
  });

  it('gets none of the settings of this process but where programs and home are', () => {
    const settings = { PATH: '/bin', HOME: '/home/bot', DOT_CUTTER_EXEC_DB_PASSWORD: 'secret' };
    expect(toolEnvironment(readTools(settings), { PGUSER: 'u' })).toEqual({
      PATH: '/bin',
      HOME: '/home/bot',
      LC_ALL: 'C',
      PGUSER: 'u',
    });
  });

  it('of an environment without a home directory is given none', () => {
    expect(toolEnvironment(readTools({ PATH: '/bin', HOME: '' }))).toEqual({ PATH: '/bin', LC_ALL: 'C' });
  });

  it.each([
    ['failed for postgres://bot:s3cret@db:5432/x', 'failed for postgres://***@db:5432/x'],
    ["invalid: host=db password='s3 cret' user=bot", 'invalid: host=db password=*** user=bot'],
    ['said hunter2 aloud', 'said *** aloud'],
  ])('does not repeat a secret: %s', (text, scrubbed) => {
    expect(scrub(text, ['hunter2', ''])).toBe(scrubbed);
  });
});

describe('a connection', () => {
  it('is read from a URL, with the password from elsewhere', () => {
    expect(parseConnectionUrl('postgres://me@db.example.org/copy', { password: 'p' })).toEqual({
      host: 'db.example.org',
      port: 5432,
      database: 'copy',
      sslMode: 'verify-full',
      sslRootCertificate: undefined,
      login: { user: 'me', password: 'p' },
    });
    expect(
      parseConnectionUrl('postgres://me@localhost/copy?host=/run/pg', { password: undefined }),
    ).toMatchObject({
      host: '/run/pg',
      sslMode: 'disable',
    });
  });

  it.each([
    ['mydb', 'not a URL'],
    ['mysql://me@db/x', 'not a URL'],
    ['postgres://db/x', 'no user'],
    ['postgres://me@db', 'no database'],
    ['postgres://me@db/x?sslmode=prefer', 'sslmode must be'],
  ])('is refused from %s', (text, why) => {
    const parse = () => parseConnectionUrl(text, { password: 'p' });
    expect(parse).toThrow(why);
    expect(parse).toThrow(ConnectionUrlFault);
  });

  it('trusts the system certificates where libpq can, and the given ones before them', () => {
    const verified = parseConnectionUrl('postgres://me@db/x', { password: 'p' });
    expect(connectionEnvironment(verified, '16.2')).toMatchObject({
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: 'system',
    });
    expect(connectionEnvironment(verified, '15.18')).not.toHaveProperty('PGSSLROOTCERT');
    const own = { ...verified, sslRootCertificate: '/etc/ca.pem' };
    expect(connectionEnvironment(own, '17.0')).toMatchObject({ PGSSLROOTCERT: '/etc/ca.pem' });
  });
});
