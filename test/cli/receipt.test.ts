// `countersign receipt` as a process, on the genuine clone of the corpus: made from a clone, judged without one.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle, V1 } from '../conformance/bundles.ts';
import { command, type Outcome } from '../support/command.ts';

const { signers } = JSON.parse(readFileSync(join(V1, 'clones', 'cases.json'), 'utf8')) as {
  signers: string[];
};
const SIGNER = signers[0] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'countersign-receipt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Outcome> =>
  command(['receipt', ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } });
const make = (...args: string[]): Promise<Outcome> =>
  run(...args, '--clone', 'clone.git', '--keys', 'keys', '--signer', SIGNER);

let made: Outcome;
beforeAll(async () => {
  openBundle('genuine.bundle', join(folder, 'clone.git'));
  mkdirSync(join(folder, 'keys'));
  copyFileSync(join(V1, 'clones', 'sovereign.asc'), join(folder, 'keys', 'sovereign.asc'));
  made = await make('charter', 'art-2');
});

describe('countersign receipt', () => {
  it('writes the receipt of a unit as the newest run cut it, and says how to check it', () => {
    expect(made).toMatchObject({ code: 0, errors: '' });
    expect(made.output).toMatch(
      /^charter-art-2\.receipt\.json: \d+ bytes, the text of art-2 as run-\d{8}-\w{16} cut it$/m,
    );
    expect(made.output).toContain(`countersign receipt verify charter-art-2.receipt.json --signer ${SIGNER}`);
    const { text } = JSON.parse(readFileSync(join(folder, 'charter-art-2.receipt.json'), 'utf8'));
    expect(text).toBe('## Article 2. Bread\n\nThe baker alone sets the price.\n\n');
  });

  it('tells whoever verifies it who signed what, the text, and what it does not prove', async () => {
    const { code, output } = await run('verify', 'charter-art-2.receipt.json', '--signer', SIGNER);
    expect(code).toBe(0);
    expect(output).toMatch(/^GENUINE Article 2\. Bread: this is the text that was signed\.$/m);
    expect(output).toContain('  | The baker alone sets the price.\n');
    expect(output.match(new RegExp(`the holder of ${SIGNER}`, 'g'))).toHaveLength(3);
    expect(output).toContain('That the text is in force today.');
  });

  it('refuses one that was changed, by its name, with 1', async () => {
    const file = readFileSync(join(folder, 'charter-art-2.receipt.json'), 'utf8');
    writeFileSync(join(folder, 'changed.json'), file.replace('alone sets', 'never sets'));
    const { code, output } = await run('verify', 'changed.json', '--signer', SIGNER);
    expect([code, output.split(':')[0]]).toEqual([1, 'REFUSED text_differs']);
  });

  it('cannot judge without a fingerprint, or with half of one', async () => {
    const none = await run('verify', 'charter-art-2.receipt.json');
    expect(none).toMatchObject({ code: 2, output: '' });
    expect(none.errors).toContain('--signer <fingerprint>');
    const half = await run('verify', 'charter-art-2.receipt.json', '--signer', SIGNER.slice(20));
    expect(half).toMatchObject({ code: 2, output: '' });
    expect(half.errors).toContain('no full fingerprint');
  });

  it('makes the receipt of an earlier run where that is asked for', async () => {
    const state = (id: string) => JSON.parse(readFileSync(join(folder, 'early.json'), 'utf8')).run_id === id;
    const { errors } = await make('charter', 'art-2', '--at', 'run-20260101-0123456789abcdef');
    expect(errors).toContain('the clone has no file runs/run-20260101-0123456789abcdef/events.jsonl');
    const early = await make('charter', 'art-3', '--out', 'early.json');
    expect(early.code, early.errors).toBe(0);
    expect(state(/cut it|run-\d{8}-\w{16}/.exec(early.output)?.[0] ?? '')).toBe(true);
  });

  it.each([
    ['a unit that no run has', ['charter', 'art-99'], 'no completed run of charter has a unit art-99'],
    ['a document that nobody cut', ['statute', 'art-1'], 'the clone has no run of statute'],
    ['a file that is there', ['charter', 'art-2'], 'charter-art-2.receipt.json is there already'],
  ])('writes nothing for %s', async (_, args, said) => {
    const { code, output, errors } = await make(...args);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(said);
  });

  it('gives away no receipt that it would not believe', async () => {
    const { code, output } = await run(
      'charter',
      'art-1',
      '--clone',
      'clone.git',
      '--keys',
      'keys',
      '--signer',
      'A'.repeat(40),
    );
    expect(code).toBe(1);
    expect(output).toMatch(/^No receipt was written: it would not hold\.\nREFUSED approval_refused/);
  });
});
