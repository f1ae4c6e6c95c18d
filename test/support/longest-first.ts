// The order of the files: what takes longest begins first, so that the workers end together. Without it a file's size would
// stand for the time it takes.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONGEST = [
  'governed/attacks/attacks',
  'scenario/production',
  'golden/terminal',
  'exits/exits',
  'exits/ways',
  'run/crash',
  'governed/conditions',
  'cli/switch',
  'scenario/rewound',
  'cli/exit-codes',
  'governed/stops',
  'backup/server',
  'golden/terminal-database',
  'run/stops',
  'governed/guard/mutations',
  'governed/guard/admit',
  'governed/server',
  'governed/upgrade',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? LONGEST.length : place;
}
