import pg from 'pg';
import { expect, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { leaveOut } from './skip.ts';

test('clones a template database and refuses a wrong password', async () => {
  const server = await startPostgres();
  if (!server) return leaveOut('PostgreSQL absent');
  try {
    const template = await server.createDatabase();
    await server.query(template, 'create table kept (n int); insert into kept values (7)');
    const clone = await server.createDatabase({ template });
    expect(await server.query(clone, 'select n from kept')).toEqual([{ n: 7 }]);
    const wrong = new URL(server.url(clone, { user: server.superuser.user, password: 'wrong' }));
    await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toThrow(
      /password authentication failed/,
    );
  } finally {
    await server.stop();
  }
});
