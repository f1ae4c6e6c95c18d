// `countersign sign` against a bare repository, with real gpg and real git, and a person whose answers are given: everything
// that needs no bot.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readApproval } from '../../src/approval/front-matter.ts';
import { makeKey } from '../../src/local/throwaway-keys.ts';
import type { Asked } from '../../src/sign/asked.ts';
import type { Person } from '../../src/sign/person.ts';
import { session } from '../../src/sign/session.ts';
import { RECORDER_KEY } from '../support/recorder.ts';
import { onlyWhere } from '../support/skip.ts';
import { aSigner, hasGpg, type Signer } from './governance.ts';

const TEXT = '# Town Charter\n\n## Article 1\n\nBe kind.\n\n## Article 2\n\nReturn the books.\n';
const DAY_MS = 24 * 3600 * 1000;

let folder: string;
let remote: string;
let ada: Signer;
let grace: Signer;
const keys = { ada: '', grace: '' };

/** Answers in order, and compares a recorder's key; what was said is kept. */
function someone(
  answers: readonly string[],
  compared = RECORDER_KEY.slice(-8),
): Person & { readonly said: () => string } {
  const left = [...answers];
  let said = '';
  return {
    colours: false,
    say: (text) => {
      said += text;
    },
    read: async (text) => {
      said += text;
    },
    ask: async (question) => {
      said += `${question}\n`;
      if (question.includes('last 8 digits')) return compared;
      return left.shift() ?? '';
    },
    said: () => said,
  };
}

const OPENING: Partial<Asked> = {
  wanted: { is: 'opening', documentId: 'charter' },
  ...{ deployment: 'town', path: 'documents/charter.md' },
};

async function sign(
  signer: Signer,
  asked: Partial<Asked>,
  answers: readonly string[] = ['charter'],
  compared?: string,
) {
  const person = someone(answers, compared);
  const ended = await session(
    {
      wanted: { is: 'run', runId: null, gate: null },
      ...{ directory: signer.clone, offline: null, remote: 'origin', signers: null, key: null, threshold: 1 },
      recorderKey: RECORDER_KEY,
      ...{ deployment: null, path: null, profile: null, granularity: null, accept: false },
      ...{ repository: null, apiUrl: undefined, token: undefined, environment: signer.environment },
      ...asked,
    },
    { person, now: () => new Date() },
  );
  return { ended, said: person.said() };
}

const git = (...args: string[]) => execFileSync('git', ['-C', remote, ...args], { encoding: 'utf8' }).trim();
const branches = () =>
  git('branch', '--list', '--format=%(refname:short)')
    .split('\n')
    .filter((name) => name !== 'main');
/** What a pull request from the branch would bring, merged. */
function merge(branch: string): void {
  git('update-ref', 'refs/heads/main', git('rev-parse', branch));
  git('update-ref', '-d', `refs/heads/${branch}`);
}
function commit(path: string, text: string): void {
  const { environment, clone } = ada;
  const run = (args: string[], input?: string) =>
    execFileSync('git', ['-C', clone, ...args], { env: environment, encoding: 'utf8', input }).trim();
  run(['fetch', '--quiet', 'origin']);
  const index = { ...environment, GIT_INDEX_FILE: join(folder, 'index') };
  const at = (args: string[], input?: string) =>
    execFileSync('git', ['-C', clone, ...args], { env: index, encoding: 'utf8', input }).trim();
  at(['read-tree', 'origin/main']);
  const blob = run(['hash-object', '-w', '--stdin'], text);
  at(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
  const who = ['-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.invalid'];
  const made = run([...who, 'commit-tree', at(['write-tree']), '-p', 'origin/main', '-m', 'Change']);
  run(['push', '--quiet', 'origin', `${made}:refs/heads/main`]);
}

describe('countersign sign', onlyWhere(hasGpg, 'gpg absent'), () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-session-'));
    remote = join(folder, 'governance.git');
    const seed = join(folder, 'seed');
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', seed]);
    execFileSync('mkdir', [join(seed, 'documents')]);
    await writeFile(join(seed, 'documents', 'charter.md'), TEXT);
    const who = ['-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.invalid'];
    execFileSync('git', ['-C', seed, 'add', '.']);
    execFileSync('git', ['-C', seed, ...who, 'commit', '--quiet', '-m', 'Adopt']);
    execFileSync('git', ['clone', '--quiet', '--bare', seed, remote]);
    const madeAt = new Date(Date.now() - DAY_MS);
    const [first, second] = [await makeKey('Ada', madeAt), await makeKey('Grace', madeAt)];
    keys.ada = first.fingerprint;
    keys.grace = second.fingerprint;
    ada = await aSigner({ gitDirectory: remote, keys: [first] });
    grace = await aSigner({ gitDirectory: remote, keys: [second] });
    for (const [signer, other] of [
      [ada, second],
      [grace, first],
    ] as const)
      execFileSync('gpg', ['--batch', '--quiet', '--import'], {
        env: signer.environment,
        input: other.publicArmored,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
  });
  afterAll(async () => {
    await ada.close();
    await grace.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('sends nothing when the name is not typed', async () => {
    expect(await sign(ada, OPENING, ['Charter'])).toMatchObject({ ended: 'not_named' });
    expect(branches()).toEqual([]);
  });

  it('sends nothing when the end of a recorder key that nobody has named is not typed', async () => {
    const { ended, said } = await sign(ada, OPENING, ['charter'], '00000000');
    expect(ended).toBe('not_named');
    expect(said).toContain('d75a 9801 82b1');
    expect(branches()).toEqual([]);
  });

  it('puts exactly two plain files on a branch of their own, under the key of the person alone', async () => {
    const { ended, said } = await sign(ada, OPENING);
    expect(ended).toBe('done');
    expect(said).toContain('because it is your own gpg key');
    expect(branches()).toEqual(['approve/open-charter']);
    expect(git('diff', '--name-status', 'main', 'approve/open-charter')).toBe(
      'A\tapprovals/open-charter.md\nA\tapprovals/open-charter.md.asc',
    );
    const modes = git('ls-tree', '--format=%(objectmode)', 'approve/open-charter', 'approvals/');
    expect(modes).toBe('100644\n100644');
    const read = readApproval(
      Buffer.from(`${git('show', 'approve/open-charter:approvals/open-charter.md')}\n`),
    );
    expect(read).toMatchObject({
      ok: true,
      approval: { gate: 'GAP7_execution_enable', bindings: { deployment: 'town', document_id: 'charter' } },
    });
    expect(ada.git('status', '--porcelain')).toBe('');
    expect(ada.git('branch', '--list').trim()).toBe('* main');
    expect(await readdir(join(ada.clone, '.git', 'countersign'))).toEqual(['trust.json']);
  });

  it('takes another name while the first waits on its branch, and after it was merged', async () => {
    await sign(ada, OPENING);
    expect(branches()).toContain('approve/open-charter-2');
    merge('approve/open-charter-2');
    await sign(ada, OPENING);
    expect(branches()).toContain('approve/open-charter-3');
  });

  it('remembers for which deployment was signed, and refuses another only when told', async () => {
    const { ended, said } = await sign(ada, {
      wanted: { is: 'opening', documentId: 'charter' },
      path: 'documents/charter.md',
    });
    expect(ended).toBe('done');
    expect(said).toContain('deployment  town');
    expect(said).toContain('as you signed with them before in this clone');
    expect(said).not.toContain('last 8 digits');
  });

  it('adds the signature of a second person to the same bytes, once', async () => {
    const before = git('show', 'approve/open-charter:approvals/open-charter.md');
    const both = { fingerprints: [keys.ada, keys.grace], files: [] };
    const joined = {
      ...OPENING,
      wanted: { is: 'co-signature', pull: 'approve/open-charter' },
      signers: both,
      threshold: 2,
    } as const;
    const { ended, said } = await sign(grace, joined);
    expect(said).toContain('Signed: approvals/open-charter.md.2.asc');
    expect(ended).toBe('done');
    expect(git('show', 'approve/open-charter:approvals/open-charter.md')).toBe(before);
    await expect(sign(grace, joined)).rejects.toThrow('no key that can sign among those');
  });

  it('refuses to join a signature by somebody who is not trusted', async () => {
    const alone = { fingerprints: [keys.grace], files: [] };
    await expect(
      sign(grace, {
        ...OPENING,
        wanted: { is: 'co-signature', pull: 'approve/open-charter' },
        signers: alone,
      }),
    ).rejects.toThrow('signer_not_pinned');
  });

  it('refuses a document that is not there, and one that the cut is not sure of until it is accepted', async () => {
    const nowhere = await sign(ada, { ...OPENING, path: 'documents/none.md' });
    expect(nowhere).toMatchObject({ ended: 'refused', said: expect.stringContaining('document_missing') });
    commit('documents/open.md', `${TEXT}\n\`\`\`\n${'An open fence.\n'.repeat(20)}`);
    const unsure = { ...OPENING, path: 'documents/open.md' };
    const refused = await sign(ada, unsure);
    expect(refused).toMatchObject({ ended: 'refused', said: expect.stringContaining('not_accepted') });
    const accepted = await sign(ada, { ...unsure, accept: true });
    expect(accepted).toMatchObject({
      ended: 'done',
      said: expect.stringMatching(/accepts_sha256: [0-9a-f]{64}/),
    });
  });

  it('takes back a merged approval by the digest of its bytes', async () => {
    const wanted = { is: 'withdrawal', path: 'approvals/open-charter-2.md' } as const;
    const { ended, said } = await sign(ada, { wanted }, ['open-charter-2']);
    expect(ended).toBe('done');
    expect(said).toContain('Signed: approvals/withdraw-open-charter-2.md');
  });

  it('signs on a machine without a network what was packed, and carries it back', async () => {
    const packed = join(folder, 'packed');
    await sign(ada, { wanted: { is: 'packing', folder: packed } });
    const elsewhere = { ...OPENING, offline: packed, directory: '/nonexistent', remote: 'none' };
    const away = await sign(ada, elsewhere);
    expect(away).toMatchObject({ ended: 'done', said: expect.stringContaining('Carry') });
    const [name] = (await readdir(join(packed, 'signed'))).filter((file) => file.endsWith('.md'));
    const carried = await sign(ada, { wanted: { is: 'carrying', folder: packed } });
    expect(carried.ended).toBe('done');
    expect(git('branch', '--list', `approve/${name?.replace('.md', '')}`)).not.toBe('');
    const path = join(packed, 'signed', name ?? '');
    await writeFile(path, 'changed on the way\n');
    git('update-ref', '-d', `refs/heads/approve/${name?.replace('.md', '')}`);
    await expect(sign(ada, { wanted: { is: 'carrying', folder: packed } })).rejects.toThrow(
      'would be refused',
    );
  });

  it('says that nothing waits', async () => {
    const { ended, said } = await sign(ada, {});
    expect(ended).toBe('nothing_waits');
    expect(said).toContain('countersign sign --open DOCUMENT');
  });
});
