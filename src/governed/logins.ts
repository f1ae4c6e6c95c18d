// The passwords of the roles. The server is given a SCRAM verifier made here, so that no password stands in a
// statement, where logs and pg_stat_activity would keep it.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { GovernedFault, type Role, type Writer } from './database.ts';
import type { Login } from './place.ts';

const ITERATIONS = 4096;

/** Gives each role its login. Throws GovernedFault `wrong_role` when a login is not named like its role. */
export async function setPasswords(
  writer: Writer,
  logins: Readonly<Partial<Record<Role, Login>>>,
): Promise<void> {
  for (const [role, { user, password }] of Object.entries(logins)) {
    if (user !== role) {
      throw new GovernedFault(
        'wrong_role',
        `the login for ${role} is set to ${user}: each role is its own login, name it ${role}`,
      );
    }
    await writer.script(`ALTER ROLE ${role} LOGIN PASSWORD '${scramVerifier(password)}'`);
  }
}

/** The server's stored form of a password (RFC 5803). Only printable ASCII needs no SASLprep. */
function scramVerifier(password: string): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new GovernedFault('refused', 'a database password must be printable ASCII');
  }
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
