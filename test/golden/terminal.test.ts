// The screens of the command line, by the real commands: nothing is rendered here but what they print. Re-rendered like
// the other pages, by `npm run golden`.
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { approvalTemplate } from '../../src/approval/template.ts';
import { SUBCOMMANDS } from '../../src/cli/commands.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { signedUtc, unsignedFromComment } from '../../src/local/sovereign.ts';
import { FOLDER, readVectors } from '../conformance/approvals/vector.ts';
import { openBundle, V1 } from '../conformance/bundles.ts';
import { readCases } from '../conformance/cases.ts';
import { RECORDER_KEY } from '../support/recorder.ts';
import { openSite, runCommand, type Site } from '../support/site.ts';
import { type Shown, screens } from './screen.ts';
import { CHARTER, REVISED } from './story.ts';

const TEST_MS = 900_000;
const VECTORS = join(FOLDER, 'files');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-golden-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
afterAll(() => vi.unstubAllEnvs());

/** One command, as it was typed. */
async function typed(
  line: string,
  where: { directory?: string; environment?: Record<string, string> } = {},
): Promise<Shown> {
  // The folder of the vectors may lie below one whose name holds a blank.
  const args = line === '' ? [] : line.split(' ').map((arg) => arg.replace('<vectors>', VECTORS));
  return { command: line, ...(await runCommand(args, { directory, ...where })) };
}

/** The help of every command and subcommand there is, by the commands themselves, as wide as a terminal that is none. */
async function everyHelp(): Promise<Shown[]> {
  // Whom a terminal of this machine belongs to is a default that the help shows.
  vi.stubEnv('USER', 'ada');
  const shown: Shown[] = [];
  for (const [name, { load }] of Object.entries(SUBCOMMANDS)) {
    const command = await load();
    new Command('countersign').addCommand(command);
    const commands: [string, Command][] = [
      [name, command],
      ...command.commands.map((one): [string, Command] => [`${name} ${one.name()}`, one]),
    ];
    for (const [line, one] of commands) {
      let output = '';
      const writeOut = (text: string) => {
        output += text;
      };
      one.configureOutput({ writeOut, getOutHelpWidth: () => 80, getOutHasColors: () => false }).outputHelp();
      shown.push({ command: `${line} --help`, output, code: 0 });
    }
  }
  return shown;
}

describe('what a terminal shows', () => {
  it('of every command, when help is asked for', { timeout: TEST_MS }, async () => {
    const helps = await everyHelp();
    expect(helps).toContainEqual(await typed('db signers --help'));
    expect(helps).toContainEqual(await typed('verify --help'));
    await expect(screens('Help', [await typed('--help'), ...helps], {})).toMatchFileSnapshot(
      '10-terminal-help.txt',
    );
  });

  it('of countersign verify', { timeout: TEST_MS }, async () => {
    const vectors = readVectors();
    const at = (name: string) => {
      const vector = vectors.find((candidate) => candidate.name === name);
      if (!vector) throw new Error(`there is no vector ${name}`);
      return vector;
    };
    const sound = at('armor: is plain');
    const forged = vectors.find(
      ({ expected }) => expected.verdict === 'rejected' && expected.reason === 'signature_invalid',
    );
    const unread = vectors.find(
      ({ expected }) => expected.verdict === 'rejected' && expected.line !== undefined,
    );
    const environment = {
      SOVEREIGN_GPG_FPR: sound.pinned.join(','),
      SOVEREIGN_KEY_DIR: join(FOLDER, 'keys'),
    };
    const shown: Shown[] = [];
    for (const [vector, options] of [
      [sound, ''],
      [sound, ' --json'],
      [forged ?? sound, ''],
      [unread ?? sound, ''],
      [sound, ' --gate SG_2_lifecycle_authz'],
      [sound, ' --gate SG_2_lifecycle_authz --json'],
    ] as const) {
      const file = join(FOLDER, 'files', vector.document);
      const signature = vector.signatures.map((name) => join('<vectors>', name));
      const copy = join(directory, 'charter.md');
      await writeFile(copy, await readFile(file));
      const line = `verify charter.md --signature ${signature.join(' ')} --at ${vector.now}${options}`;
      shown.push(await typed(line, { environment }));
    }
    for (const asked of [
      'nowhere.md',
      'charter.md --gate SG_9',
      'charter.md --at noon',
      'charter.md --threshold all',
    ])
      shown.push(await typed(`verify ${asked}`, { environment }));
    shown.push(await typed('verify charter.md'));
    const replaced = new Map([
      [VECTORS, '<vectors>'],
      [directory, '<here>'],
    ]);
    await expect(screens('countersign verify', shown, { replaced })).toMatchFileSnapshot(
      '10-terminal-verify.txt',
    );
  });

  it('of countersign receipt', { timeout: TEST_MS }, async () => {
    const cases = readCases(['receipts']);
    const place = async (file: string, name: string) => {
      const { question } =
        cases.find((one) => one.name === name) ?? expect.fail(`there is no receipt ${name}`);
      await writeFile(join(directory, file), Buffer.from(String(question['file']), 'base64'));
      return String((question['pinned'] as string[])[0]);
    };
    const pinned = await place('kind.json', 'genuine, of art-1');
    await place('changed.json', 'another word in the text');
    await place('signed.json', 'another sentence in what was signed');
    openBundle('genuine.bundle', join(directory, 'clone.git'));
    await mkdir(join(directory, 'receipt-keys'));
    await copyFile(join(V1, 'clones', 'sovereign.asc'), join(directory, 'receipt-keys', 'sovereign.asc'));
    const { signers } = JSON.parse(await readFile(join(V1, 'clones', 'cases.json'), 'utf8')) as {
      signers: string[];
    };
    const clone = `--clone clone.git --keys receipt-keys --signer ${signers[0]}`;
    const shown = [
      await typed(`receipt verify kind.json --signer ${pinned}`),
      await typed(`receipt verify kind.json --signer ${pinned} --json`),
      await typed(`receipt verify changed.json --signer ${pinned}`),
      await typed(`receipt verify signed.json --signer ${pinned}`),
      await typed('receipt verify kind.json'),
      await typed(`receipt charter art-2 ${clone}`),
      await typed(`receipt charter art-2 ${clone}`),
      await typed(`receipt charter art-99 ${clone}`),
      await typed(`receipt statute art-1 ${clone}`),
    ];
    const replaced = new Map([[directory, '<here>']]);
    await expect(screens('countersign receipt', shown, { replaced, alive: true })).toMatchFileSnapshot(
      '10-terminal-receipt.txt',
    );
  });

  it('of countersign plan', { timeout: TEST_MS }, async () => {
    await writeFile(join(directory, 'law.md'), CHARTER);
    await writeFile(join(directory, 'binary.md'), Buffer.from([0x23, 0x20, 0xff, 0xfe, 0x00]));
    await writeFile(join(directory, 'changed.md'), REVISED);
    const shown = [
      await typed('plan law.md'),
      await typed('plan law.md --json'),
      await typed('plan binary.md'),
      await typed('plan nowhere.md'),
      await typed('plan changed.md --against law.md --document charter'),
      await typed('plan law.md --against law.md --document charter'),
      await typed('plan changed.md --against law.md'),
    ];
    await expect(screens('countersign plan', shown, {})).toMatchFileSnapshot('10-terminal-plan.txt');
  });
});

describe('what a terminal shows on a machine with a bot', () => {
  let site: Site;
  let runId = '';
  const shown: Shown[] = [];
  const typedThere = async (...args: string[]): Promise<Shown> => {
    const command = args.map((arg) => (/ /.test(arg) ? `"${arg}"` : arg)).join(' ');
    const screen = { command, ...(await site.run(...args)) };
    shown.push(screen);
    return screen;
  };
  const page = async (title: string, file: string) => {
    const { sovereign, backup } = site.keys;
    const replaced = new Map([
      [site.directory, '<here>'],
      [sovereign.fingerprint, "<the sovereign's fingerprint>"],
      [backup.fingerprint, "<the backup's fingerprint>"],
    ]);
    await expect(screens(title, shown.splice(0), { replaced, alive: true })).toMatchFileSnapshot(file);
  };
  beforeAll(async () => {
    site = await openSite({ 'documents/charter.md': CHARTER });
  }, TEST_MS);
  afterAll(() => site.close());

  it('of countersign readiness', { timeout: TEST_MS }, async () => {
    await typedThere('readiness');
    await writeFile(join(site.directory, 'software', 'src', 'added.ts'), 'export {};\n');
    await typedThere('readiness');
    await rm(join(site.directory, 'software', 'src', 'added.ts'));
    await typedThere('readiness', '--document', 'statutes');
    await page('countersign readiness', '10-terminal-readiness.txt');
  });

  it('of countersign recorder', { timeout: TEST_MS }, async () => {
    await typedThere('recorder', 'show');
    await typedThere('recorder', 'init', 'keys/recorder.key');
    await typedThere('recorder', 'init', 'keys/recorder.key');
    await mkdir(join(site.directory, 'clone', '.git'), { recursive: true });
    await typedThere('recorder', 'init', 'clone/recorder.key');
    const key = join(site.directory, 'keys', 'recorder.key');
    const both = `${key},${join(site.directory, 'data', 'recorder.key')}`;
    const with_ = (more: Record<string, string>) => ({
      directory: site.directory,
      environment: { ...site.environment, ...more },
    });
    shown.push(await typed('recorder show', with_({ RECORDER_KEY_PATH: both })));
    await chmod(key, 0o640);
    shown.push(await typed('recorder show', with_({ RECORDER_KEY_PATH: both })));
    const signer = { RECORDER_SIGNER: '["false"]', RECORDER_PUBLIC_KEY: RECORDER_KEY };
    shown.push(await typed('recorder show', with_(signer)));
    await page('countersign recorder', '10-terminal-recorder.txt');
  });

  it('of a run that is made there, disabled, enabled and abandoned', { timeout: TEST_MS }, async () => {
    await typedThere('disable');
    await typedThere('enable-master');
    const config = JSON.parse(await readFile(join(site.directory, 'orchestrator.config.json'), 'utf8'));
    const off = JSON.stringify({ ...config, policy: { master_off: true } });
    await writeFile(join(site.directory, 'off.json'), off);
    await typedThere('enable-master', '--config', 'off.json');
    const stop = await site.start();
    await typedThere('readiness');
    await typedThere('disable');
    await typedThere('enable-master');
    const bindings = {
      deployment: 'town',
      document_id: 'charter',
      mode: 'LIVE',
      source_sha256: sha256(CHARTER),
      recorder_key: site.recorderKey,
    };
    const at = signedUtc(new Date());
    const document = approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: at });
    const opened = await site.sovereign.approve({ file: 'approvals/open.md', document });
    const forCut = await site.sovereign.waitFor(opened, /Waiting for your signature: `SG_1/, TEST_MS);
    const cut = await site.sovereign.approve(unsignedFromComment(forCut, new Date()));
    const asked = await site.sovereign.waitFor(cut, /Waiting for your signature: `SG_2/, TEST_MS);
    runId = /run-\d{8}-[0-9a-f]{16}/.exec(asked)?.[0] ?? '';
    await stop();
    await typedThere('disable');
    await typedThere('enable-master');
    await page('countersign disable, enable-master', '10-terminal-operate.txt');
  });

  it('of its units and its compensation', { timeout: TEST_MS }, async () => {
    await typedThere(
      'query',
      'select key, lifecycle_status from information_unit order by ordinal',
      '--data',
      'data/governed',
    );
    await typedThere('query', 'select key from information_unit where false', '--data', 'data/governed');
    await typedThere('revert', 'plan', runId, '--data', 'data/governed');
    await typedThere('revert', 'plan', runId, '--data', 'data/governed', '--json');
    await typedThere('revert', 'plan', 'run-20200101-00000000000000ff', '--data', 'data/governed');
    await typedThere('revert', 'plan', runId, '--record');
    await typedThere('revert', 'plan', 'nobody', '--record');
    await typedThere('abandon', runId, '--why', 'a change of mind');
    await typedThere('abandon', runId, '--why', 'twice');
    await typedThere('abandon', 'nobody', '--why', 'there is none');
    await page('countersign query, revert plan, abandon', '10-terminal-revert.txt');
  });

  it('of its backups', { timeout: TEST_MS }, async () => {
    const backups = join(site.directory, 'backups');
    await mkdir(join(site.directory, 'empty'));
    await typedThere('backup', 'selftest');
    const { BACKUP_DIR: _directory, ...elsewhere } = site.environment;
    const nowhere = { ...elsewhere, BACKUP_DIR: join(site.directory, 'orchestrator.config.json') };
    shown.push(await typed('backup selftest', { directory: site.directory, environment: nowhere }));
    await typedThere('backup', 'list');
    await typedThere('backup', 'list', '--directory', 'empty');
    const file = `${runId}.sql.gpg`;
    await typedThere('backup', 'verify', `backups/${file}`);
    await typedThere('backup', 'verify', `backups/${file}`, '--recipient', 'A'.repeat(40));
    await typedThere('backup', 'prune', '--keep', '0', '--days', '0');
    await typedThere('backup', 'prune', '--keep', 'all', '--days', '0');

    // An older one, and the newest cut short.
    const old = 'run-20200101-00000000000000aa';
    const envelope = JSON.parse(await readFile(join(backups, `${runId}.envelope.json`), 'utf8'));
    const aged = { ...envelope, run_id: old, path: `${old}.sql.gpg`, finished_at: '2020-01-01T00:00:00Z' };
    await writeFile(join(backups, `${old}.envelope.json`), JSON.stringify(aged));
    await copyFile(join(backups, file), join(backups, `${old}.sql.gpg`));
    await typedThere('backup', 'prune', '--keep', '1', '--days', '30', '--dry-run');
    await typedThere('backup', 'prune', '--keep', '1', '--days', '30');
    await truncate(join(backups, file), 100);
    await typedThere('backup', 'list');
    await typedThere('backup', 'verify', `backups/${file}`);
    await page('countersign backup', '10-terminal-backup.txt');
  });

  it('of a demo', { timeout: TEST_MS }, async () => {
    await writeFile(join(site.directory, 'law.md'), CHARTER);
    const here = { directory: site.directory };
    shown.push(await typed('demo --data demo --document law.md', here));
    await writeFile(join(site.directory, 'somebody-elses.txt'), 'not yours\n');
    shown.push(await typed('demo --data .', here));
    await page('countersign demo', '10-terminal-demo.txt');
  });
});
