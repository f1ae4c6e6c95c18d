// What runs on GitHub for every change: actions named by commit, and the right to read and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../.github/workflows', import.meta.url));
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const workflow = z.object({
  permissions: z.strictObject({}),
  jobs: z.record(
    z.string(),
    z.object({
      permissions,
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

/** What is wrong with a workflow; empty when nothing is. */
function faultsOf(text: string): string[] {
  const read = workflow.safeParse(parse(text));
  if (!read.success) return read.error.issues.map(({ path }) => `malformed: ${path.join('.')}`);
  return Object.values(read.data.jobs).flatMap((job) => [
    ...Object.entries(job.permissions).flatMap(([scope, level]) =>
      level === 'write' ? [`writes ${scope}`] : [],
    ),
    ...job.steps.flatMap(({ uses, run = '' }) => [
      ...(uses !== undefined && !/@[0-9a-f]{40}$/.test(uses) ? [`${uses} is not pinned by commit`] : []),
      // What a stranger writes into a title or a branch's name would become part of the script.
      ...(/\$\{\{/.test(run) ? [`an expression inside a script: ${run}`] : []),
    ]),
  ]);
}

describe('a workflow', () => {
  it('pins its actions by commit and may only read', () => {
    const names = readdirSync(FOLDER);
    expect(names).toContain('check.yml');
    for (const name of names) expect(faultsOf(readFileSync(join(FOLDER, name), 'utf8')), name).toEqual([]);
  });

  it('is caught when it does not', () => {
    const text = `
permissions: {}
jobs:
  one:
    permissions: { contents: write }
    steps:
      - uses: actions/checkout@v4
      - run: echo "\${{ github.event.pull_request.title }}"
`;
    expect(faultsOf(text)).toEqual([
      'writes contents',
      'actions/checkout@v4 is not pinned by commit',
      `an expression inside a script: echo "\${{ github.event.pull_request.title }}"`,
    ]);
    expect(faultsOf('permissions: { contents: read }\njobs: {}')).toEqual(['malformed: permissions']);
  });
});
