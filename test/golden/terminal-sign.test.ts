// From "I want to cut this document" to COMPLETED in three commands, each typed at a terminal in a fresh clone with a fresh
// gpg, beside the real bot; and what the terminal shows meanwhile.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inGroups, type RecorderKey } from '../../src/record/recorder-key.ts';
import { aSigner, hasGpg, type Signer } from '../sign/governance.ts';
import { type Answers, hasPty } from '../support/at-terminal.ts';
import { runCommand } from '../support/site.ts';
import { onlyWhere } from '../support/skip.ts';
import { openTown, type Town } from '../support/town.ts';
import { type Shown, screens } from './screen.ts';

const WAIT_MS = 60_000;
const TEST_MS = 900_000;
const NAMED: Answers = [[/Type charter to sign this/, 'charter\n']];
const FORGE = ['--repository', 'demo/governance'];

describe(
  'a sovereign at a terminal',
  onlyWhere(hasPty && hasGpg, hasGpg ? 'python3 absent' : 'gpg absent'),
  () => {
    let town: Town;
    let signer: Signer;
    let recorderKey = '';
    const shown: Shown[] = [];
    beforeAll(async () => {
      town = await openTown();
      recorderKey = (await town.deployment.recorder()).current.key;
      signer = await aSigner({
        gitDirectory: town.gitDirectory,
        keys: [town.keys.sovereign],
        settings: { GITHUB_API_URL: town.standIn.apiUrl, GITHUB_TOKEN: town.token },
      });
    }, TEST_MS);
    afterAll(async () => {
      await signer.close();
      await town.close();
    });

    const OPEN = () => [
      ...['--open', 'charter', '--deployment', 'demo', '--path', 'documents/charter.md'],
      ...['--recorder-key', recorderKey],
    ];
    const COMPARED = (): Answers => [[/Type its last 8 digits/, `${recorderKey.slice(-8)}\n`]];
    async function typed(args: readonly string[], answers?: Answers): Promise<Shown> {
      const screen = { command: ['sign', ...args].join(' '), ...(await signer.sign(args, answers)) };
      shown.push(screen);
      return screen;
    }

    /** Merges what was opened, and waits until the bot has recorded where the run then is. */
    async function merged({ output }: Shown, status: string): Promise<void> {
      await town.sovereign.merge(Number(/\/pull\/(\d+)/.exec(output)?.[1] ?? 0));
      await vi.waitFor(() => expect(recorded()).toContain(status), { timeout: WAIT_MS, interval: 300 });
    }
    function recorded(): string {
      const at = ['-C', town.gitDirectory, 'grep', '-h', '"status"', 'main', '--', 'runs/*/state.json'];
      try {
        return execFileSync('git', at, { encoding: 'utf8' });
      } catch {
        return 'not recorded yet';
      }
    }

    it('signs nothing where nobody can type, or types another name', { timeout: TEST_MS }, async () => {
      const piped = await runCommand(['sign', ...OPEN()], {
        directory: signer.clone,
        environment: signer.environment,
      });
      shown.push({ command: `sign ${OPEN().join(' ')} | cat`, ...piped });
      expect(piped.code).toBe(2);
      const other = await typed(
        [...OPEN(), ...FORGE],
        [...COMPARED(), [/Type charter to sign this/, 'Charter\n']],
      );
      expect(other.code).toBe(1);
      expect(signer.git('ls-remote', '--heads', 'origin')).not.toContain('approve/');
    });

    it('opens, cuts and enacts with three commands', { timeout: TEST_MS }, async () => {
      const open = await typed([...OPEN(), ...FORGE], [...COMPARED(), ...NAMED]);
      expect(open).toMatchObject({ code: 0 });
      await merged(open, 'AWAITING_CUT_AUTHORIZATION');

      const cut = await typed(FORGE, NAMED);
      expect(cut).toMatchObject({ code: 0 });
      expect(cut.output).toMatch(/its plan, cut again here: cutplan_sha256 [0-9a-f]{64}/);
      await merged(cut, 'AWAITING_LIFECYCLE_AUTHORIZATION');

      const enact = await typed(FORGE, NAMED);
      expect(enact).toMatchObject({ code: 0 });
      await merged(enact, 'COMPLETED');
      // Nothing of the person's own is touched.
      expect(signer.git('status', '--porcelain')).toBe('');
      expect(signer.git('branch', '--list').trim()).toBe('* main');
    });

    it('then says that nothing waits, and shows what the terminal showed', { timeout: TEST_MS }, async () => {
      const { output, code } = await typed([]);
      expect(code).toBe(1);
      expect(output).toContain('countersign sign --open charter');
      const replaced = new Map([
        [town.keys.sovereign.fingerprint, '<your fingerprint>'],
        [signer.clone, '<your clone>'],
        [recorderKey, '<recorder key>'],
        [inGroups(recorderKey as RecorderKey), '<recorder key in groups>'],
        [
          `last 8 digits, anything else to sign nothing: ${recorderKey.slice(-8)}`,
          'last 8 digits, anything else to sign nothing: <its last 8 digits>',
        ],
      ]);
      const equal = { replaced, alive: true };
      const stable = screens('countersign sign', shown, equal).replace(/ at [0-9a-f]{12}\b/g, ' at <commit>');
      await expect(stable).toMatchFileSnapshot('10-terminal-sign.txt');
    });
  },
);
