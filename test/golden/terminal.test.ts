// The screens of the command line, by the real commands: nothing is rendered here but what they print. Re-rendered like
// the other pages, by `npm run golden`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/site.ts';
import { FOLDER, readVectors } from '../vectors/vector.ts';
import { type Shown, screens } from './screen.ts';
import { CHARTER } from './story.ts';

const TEST_MS = 900_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-golden-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** One command in the folder, as it was typed. */
async function typed(line: string, environment: Record<string, string> = {}): Promise<Shown> {
  const args = line === '' ? [] : line.split(' ');
  return { command: line, ...(await runCommand(args, { directory, environment })) };
}

const COMMANDS = [
  ...['', 'demo', 'start', 'verify', 'plan', 'readiness', 'disable', 'enable-master', 'abandon', 'revert'],
  ...['revert plan', 'db', 'db init', 'db check', 'db grants', 'backup', 'backup selftest', 'backup list'],
  ...['backup verify', 'backup restore', 'backup prune', 'query', 'release-manifest', 'attest'],
];

describe('what a terminal shows', () => {
  it('of every command, when help is asked for', { timeout: TEST_MS }, async () => {
    const shown: Shown[] = [];
    for (const command of COMMANDS) shown.push(await typed(`${command} --help`.trim()));
    await expect(screens('Help', shown, {})).toMatchFileSnapshot('10-terminal-help.txt');
  });

  it('of countersign verify', { timeout: TEST_MS }, async () => {
    const vectors = readVectors();
    const at = (name: string) => {
      const vector = vectors.find((candidate) => candidate.name === name);
      if (!vector) throw new Error(`there is no vector ${name}`);
      return vector;
    };
    const sound = at('armor: is plain');
    const forged = vectors.find(
      ({ expected }) => expected.verdict === 'rejected' && expected.reason === 'signature_invalid',
    );
    const unread = vectors.find(
      ({ expected }) => expected.verdict === 'rejected' && expected.line !== undefined,
    );
    const settings = { SOVEREIGN_GPG_FPR: sound.pinned.join(','), SOVEREIGN_KEY_DIR: join(FOLDER, 'keys') };
    const shown: Shown[] = [];
    for (const [vector, options] of [
      [sound, ''],
      [sound, ' --json'],
      [forged ?? sound, ''],
      [unread ?? sound, ''],
      [sound, ' --gate SG_2_lifecycle_authz'],
      [sound, ' --gate SG_2_lifecycle_authz --json'],
    ] as const) {
      const file = join(FOLDER, 'files', vector.document);
      const signature = vector.signatures.map((name) => join(FOLDER, 'files', name));
      const copy = join(directory, 'charter.md');
      await writeFile(copy, await readFile(file));
      const line = `verify charter.md --signature ${signature.join(' ')} --at ${vector.now}${options}`;
      shown.push(await typed(line, settings));
    }
    shown.push(await typed('verify nowhere.md', settings), await typed('verify charter.md'));
    const replaced = new Map([
      [join(FOLDER, 'files'), '<vectors>'],
      [directory, '<here>'],
    ]);
    await expect(screens('countersign verify', shown, { replaced })).toMatchFileSnapshot(
      '10-terminal-verify.txt',
    );
  });

  it('of countersign plan', { timeout: TEST_MS }, async () => {
    await writeFile(join(directory, 'law.md'), CHARTER);
    await writeFile(join(directory, 'binary.md'), Buffer.from([0x23, 0x20, 0xff, 0xfe, 0x00]));
    const shown = [
      await typed('plan law.md'),
      await typed('plan law.md --json'),
      await typed('plan binary.md'),
      await typed('plan nowhere.md'),
    ];
    await expect(screens('countersign plan', shown, {})).toMatchFileSnapshot('10-terminal-plan.txt');
  });
});
