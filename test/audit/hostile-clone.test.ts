// A clone is a stranger's: nothing that its settings name is started, nothing that they say about history is believed, and
// what is missing or broken is told instead of passed over.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { AnswerReader, type GitObject } from '../../src/audit/batch.ts';
import { type Evidence, openEvidence } from '../../src/audit/evidence.ts';
import { initRepository, type TestRepository } from './repository.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (seconds: number) => new Date(Date.parse('2026-05-21T10:00:00Z') + seconds * 1000);
const by = (seconds: number) => ({ name: 'Ada', at: at(seconds) });
let serial = 0;

function repository(format: 'sha1' | 'sha256' = 'sha1'): TestRepository {
  serial += 1;
  const made = initRepository(join(root, `clone-${serial}`), { format });
  made.commit(new Map([['approvals/README.md', 'Approvals.\n']]), 'Found', by(0));
  made.merge(new Map([['approvals/one.md', 'one']]), 'One', by(10));
  made.commit(new Map([['approvals/one.md', 'two']]), 'Two', by(20));
  return made;
}

async function read<Answer>(
  directory: string,
  work: (evidence: Evidence) => Answer,
  options: Parameters<typeof openEvidence>[1] = {},
): Promise<Answer> {
  const evidence = await openEvidence(directory, options);
  try {
    return work(evidence);
  } finally {
    await evidence.close();
  }
}

const told = ({ graph, paths }: Evidence) => ({
  commits: graph.commits.length,
  steps: paths.get('approvals/one.md')?.steps.map(({ parent, before }) => `${parent} ${before !== null}`),
});
const GENUINE = { commits: 4, steps: ['0 false', '0 false', '0 true'] };

describe('a hostile clone', () => {
  it('starts no program that its settings name', async () => {
    const { directory, git } = repository();
    const marker = join(root, 'started');
    const program = join(root, 'program.sh');
    writeFileSync(program, `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(program, 0o755);
    for (const [name, value] of [
      ['core.fsmonitor', program],
      ['core.pager', program],
      ['core.sshCommand', program],
      ['core.alternateRefsCommand', program],
      ['gpg.program', program],
      ['log.showSignature', 'true'],
      ['diff.external', program],
      ['diff.all.textconv', program],
      ['filter.all.smudge', program],
      ['uploadpack.packObjectsHook', program],
      ['core.hooksPath', root],
    ] as const)
      git(['config', name, value]);
    writeFileSync(join(directory, '.gitattributes'), '* diff=all filter=all\n');
    expect(await read(directory, told)).toEqual(GENUINE);
    expect(existsSync(marker)).toBe(false);
  });

  it('is asked for nothing that it lacks, though it names somebody who would have it', async () => {
    const { directory, git } = repository();
    const marker = join(root, 'fetched');
    git(['remote', 'add', 'origin', directory]);
    for (const [name, value] of [
      ['remote.origin.promisor', 'true'],
      ['remote.origin.uploadpack', `touch ${marker};`],
      ['extensions.partialClone', 'origin'],
      ['core.repositoryFormatVersion', '1'],
    ] as const)
      git(['config', name, value]);
    const lost = git(['rev-parse', 'HEAD~1^{commit}']);
    rmSync(join(directory, '.git/objects', lost.slice(0, 2), lost.slice(2)));
    await expect(read(directory, told)).rejects.toMatchObject({ code: 'incomplete' });
    expect(existsSync(marker)).toBe(false);
  });

  it('cannot leave a commit out by a graft or put another in its place', async () => {
    const { directory, git } = repository();
    const [head = '', first = ''] = git(['log', '--format=%H', '--first-parent']).split('\n');
    git(['replace', '--force', first, git(['rev-parse', 'HEAD~2'])]);
    mkdirSync(join(directory, '.git/info'), { recursive: true });
    writeFileSync(join(directory, '.git/info/grafts'), `${head}\n`);
    expect(await read(directory, told)).toEqual(GENUINE);
  });

  it('is not believed about an object whose bytes are not those of its id', async () => {
    const { directory, git } = repository();
    const first = git(['rev-parse', 'HEAD~1']);
    const body = execFileSync('git', ['-C', directory, 'cat-file', 'commit', first]).toString();
    const forged = body.replace('Ada', 'Eve');
    const path = join(directory, '.git/objects', first.slice(0, 2), first.slice(2));
    chmodSync(path, 0o644);
    writeFileSync(path, deflateSync(`commit ${forged.length}\0${forged}`));
    await expect(read(directory, told)).rejects.toMatchObject({
      code: expect.stringMatching(/corrupt|git_failed/),
    });
  });

  it('that is shallow says so', async () => {
    const { directory } = repository();
    const shallow = join(root, 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${directory}`, shallow]);
    await expect(read(shallow, told)).rejects.toMatchObject({
      code: 'incomplete',
      message: expect.stringContaining('--unshallow'),
    });
  });

  it('that is none says so, and so does a name that leads nowhere', async () => {
    await expect(read(join(root, 'nowhere'), told)).rejects.toMatchObject({ code: 'not_a_clone' });
    const { directory } = repository();
    await expect(read(directory, told, { at: '--all' })).rejects.toMatchObject({ code: 'no_such_commit' });
    await expect(read(directory, told, { at: at(-1) })).rejects.toMatchObject({ code: 'no_such_commit' });
  });

  it('may have ids of SHA-256', async () => {
    expect(await read(repository('sha256').directory, told)).toEqual(GENUINE);
  });

  it('is read as it was at a time, by the times of its commits', async () => {
    const { directory } = repository();
    expect(await read(directory, told, { at: at(19) })).toEqual({
      commits: 3,
      steps: ['0 false', '0 false'],
    });
  });
});

describe('what git answers', () => {
  const PRINTED = Buffer.from('aa blob 5\nhello\nbb missing\ncc blob 9\n123456789\ndd commit 0\n\n');

  for (const size of [1, 2, 7, PRINTED.length])
    it(`is the same in pieces of ${size}`, () => {
      const found: (string | undefined)[] = [];
      const tell = (one: GitObject | 'too_large' | undefined) =>
        typeof one === 'object' ? `${one.type} ${one.bytes}` : one;
      const reader = new AnswerReader({ most: () => 8, answer: (one) => found.push(tell(one)) });
      for (let start = 0; start < PRINTED.length; start += size)
        reader.take(PRINTED.subarray(start, start + size));
      expect(found).toEqual(['blob hello', undefined, 'too_large', 'commit ']);
    });

  it('is a fault where it is nothing that git says', () => {
    const reader = new AnswerReader({ most: () => 8, answer: () => undefined });
    expect(() => reader.take(Buffer.from('aa ambiguous\n'))).toThrow(/cannot read an object/);
  });
});
