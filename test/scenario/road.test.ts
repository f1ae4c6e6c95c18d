import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { planHead } from '../../src/plan/plan-lines.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { decodeLog } from '../../src/run/events.ts';
import { openTown, type Town } from '../support/town.ts';

const git = promisify(execFile);
const WAIT_MS = 60_000;

let town: Town;
const pulls = { open: 0, cut: 0, enact: 0 };
beforeAll(async () => {
  town = await openTown();
  const { sovereign } = town;
  pulls.open = await sovereign.approve(town.openingDraft());
  const forCut = await sovereign.waitFor(pulls.open, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
  pulls.cut = await sovereign.approve(unsignedFromComment(forCut, town.now()));
  const forEnactment = await sovereign.waitFor(
    pulls.cut,
    /Waiting for your signature: `SG_2_lifecycle_authz`/,
    WAIT_MS,
  );
  pulls.enact = await sovereign.approve(unsignedFromComment(forEnactment, town.now()));
  await sovereign.waitFor(pulls.enact, /^### ✅/m, WAIT_MS);
  await vi.waitFor(async () => expect(await recordedStatus()).toBe('COMPLETED'), {
    timeout: WAIT_MS,
    interval: 200,
  });
});
afterAll(async () => {
  await town.close();
});

async function show(path: string): Promise<string> {
  const { stdout } = await git('git', ['-C', town.gitDirectory, 'show', `main:${path}`]);
  return stdout;
}

async function runFolder(): Promise<string> {
  const { stdout } = await git('git', ['-C', town.gitDirectory, 'ls-tree', '--name-only', 'main', 'runs/']);
  return stdout.split('\n').find((path) => path.startsWith('runs/run-')) ?? 'runs/none';
}

async function recordedStatus(): Promise<string> {
  try {
    return JSON.parse(await show(`${await runFolder()}/state.json`)).status;
  } catch {
    return 'not recorded yet';
  }
}

/** What each comment on a pull request is about. */
async function headings(pull: number): Promise<string[]> {
  const comments = await town.sovereign.comments(pull);
  return comments.map((comment) => /^### .*$/m.exec(comment)?.[0] ?? comment);
}

describe('the whole road, from a signed approval to enacted units', () => {
  // Word for word these comments stand in test/golden.
  it('tells each stretch on the pull request that opened it', async () => {
    expect(await headings(pulls.open)).toEqual([
      '### ⏸️ `charter` is planned and backed up; nothing is written yet',
      '### ✅ Signed: `SG_1_cut_authz`',
    ]);
    expect(await headings(pulls.cut)).toEqual([
      '### ⏸️ `charter` is cut and verified; its units are drafts',
      '### ✅ Signed: `SG_2_lifecycle_authz`',
    ]);
    expect(await headings(pulls.enact)).toEqual(['### ✅ `charter` is done']);
  });

  it('leaves exactly the units of the document, enacted', async () => {
    const { rows } = await town.governed.query(
      `SELECT unit.key, unit.unit_kind, unit.status, body FROM public.information_unit AS unit
         JOIN public.unit_version AS version ON version.unit_id = unit.id ORDER BY unit.ordinal`,
    );
    expect(rows).toEqual([
      { key: 'document', unit_kind: 'document', status: 'enacted', body: '# Town Charter\n\n' },
      {
        key: 'art-1',
        unit_kind: 'article',
        status: 'enacted',
        body: '## Article 1\n\nBe kind to the other readers.\n\n',
      },
      { key: 'art-2', unit_kind: 'article', status: 'enacted', body: '## Article 2\n\nReturn the books.\n' },
    ]);
  });

  it('commits the record once at each pause and at the end, as the bot', async () => {
    const { stdout } = await git('git', [
      '-C',
      town.gitDirectory,
      'log',
      '--format=%an %s',
      'main',
      '--',
      'runs/run-*',
    ]);
    const id = (await runFolder()).slice('runs/'.length);
    expect(stdout.trim().split('\n')).toEqual([
      `countersign[bot] Record ${id}: COMPLETED`,
      `countersign[bot] Record ${id}: AWAITING_LIFECYCLE_AUTHORIZATION`,
      `countersign[bot] Record ${id}: AWAITING_CUT_AUTHORIZATION`,
    ]);
  });

  it('leaves a log in git whose chain holds and whose plan is the document', async () => {
    const folder = await runFolder();
    const lines = (await show(`${folder}/events.jsonl`)).trimEnd().split('\n');
    const events = decodeLog(lines.map((line) => JSON.parse(line)));
    expect(events.map(({ type }) => type).filter((type) => type === 'gate_opened')).toHaveLength(2);
    const plan = await show(`${folder}/plan.jsonl`);
    const source = Buffer.from(await show('documents/charter.md'));
    const { header, rows } = readPlan(plan);
    expect(header.source_sha256).toBe(sha256(source));
    for (const { byte_start, byte_end, body_sha256 } of rows)
      expect(sha256(source.subarray(byte_start, byte_end))).toBe(body_sha256);
    expect(rows.at(-1)?.byte_end).toBe(source.length);
    const signed = events.find((event) => event.type === 'phase_finished' && event.phase === 'cutplan');
    expect(signed).toMatchObject({ output: { cutplan_sha256: planHead(plan.trimEnd().split('\n')) } });
  });

  it('names a file for every phase', async () => {
    const { stdout } = await git('git', [
      '-C',
      town.gitDirectory,
      'ls-tree',
      '--name-only',
      'main',
      `${await runFolder()}/kb/`,
    ]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((path) => path.split('/').at(-1)),
    ).toEqual([
      '01-source_pin.md',
      '02-mark.md',
      '03-cutplan.md',
      '04-pre_write_backup.md',
      '05-grant_probe.md',
      '06-cut_leg_a.md',
      '07-structural_verify.md',
      '08-leg_b_record.md',
      '09-write_verify.md',
      '10-lifecycle_enact.md',
      '11-lifecycle_verify.md',
    ]);
  });

  it('answers a redelivered webhook without a second comment, run or commit', async () => {
    const before = await state();
    for (const { id } of town.standIn.deliveries()) await town.standIn.redeliver(id);
    await town.standIn.settled();
    expect(await state()).toEqual(before);
  });

  it('keeps every secret out of comments, record and log', async () => {
    const { stdout } = await git('git', [
      '-C',
      town.gitDirectory,
      'grep',
      '-il',
      'PRIVATE KEY',
      'main',
    ]).catch(() => ({ stdout: '' }));
    expect(stdout).toBe('');
    expect(await readFile(join(town.directory, 'bot.log'), 'utf8')).not.toMatch(
      /PRIVATE KEY|ghs_|webhookSecret/,
    );
  });
});

async function state() {
  const comments = await Promise.all(
    [pulls.open, pulls.cut, pulls.enact].map((pull) => town.sovereign.comments(pull)),
  );
  const { stdout } = await git('git', ['-C', town.gitDirectory, 'rev-parse', 'main']);
  const { rows } = await town.governed.query('SELECT count(*)::int FROM cutter_governance.cut_change_set');
  return { comments, head: stdout, rows };
}
