// docs/recompute/audit at the command line, on the clones of the corpus: what it prints, how it ends, and by which code it
// finds each tampering.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle, V1 } from '../conformance/bundles.ts';
import { readCases } from '../conformance/cases.ts';
import { runCases } from '../conformance/run.ts';
import { leaveOut } from '../support/skip.ts';

const PROGRAM = join(import.meta.dirname, '../../docs/recompute/audit/audit.py');
const { signers } = JSON.parse(readFileSync(join(V1, 'clones', 'cases.json'), 'utf8')) as {
  signers: string[];
};

const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-py-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  openBundle('genuine.bundle', join(folder, 'genuine.git'));
  mkdirSync(join(folder, 'keys'));
  copyFileSync(join(V1, 'clones', 'sovereign.asc'), join(folder, 'keys', 'sovereign.asc'));
});

function audit(clone: string, { signer = signers, more = [] as string[] } = {}) {
  for (const program of ['python3', 'gpg'] as const)
    if (spawnSync(program, ['--version']).status !== 0) leaveOut(`${program} absent`);
  const args = [PROGRAM, join(folder, clone), '--keys', join(folder, 'keys'), '--signer', ...signer, ...more];
  return spawnSync('python3', args, { encoding: 'utf8' });
}

describe('audit.py', () => {
  it('calls the genuine clone clean, and says what it has not redone', () => {
    const { status, stdout, stderr } = audit('genuine.git');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^run-\d{8}-[0-9a-f]{16} COMPLETED, 3 approvals$/m);
    expect(stdout).toMatch(/^note: approvals\/stale\.md was not used: times_disagree, /m);
    expect(stdout).toMatch(/^note: not redone: /m);
    expect(stdout).toMatch(/\nclean\n$/);
  });

  it('prints the same as JSON', () => {
    const { stdout } = audit('genuine.git', { more: ['--json'] });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'clean',
      findings: [],
      runs: [{ status: 'COMPLETED' }, { status: 'COMPLETED' }],
    });
  });

  it('could not audit what is no clone, and under a key that is not there', () => {
    mkdirSync(join(folder, 'empty'));
    const nothing = audit('empty');
    expect([nothing.status, nothing.stdout]).toEqual([2, '']);
    expect(nothing.stderr).toMatch(/^could not audit .*not a git repository/);
    const stranger = audit('genuine.git', { signer: ['A'.repeat(40)] });
    expect(stranger.status).toBe(2);
    expect(stranger.stderr).toContain(`no primary key ${'A'.repeat(40)}`);
  });

  it('imports nothing but the standard library and its own files', () => {
    const here = join(PROGRAM, '..');
    const own = readdirSync(here).map((name) => name.replace(/\.py$/, ''));
    const allowed = new Set([
      ...own,
      'argparse',
      'base64',
      'hashlib',
      'json',
      'os',
      're',
      'subprocess',
      'sys',
      'tempfile',
      'datetime',
    ]);
    for (const name of readdirSync(here).filter((file) => file.endsWith('.py')))
      for (const [, module = ''] of readFileSync(join(here, name), 'utf8').matchAll(
        /^(?:from|import) (\w+)/gm,
      ))
        expect(allowed, `${name} imports ${module}`).toContain(module);
  });

  it('holds what witnesses cosigned and the list of recorders against the log', () => {
    const tree = join(folder, 'tree');
    const git = (...args: string[]) => {
      const by = ['-c', 'user.name=Eve', '-c', 'user.email=eve@town.invalid', '-c', 'commit.gpgsign=false'];
      const { status, stdout, stderr } = spawnSync('git', ['-C', tree, ...by, ...args], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };
    spawnSync('git', ['clone', '--quiet', join(folder, 'genuine.git'), tree]);
    const [newest, earlier] = ['HEAD', 'HEAD~6'].map((at) => git('show', `${at}:runs/log/checkpoint`));
    const recorders = readFileSync(join(tree, 'runs/recorder.json'), 'utf8');
    const judged = (...steps: readonly (readonly [path: string, text: string | null])[]) => {
      git('reset', '--quiet', '--hard', 'origin/main');
      return judgedHere(...steps);
    };
    const judgedHere = (...steps: readonly (readonly [path: string, text: string | null])[]) => {
      for (const [path, text] of steps) {
        mkdirSync(join(tree, 'runs/log/witness'), { recursive: true });
        if (text === null) rmSync(join(tree, path));
        else writeFileSync(join(tree, path), text);
        git('add', '--all');
        git('commit', '--quiet', '-m', 'Add');
      }
      const { findings } = JSON.parse(audit('tree', { more: ['--json'] }).stdout);
      return findings.map(({ code }: { code: string }) => code);
    };
    const file = 'runs/log/witness/audit-office.example';
    expect(judged([file, earlier ?? ''], [file, newest ?? ''])).toEqual([]);
    expect(judged([file, newest ?? ''], [file, earlier ?? ''])).toEqual(['cosigned_set_back']);
    expect(judged([file, newest ?? ''], [file, null])).toEqual(['cosigned_set_back']);
    expect(judged([file, 'seen\n'])).toEqual(['malformed']);
    expect(judged(['runs/recorder.json', recorders.replace('"keys"', '"Keys"')])).toEqual([
      'recorder_file_differs',
    ]);
    const foreign = recorders.replace(/"public_key": "[0-9a-f]{2}/, '"public_key": "00');
    expect(judged(['runs/recorder.json', foreign], ['runs/recorder.json', recorders])).toEqual([
      'recorder_file_differs',
    ]);
    git('reset', '--quiet', '--hard', 'origin/main~6');
    expect(judgedHere([file, newest ?? ''])).toEqual(['cosigned_contradicted']);
  });

  it('finds every tampering of the corpus by its own code', async () => {
    if (spawnSync('python3', ['--version']).status !== 0) leaveOut('python3 absent');
    const { cases } = JSON.parse(readFileSync(join(V1, 'clones', 'cases.json'), 'utf8')) as {
      cases: { name: string; expected: { code?: string } }[];
    };
    const due = new Map(cases.map(({ name, expected }) => [name, expected.code]));
    const adapter = join(import.meta.dirname, '../conformance/adapters/recompute.py');
    const asked = readCases(['clones']).map((one) => ({
      ...one,
      expected: { verdict: 'findings', reason: due.get(one.name) },
    }));
    const answers = new Map<string, unknown>();
    await runCases(asked, ['python3', adapter], {
      answered: ({ name }, answer) => answers.set(name, answer['codes']),
    });
    for (const [name, code] of due) if (code !== undefined) expect(answers.get(name), name).toContain(code);
  });
});
