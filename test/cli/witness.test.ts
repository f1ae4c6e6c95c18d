// An auditor as a witness, as a process: what is cosigned was clean and continues what was cosigned before, and who asks for
// the witness later is told.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRecorderKeyFile } from '../../src/deployment/recorder-key-file.ts';
import { V1 } from '../conformance/bundles.ts';
import { command, type Outcome } from '../support/command.ts';

const { signers } = JSON.parse(readFileSync(join(V1, 'clones', 'cases.json'), 'utf8')) as {
  signers: string[];
};
const NAME = 'audit-office.example';
const FILE = `runs/log/witness/${NAME}`;

const folder = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]) => {
  const by = ['-c', 'user.name=Ada', '-c', 'user.email=ada@town.invalid', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', ['-C', join(folder, 'clone'), ...by, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
};
const audit = (...args: string[]): Promise<Outcome> =>
  command(['audit', 'clone', '--keys', 'keys', '--signer', signers[0] ?? '', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
  });
const cosigning = ['--cosign', 'witness.key', '--as', NAME];

let done: Outcome;
let key: string;
beforeAll(async () => {
  spawnSync('git', [
    'clone',
    '--quiet',
    '-b',
    'main',
    join(V1, 'clones', 'genuine.bundle'),
    join(folder, 'clone'),
  ]);
  mkdirSync(join(folder, 'keys'));
  copyFileSync(join(V1, 'clones', 'sovereign.asc'), join(folder, 'keys', 'sovereign.asc'));
  await makeRecorderKeyFile(join(folder, 'witness.key'));
  done = await audit(...cosigning);
  key = / (audit-office[.]example[+]\S+)/.exec(done.errors)?.[1] ?? '';
});

describe('a witness', () => {
  it('cosigns what is clean, keeps it beside the key, and says what to do with the file', () => {
    expect(done.code).toBe(0);
    expect(done.errors).toMatch(
      /^Cosigned: the log with its \d+ lines, as of \S+Z\. Commit runs\/log\/witness\/audit-office\.example and open a pull/,
    );
    const file = readFileSync(join(folder, 'clone', FILE), 'utf8');
    expect(file.startsWith(readFileSync(join(folder, 'clone/runs/log/checkpoint'), 'utf8'))).toBe(true);
    expect(readFileSync(join(folder, 'witness.key.seen'), 'utf8')).toBe(file);
  });

  it('is found by whoever asks for it once the file is merged, and is told as absent before', async () => {
    const before = await audit('--witness', key);
    expect([before.code, /cosignature_absent/.test(before.output)]).toEqual([1, true]);
    git('add', FILE);
    git('commit', '--quiet', '-m', 'Cosign the log');
    const after = await audit('--witness', key);
    expect(after.code).toBe(0);
    expect(after.output).toMatch(
      /^ {2}witness {4}audit-office\.example has cosigned the first (\d+) of the \1 lines of the log, at \S+Z$/m,
    );
    const again = await audit(...cosigning);
    expect([again.code, again.errors]).toEqual([0, expect.stringContaining(`${FILE} has these`)]);
  });

  it('cosigns no log that is shorter than the one it cosigned last, though all else in it is clean', async () => {
    const whole = git('rev-parse', 'HEAD');
    git('reset', '--quiet', '--hard', 'HEAD~3');
    const { code, output, errors } = await audit(...cosigning);
    git('reset', '--quiet', '--hard', whole);
    expect(code).toBe(1);
    expect(output).toContain('error cosigned_contradicted');
    expect(output).toContain('witness.key.seen');
    expect(output).toMatch(/^NOT PROVED: 1 error\b/);
    expect(errors).toBe('Nothing was cosigned: what is not clean is not to be held for ever.\n');
  });

  it('does not take the place of another one, nor write where a link leads', async () => {
    await makeRecorderKeyFile(join(folder, 'other.key'));
    const taken = await audit('--cosign', 'other.key', '--as', NAME);
    expect([taken.code, taken.errors]).toEqual([
      2,
      expect.stringContaining('is of another key than this one'),
    ]);
    const whole = git('rev-parse', 'HEAD');
    git('reset', '--quiet', '--hard', 'HEAD~1');
    mkdirSync(join(folder, 'elsewhere'));
    spawnSync('ln', ['-s', join(folder, 'elsewhere'), join(folder, 'clone/runs/log/witness')]);
    const led = await audit('--cosign', 'other.key', '--as', NAME);
    rmSync(join(folder, 'clone/runs/log/witness'));
    git('reset', '--quiet', '--hard', whole);
    expect([led.code, led.errors]).toEqual([2, expect.stringContaining('leads elsewhere')]);
    expect(existsSync(join(folder, 'elsewhere', NAME))).toBe(false);
  });

  it.each([
    [['--cosign', 'witness.key'], '--cosign needs --as NAME'],
    [['--cosign', 'witness.key', '--as', 'Me/too'], '--cosign needs --as NAME'],
    [['--cosign', 'absent.key', '--as', NAME], 'absent.key is not there. To make a key: openssl genpkey'],
    [['--cosign', 'open.key', '--as', NAME], 'can be read by others'],
    [[...cosigning, '--at', 'HEAD~1'], '--cosign takes the newest state alone'],
    [['--witness', 'nobody+00000000+AAAA'], 'nobody+00000000+AAAA is not a verifier key of type 4'],
  ])('is asked wrongly by %j', async (args, told) => {
    copyFileSync(join(folder, 'witness.key'), join(folder, 'open.key'));
    chmodSync(join(folder, 'open.key'), 0o644);
    const { code, output, errors } = await audit(...args);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(told);
  });
});
