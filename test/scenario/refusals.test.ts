import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { revokeKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { approvalTemplate } from '../../src/approval/template.ts';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { signedUtc, type UnsignedApproval, unsignedFromComment } from '../../src/local/sovereign.ts';
import { detachSign, makeKey } from '../../src/local/throwaway-keys.ts';
import { RECORDER_KEY } from '../support/recorder.ts';
import { openTown, type Town } from '../support/town.ts';

const git = promisify(execFile);
const WAIT_MS = 60_000;
const HOUR_MS = 3600 * 1000;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(async () => {
  await town.close();
});

const snapshot = () =>
  openEmbedded(town.governed).read('cutter_exec', (reader) =>
    takeSnapshot(reader, { documentId: town.documentId }),
  );

function files({ file, document }: UnsignedApproval, signature: string): Map<string, string> {
  return new Map([
    [file, document],
    [`${file}.asc`, signature],
  ]);
}

/** Opens the pull request, merges it, and returns the comment that refuses it. */
async function refusalOf(title: string, changed: Map<string, string>): Promise<string> {
  const pull = await town.sovereign.propose(title, changed);
  await town.sovereign.merge(pull);
  return town.sovereign.waitFor(pull, /Not admitted/, WAIT_MS);
}

const reasonIn = (comment: string): string | undefined => /^### ⛔ Not admitted: `(\w+)`/m.exec(comment)?.[1];

let serial = 0;
/** The pull request that signed SG_1, for the tests that come after it. */
let cutPull = 0;
function opening(at: Date): UnsignedApproval {
  serial += 1;
  const { document } = town.openingDraft();
  return {
    file: `approvals/open-${serial}.md`,
    document: document.replace(/signed_utc: .*/, `signed_utc: ${signedUtc(at)}`),
  };
}

const ownKey = () => town.keys.sovereign;

describe('the check on an open pull request', () => {
  afterEach(() => {
    town.clock.offsetMs = 0;
  });

  it('is red with the reason and the line, and turns green when the signature is mended', async () => {
    const draft = opening(town.now());
    const pull = await town.sovereign.propose('Unsigned', new Map([[draft.file, draft.document]]));
    await expect
      .poll(() => town.sovereign.check(pull), { timeout: WAIT_MS })
      .toMatchObject({
        conclusion: 'failure',
        title: expect.stringContaining('signature_missing'),
      });
    const signature = await detachSign(draft.document, { key: ownKey(), at: town.now() });
    await town.sovereign.push(pull, new Map([[`${draft.file}.asc`, signature]]));
    await expect
      .poll(() => town.sovereign.check(pull), { timeout: WAIT_MS })
      .toMatchObject({ conclusion: 'success' });
    const green = await town.sovereign.check(pull);
    expect(green?.title).toMatch(/^Merge before \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(green?.summary).toContain('Merging now would be admitted');
    expect(green?.summary).toContain('**cutplan**');
    expect(green?.summary).toContain('PRE-7');
  });

  it('looks again when somebody asks for it, and finds that the signature has run out meanwhile', async () => {
    const draft = opening(town.now());
    const signature = await detachSign(draft.document, { key: ownKey(), at: town.now() });
    const pull = await town.sovereign.propose('Waiting', files(draft, signature));
    await expect
      .poll(() => town.sovereign.check(pull), { timeout: WAIT_MS })
      .toMatchObject({ conclusion: 'success' });
    town.clock.offsetMs = 25 * HOUR_MS;
    await town.sovereign.askAgain(pull);
    await expect
      .poll(() => town.sovereign.check(pull), { timeout: WAIT_MS })
      .toMatchObject({
        conclusion: 'failure',
        title: expect.stringContaining('window_expired'),
      });
  });
});

describe('a merged approval that is not in order', () => {
  it('is refused when one byte of it was changed after it was signed', async () => {
    const before = await snapshot();
    const draft = opening(town.now());
    const signature = await detachSign(draft.document, { key: ownKey(), at: town.now() });
    const comment = await refusalOf(
      'Tampered',
      files({ ...draft, document: draft.document.replace('authorise', 'authorize') }, signature),
    );
    expect(reasonIn(comment)).toBe('signature_invalid');
    expect(comment).toContain('**What to do:**');
    expect(await snapshot()).toEqual(before);
  });

  it('is refused when it was signed 25 hours ago', async () => {
    const before = await snapshot();
    const at = new Date(town.now().getTime() - 25 * HOUR_MS);
    const draft = opening(at);
    const comment = await refusalOf(
      'Late',
      files(draft, await detachSign(draft.document, { key: ownKey(), at })),
    );
    expect(reasonIn(comment)).toBe('window_expired');
    expect(await snapshot()).toEqual(before);
  });

  it('is refused when another key signed it', async () => {
    const before = await snapshot();
    const stranger = await makeKey('Stranger', new Date(town.now().getTime() - HOUR_MS));
    const draft = opening(town.now());
    const comment = await refusalOf(
      'Stranger',
      files(draft, await detachSign(draft.document, { key: stranger, at: town.now() })),
    );
    expect(reasonIn(comment)).toBe('signer_not_pinned');
    expect(await snapshot()).toEqual(before);
  });

  it('is refused from the moment on at which its key is revoked, while the bot runs', async () => {
    const certificate = join(town.directory, 'keys', 'sovereign', `${ownKey().fingerprint}.asc`);
    const { publicKey } = await revokeKey({ key: ownKey().privateKey, date: town.now(), format: 'object' });
    await writeFile(certificate, publicKey.armor());
    const draft = opening(town.now());
    const signature = await detachSign(draft.document, { key: ownKey(), at: town.now() });
    const comment = await refusalOf('Revoked', files(draft, signature));
    await writeFile(certificate, ownKey().publicArmored);
    expect(reasonIn(comment)).toBe('key_revoked');
  });

  it('is refused when the deployment does not govern its document', async () => {
    const at = town.now();
    const bindings = {
      deployment: 'demo',
      recorder_key: (await town.deployment.recorder()).current.key,
      document_id: 'somebody-elses',
      mode: 'LIVE',
      source_sha256: 'a'.repeat(64),
    };
    const draft = {
      file: 'approvals/foreign.md',
      document: approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: signedUtc(at) }),
    };
    const comment = await refusalOf(
      'Foreign',
      files(draft, await detachSign(draft.document, { key: ownKey(), at })),
    );
    expect(reasonIn(comment)).toBe('document_unknown');
  });

  it('is refused when it names another recorder, or none; and the log says so of each merged approval', async () => {
    const key = (await town.deployment.recorder()).current.key;
    const spoil = async (name: string, line: string) => {
      const draft = opening(town.now());
      const document = draft.document.replace(`recorder_key: ${key}\n`, line);
      expect(document).not.toBe(draft.document);
      const signature = await detachSign(document, { key: ownKey(), at: town.now() });
      return refusalOf(name, files({ ...draft, document }, signature));
    };
    const foreign = await spoil('Foreign recorder', `recorder_key: ${RECORDER_KEY}\n`);
    expect(reasonIn(foreign)).toBe('binding_mismatch');
    expect(foreign).toContain(`recorder\\_key is ${RECORDER_KEY}, expected ${key}`);
    expect(reasonIn(await spoil('No recorder', ''))).toBe('binding_missing');
    // A verdict that moves no run is published by itself, after some seconds.
    await vi.waitFor(
      async () => {
        const { stdout } = await git('git', ['-C', town.gitDirectory, 'show', 'main:runs/log/000000.jsonl']);
        for (const reason of ['binding_mismatch', 'binding_missing', 'signature_invalid', 'window_expired'])
          expect(stdout).toContain(`"reason":"${reason}"`);
      },
      { timeout: WAIT_MS, interval: 500 },
    );
  });

  it('is refused when the pull request changes anything else', async () => {
    const draft = opening(town.now());
    const changed = files(draft, await detachSign(draft.document, { key: ownKey(), at: town.now() }));
    expect(reasonIn(await refusalOf('And more', changed.set('documents/other.md', '# Other\n')))).toBe(
      'other_files_changed',
    );
  });

  it('is refused when the same SG_1 is merged twice, and when a second run is opened meanwhile', async () => {
    const opened = await town.sovereign.approve(town.openingDraft());
    const asked = await town.sovereign.waitFor(
      opened,
      /Waiting for your signature: `SG_1_cut_authz`/,
      WAIT_MS,
    );

    const second = opening(town.now());
    const another = await refusalOf(
      'A second run',
      files(second, await detachSign(second.document, { key: ownKey(), at: town.now() })),
    );
    expect(reasonIn(another)).toBe('another_run_active');

    const draft = unsignedFromComment(asked, town.now());
    const signature = await detachSign(draft.document, { key: ownKey(), at: town.now() });
    const first = await town.sovereign.propose('Cut', files(draft, signature));
    await town.sovereign.merge(first);
    cutPull = first;
    await town.sovereign.waitFor(first, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);

    const before = await snapshot();
    const comment = await refusalOf(
      'Cut again',
      files({ ...draft, file: 'approvals/cut-again.md' }, signature),
    );
    expect(reasonIn(comment)).toBe('gate_already_used');
    expect(await snapshot()).toEqual(before);
  });

  it('is refused when the enable of its run has ended meanwhile, so that the signature is not spent', async () => {
    const asked = await town.sovereign.waitFor(
      cutPull,
      /Waiting for your signature: `SG_2_lifecycle_authz`/,
      WAIT_MS,
    );
    town.clock.offsetMs = 25 * HOUR_MS;
    const draft = unsignedFromComment(asked, town.now());
    const signature = await detachSign(draft.document, { key: ownKey(), at: town.now() });
    const comment = await refusalOf('Enact too late', files(draft, signature));
    town.clock.offsetMs = 0;
    expect(reasonIn(comment)).toBe('enable_expired');
    expect(comment).toContain('GAP7_execution_enable');
  });

  it('is refused when its document is gone', async () => {
    const removal = await town.sovereign.propose('Away with it', new Map([['documents/charter.md', null]]));
    await town.sovereign.merge(removal);
    const draft = opening(town.now());
    const comment = await refusalOf(
      'Gone',
      files(draft, await detachSign(draft.document, { key: ownKey(), at: town.now() })),
    );
    expect(reasonIn(comment)).toBe('source_not_found');
  });
});
