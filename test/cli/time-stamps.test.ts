// The time stamps of a clone, audited by a process without a network: genuine ones are told, one that is missing is told too,
// and each forgery is named by its code.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/audit/evidence.ts';
import { judgeTimeStamps } from '../../src/audit/time-stamps.ts';
import { decodeLeaf, type HeadLeaf } from '../../src/record/log-leaf.ts';
import { encodeTimeStampFile, timeStampPath, timeStampRequest } from '../../src/record/time-stamp.ts';
import { V1 } from '../conformance/bundles.ts';
import { command } from '../support/command.ts';
import { onlyWhere } from '../support/skip.ts';
import { HAS_OPENSSL, openAuthority, type TimeStampAuthorityHere } from '../support/time-stamp-authority.ts';

const { signers } = JSON.parse(readFileSync(join(V1, 'clones', 'cases.json'), 'utf8')) as {
  signers: string[];
};
const folder = mkdtempSync(join(tmpdir(), 'countersign-stamped-'));
const clone = join(folder, 'clone');
let here: TimeStampAuthorityHere;
let stranger: TimeStampAuthorityHere;
let base: string;
let heads: HeadLeaf[];
const genuine = new Map<string, Buffer>();

function git(args: readonly string[], at = new Date()): string {
  const date = at.toISOString();
  const by = ['-c', 'user.name=Bot', '-c', 'user.email=bot@town.invalid', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', ['-C', clone, ...by, ...args], {
    encoding: 'utf8',
    env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const pathOf = ({ run_id: runId, seq }: HeadLeaf) => timeStampPath({ runId, seq });
const askFor = ({ statement_sha256: digest }: HeadLeaf) => timeStampRequest(digest, Buffer.of(1, 2, 3, 4));

beforeAll(() => {
  if (!HAS_OPENSSL) return;
  [here, stranger] = [openAuthority(), openAuthority()];
  spawnSync('git', ['clone', '--quiet', '-b', 'main', join(V1, 'clones', 'genuine.bundle'), clone]);
  mkdirSync(join(folder, 'keys'));
  copyFileSync(join(V1, 'clones', 'sovereign.asc'), join(folder, 'keys', 'sovereign.asc'));
  base = git(['rev-parse', 'HEAD']);
  const leaves = readFileSync(join(clone, 'runs/log/000000.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(decodeLeaf);
  heads = leaves.flatMap((leaf) => (leaf.ok && leaf.value.type === 'head' ? [leaf.value] : []));
  for (const head of heads) genuine.set(pathOf(head), here.answer(askFor(head)));
});
afterAll(() => {
  here?.close();
  stranger?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A clone with every genuine time stamp, but for these; null leaves one out. */
function stamp(instead: Readonly<Record<string, Buffer | null>> = {}, at = new Date()): void {
  git(['reset', '--quiet', '--hard', base]);
  for (const [path, answer] of Object.entries({ ...Object.fromEntries(genuine), ...instead }))
    if (answer) writeFileSync(join(clone, path), encodeTimeStampFile(answer));
  git(['add', '--all']);
  git(['commit', '--quiet', '-m', 'Time stamp'], at);
}

async function audit(...args: string[]) {
  const keys = ['--keys', join(folder, 'keys'), '--signer', signers[0] ?? ''];
  const { code, output } = await command(['audit', clone, ...keys, '--json', ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const told = JSON.parse(output) as {
    findings: { code: string; where: string; detail: string; severity: string }[];
    timeStamps: Record<string, unknown>;
  };
  return { code, ...told, codes: told.findings.filter(({ severity }) => severity !== 'note') };
}

const pinning = (name = 'root.pem') => ['--timestamp-authority', join(here.folder, name)];
/** The codes of what was found, and where. */
const found = async (...args: string[]) =>
  (await audit(...args)).codes.map(({ code, where }) => `${code} ${where}`);

describe('time stamps of a clone', onlyWhere(HAS_OPENSSL, 'openssl absent'), () => {
  it('are told with how many statements have one, and how many of those hold', async () => {
    stamp();
    const { code, codes, timeStamps } = await audit(...pinning());
    expect([code, codes]).toEqual([0, []]);
    expect(heads.length).toBeGreaterThan(2);
    expect(timeStamps).toEqual({
      ...{ statements: heads.length, stamped: heads.length, verified: heads.length },
    });
    const unasked = await audit();
    expect([unasked.code, unasked.timeStamps['verified']]).toEqual([0, null]);
  });

  it('that are absent are told of every clone, and are findings for who asks', async () => {
    git(['reset', '--quiet', '--hard', base]);
    const unasked = await audit();
    expect([unasked.code, unasked.timeStamps]).toEqual([
      ...[0, { statements: heads.length, stamped: 0, verified: null }],
    ]);
    const [first] = heads as [HeadLeaf];
    stamp({ [pathOf(first)]: null });
    const asked = await audit(...pinning());
    expect([asked.code, asked.codes]).toEqual([
      1,
      [
        expect.objectContaining({
          ...{
            code: 'time_stamp_absent',
            severity: 'warning',
            where: `runs/${first.run_id}/statement.dsse.json`,
          },
          detail: `that of entry ${first.seq} has none beside it`,
        }),
      ],
    ]);
  });

  it('are named when they are over another statement, whoever asks', async () => {
    const [one, other] = heads as [HeadLeaf, HeadLeaf];
    const [first = null, second = null] = [genuine.get(pathOf(one)), genuine.get(pathOf(other))];
    stamp({ [pathOf(one)]: second, [pathOf(other)]: first });
    const both = [one, other].map((head) => `time_stamp_of_another ${pathOf(head)}`);
    expect(await found(...pinning())).toEqual(both);
    expect(await found()).toEqual(both);
  });

  it('are named by each of the ways in which they do not hold', async () => {
    const [head] = heads as [HeadLeaf];
    const path = pathOf(head);
    for (const [code, answer, pinned] of [
      ['time_stamp_foreign', stranger.answer(askFor(head)), 'root.pem'],
      ['time_stamp_wrong', stranger.answer(askFor(head)), 'clock.pem'],
      ['time_stamp_expired', here.answer(askFor(head), 'expired'), 'root.pem'],
      ['time_stamp_unfit', here.signedAgain(here.answer(askFor(head)), 'careless'), 'root.pem'],
      ['time_stamp_malformed', Buffer.from('a stamp'), 'root.pem'],
    ] as const) {
      stamp({ [path]: answer });
      expect(await found(...pinning(pinned))).toEqual([`${code} ${path}`]);
    }
  });

  it('are named when they contradict the commit that brought them, or what they are of', async () => {
    stamp({}, new Date(Date.now() - 60 * 60 * 1000));
    expect(await found(...pinning())).toEqual(heads.map((head) => `time_stamp_contradicted ${pathOf(head)}`));
    stamp();
    const evidence = await openEvidence(clone);
    const later = heads.map((head) => ({ ...head, at: '2099-01-01T00:00:00.000Z' }));
    const { findings } = await judgeTimeStamps({ evidence, heads: later, authorities: [here.root] });
    await evidence.close();
    expect(findings.map(({ code }) => code)).toEqual(heads.map(() => 'time_stamp_contradicted'));
    expect(findings[0]?.detail).toMatch(
      /^it is of \S+Z, and what it is of happened at 2099-01-01T00:00:00\.000Z$/,
    );
  });

  it('are named when they were removed, or exchanged for later ones that hold', async () => {
    const [one, other] = heads as [HeadLeaf, HeadLeaf];
    stamp();
    rmSync(join(clone, pathOf(one)));
    writeFileSync(join(clone, pathOf(other)), encodeTimeStampFile(here.answer(askFor(other))));
    git(['add', '--all']);
    git(['commit', '--quiet', '-m', 'Tidy up']);
    const replaced = [one, other].map((head) => `time_stamp_replaced ${pathOf(head)}`);
    expect((await found()).toSorted()).toEqual(replaced.toSorted());
  });

  it('are explained only beside a statement that the log has, and as plain files', async () => {
    const [head] = heads as [HeadLeaf];
    const nothing = timeStampPath({ runId: head.run_id, seq: 999 });
    stamp({ [nothing]: here.answer(askFor(head)) });
    expect(await found(...pinning())).toEqual([`unexplained ${nothing}`]);
    stamp();
    chmodSync(join(clone, pathOf(head)), 0o755);
    git(['commit', '--quiet', '--all', '-m', 'Tidy up']);
    expect(await found()).toContain(`unexplained ${pathOf(head)}`);
  });

  it('are not asked of a file that is no certificate', async () => {
    for (const [path, why] of [
      [join(here.folder, 'ts.cnf'), 'holds no certificate in PEM form'],
      [join(here.folder, 'absent.pem'), 'cannot be read'],
    ] as const) {
      const { code, errors } = await command(
        [
          'audit',
          clone,
          '--keys',
          join(folder, 'keys'),
          '--signer',
          signers[0] ?? '',
          '--timestamp-authority',
          path,
        ],
        { env: { PATH: process.env['PATH'] ?? '' } },
      );
      expect([code, errors]).toEqual([2, expect.stringContaining(`--timestamp-authority: ${path} ${why}`)]);
    }
  });
});
