// `countersign attest` over a small repository with a suite of its own: the real runner, and runners that misbehave.
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attest, runVitest } from '../../src/cli/release.ts';
import { ATTESTATION_FILE, readAttestation } from '../../src/readiness/attestation.ts';
import { ROOT } from '../support/command.ts';
import { type SmallRepository, smallRepository } from '../support/repository.ts';

const NOW = new Date('2026-05-21T10:00:00Z');
const REPORT = JSON.stringify({
  testResults: [
    { name: 'test/a.test.ts', status: 'passed', assertionResults: [{ fullName: 'one', status: 'passed' }] },
  ],
});

let repository: SmallRepository;
let commit: string;

beforeEach(() => {
  repository = smallRepository({
    '.gitignore': `node_modules\n${ATTESTATION_FILE}\n`,
    'src/main.ts': 'export {};\n',
    'package.json': '{ "type": "module" }\n',
    'test/small.test.ts': `import { expect, it } from 'vitest';
import { leaveOut, onlyWhere } from './skip.ts';
it('holds', () => expect(1).toBe(1));
it('needs a database', onlyWhere(false, 'PostgreSQL absent'), () => {});
it('needs to mount', () => leaveOut('mounting not permitted'));
it.skip('says nothing', () => {});
`,
  });
  cpSync(join(ROOT, 'test/support/skip.ts'), join(repository.root, 'test/skip.ts'));
  commit = repository.commit();
});
afterEach(() => repository.close());

describe('attest', () => {
  it('runs the suite and writes down what passed, and what was left out for which reason', async () => {
    symlinkSync(join(ROOT, 'node_modules'), join(repository.root, 'node_modules'));
    const suite = (report: string) => runVitest(repository.root, report);
    const attestation = await attest(repository.root, { suite, now: NOW });
    expect(attestation).toMatchObject({ commit, passed: 1, failed: 0, at: NOW.toISOString() });
    expect(attestation.skipped).toEqual({
      'PostgreSQL absent': ['test/small.test.ts: needs a database'],
      'mounting not permitted': ['test/small.test.ts: needs to mount'],
      'no reason stated': ['test/small.test.ts: says nothing'],
    });
    expect(await readAttestation(join(repository.root, ATTESTATION_FILE))).toEqual(attestation);
  });

  it.each([
    ['that leaves no report', async () => {}, /no report that can be read/],
    [
      'whose report is none',
      async (report: string) => writeFileSync(report, '{}'),
      /no report that can be read/,
    ],
    [
      'that changes the tree',
      async (report: string) => {
        writeFileSync(report, REPORT);
        repository.write('src/main.ts', 'export const changed = true;\n');
      },
      /the working tree has changes/,
    ],
    [
      'that commits a change',
      async (report: string) => {
        writeFileSync(report, REPORT);
        repository.write('src/main.ts', 'export const changed = true;\n');
        repository.commit();
      },
      /the tree changed while the suite ran/,
    ],
  ])('attests nothing after a suite %s', async (_, suite, why) => {
    await expect(attest(repository.root, { suite, now: NOW })).rejects.toThrow(why);
    expect(await readAttestation(join(repository.root, ATTESTATION_FILE))).toBeUndefined();
  });

  it('does not begin on a tree that has changes', async () => {
    repository.write('src/main.ts', 'export const changed = true;\n');
    let ran = false;
    const suite = async () => {
      ran = true;
    };
    await expect(attest(repository.root, { suite, now: NOW })).rejects.toThrow(/commit them first/);
    expect(ran).toBe(false);
    expect(readFileSync(join(repository.root, 'src/main.ts'), 'utf8')).toContain('changed');
  });
});
