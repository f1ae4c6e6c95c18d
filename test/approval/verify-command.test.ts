// `countersign verify` as a process of its own: what it prints and how it exits.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FOLDER, readVectors, type Vector } from '../conformance/approvals/vector.ts';
import { compileCache } from '../support/compile-cache.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let signer: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const sound = vectorOf('gpg: Ed25519');
  signer = sound.pinned[0] ?? '';
  copyFileSync(`${FOLDER}files/${sound.document}`, join(folder, 'charter.md'));
  copyFileSync(`${FOLDER}files/${sound.signatures[0]}`, join(folder, 'charter.md.asc'));
  copyFileSync(`${FOLDER}keys/${sound.keys[0]}`, join(folder, 'sovereign.asc'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('countersign verify', () => {
  it('exits 0 for an accepted approval and prints every check and the exact text', async () => {
    const { code, output } = await verify('charter.md', '--at', '2026-05-21T12:00:00Z');
    expect(output).toMatch(/^ACCEPTED SG_1_cut_authz\n/);
    expect(output).toContain('I authorise this run to write exactly this cut plan to the governed database.');
    expect(output).toContain(readFileSync(join(folder, 'charter.md'), 'utf8').trimEnd());
    expect(code).toBe(0);
  });

  it('exits 1 for a rejected approval and says why, where and what to do', async () => {
    const text = readFileSync(join(folder, 'charter.md'), 'utf8');
    writeFileSync(join(folder, 'charter.md'), text.replace('explicit', 'implicit'));
    const { code, output } = await verify('charter.md', '--at', '2026-05-21T12:00:00Z');
    expect(output).toMatch(/^REJECTED allowance_not_explicit: /);
    expect(output).toContain('(approvals/charter.md, line 5)');
    expect(code).toBe(1);
  });

  it('judges at the time it is given', async () => {
    const { code, output } = await verify('charter.md', '--at', '2026-05-22T10:00:00Z');
    expect(output).toContain('REJECTED window_expired');
    expect(code).toBe(1);
  });

  it('judges now when it is given no time', async () => {
    expect((await verify('charter.md')).code).toBe(1);
  });

  it('rejects a digest that the approval is not bound to', async () => {
    const { output } = await verify(
      'charter.md',
      '--at',
      '2026-05-21T12:00:00Z',
      '--cutplan-sha256',
      'b'.repeat(64),
    );
    expect(output).toContain('REJECTED binding_mismatch');
  });

  it('prints one JSON value with --json', async () => {
    const accepted = await verify('charter.md', '--at', '2026-05-21T12:00:00Z', '--json');
    expect(JSON.parse(accepted.output)).toMatchObject({
      verdict: 'accepted',
      signers: [signer],
      validUntil: '2026-05-22T10:00:00.000Z',
    });
    const rejected = await verify('charter.md', '--gate', 'SG_2_lifecycle_authz', '--json');
    expect(JSON.parse(rejected.output)).toMatchObject({
      verdict: 'rejected',
      reason: 'gate_mismatch',
      docs: 'docs/reasons.md#gate_mismatch',
    });
  });

  it('rejects an approval without a signature beside it', async () => {
    rmSync(join(folder, 'charter.md.asc'));
    const { code, output } = await verify('charter.md');
    expect(output).toContain('REJECTED signature_missing');
    expect(code).toBe(1);
  });

  it.each([
    ['a file that does not exist', ['nowhere.md'], /ENOENT/],
    ['a signature that does not exist', ['charter.md', '--signature', 'nowhere.asc'], /ENOENT/],
    ['an unknown gate', ['charter.md', '--gate', 'SG_9'], /--gate SG_9 is no gate; choose one of GAP7/],
    ['a time that is none', ['charter.md', '--at', 'yesterday'], /--at yesterday is no instant/],
    ['a threshold that is none', ['charter.md', '--threshold', 'all'], /--threshold all is no count/],
    ['an unknown option', ['charter.md', '--force'], /unknown option '--force'/],
    ['no file at all', [], /missing required argument/],
    ['a key directory that does not exist', ['charter.md', '--keys', 'nowhere'], /ENOENT.*nowhere/],
    ['a short key id', ['charter.md', '--signer', '0123456789ABCDEF'], /never a short key id/],
    [
      'a key that is not there',
      ['charter.md', '--signer', 'A'.repeat(40)],
      /no file of the key directory holds A{40}/,
    ],
  ])('exits 2 for %s', async (_, args, message) => {
    const { code, errors, output } = await verify(...args);
    expect(errors).toMatch(message);
    expect(output).toBe('');
    expect(code).toBe(2);
  });

  it('exits 2 without a pinned signer, naming what is missing', async () => {
    const { code, errors } = await run(['charter.md'], {});
    expect(errors).toContain('SOVEREIGN_GPG_FPR');
    expect(errors).toContain('SOVEREIGN_KEY_DIR');
    expect(code).toBe(2);
  });

  it('takes the pinned signer and the key directory from the settings', async () => {
    const settings = { SOVEREIGN_GPG_FPR: signer, SOVEREIGN_KEY_DIR: folder };
    expect((await run(['charter.md', '--at', '2026-05-21T12:00:00Z'], settings)).code).toBe(0);
  });
});

function vectorOf(name: string): Vector {
  const vector = readVectors().find((candidate) => candidate.name === name);
  if (!vector) throw new Error(`there is no vector ${name}`);
  return vector;
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** With the sound key pinned, unless the arguments say otherwise. */
function verify(...args: string[]): Promise<Outcome> {
  return run(args, { SOVEREIGN_GPG_FPR: signer, SOVEREIGN_KEY_DIR: folder });
}

function run(args: readonly string[], settings: Record<string, string>): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, 'verify', ...args],
      { cwd: folder, env: { ...compileCache(), ...settings } },
      (error, output, errors) => {
        resolve({ code: error ? Number(error.code) : 0, output, errors });
      },
    );
  });
}
