// The ready-to-sign text is admitted as it stands once the time is filled in and the file is signed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admit } from '../../src/approval/admission.ts';
import { readApproval } from '../../src/approval/front-matter.ts';
import { BINDINGS, type BindingName, PURPOSES, type Purpose } from '../../src/approval/gates.ts';
import { readKeys } from '../../src/approval/key-ring.ts';
import { approvalTemplate, SIGNED_UTC_PLACEHOLDER } from '../../src/approval/template.ts';
import { onlyWhere } from '../support/skip.ts';
import { makeSigner, requestFor, SIGNED_UTC } from './signer.ts';

const VALUES: Record<BindingName, string> = {
  document_id: 'charter',
  deployment: 'production',
  mode: 'LIVE',
  run_id: 'run-20260520-0123456789abcdef',
  recorder_key: '8'.repeat(64),
  source_sha256: '1'.repeat(64),
  accepts_sha256: '7'.repeat(64),
  cutplan_sha256: '2'.repeat(64),
  evidence_sha256: '3'.repeat(64),
  revert_plan_sha256: '4'.repeat(64),
  event_log_sha256: '5'.repeat(64),
  approval_sha256: '6'.repeat(64),
};

describe('the ready-to-sign text', () => {
  it.each(PURPOSES)('of %s is admitted once it is filled in and signed', async (gate) => {
    const bindings = bindingsOf(gate);
    const document = Buffer.from(
      approvalTemplate({ gate, bindings }).replace(SIGNED_UTC_PLACEHOLDER, SIGNED_UTC),
    );
    const request = await requestFor(document, await makeSigner());
    const verdict = await admit({ ...request, expect: { gate, bindings } });
    expect(verdict).toMatchObject({
      verdict: 'accepted',
      approval: { gate, bindings, signedUtc: SIGNED_UTC },
    });
  });

  it.each(PURPOSES)('of %s is refused while the time is not filled in', (gate) => {
    const read = readApproval(Buffer.from(approvalTemplate({ gate, bindings: bindingsOf(gate) })));
    expect(read).toMatchObject({
      ok: false,
      refusal: { reason: 'placeholder_left', at: { line: expect.any(Number) } },
    });
    if (!read.ok) expect(read.refusal.detail).toBe(`\`signed_utc\` is still \`${SIGNED_UTC_PLACEHOLDER}\``);
  });
});

const hasGpg = spawnSync('gpg', ['--version']).status === 0;

describe('with the gpg of this machine', onlyWhere(hasGpg, 'gpg absent'), () => {
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  const gpg = (args: readonly string[], input = '') =>
    execFileSync(
      'gpg',
      ['--homedir', home, '--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback', ...args],
      { input },
    );
  beforeAll(() => {
    gpg(['--quick-gen-key', 'sovereign', 'ed25519', 'sign', 'never']);
  });
  afterAll(() => {
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    rmSync(home, { recursive: true, force: true });
  });

  it.each(PURPOSES)('a %s approval signed now is admitted now', async (gate) => {
    const now = new Date();
    const signedUtc = `${now.toISOString().slice(0, 19)}Z`;
    const bindings = bindingsOf(gate);
    const text = approvalTemplate({ gate, bindings, signedUtc });
    const signature = gpg(['--armor', '--detach-sign'], text);
    const fingerprint =
      /^fpr:+([0-9A-F]{40}):/m.exec(gpg(['--with-colons', '--list-keys']).toString())?.[1] ?? '';
    const keys = await readKeys([{ name: 'sovereign.gpg', bytes: gpg(['--export']) }], {
      pinned: [fingerprint],
      now,
    });
    const verdict = await admit({
      approval: { path: 'approvals/now.md', bytes: Buffer.from(text) },
      signatures: [{ path: 'approvals/now.md.asc', bytes: signature }],
      change: null,
      expect: { gate, bindings },
      ledger: null,
      keys,
      policy: { thresholds: {} },
      now: new Date(),
    });
    expect(verdict).toMatchObject({ verdict: 'accepted', signers: [fingerprint] });
  });
});

function bindingsOf(gate: Purpose): Partial<Record<BindingName, string>> {
  return Object.fromEntries(BINDINGS[gate].needs.map((name) => [name, VALUES[name]]));
}
