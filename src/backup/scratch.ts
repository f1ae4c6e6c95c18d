// A database that is made for one purpose and always dropped again. Nobody but the login that made it may enter.
import { randomBytes } from 'node:crypto';
import { Stop } from '../stop/stop.ts';
import { type Connection, withClient } from './connection.ts';

const MAY_CREATE = `SELECT rolcreatedb OR rolsuper AS "mayCreate" FROM pg_roles WHERE rolname = current_user`;

/** Throws Stop `incomplete_backup` when the login may create no database. */
export async function withScratchDatabase<T>(
  maintenance: Connection,
  work: (scratch: Connection) => Promise<T>,
): Promise<T> {
  const database = `countersign_proof_${randomBytes(6).toString('hex')}`;
  await assertMayCreate(maintenance);
  return withClient(maintenance, async (admin) => {
    await admin.query(`CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`);
    try {
      await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
      return await work({ ...maintenance, database });
    } finally {
      // FORCE may end no session of another role, not even one that is only being refused; without it the server waits.
      await admin
        .query(`DROP DATABASE ${database} WITH (FORCE)`)
        .catch(() => admin.query(`DROP DATABASE ${database}`));
    }
  });
}

/** Throws Stop `incomplete_backup` with the statement that mends it. */
export async function assertMayCreate(maintenance: Connection): Promise<void> {
  const { user } = maintenance.login;
  const rows = await withClient(maintenance, async (admin) => {
    return (await admin.query<{ mayCreate: boolean }>(MAY_CREATE)).rows;
  });
  if (!rows[0]?.mayCreate)
    throw new Stop(
      'incomplete_backup',
      `the login ${user} may not create a scratch database; as a superuser run: ALTER ROLE "${user}" CREATEDB`,
    );
}
