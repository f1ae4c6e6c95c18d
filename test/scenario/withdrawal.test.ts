// A signature taken back by signature: before it is merged, while a run holds it unused, and too late; told on the pull
// request each time, and refused by the bot and by the governed database alike.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WITHDRAWAL } from '../../src/approval/gates.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { switchStateOff, switchStateOn } from '../../src/deployment/switches.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { admitAlone } from '../../src/governed/admit.ts';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { signedUtc, type UnsignedApproval, unsignedFromComment } from '../../src/local/sovereign.ts';
import { detachSign } from '../../src/local/throwaway-keys.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;
const ASKS_SG_1 = /Waiting for your signature: `SG_1_cut_authz`/;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(async () => {
  await town.close();
});

let serial = 0;
function withdrawalOf({ document }: UnsignedApproval): UnsignedApproval {
  serial += 1;
  return {
    file: `approvals/take-back-${serial}.md`,
    document: approvalTemplate({
      gate: WITHDRAWAL,
      bindings: { approval_sha256: sha256(document) },
      signedUtc: signedUtc(town.now()),
    }),
  };
}

async function propose({ file, document }: UnsignedApproval): Promise<number> {
  const signature = await detachSign(document, { key: town.keys.sovereign, at: town.now() });
  return town.sovereign.propose(
    'An approval',
    new Map([
      [file, document],
      [`${file}.asc`, signature],
    ]),
  );
}

async function answerTo(draft: UnsignedApproval): Promise<string> {
  const pull = await propose(draft);
  await town.sovereign.merge(pull);
  return town.sovereign.waitFor(pull, /^### (?:⛔|↩️)/m, WAIT_MS);
}

const reasonIn = (comment: string): string | undefined => /^### ⛔ Not admitted: `(\w+)`/m.exec(comment)?.[1];

/** What the governed database says to the same approval, asked past the bot. */
async function guardOn({ document }: UnsignedApproval) {
  const signature = await detachSign(document, { key: town.keys.sovereign, at: town.now() });
  const signed = { document: Buffer.from(document), signatures: [{ bytes: Buffer.from(signature) }] };
  return (await admitAlone(openEmbedded(town.governed), signed)).reason;
}

const counts = () =>
  openEmbedded(town.governed).read('cutter_exec', (reader) =>
    takeSnapshot(reader, { documentId: town.documentId }),
  );

const stateOf = ({ deployment }: Town) =>
  ({ is: 'folder', data: deployment.config.orchestrator.data }) as const;

describe('a withdrawal', () => {
  let asked = '';
  let opened = 0;
  let cut: UnsignedApproval;

  it('shows in the check what it would take back', async () => {
    const pull = await propose(withdrawalOf({ file: '', document: 'an approval that nobody has seen' }));
    await expect
      .poll(() => town.sovereign.check(pull), { timeout: WAIT_MS })
      .toMatchObject({
        conclusion: 'success',
        summary: expect.stringContaining(sha256('an approval that nobody has seen')),
      });
  });

  it('that comes before its approval is recorded, and the approval is refused for ever', async () => {
    const draft = { ...town.openingDraft(), file: 'approvals/second-thoughts.md' };
    const told = await answerTo(withdrawalOf(draft));
    expect(told).toMatch(/^### ↩️ Taken back/m);
    expect(told).toContain(sha256(draft.document));
    expect(told).toContain('It has not been merged here so far');
    expect(reasonIn(await answerTo(draft))).toBe('approval_withdrawn');
    expect(await guardOn(draft)).toBe('approval_withdrawn');
  });

  it('is good for one use itself', async () => {
    const draft = withdrawalOf({ file: '', document: 'never to be seen' });
    expect(await answerTo(draft)).toMatch(/Taken back/);
    const again = { ...draft, file: 'approvals/take-back-again.md' };
    expect(reasonIn(await answerTo(again))).toBe('already_used');
  });

  it('has to say what it takes back', async () => {
    const draft = withdrawalOf({ file: '', document: '' });
    const document = draft.document.replace(/^approval_sha256: .*\n/m, '');
    expect(reasonIn(await answerTo({ ...draft, document }))).toBe('binding_missing');
  });

  it('takes the signature from a run that holds it unused, and the run asks for it again', async () => {
    opened = await town.sovereign.approve(town.openingDraft());
    asked = await town.sovereign.waitFor(opened, ASKS_SG_1, WAIT_MS);
    const before = await counts();
    await switchStateOff(stateOf(town));
    cut = unsignedFromComment(asked, town.now());
    const pull = await propose(cut);
    await town.sovereign.merge(pull);
    await expect
      .poll(async () => (await town.sovereign.comments(pull)).join('\n'), { timeout: WAIT_MS })
      .toContain('master_off');

    const told = await answerTo(withdrawalOf(cut));
    expect(told).toContain(cut.file);
    expect(told).toContain('The run no longer counts it');
    expect(await guardOn(cut)).toBe('approval_withdrawn');
    await switchStateOn(stateOf(town));
    expect(await counts()).toEqual(before);

    // The gate stands open to a fresh signature, though the window of the one that was taken back has not ended.
    const fresh = {
      file: 'approvals/cut-after-all.md',
      document: cut.document
        .replace(/signed_utc: .*/, `signed_utc: ${signedUtc(new Date(town.now().getTime() + 1000))}`)
        .replace(/event_log_sha256: .*/, `event_log_sha256: ${await loggedHead()}`),
    };
    town.clock.offsetMs += 2000;
    const signed = await town.sovereign.approve(fresh);
    await town.sovereign.waitFor(signed, /is signed again/, WAIT_MS);
    cut = fresh;
  });

  it('comes too late once something was written under the approval, and says so', async () => {
    const comments = async () => (await town.sovereign.issues()).map(({ body }) => body).join('\n');
    const release = unsignedFromComment(await comments(), town.now(), 'SG_H_release_authz');
    const pull = await town.sovereign.approve(release);
    await town.sovereign.waitFor(pull, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
    const check = await propose(withdrawalOf(cut));
    await expect
      .poll(() => town.sovereign.check(check), { timeout: WAIT_MS })
      .toMatchObject({ conclusion: 'failure', title: expect.stringContaining('withdrawal_too_late') });
    expect(reasonIn(await answerTo(withdrawalOf(cut)))).toBe('withdrawal_too_late');
    expect(reasonIn(await answerTo(withdrawalOf(release)))).toBe('withdrawal_too_late');
  });
});

/** What a signature over the log so far would name, as the hold of the run prints it. */
async function loggedHead(): Promise<string> {
  const [issue] = await town.sovereign.issues();
  return /event_log_sha256: ([0-9a-f]{64})/.exec(issue?.body ?? '')?.[1] ?? '';
}
