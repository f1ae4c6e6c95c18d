import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigFault, readConfig } from '../../src/deployment/config.ts';
import { makeRecorderKeyFile } from '../../src/deployment/recorder-key-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'countersign-config-'));
const path = join(directory, 'orchestrator.config.json');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const FILE = {
  repository: 'town/governance',
  deployment: 'production',
  targets: [{ document_id: 'charter', path: 'documents/charter.md' }],
};
const RECORDER = join(directory, 'recorder.key');
await makeRecorderKeyFile(RECORDER);
const ENVIRONMENT = {
  APP_ID: '7',
  PRIVATE_KEY: PEM.replaceAll('\n', '\\n'),
  WEBHOOK_SECRET: 'x'.repeat(32),
  SOVEREIGN_GPG_FPR: `${'a'.repeat(40)}, ${'B'.repeat(40)}`,
  SOVEREIGN_KEY_DIR: '/keys/sovereign',
  BACKUP_GPG_FPR: 'C'.repeat(40),
  BACKUP_KEY_DIR: '/keys/backup',
  BACKUP_DIR: '/backups',
  RECORDER_KEY_PATH: RECORDER,
  DOT_CUTTER_DB_HOST: 'db',
  DOT_CUTTER_DB_NAME: 'governed',
  DOT_CUTTER_EXEC_DB_USER: 'cutter_exec',
  DOT_CUTTER_EXEC_DB_PASSWORD: 'one',
  DOT_CUTTER_VERIFY_DB_USER: 'cutter_verify',
  DOT_CUTTER_VERIFY_DB_PASSWORD: 'two',
  DOT_CUTTER_BACKUP_DB_USER: 'dumper',
  DOT_CUTTER_BACKUP_DB_PASSWORD: 'three',
};

function read(environment: Record<string, string>, file: unknown = FILE) {
  writeFileSync(path, JSON.stringify(file));
  return readConfig(environment, path);
}

function problemsOf(environment: Record<string, string>, file: unknown = FILE): readonly string[] {
  try {
    read(environment, file);
    return [];
  } catch (error) {
    if (error instanceof ConfigFault) return error.problems;
    throw error;
  }
}

describe('the settings', () => {
  it('name authorities for time stamps, each with a certificate that can be read', () => {
    const certificate = join(import.meta.dirname, '../record/vectors/clock.pem');
    const clock = { name: 'clock', url: 'http://clock.example.org/tsr', certificate };
    const { authorities } = read(ENVIRONMENT, { ...FILE, time_stamps: [clock] });
    expect(authorities.map(({ name, pinned }) => [name, pinned.map(({ subject }) => subject)])).toEqual([
      ['clock', ['CN=Example Root']],
    ]);
    expect(read(ENVIRONMENT).authorities).toEqual([]);
    const problems = (...given: object[]) => problemsOf(ENVIRONMENT, { ...FILE, time_stamps: given });
    expect(problems({ ...clock, certificate: path })).toEqual([
      `time_stamps: the certificate ${path} of clock holds no certificate in PEM form`,
    ]);
    expect(problems({ ...clock, certificate: '/absent.pem' })).toEqual([
      'time_stamps: the certificate /absent.pem of clock cannot be read',
    ]);
    for (const url of ['ftp://clock.example.org/', 'https://me:secret@clock.example.org/'])
      expect(problems({ ...clock, url })).toEqual([
        expect.stringMatching(/time_stamps[.]0[.]url must be http or https, without a user or a password$/),
      ]);
    expect(problems({ ...clock, name: 'a clock' })).toEqual([
      expect.stringMatching(/time_stamps[.]0[.]name must be 1 to 63 letters, digits, . and -$/),
    ]);
    expect(problems(clock, clock)).toEqual([
      expect.stringMatching(/time_stamps must not hold one name twice$/),
    ]);
  });

  it('are read whole, with the cautious choice where nothing is said', () => {
    const config = read(ENVIRONMENT);
    expect(config.sovereign.fingerprints).toEqual(['A'.repeat(40), 'B'.repeat(40)]);
    expect(config.github).toMatchObject({ apiUrl: 'https://api.github.com', host: '127.0.0.1', port: 3000 });
    expect(config.github.privateKey).toBe(PEM);
    expect(config.governed).toMatchObject({ sslMode: 'verify-full', port: 5432 });
    expect(config.orchestrator.policy).toEqual({ sg1_only: false, thresholds: {}, master_off: false });
    expect(config.stateUrl).toBeUndefined();
  });

  for (const name of Object.keys(ENVIRONMENT)) {
    it(`are refused when ${name} is missing, and when it is empty`, () => {
      const { [name]: _left, ...rest } = ENVIRONMENT as Record<string, string>;
      expect(problemsOf(rest).join('\n')).toContain(name);
      expect(problemsOf({ ...ENVIRONMENT, [name]: ' ' }).join('\n')).toContain(name);
    });
  }

  it('name everything that is missing at once', () => {
    expect(problemsOf({})).toHaveLength(Object.keys(ENVIRONMENT).length);
  });

  it('refuse a webhook secret that could be guessed, and a short key id', () => {
    expect(problemsOf({ ...ENVIRONMENT, WEBHOOK_SECRET: 'development' })).toEqual([
      expect.stringContaining('at least 20 characters'),
    ]);
    expect(problemsOf({ ...ENVIRONMENT, SOVEREIGN_GPG_FPR: 'DEADBEEF' })).toEqual([
      expect.stringContaining('never a short key id'),
    ]);
  });

  it('refuse an App key that is none, and a state database that is no PostgreSQL, without repeating either', () => {
    const refused = problemsOf({
      ...ENVIRONMENT,
      PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----\nhidden-word\n-----END RSA PRIVATE KEY-----',
      DATABASE_URL: 'mysql://bot:hidden-word@db/state',
    });
    expect(refused).toEqual([
      expect.stringMatching(/^PRIVATE_KEY is not a private key/),
      expect.stringMatching(/^DATABASE_URL must be a URL like postgres:/),
    ]);
    expect(refused.join()).not.toContain('hidden-word');
  });

  it('refuse a key of the configuration file that nobody knows, and a path that leaves the repository', () => {
    expect(problemsOf(ENVIRONMENT, { ...FILE, waived: ['PRE-7'] }).join()).toContain('waived');
    const target = { document_id: 'charter', path: '../charter.md' };
    expect(problemsOf(ENVIRONMENT, { ...FILE, targets: [target] }).join()).toContain('inside the repository');
  });

  it('refuse one path twice, and a profile that is not there', () => {
    const target = { document_id: 'charter', path: 'charter.md' };
    expect(problemsOf(ENVIRONMENT, { ...FILE, targets: [target, { ...target, document_id: 'b' }] })).toEqual([
      expect.stringContaining('must not name one path twice: charter.md'),
    ]);
    expect(problemsOf(ENVIRONMENT, { ...FILE, targets: [{ ...target, profile: 'latin' }] })).toEqual([
      expect.stringContaining('must be one of vi, de, en, fr, generic'),
    ]);
  });

  it('refuse the governed database as the state, whatever the login', () => {
    const { DOT_CUTTER_DB_HOST: host = '', DOT_CUTTER_DB_NAME: name = '' } = ENVIRONMENT;
    const state = (url: string) => problemsOf({ ...ENVIRONMENT, DATABASE_URL: url }, FILE);
    expect(state(`postgres://bot:secret@${host.toUpperCase()}:5432/${name}`)).toEqual([
      expect.stringContaining('names the governed database'),
    ]);
    expect(state(`postgres://bot:secret@${host}/${name}`)).toHaveLength(1);
    expect(state(`postgres://bot:secret@${host}/another`)).toEqual([]);
    expect(state(`postgres://bot:secret@${host}:5433/${name}`)).toEqual([]);
    expect(state(`postgres://bot:secret@elsewhere/${name}`)).toEqual([]);
  });

  it('refuse a gate that asks for more people than are pinned, each counted once', () => {
    const asking = (count: number) => ({ ...FILE, policy: { thresholds: { SG_1_cut_authz: count } } });
    expect(problemsOf(ENVIRONMENT, asking(2))).toEqual([]);
    expect(problemsOf(ENVIRONMENT, asking(3))).toEqual([
      'policy.thresholds asks for 3 signers at SG_1_cut_authz, but SOVEREIGN_GPG_FPR pins 2',
    ]);
    const twice = { ...ENVIRONMENT, SOVEREIGN_GPG_FPR: `${'a'.repeat(40)}, ${'A'.repeat(40)}` };
    expect(problemsOf(twice, asking(2))).toHaveLength(1);
  });

  it('take the id of a document as its owner writes it, and refuse two that differ in case alone', () => {
    const targets = (...ids: string[]) => ({
      ...FILE,
      targets: ids.map((document_id, index) => ({ document_id, path: `documents/${index}.md` })),
    });
    expect(read(ENVIRONMENT, targets('ICX-CONST', 'charter')).orchestrator.targets[0]?.document_id).toBe(
      'ICX-CONST',
    );
    expect(problemsOf(ENVIRONMENT, targets('ICX-CONST', 'charter', 'icx-const'))).toEqual([
      expect.stringContaining('ICX-CONST and icx-const'),
    ]);
    expect(problemsOf(ENVIRONMENT, targets('charter', 'charter'))).toHaveLength(1);
    expect(problemsOf(ENVIRONMENT, targets('.charter')).join()).toContain('a letter or digit first');
  });

  it('need no database where the file says that it is embedded', () => {
    const embedded = Object.fromEntries(
      Object.entries(ENVIRONMENT).filter(([name]) => !name.startsWith('DOT_')),
    );
    expect(read(embedded, { ...FILE, governed: 'embedded' }).governed).toBeUndefined();
  });
});
