// docs/recompute/audit at the command line, on the clones of the corpus: what it prints, how it ends, and by which code it
// finds each tampering.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
