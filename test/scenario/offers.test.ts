// What is printed ready to sign is signed as it stands: the opening in the check of a document's change, and under a name
// that is free whatever was merged before.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;
const TEXT = '# Town Charter\n\n## Article 1\n\nBe kind.\n\n## Article 2\n\nReturn the books.\n';

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

async function checkOf(pull: number) {
  await expect
    .poll(() => town.sovereign.check(pull), { timeout: WAIT_MS })
    .toMatchObject({ conclusion: expect.any(String) });
  return town.sovereign.check(pull);
}

it('offers, on a change of the document, the approval that opens a run of it', async () => {
  const pull = await town.sovereign.propose('Shorten', new Map([['documents/charter.md', TEXT]]));
  const check = await checkOf(pull);
  expect(check).toMatchObject({ conclusion: 'success', title: '1 document can be cut' });
  expect(check?.summary).toContain(
    'countersign sign --open charter --deployment demo --path documents/charter.md',
  );
  await town.sovereign.merge(pull);

  const unfilled = unsignedFromComment(check?.summary ?? '', town.now());
  expect(unfilled.file).toBe('approvals/open-charter.md');
  const left = unfilled.document.replace(/signed_utc: .*/, 'signed_utc: <now, as it was printed>');
  const refused = await town.sovereign.approve({ ...unfilled, document: left });
  const answer = await town.sovereign.waitFor(refused, /Not admitted: `placeholder_left`/, WAIT_MS);
  expect(answer).toContain('The next free name is `approvals/open-charter-2.md`.');

  const opened = await town.sovereign.approve({ ...unfilled, file: 'approvals/open-charter-2.md' });
  const request = await town.sovereign.waitFor(opened, /Waiting for your signature: `SG_1/, WAIT_MS);
  const runId = /run-\d{8}-[0-9a-f]{16}/.exec(request)?.[0] ?? '';
  expect(request).toContain(`countersign sign ${runId}`);
  expect(request).toMatch(new RegExp(`/demo/governance/blob/HEAD/runs/${runId}/plan.jsonl\\)`));
});

it('says that a document would stop a run, and holds nothing up', async () => {
  const pull = await town.sovereign.propose('Break', new Map([['documents/charter.md', '\u0000']]));
  const check = await checkOf(pull);
  expect(check).toMatchObject({ conclusion: 'neutral', title: '1 document of 1 would stop a run' });
  expect(check?.summary).not.toContain('gate: GAP7');
});

it('has nothing to say of another change', async () => {
  const pull = await town.sovereign.propose('Note', new Map([['notes.md', 'A note.\n']]));
  await town.standIn.settled();
  expect(await town.sovereign.check(pull)).toBeUndefined();
});
