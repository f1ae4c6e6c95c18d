// Restoring an older copy of the bot's state, or of the governed database, as an operator or an attacker might: the bot as
// a process of its own, the record in a real git repository.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { versionOf } from '../../src/backup/tool.ts';
import { readTools } from '../../src/deployment/config.ts';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { onFolders, onServers, type Rewindable } from '../support/rewindable.ts';
import { onlyWhere } from '../support/skip.ts';
import { smallLaw } from '../support/workshop.ts';

const WAIT_MS = 90_000;
const TEST_MS = 600_000;
const TEXT = smallLaw(3, 'Memory');
const SG_1 = /Waiting for your signature: `SG_1_cut_authz`/;
const SG_2 = /Waiting for your signature: `SG_2_lifecycle_authz`/;

const servers = await onServers(TEXT);
const hasGpg = (await versionOf('gpg', readTools(process.env))) !== undefined;

async function toFirstPause(place: Rewindable) {
  const pull = await place.sovereign.approve(place.opening());
  const asked = await place.sovereign.waitFor(pull, SG_1, WAIT_MS);
  const runId = /run-\d{8}-[0-9a-f]{16}/.exec(asked)?.[0] ?? '';
  return { pull, asked, runId };
}

const recorded = (place: Rewindable, runId: string) =>
  place.show(`runs/${runId}/state.json`).then((text) => JSON.parse(text).status as string);

const becomes = (place: Rewindable, runId: string, status: string) =>
  vi.waitFor(async () => expect(await recorded(place, runId)).toBe(status), {
    timeout: WAIT_MS,
    interval: 300,
  });

const said = (place: Rewindable, pull: number, wanted: RegExp) =>
  vi.waitFor(
    async () => {
      const found = (await place.sovereign.comments(pull)).find((body) => wanted.test(body));
      expect(found, `a comment on #${pull} that matches ${wanted}`).toBeDefined();
      return found ?? '';
    },
    { timeout: WAIT_MS, interval: 300 },
  );

const CHANGE_SETS = 'SELECT count(*)::int AS n FROM cutter_governance.cut_change_set';

function neitherWritesNorOverwrites(place: () => Rewindable, none: string): void {
  it('writes nothing of a run that was abandoned since, and leaves ABANDONED in the record', {
    timeout: TEST_MS,
  }, async () => {
    const here = place();
    let stop = await here.start();
    const { pull, asked, runId } = await toFirstPause(here);
    await becomes(here, runId, 'AWAITING_CUT_AUTHORIZATION');
    await stop();
    const setBack = hasGpg ? await here.backUpState() : await here.save('state');

    const abandoned = await here.run('abandon', runId, '--why', 'the town changed its mind');
    expect(abandoned.code, abandoned.output).toBe(0);
    stop = await here.start();
    await becomes(here, runId, 'ABANDONED');
    await said(here, pull, /No signature is wanted any more/);
    const record = await here.show(`runs/${runId}/events.jsonl`);
    await stop();

    await setBack();
    stop = await here.start();
    const cut = await here.sovereign.approve(unsignedFromComment(asked, new Date()));
    const held = await said(here, cut, /Stopped in `cut_leg_a`: `state_rewound`/);
    expect(held).toContain('abandoned');
    // What it asked for before it was abandoned, it does not ask for again.
    expect((await here.sovereign.comments(pull)).filter((body) => SG_1.test(body))).toEqual([]);
    await stop();
    expect(await here.show(`runs/${runId}/events.jsonl`)).toBe(record);
    expect(await recorded(here, runId)).toBe('ABANDONED');
    expect(await here.ask(CHANGE_SETS)).toContain(none);
    expect((await here.run('abandon', runId, '--why', 'as before')).code).toBe(0);
    // The log in git says more than the older state knows: nothing is published behind it before an operator says so.
    const adopted = await here.run('recorder', 'adopt');
    expect(adopted.output).toMatch(/^\d+ leaves of the published log are taken over/);
  });
}

describe('a state in a folder that is set back', () => {
  let folders: Rewindable;
  beforeAll(async () => {
    folders = await onFolders(TEXT);
  }, TEST_MS);
  afterAll(() => folders.close());
  neitherWritesNorOverwrites(() => folders, '0');
});

describe('databases on a server that are set back', onlyWhere(servers, 'PostgreSQL absent'), () => {
  const here = servers as Rewindable;
  let lost = { runId: '', forEnactment: '', beforeTheCut: async (): Promise<void> => undefined };
  afterAll(() => here.close());
  neitherWritesNorOverwrites(() => here, '{"n":0}');

  it('uses no approval twice that the record or the governed database knows', {
    timeout: TEST_MS,
  }, async () => {
    let stop = await here.start();
    const { asked, runId } = await toFirstPause(here);
    await stop();
    const toThePause = await here.save('state');
    const beforeTheCut = await here.save('governed');
    stop = await here.start();
    const cut = await here.sovereign.approve(unsignedFromComment(asked, new Date()));
    const forEnactment = await here.sovereign.waitFor(cut, SG_2, WAIT_MS);
    await becomes(here, runId, 'AWAITING_LIFECYCLE_AUTHORIZATION');
    const record = await here.show(`runs/${runId}/events.jsonl`);
    await stop();
    const toTheNewest = await here.save('state');

    await toThePause();
    stop = await here.start();
    await said(here, cut, /already_used/);
    await stop();
    expect(await here.show(`runs/${runId}/events.jsonl`)).toBe(record);
    expect(await here.ask(CHANGE_SETS)).toBe('{"n":1}');
    await toTheNewest();
    lost = { runId, forEnactment, beforeTheCut };
  });

  it('names the runs that a governed database has lost, and goes on when that is signed', {
    timeout: TEST_MS,
  }, async () => {
    const { runId, forEnactment, beforeTheCut } = lost;
    await beforeTheCut();
    const stop = await here.start();
    const enact = await here.sovereign.approve(unsignedFromComment(forEnactment, new Date()));
    const held = await said(here, enact, /Stopped in `lifecycle_enact`: `governed_rewound`/);
    expect(held).toContain('committed change set');
    await becomes(here, runId, 'HELD');
    expect((await here.run('abandon', runId, '--why', 'its cut is lost')).code).toBe(0);
    await becomes(here, runId, 'ABANDONED');

    const pull = await here.sovereign.approve(here.opening());
    const next = await said(here, pull, /Stopped in `source_pin`: `governed_rewound`/);
    expect(next).toContain(`it lacks what these runs have committed: ${runId}`);
    const release = await here.sovereign.approve(unsignedFromComment(next, new Date(), 'SG_H_release_authz'));
    await said(here, release, SG_1);
    await stop();
    expect(await here.ask(CHANGE_SETS)).toBe('{"n":0}');
  });
});
