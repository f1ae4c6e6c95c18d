// What an admission in the governed database costs, by algorithm: the whole of fn_admit, and the verification alone, in
// PGlite and in PostgreSQL when its binaries are there. Wall times of one session that has asked before.
import { PGlite } from '@electric-sql/pglite';
import { generateKey, type PrivateKey } from 'openpgp';
import { readKeys } from '../src/approval/key-ring.ts';
import type { AdminDatabase, Writer } from '../src/governed/database.ts';
import { openEmbedded } from '../src/governed/embedded.ts';
import { openPostgresAdmin } from '../src/governed/postgres.ts';
import { installSchema } from '../src/governed/schema.ts';
import { applySigners, signerSet } from '../src/governed/signers.ts';
import { detachSign } from '../src/local/throwaway-keys.ts';
import { startPostgres } from '../test/support/postgres.ts';

const ROUNDS = 25;

const KINDS = [
  { name: 'Ed25519', options: { type: 'curve25519' }, goalMs: 25 },
  { name: 'RSA-3072', options: { type: 'rsa', rsaBits: 3072 }, goalMs: 10 },
  { name: 'RSA-4096', options: { type: 'rsa', rsaBits: 4096 }, goalMs: 10 },
] as const;

const ADMIT = 'SELECT verdict, reason FROM cutter_governance.fn_admit($1, $2::bytea[])';

/** Prints median milliseconds of an accepted admission, the first of a session apart. */
export async function benchGuard(): Promise<void> {
  console.log(`guard: fn_admit, median of ${ROUNDS} accepted approvals, each a new document`);
  const keys = await Promise.all(KINDS.map(({ name, options }) => makeKey(name, options)));
  const pglite = new PGlite();
  const embedded = openEmbedded(pglite);
  await installSchema(embedded);
  await benchOn('PGlite', { db: embedded, keys });
  await pglite.close();

  const server = await startPostgres();
  if (!server) return;
  const database = await server.createDatabase();
  const { host, port, superuser: admin } = server;
  const db = openPostgresAdmin({
    host,
    port,
    database,
    sslMode: 'disable',
    sslRootCertificate: undefined,
    admin,
  });
  await installSchema(db);
  await benchOn('PostgreSQL', { db, keys });
  await db.close();
  await server.stop();
}

async function makeKey(name: string, options: (typeof KINDS)[number]['options']): Promise<PrivateKey> {
  const made = await generateKey({ ...options, userIDs: [{ name }], date: new Date(0), format: 'object' });
  return made.privateKey;
}

async function benchOn(
  name: string,
  { db, keys }: { db: AdminDatabase; keys: readonly PrivateKey[] },
): Promise<void> {
  const now = new Date();
  const files = keys.map((key, n) => ({ name: `${n}.asc`, bytes: Buffer.from(key.toPublic().armor()) }));
  const ring = await readKeys(files, { pinned: keys.map((key) => key.getFingerprint()), now });
  await db.admin(async (writer) => {
    await applySigners(writer, signerSet(ring));
  });
  for (const [index, { name: kind, goalMs }] of KINDS.entries()) {
    const key = keys[index];
    if (!key) continue;
    await db.admin(async (writer) => {
      const first = await admit(writer, { key, n: 0 });
      const times: number[] = [];
      for (let n = 1; n <= ROUNDS; n++) times.push(await admit(writer, { key, n }));
      const median = times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
      console.log(
        `  ${name}, ${kind}: ${median.toFixed(1)} ms (goal ≤ ${goalMs}), fastest ${times[0]?.toFixed(1)}, first of a session ${first.toFixed(1)}`,
      );
    });
  }
}

async function admit(writer: Writer, { key, n }: { key: PrivateKey; n: number }): Promise<number> {
  const date = new Date();
  const run_id = `run-20260520-${n.toString(16).padStart(16, '0')}`;
  const digest = 'a'.repeat(64);
  const fields = [`run_id: ${run_id}`, `cutplan_sha256: ${digest}`, `event_log_sha256: ${digest}`].join('\n');
  const signedUtc = `${date.toISOString().slice(0, 19)}Z`;
  const document = Buffer.from(
    `---\ngate: SG_1_cut_authz\nsigned_utc: ${signedUtc}\nallowance: explicit\n${fields}\n---\n\nI authorise this. ${n}\n`,
  );
  const armored = await detachSign(document.toString(), { key: { privateKey: key }, at: date });
  const start = performance.now();
  const rows = await writer.query<{ verdict: string; reason: string }>(ADMIT, [
    document,
    [Buffer.from(armored)],
  ]);
  const taken = performance.now() - start;
  if (rows[0]?.verdict !== 'accepted')
    throw new Error(`bench: a sound approval was refused: ${rows[0]?.reason}`);
  return taken;
}
