// Every command ends with a code of the one table (docs/exit-codes.md): 0 done, 1 judged and no, 2 could not be judged or
// done, 70 a defect. Each row is a process of its own; none of them needs a network.
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SUBCOMMANDS } from '../../src/cli/commands.ts';
import { initRepository } from '../audit/repository.ts';
import { FOLDER, readVectors } from '../conformance/approvals/vector.ts';
import { command } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-exit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sound = readVectors().find(({ name }) => name === 'gpg: Ed25519');
cpSync(`${FOLDER}files/${sound?.document}`, join(folder, 'charter.md'));
cpSync(`${FOLDER}files/${sound?.signatures[0]}`, join(folder, 'charter.md.asc'));
cpSync(`${FOLDER}keys/${sound?.keys[0]}`, join(folder, 'sovereign.asc'));
writeFileSync(join(folder, 'latin1.md'), Buffer.from('# Stra\xdfe', 'latin1'));
writeFileSync(join(folder, 'run-1.sql.gpg'), 'no backup');
mkdirSync(join(folder, 'earlier'));
writeFileSync(join(folder, 'earlier', '.countersign-demo'), '');
mkdirSync(join(folder, 'taken'));
writeFileSync(join(folder, 'taken', 'precious.txt'), 'not a demo');
mkdirSync(join(folder, 'none'));
const town = initRepository(join(folder, 'clone'));
const by = { name: 'Ada', at: new Date('2026-05-21T10:00:00Z') };
town.commit(new Map([['approvals/README.md', 'Approvals.\n']]), 'Found', by);
town.git(['branch', 'clean']);
town.commit(new Map([['approvals/\u001b[31m.txt', 'unasked\n']]), 'Add', by);

const SIGNER = { SOVEREIGN_GPG_FPR: sound?.pinned[0] ?? '', SOVEREIGN_KEY_DIR: folder };
const DATABASE = {
  DOT_CUTTER_DB_HOST: '127.0.0.1',
  DOT_CUTTER_DB_PORT: '1',
  DOT_CUTTER_DB_NAME: 'governed',
  DOT_CUTTER_DB_SSLMODE: 'disable',
};
const ADMIN = { ...DATABASE, DOT_CUTTER_ADMIN_DB_USER: 'admin', DOT_CUTTER_ADMIN_DB_PASSWORD: 'hidden-word' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const DEPLOYMENT = {
  ...SIGNER,
  APP_ID: '7',
  PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  WEBHOOK_SECRET: 'x'.repeat(32),
  GITHUB_API_URL: 'http://127.0.0.1:1',
  BACKUP_GPG_FPR: 'C'.repeat(40),
  BACKUP_KEY_DIR: folder,
  BACKUP_DIR: join(folder, 'none'),
};
const SERVER = {
  ...DEPLOYMENT,
  ...DATABASE,
  DOT_CUTTER_BACKUP_DB_USER: 'dumper',
  DOT_CUTTER_BACKUP_DB_PASSWORD: 'hidden-word',
};
for (const [name, governed] of [
  ['orchestrator.config.json', 'embedded'],
  ['server.json', 'postgres'],
] as const)
  writeFileSync(
    join(folder, name),
    JSON.stringify({
      repository: 'town/governance',
      deployment: 'town',
      targets: [{ document_id: 'charter', path: 'documents/charter.md' }],
      governed,
      data: join(folder, 'data'),
    }),
  );
const NO_KEY = { ...DEPLOYMENT, PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----\\nhidden-word' };
const STATE = { ...DEPLOYMENT, DATABASE_URL: 'postgres://bot:hidden-word@127.0.0.1:1/state' };
const BREAK = ['--import', "data:text/javascript,JSON.stringify=()=>{throw new TypeError('on purpose')}"];

interface Row {
  readonly code: number;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: readonly string[];
  /** What is said, on whichever stream. */
  readonly says: RegExp;
}

const AT = ['--at', '2026-05-21T12:00:00Z'];
const ROWS: readonly Row[] = [
  { code: 0, args: ['--help'], says: /Usage: countersign/ },
  { code: 0, args: ['--version'], says: /^countersign \d+\.\d+\.\d+ \(/ },
  { code: 0, args: ['help', 'plan'], says: /Usage: countersign plan/ },
  { code: 2, args: [], says: /Usage: countersign/ },
  { code: 2, args: ['verfy'], says: /unknown command 'verfy'\n\(Did you mean verify\?\)/ },
  { code: 2, args: ['help', 'verfy'], says: /Did you mean verify/ },
  { code: 2, args: ['toString'], says: /unknown command 'toString'/ },
  {
    code: 2,
    args: ['plan', 'charter.md', '--deep'],
    says: /unknown option '--deep'\n.*\(countersign plan --help/s,
  },

  { code: 0, args: ['verify', 'charter.md', ...AT], env: SIGNER, says: /^ACCEPTED/ },
  { code: 1, args: ['verify', 'charter.md'], env: SIGNER, says: /^REJECTED window_expired/ },
  { code: 2, args: ['verify', 'charter.md'], says: /could not judge charter\.md: .*SOVEREIGN_GPG_FPR/s },

  { code: 2, args: ['sign'], says: /run this in a terminal, not through a pipe/ },
  { code: 2, args: ['sign', '--threshold', 'all'], says: /--threshold all is no count of signers/ },
  { code: 2, args: ['sign', 'run-1', '--open', 'charter'], says: /one thing is signed at a time/ },

  { code: 0, args: ['audit', 'clone', '--at', 'clean'], env: SIGNER, says: /^CLEAN\n/ },
  { code: 1, args: ['audit', 'clone'], env: SIGNER, says: /unexplained.*approvals\/<U\+001B>\[31m\.txt/s },
  { code: 2, args: ['audit', 'clone'], says: /SOVEREIGN_GPG_FPR/ },
  { code: 2, args: ['audit', 'none'], env: SIGNER, says: /none is no git repository that can be read/ },

  {
    code: 2,
    args: ['audit', 'clone', '--database', 'mysql://me:hidden-word@db'],
    env: SIGNER,
    says: /--database must be a URL/,
  },

  {
    code: 2,
    args: ['receipt', 'charter', 'art-1', '--clone', 'none'],
    env: SIGNER,
    says: /none is no clone with a commit/,
  },
  { code: 2, args: ['receipt', 'charter', 'art-1', '--clone', 'clone'], says: /SOVEREIGN_GPG_FPR/ },
  { code: 2, args: ['receipt', 'verify', 'absent.json', '--signer', 'A'.repeat(40)], says: /absent\.json/ },

  { code: 0, args: ['plan', 'charter.md'], says: /cutplan sha256/ },
  { code: 2, args: ['plan', 'latin1.md'], says: /latin1\.md cannot be cut/ },
  {
    code: 70,
    args: ['plan', 'charter.md', '--json'],
    node: BREAK,
    says: /internal error.*on purpose\n +at /s,
  },

  { code: 2, args: ['demo', '--document', 'absent.md', '--data', 'earlier'], says: /absent\.md/ },
  { code: 2, args: ['demo', '--data', 'taken'], says: /is no folder of an earlier demo/ },
  {
    code: 2,
    args: ['start', '--config', 'absent.json'],
    says: /absent\.json cannot be read.*APP_ID is missing/s,
  },
  { code: 2, args: ['start'], env: NO_KEY, says: /PRIVATE_KEY is not a private key in PEM form/ },
  {
    code: 2,
    args: ['start'],
    env: { ...DEPLOYMENT, DATABASE_URL: 'mysql://bot:hidden-word@db' },
    says: /DATABASE_URL must be/,
  },
  {
    code: 2,
    args: ['start'],
    env: STATE,
    says: /state database cannot be reached: .*\n {4}Check DATABASE_URL/,
  },
  { code: 2, args: ['readiness'], env: DEPLOYMENT, says: /signing in to GitHub: .*\nCheck GITHUB_API_URL/ },
  {
    code: 2,
    args: ['readiness', '--document', 'other'],
    env: DEPLOYMENT,
    says: /no document other; it has charter/,
  },

  {
    code: 2,
    args: ['dry-run', 'other'],
    says: /no document other; it has charter/,
  },
  {
    code: 2,
    args: ['dry-run', 'charter'],
    says: /documents\/charter\.md cannot be read .*name the file with --file/s,
  },
  {
    code: 2,
    args: ['dry-run', 'charter', '--file', 'latin1.md'],
    says: /no embedded database in .*governed\n/,
  },
  {
    code: 2,
    args: ['dry-run', 'charter', '--file', 'latin1.md', '--config', 'server.json'],
    says: /DOT_CUTTER_DB_HOST is missing/,
  },

  { code: 0, args: ['disable'], env: DEPLOYMENT, says: /Nothing can execute/ },
  { code: 0, args: ['disabled'], env: DEPLOYMENT, says: /Nothing can execute/ },
  { code: 1, args: ['disable'], env: STATE, says: /state: NOT REACHED: reaching a server/ },
  { code: 2, args: ['disabled'], env: STATE, says: /the bot's switch: not looked at: reaching a server/ },
  { code: 0, args: ['enable-master'], env: DEPLOYMENT, says: /no longer stands in the way/ },
  { code: 1, args: ['disabled'], env: DEPLOYMENT, says: /no switch is off/ },
  { code: 2, args: ['state', 'protect'], says: /DATABASE_URL is not set/ },
  { code: 2, args: ['state', 'rebuild-columns', '--data', 'none'], says: /there is no embedded database in/ },
  { code: 0, args: ['recorder', 'init', 'recorder.key'], says: /Its public key:/ },
  { code: 2, args: ['recorder', 'init', 'charter.md'], says: /charter\.md is there already/ },
  { code: 2, args: ['recorder', 'show', '--config', 'server.json'], says: /RECORDER_KEY_PATH is missing/ },
  { code: 2, args: ['recorder', 'adopt'], env: DEPLOYMENT, says: /signing in to GitHub/ },
  { code: 2, args: ['abandon', 'run-1', '--why', 'test'], env: DEPLOYMENT, says: /there is no run run-1/ },
  { code: 2, args: ['abandon', 'run-1'], env: DEPLOYMENT, says: /required option '--why/ },

  {
    code: 2,
    args: ['revert', 'plan', 'run-1', '--data', 'absent'],
    says: /no embedded database in absent\n/,
  },
  { code: 2, args: ['db', 'check'], says: /DOT_CUTTER_DB_HOST is missing/ },
  {
    code: 2,
    args: ['db', 'check'],
    env: ADMIN,
    says: /governed database was lost: .*\nCheck DOT_CUTTER_DB_HOST/,
  },
  { code: 2, args: ['query', 'selekt', '--data', 'data/state'], says: /the database refused the statement/ },
  { code: 2, args: ['query', 'select 1', '--data', 'absent'], says: /no embedded database in absent\n/ },

  { code: 0, args: ['backup', 'list', '--directory', 'none'], says: /There are no backups/ },
  { code: 1, args: ['backup', 'verify', 'run-1.sql.gpg'], says: /Do not rely on this backup/ },
  { code: 2, args: ['backup', 'verify', 'absent.sql.gpg'], says: /ENOENT.*absent\.sql\.gpg/ },
  {
    code: 1,
    args: ['backup', 'selftest', '--config', 'server.json'],
    env: SERVER,
    says: /✖ dump .*\n✖ key.*\nSELFTEST: FAIL\n$/s,
  },
  { code: 2, args: ['backup', 'selftest'], env: DEPLOYMENT, says: /no embedded database in .*governed\n/ },
  {
    code: 2,
    args: ['backup', 'state', '--data', 'none'],
    env: DEPLOYMENT,
    says: /no embedded database in none\/state\n/,
  },
  { code: 2, args: ['backup', 'restore', 'run-1.sql.gpg'], says: /say where to: --into/ },
  { code: 2, args: ['backup', 'list'], says: /BACKUP_DIR is missing/ },
  { code: 2, args: ['backup', 'prune', '--keep', 'all', '--days', '1'], says: /whole number/ },
  { code: 2, args: ['backup', 'restore', 'run-1.sql.gpg', '--into', 'mydb'], says: /postgres:\/\/user@host/ },
  {
    code: 1,
    args: ['backup', 'restore', 'run-1.sql.gpg', '--into', 'postgres://me@localhost/copy'],
    says: /Nothing was restored: the backup is not whole/,
  },
  {
    code: 1,
    args: ['restore', 'drill', 'run-1.sql.gpg', '--server', 'postgres://me@localhost/postgres'],
    says: /✖ backup .*\nDRILL: FAIL/s,
  },
  {
    code: 2,
    args: ['restore', 'drill', '--directory', 'none', '--server', 'postgres://me@localhost/postgres'],
    says: /there is no complete backup in/,
  },
  {
    code: 2,
    args: ['restore', 'drill', 'run-1.sql.gpg', '--server', 'mydb'],
    says: /postgres:\/\/user@host/,
  },
];

describe('countersign', () => {
  for (const { code, args, env = {}, node = [], says } of ROWS) {
    it(`${args.join(' ') || '(nothing)'} ends with ${code} and says ${says.source}`, async () => {
      const path = { PATH: process.env['PATH'] ?? '' };
      const outcome = await command(args, { cwd: folder, env: { ...path, ...env }, node });
      const said = `${outcome.output}${outcome.errors}`;
      expect(said).toMatch(says);
      expect(said).not.toContain('hidden-word');
      // A stack is for defects alone.
      expect(/^ +at .+:\d+:\d+\)?$/m.test(said)).toBe(code === 70);
      expect(outcome.code).toBe(code);
    });
  }

  it('has a row here for each command but those that speak of a git tree, which have tests of their own', () => {
    const rows = new Set(ROWS.map(({ args }) => args[0]));
    const missing = Object.keys(SUBCOMMANDS).filter((name) => !rows.has(name));
    expect(missing).toEqual(['release-manifest', 'attest']);
  });

  it('has left the folder that is no demo as it was, and the one of an earlier demo when the document is absent', () => {
    expect(existsSync(join(folder, 'earlier', '.countersign-demo'))).toBe(true);
    expect(existsSync(join(folder, 'taken', 'precious.txt'))).toBe(true);
  });
});
