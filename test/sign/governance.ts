// A sovereign with a fresh clone and a gpg of their own, beside a town whose bot is real.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { type Answers, atPty, type Typed } from '../support/at-terminal.ts';

export const hasGpg = spawnSync('gpg', ['--version']).status === 0;

export interface Signer {
  readonly clone: string;
  readonly environment: Readonly<Record<string, string>>;
  sign(args: readonly string[], answers?: Answers): Promise<Typed>;
  git(...args: string[]): string;
  close(): Promise<void>;
}

/** Clones the repository and gives the person these secret keys. */
export async function aSigner(options: {
  readonly gitDirectory: string;
  readonly keys: readonly ThrowawayKey[];
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<Signer> {
  const { gitDirectory, keys, settings = {} } = options;
  // Short: a socket of the agent has a name of at most 108 characters.
  const home = await mkdtemp(join(tmpdir(), 'cs-'));
  const clone = join(home, 'clone');
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GNUPGHOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    ...settings,
  };
  execFileSync('git', ['clone', '--quiet', gitDirectory, clone], { env: environment });
  for (const key of keys)
    execFileSync('gpg', ['--batch', '--quiet', '--import'], {
      env: environment,
      input: key.privateArmored,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  return {
    clone,
    environment,
    sign: (args, answers = []) => atPty(['sign', ...args], { directory: clone, environment, answers }),
    git: (...args) => execFileSync('git', ['-C', clone, ...args], { env: environment, encoding: 'utf8' }),
    async close() {
      spawnSync('gpgconf', ['--kill', 'all'], { env: environment });
      await rm(home, { recursive: true, force: true });
    },
  };
}
