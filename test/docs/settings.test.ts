// The examples of settings are what the real readers read: no setting is missing in them, none is invented.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConfigFault,
  type Environment,
  readConfig,
  readGovernedAdmin,
  readOrchestrator,
  readStateAdminUrl,
} from '../../src/deployment/config.ts';
import { makeRecorderKeyFile } from '../../src/deployment/recorder-key-file.ts';
import { profileNamed } from '../../src/document/profile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'orchestrator.config.example.json');
const lines = readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n');
const settings = lines.flatMap((line) => {
  const match = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
  return match ? [{ optional: match[1] !== undefined, name: match[2] ?? '', value: match[3] ?? '' }] : [];
});

/** An environment that remembers what it was asked for. */
function watched(values: Record<string, string>): { environment: Environment; asked: Set<string> } {
  const asked = new Set<string>();
  const environment = new Proxy(values, {
    get(target, name) {
      if (typeof name === 'string') asked.add(name);
      return Reflect.get(target, name);
    },
  });
  return { environment, asked };
}

const filled = (): Record<string, string> => ({
  APP_ID: '1',
  PRIVATE_KEY_PATH: join(folder, 'app.pem'),
  WEBHOOK_SECRET: 'x'.repeat(64),
  SOVEREIGN_GPG_FPR: `${'A'.repeat(40)},${'C'.repeat(40)}`,
  SOVEREIGN_KEY_DIR: 'keys/sovereign',
  BACKUP_GPG_FPR: 'B'.repeat(40),
  BACKUP_KEY_DIR: 'keys/backup',
  BACKUP_DIR: 'backups',
  RECORDER_KEY_PATH: join(folder, 'recorder.key'),
  KB_SIGNING_SECRET: `whsec_${'k'.repeat(32)}`,
  DOT_CUTTER_DB_HOST: 'db.example.org',
  DOT_CUTTER_DB_NAME: 'governed',
  ...login('EXEC'),
  ...login('VERIFY'),
  ...login('BACKUP'),
});

const login = (who: string) => ({
  [`DOT_CUTTER_${who}_DB_USER`]: who,
  [`DOT_CUTTER_${who}_DB_PASSWORD`]: 'secret',
});

/** Where the tools of the system are found: no setting of ours, and set wherever anything runs. */
const OF_THE_SYSTEM = ['HOME', 'PATH'];

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  await makeRecorderKeyFile(join(folder, 'recorder.key'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'app.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('.env.example', () => {
  it('names every setting that the readers ask for, and no other', () => {
    const { environment, asked } = watched({
      ...filled(),
      ...login('ADMIN'),
      ...login('PROOF'),
      BACKUP_PROOF: 'restore',
      STATE_ADMIN_URL: 'postgres://admin@db.example.org/state',
    });
    readConfig(environment, EXAMPLE);
    readGovernedAdmin(environment);
    readStateAdminUrl(environment);
    expect(asked.size).toBeGreaterThan(20);
    expect(settings.map(({ name }) => name).sort()).toEqual(
      [...asked].filter((name) => !OF_THE_SYSTEM.includes(name)).sort(),
    );
  });

  it('leaves open exactly what a start cannot do without, and holds no secret', () => {
    const needed = settings.filter(({ optional }) => !optional);
    expect(needed.filter(({ value }) => value !== '')).toEqual([]);
    expect(needed.map(({ name }) => name).sort()).toEqual(Object.keys(filled()).sort());
    for (const { name } of needed) {
      const { [name]: _, ...others } = filled();
      expect(() => readConfig(others, EXAMPLE), name).toThrow(ConfigFault);
    }
  });

  it('shows the defaults as they are', () => {
    const defaults = settings.filter(({ optional, value }) => optional && value !== '');
    expect(defaults.length).toBeGreaterThan(4);
    const given = Object.fromEntries(defaults.map(({ name, value }) => [name, value]));
    const values = filled();
    expect(readConfig({ ...values, ...given }, EXAMPLE)).toEqual(readConfig(values, EXAMPLE));
  });
});

describe('orchestrator.config.example.json', () => {
  it('is read by the real reader, and names profiles that exist', () => {
    const { targets } = readOrchestrator(EXAMPLE);
    for (const { profile } of targets) if (profile !== undefined) profileNamed(profile);
    expect(targets.map(({ document_id }) => document_id)).toEqual(['charter', 'statute']);
  });

  it('shows every setting that there is, and none that is not', () => {
    const raw = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
    const read = readOrchestrator(EXAMPLE);
    expect(Object.keys(raw).sort()).toEqual(Object.keys(read).sort());
    expect(Object.keys(raw.policy).sort()).toEqual(Object.keys(read.policy).sort());

    const other = join(folder, 'config.json');
    writeFileSync(other, JSON.stringify({ ...raw, polciy: {} }));
    expect(() => readOrchestrator(other)).toThrow(ConfigFault);
  });
});
