// The corpus, asked of three implementations that share no code: this software, the program in docs/receipt.html, and
// docs/recompute/audit. A difference is named here with its reason, or it is a defect.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leaveOut } from '../support/skip.ts';
import { openBundle } from './bundles.ts';
import { readCases } from './cases.ts';
import { type Count, runCases } from './run.ts';
import { TAMPERINGS } from './tamperings.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-corpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ADAPTERS = join(import.meta.dirname, 'adapters');
const has = (program: string) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

const wrongIn = (counts: ReadonlyMap<string, Count>) => [...counts.values()].flatMap(({ wrong }) => wrong);

/** How many of a part were answered at all, at least: an adapter that understands nothing is no agreement. */
function expectAnswered(counts: ReadonlyMap<string, Count>, least: Readonly<Record<string, number>>): void {
  const answered = Object.fromEntries(Object.keys(least).map((part) => [part, counts.get(part)?.right ?? 0]));
  for (const [part, count] of Object.entries(least))
    expect(answered[part], part).toBeGreaterThanOrEqual(count);
}

describe('the corpus', () => {
  it('is answered by this software without a difference', async () => {
    const cases = readCases(['approvals', 'plans', 'proofs', 'receipts']);
    const counts = await runCases(cases, [process.execPath, join(ADAPTERS, 'countersign.ts')]);
    expect(wrongIn(counts)).toEqual([]);
    for (const { right, sameReason } of counts.values()) expect(sameReason).toBe(right);
    expect([...counts.values()].reduce((sum, { right }) => sum + right, 0)).toBe(cases.length);
  });

  it('is answered by the page for receipts without a difference', async () => {
    const cases = readCases(['approvals', 'proofs', 'receipts']);
    const counts = await runCases(cases, [process.execPath, join(ADAPTERS, 'page.js')]);
    expect(wrongIn(counts)).toEqual([]);
    const { right, sameReason } = counts.get('receipts') ?? expect.fail('no receipts');
    expect(sameReason).toBe(right);
    expectAnswered(counts, { approvals: 250, proofs: 200, receipts: 30 });
  });

  it('is answered by docs/recompute/audit but for what gpg passes over', async () => {
    if (!has('python3')) leaveOut('python3 absent');
    if (!has('gpg')) leaveOut('gpg absent');
    const counts = await runCases(readCases(['approvals', 'plans']), [
      'python3',
      join(ADAPTERS, 'recompute.py'),
    ]);
    const named = wrongIn(counts).map((line) => line.replace(/: verdict is .*/, ''));
    // Without key flags gpg takes a key for every use; here it may sign nothing.
    expect(named.filter((name) => name !== 'key: a primary key without key flags')).toEqual([]);
    expectAnswered(counts, { approvals: 250, plans: 10 });
  });

  it('calls tampered clones what they are by `countersign audit` as well', async () => {
    // Each costs a process; the runner asks of all of them: node test/conformance/run.ts clones -- node …/countersign.ts
    const cases = readCases(['clones']).filter((_, index) => index % 9 === 0);
    const counts = await runCases(cases, [process.execPath, join(ADAPTERS, 'countersign.ts')]);
    expect(wrongIn(counts)).toEqual([]);
    expectAnswered(counts, { clones: cases.length });
  });

  it('has every tampering with a clone, each another commit than the genuine one', () => {
    const cases = readCases(['clones']);
    expect(cases.map(({ name }) => name)).toEqual(['genuine', ...TAMPERINGS.map(({ name }) => name)]);
    const [, tampered] = (cases[1]?.question['bundles'] ?? []) as string[];
    const bundle = basename(tampered ?? 'none');
    openBundle(bundle, join(folder, 'tampered.git'));
    const git = (...args: string[]) =>
      spawnSync('git', ['-C', join(folder, 'tampered.git'), ...args], { encoding: 'utf8' }).stdout;
    expect(git('rev-parse', 'HEAD')).not.toBe(git('rev-parse', 'main'));
  });
});
