// `npm run mutate [-- FOLDER…]`: breaks one condition, one operator, one sentence of a folder at a time and runs the tests
// that reach it. Prints every survivor that is not accepted, and ends with 1 where a folder misses its goal.
import { readFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { ACCEPTED } from './accepted.ts';
import { FOLDERS, type MutatedFolder } from './folders.ts';

const FOUND = new Set(['Killed', 'Timeout', 'RuntimeError']);
const MISSED = new Set(['Survived', 'NoCoverage']);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in FOLDERS));
if (unknown.length > 0) {
  process.stderr.write(
    `nothing named ${unknown.join(', ')} is mutated; there are ${Object.keys(FOLDERS).join(', ')}\n`,
  );
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : Object.keys(FOLDERS)) {
  const folder = FOLDERS[name];
  if (folder && !(await reachesGoal(name, folder))) process.exitCode = 1;
}

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

async function reachesGoal(name: string, folder: MutatedFolder): Promise<boolean> {
  process.env['MUTATE_TESTS'] = folder.tests.join(',');
  process.env['MUTATE_WITHOUT'] = (folder.without ?? []).join(',');
  const mutants = await new Stryker({
    mutate: [...folder.mutate],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    reporters: ['progress-append-only'],
    // What a static mutant changes is done while a module loads: it would need a process of its own for each.
    ignoreStatic: true,
    // It is there for compilers; this one has no programming interface that Stryker knows.
    tsconfigFile: 'none',
    concurrency: Number(process.env['MUTATE_CONCURRENCY'] ?? cpus().length),
    coverageAnalysis: 'perTest',
    timeoutMS: 20_000,
    tempDirName: join(tmpdir(), `countersign-mutate-${process.pid}`),
    ignorePatterns: ['docs/images', 'sample', 'approvals', 'runs'],
    allowEmpty: false,
    checkers: [],
    fileLogLevel: 'off',
    logLevel: 'warn',
  } as ConstructorParameters<typeof Stryker>[0]).runMutationTest();
  const found = mutants.filter(({ status }) => FOUND.has(status));
  const missed = mutants.filter(({ status }) => MISSED.has(status));
  const open = missed.filter((mutant) => !isAccepted(mutant));
  for (const mutant of open) process.stdout.write(`${told(mutant)}\n`);
  const judged = found.length + open.length;
  const score = judged === 0 ? 0 : (100 * found.length) / judged;
  process.stdout.write(
    `mutate ${name}: ${found.length} of ${judged} found, ${score.toFixed(1)} % (goal ≥ ${folder.goal} %); ${missed.length - open.length} accepted\n`,
  );
  return score >= folder.goal;
}

function isAccepted(mutant: Mutant): boolean {
  const [file, original] = [fileOf(mutant), originalOf(mutant)];
  return ACCEPTED.some(
    (one) => one.file === file && one.original === original && one.replacement === mutant.replacement,
  );
}

function fileOf({ fileName }: Mutant): string {
  return relative(process.cwd(), fileName);
}

function originalOf({ fileName, location: { start, end } }: Mutant): string {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n');
}

function told(mutant: Mutant): string {
  const short = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}…` : text).replaceAll('\n', ' ');
  const where = `${fileOf(mutant)}:${mutant.location.start.line}`;
  return `${mutant.status === 'NoCoverage' ? 'no test' : 'survived'} ${where} ${mutant.mutatorName}: ${short(originalOf(mutant))} → ${short(mutant.replacement ?? '')}`;
}
