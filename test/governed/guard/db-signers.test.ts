// `countersign db signers` against a real server: it shows, applies, and has nothing left to say.
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FOLDER, readVectors } from '../../conformance/approvals/vector.ts';
import { compileCache } from '../../support/compile-cache.ts';
import { databasesOf, realBackend } from '../fixture.ts';

const open = databasesOf(realBackend);
const vector = readVectors().find(({ name }) => name === 'gpg: Ed25519');
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'signers-'));
  for (const file of vector?.keys ?? []) await copyFile(`${FOLDER}keys/${file}`, join(home, file));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('db signers shows what would change, applies it with --apply, and then finds nothing', async () => {
  const { settings, backend } = await open();
  if (!settings) throw new Error('a real database has settings');
  const config = join(await mkdtemp(join(tmpdir(), 'signers-config-')), 'orchestrator.config.json');
  const policy = { thresholds: { SG_1_cut_authz: 2 } };
  const targets = [{ document_id: 'charter', path: 'documents/charter.md' }];
  await writeFile(
    config,
    JSON.stringify({ repository: 'town/governed', deployment: 'town', targets, policy }),
  );
  const run = async (...more: string[]) =>
    promisify(execFile)(process.execPath, ['src/main.ts', 'db', 'signers', '--config', config, ...more], {
      env: {
        ...process.env,
        ...compileCache(),
        DOT_CUTTER_DB_HOST: settings.host,
        DOT_CUTTER_DB_PORT: String(settings.port),
        DOT_CUTTER_DB_NAME: settings.database,
        DOT_CUTTER_DB_SSLMODE: 'disable',
        DOT_CUTTER_ADMIN_DB_USER: backend.server.superuser.user,
        DOT_CUTTER_ADMIN_DB_PASSWORD: backend.server.superuser.password,
        SOVEREIGN_GPG_FPR: vector?.pinned.join(',') ?? '',
        SOVEREIGN_KEY_DIR: home,
      },
    }).then(
      ({ stdout }) => ({ status: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ status: code, stdout }),
    );
  const shown = await run();
  expect(shown.status).toBe(1);
  expect(shown.stdout).toContain(`add    key ${vector?.pinned[0]}`);
  expect(shown.stdout).toContain('add    threshold SG_1_cut_authz');
  expect(shown.stdout).toMatch(/make them with --apply\n$/);
  const applied = await run('--apply');
  expect(applied).toMatchObject({ status: 0, stdout: expect.stringMatching(/changes made\n$/) });
  expect(await run()).toMatchObject({ status: 0, stdout: expect.stringMatching(/are in the database\n$/) });
}, 360_000);
