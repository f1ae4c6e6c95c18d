import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { treeHead } from '../../src/merkle/tree-head.ts';
import { planHead } from '../../src/plan/plan-lines.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { openCheckpoint, originOf } from '../../src/record/checkpoint.ts';
import { decodeEnvelope, IN_TOTO, openEnvelope } from '../../src/record/dsse.ts';
import { decodeLeaf } from '../../src/record/log-leaf.ts';
import type { RecorderKey } from '../../src/record/recorder-key.ts';
import { decodeStatement } from '../../src/record/statement.ts';
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
      '### ✅ Signed: `SG_1_cut_authz`',
      '### ⏸️ `charter` is planned and backed up; nothing is written yet',
    ]);
    expect(await headings(pulls.cut)).toEqual([
      '### ✅ Signed: `SG_2_lifecycle_authz`',
      '### ⏸️ `charter` is cut and verified; its units are drafts',
    ]);
    expect(await headings(pulls.enact)).toEqual(['### ✅ `charter` is done']);
  });

  it('leaves exactly the units of the document, enacted', async () => {
    const { rows } = await town.governed.query(
      `SELECT unit.key, unit.unit_kind, unit.lifecycle_status AS status, body FROM public.information_unit AS unit
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

describe('the record of it proves itself', () => {
  const opensWith = async () => {
    const [opening] = await approvalsOf();
    return /^recorder_key: ([0-9a-f]{64})$/m.exec(await show(opening?.path ?? ''))?.[1] ?? 'none';
  };
  const approvalsOf = async (): Promise<{ path: string }[]> =>
    JSON.parse(await show(`${await runFolder()}/state.json`)).approvals;
  const showAt = async (commit: string, path: string) =>
    (await git('git', ['-C', town.gitDirectory, 'show', `${commit}:${path}`])).stdout;
  const history = async (path: string): Promise<string[]> => {
    const { stdout } = await git('git', [
      ...['-C', town.gitDirectory, 'log', '--reverse', '--format=%H', 'main', '--', path],
    ]);
    return stdout.trim().split('\n');
  };
  const opened = async (text: string) => {
    const envelope = decodeEnvelope(Buffer.from(text));
    if (!envelope.ok) throw new Error(envelope.flaw.detail);
    const payload = openEnvelope(envelope.value, { payloadType: IN_TOTO, keys: [await opensWith()] });
    const read = payload.ok ? decodeStatement(payload.value.payload) : payload;
    if (!read.ok) throw new Error(read.flaw.detail);
    return read.value;
  };

  it('by a statement at each head, signed by the key that the sovereign named, about the files beside it', async () => {
    const folder = await runFolder();
    const path = `${folder}/statement.dsse.json`;
    const statuses: string[] = [];
    for (const commit of await history(path)) {
      const statement = await opened(await showAt(commit, path));
      const events = await showAt(commit, `${folder}/events.jsonl`);
      expect(statement.eventsSha256).toBe(sha256(events));
      expect(statement.planSha256).toBe(sha256(await showAt(commit, `${folder}/plan.jsonl`)));
      expect(statement.predicate.log.hash).toBe(JSON.parse(events.trimEnd().split('\n').at(-1) ?? '').hash);
      for (const approval of statement.approvals)
        expect(sha256(await showAt(commit, approval.path))).toBe(approval.sha256);
      statuses.push(statement.predicate.status);
    }
    expect(statuses).toEqual(['AWAITING_CUT_AUTHORIZATION', 'AWAITING_LIFECYCLE_AUTHORIZATION', 'COMPLETED']);
    const last = await opened(await show(path));
    expect(last.approvals.map(({ path: at }) => at)).toEqual((await approvalsOf()).map(({ path: at }) => at));
    expect(last.changeSet?.treeHead).toBe(last.predicate.cutplan_sha256);
    const backup = await readFile(
      join(town.deployment.config.backup.directory, last.backup?.path.slice(7) ?? ''),
    );
    expect(sha256(backup)).toBe(last.backup?.sha256);
    expect(sha256(await showAt(last.predicate.source_commit ?? '', last.source.path))).toBe(
      last.source.sha256,
    );
  });

  it('by a log in which each head and each verdict stands once, each checkpoint consistent with the next', async () => {
    const leaves = (await show('runs/log/000000.jsonl')).trimEnd().split('\n');
    const read = leaves.map((line) => decodeLeaf(line));
    const values = read.flatMap((leaf) => (leaf.ok ? [leaf.value] : []));
    expect(values).toHaveLength(leaves.length);
    expect(values.filter(({ type }) => type === 'head')).toHaveLength(3);
    const verdicts = values.flatMap((leaf) => (leaf.type === 'verdict' ? [leaf] : []));
    expect(verdicts.map(({ pull, verdict }) => [pull, verdict])).toEqual(
      Object.values(pulls).map((pull) => [pull, 'accepted']),
    );
    for (const { path, document_sha256 } of verdicts) expect(sha256(await show(path))).toBe(document_sha256);
    const trust = { origin: originOf('demo'), keys: [(await opensWith()) as RecorderKey] };
    let before = { size: 0, commit: '' };
    for (const commit of await history('runs/log/checkpoint')) {
      const opened = openCheckpoint(Buffer.from(await showAt(commit, 'runs/log/checkpoint')), trust);
      if (!opened.ok) throw new Error(opened.flaw.detail);
      const { size, root } = opened.value.checkpoint;
      expect(size).toBeGreaterThan(before.size);
      expect(root).toBe(treeHead(leaves.slice(0, size)));
      expect((await showAt(commit, 'runs/log/000000.jsonl')).trimEnd().split('\n')).toHaveLength(size);
      before = { size, commit };
    }
    expect(before.size).toBe(leaves.length);
  });

  it('with the head, its statement and its leaf in one commit', async () => {
    const folder = await runFolder();
    for (const commit of await history(`${folder}/statement.dsse.json`)) {
      const { stdout } = await git('git', [
        ...['-C', town.gitDirectory, 'show', '--format=', '--name-only', commit],
      ]);
      expect(stdout.split('\n')).toEqual(
        expect.arrayContaining([
          `${folder}/events.jsonl`,
          `${folder}/statement.dsse.json`,
          'runs/log/000000.jsonl',
          'runs/log/checkpoint',
        ]),
      );
      const digest = sha256(await showAt(commit, `${folder}/statement.dsse.json`));
      expect(await showAt(commit, 'runs/log/000000.jsonl')).toContain(`"statement_sha256":"${digest}"`);
    }
  });
});
