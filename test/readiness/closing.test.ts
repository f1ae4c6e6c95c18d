// Each condition says what closes it; whatever command it names must exist, with the options it is given.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { isGate } from '../../src/approval/gates.ts';
import { SUBCOMMANDS } from '../../src/cli/commands.ts';
import { assess, CONDITIONS, type ConditionId, type Probes } from '../../src/readiness/conditions.ts';
import { ROOT } from '../support/command.ts';

const scripts: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts;

const open = Object.fromEntries(
  Object.keys(CONDITIONS).map((id) => [id, async () => ({ pass: false, evidence: 'asked for nothing' })]),
) as unknown as Probes;
const conditions = await assess(open, new Set<ConditionId>());

/** What of a sentence names no command, script or gate that exists. */
async function unknownIn(close: string): Promise<string[]> {
  const [, script] = /npm run ([\w:-]+)/.exec(close) ?? [];
  if (script !== undefined) return script in scripts ? [] : [`npm run ${script}`];
  const [, words] = /countersign ([^,;]+)/.exec(close) ?? [];
  if (words !== undefined) return unknownWords(words.trim().split(/\s+/));
  const gate = close.match(/\w+_\w+/)?.[0] ?? '';
  return isGate(gate) ? [] : [close];
}

async function unknownWords([name = '', ...words]: readonly string[]): Promise<string[]> {
  const called = await SUBCOMMANDS[name]?.load();
  if (!called) return [name];
  let command: Command = called;
  for (const word of words) {
    const subcommand: Command | undefined = command.commands.find((candidate) => candidate.name() === word);
    if (subcommand) command = subcommand;
    else if (word.startsWith('-') && !command.options.some(({ long }) => long === word)) return [word];
    else if (!word.startsWith('-') && command.registeredArguments.length === 0) return [word];
  }
  return [];
}

describe('what closes a condition', () => {
  it.each(conditions.map(({ id, close }) => [id, close]))('%s: %s', async (_, close) => {
    expect(await unknownIn(close)).toEqual([]);
  });

  it.each([
    ['countersign backup selftset'],
    ['countersign db grants --aply'],
    ['countersign enable'],
    ['npm run atest'],
    ['merge a signed GAP_8 approval'],
    ['ask somebody'],
  ])('is noticed when it does not exist: %s', async (close) => {
    expect(await unknownIn(close)).toHaveLength(1);
  });
});
