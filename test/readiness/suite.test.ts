// PRE-7: a suite that has not run, or that left something out for a reason nobody accepted, speaks for no tree.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Attestation, acceptedSkips, whyNotAttested } from '../../src/readiness/attestation.ts';
import { countSkipped, readSuite, suiteLines, UNSTATED } from '../../src/readiness/suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-suite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface ReportedTest {
  readonly fullName: string;
  readonly status: string;
  readonly meta?: { readonly skipped?: string };
}

function read(files: Readonly<Record<string, { status: string; tests: readonly ReportedTest[] }>>) {
  const path = join(folder, 'report.json');
  const testResults = Object.entries(files).map(([name, { status, tests }]) => ({
    name: join('/tree', name),
    status,
    assertionResults: tests,
  }));
  writeFileSync(path, JSON.stringify({ testResults }));
  return readSuite(path, '/tree');
}

const GOOD: Attestation = {
  format: 'countersign/attestation/2',
  tree_sha256: 'a'.repeat(64),
  commit: 'c'.repeat(40),
  passed: 900,
  failed: 0,
  skipped: {},
  at: '2026-05-21T10:00:00.000Z',
};

describe('a test that does not run', () => {
  it('says why in the report: nobody leaves one out in another way', () => {
    const root = join(import.meta.dirname, '../..');
    const silent = globSync('{test,standin/test}/**/*.test.ts', { cwd: root }).filter((path) =>
      /\.(skipIf|runIf)\(|^\s*(describe|it|test)\.(skip|only|todo)\b|\bskip\(/m.test(
        readFileSync(join(root, path), 'utf8').replaceAll(/`[^`]*`/g, ''),
      ),
    );
    expect(silent).toEqual([]);
  });
});

describe('the report of a suite', () => {
  it('is counted test by test, and what was left out is named by reason', async () => {
    const result = await read({
      'test/a.test.ts': {
        status: 'passed',
        tests: [
          { fullName: 'one', status: 'passed', meta: {} },
          { fullName: 'two', status: 'skipped', meta: { skipped: 'gpg absent' } },
          { fullName: 'three', status: 'pending' },
          { fullName: 'four', status: 'todo', meta: {} },
        ],
      },
      'test/b.test.ts': { status: 'failed', tests: [{ fullName: 'five', status: 'failed' }] },
    });
    expect(result).toEqual({
      passed: 1,
      failed: 1,
      skipped: {
        'gpg absent': ['test/a.test.ts: two'],
        [UNSTATED]: ['test/a.test.ts: three', 'test/a.test.ts: four'],
      },
    });
    expect(countSkipped(result)).toBe(3);
    expect(suiteLines(result)).toEqual([
      'skipped, gpg absent: 1',
      'skipped, no reason stated: 2',
      '1 passed, 1 failed, 3 skipped',
    ]);
  });

  it('counts a file that broke before it had a test', async () => {
    expect(await read({ 'test/a.test.ts': { status: 'failed', tests: [] } })).toMatchObject({ failed: 1 });
  });

  it('that is none is no result', async () => {
    writeFileSync(join(folder, 'report.json'), '{"numPassedTests": 900}');
    await expect(readSuite(join(folder, 'report.json'), '/tree')).rejects.toThrow();
  });
});

describe('an attestation', () => {
  it('speaks for the tree it was made of, with what it left out for accepted reasons', () => {
    const attestation = { ...GOOD, skipped: { 'shared documents absent': ['a', 'b'] } };
    expect(whyNotAttested(attestation, GOOD.tree_sha256)).toBeUndefined();
    expect(acceptedSkips(attestation)).toEqual(['2 left out, shared documents absent']);
  });

  it.each([
    [
      'of another tree',
      { ...GOOD, tree_sha256: 'b'.repeat(64) },
      /ran on another tree \(commit cccccccccccc\)/,
    ],
    ['of a suite that failed', { ...GOOD, failed: 2 }, /2 tests failed/],
    ['of a suite of which nothing ran', { ...GOOD, passed: 0 }, /without passing a single test/],
    [
      'of one test, with all others left out',
      { ...GOOD, passed: 1, skipped: { [UNSTATED]: Array.from({ length: 1116 }, (_, n) => `test ${n}`) } },
      /not accepted .*no reason stated: test 0, test 1, test 2 and 1113 more/,
    ],
    [
      'of a suite without a database',
      { ...GOOD, skipped: { 'python3 absent': ['p'], 'PostgreSQL absent': ['t'] } },
      /not accepted .*: PostgreSQL absent: t$/,
    ],
  ])('%s speaks for nothing', (_, attestation, why) => {
    expect(whyNotAttested(attestation, GOOD.tree_sha256)).toMatch(why);
  });

  it('that is not there speaks for nothing', () => {
    expect(whyNotAttested(undefined, GOOD.tree_sha256)).toMatch(/no attestation/);
  });
});
