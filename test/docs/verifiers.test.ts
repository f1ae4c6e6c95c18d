// docs/verifiers.md, rendered from what the tests compare: `npx vitest run test/docs/verifiers.test.ts --update` renders it again.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OTHER_REASON } from '../governed/guard/mutation.ts';
import { NOT_THE_DATABASES } from '../governed/guard/vector-cases.ts';
import { ROOT } from '../support/command.ts';
import { readVectors } from '../vectors/vector.ts';

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function vectorTable(): string[] {
  const themes = Map.groupBy(readVectors(), ({ name }) => name.split(':')[0] ?? '');
  const rows = [...themes].sort().map(([theme, vectors]) => {
    const accepted = vectors.filter(({ expected }) => expected.verdict === 'accepted').length;
    return row(theme, vectors.length, accepted, vectors.length - accepted);
  });
  return [row('vectors', 'all', 'accepted', 'rejected'), '|---|--:|--:|--:|', ...rows];
}

function page(): string {
  const facts = NOT_THE_DATABASES.map(([names, why]) =>
    row(`\`${names.source.replaceAll('|', '\\|')}\``, why),
  );
  const reasons = OTHER_REASON.map(([typescript, guard, why]) =>
    row(`\`${typescript}\``, `\`${guard}\``, why),
  );
  return [
    '# Verifiers held against each other',
    '',
    'Three programs of different make judge a signature: the admission in TypeScript with openpgp.js, the guard in SQL, and,',
    'in the tests alone, OpenSSL through node:crypto for the raw mathematics. This page is rendered from what the tests',
    'compare, so a difference that is not explained here fails a test.',
    '',
    '## The committed vectors',
    '',
    'Admission gives each vector the verdict that its file names; the guard gives the same verdict and reason; OpenSSL agrees',
    'with openpgp.js on every one whose packet and key admission lets through to the mathematics.',
    '',
    ...vectorTable(),
    '',
    'Where a vector turns on something that a database cannot know, the guard is held against what admission says of the',
    'bytes alone:',
    '',
    row('vectors', 'why'),
    '|---|---|',
    ...facts,
    '',
    '## The mutations',
    '',
    'Sound approvals with something changed (`npm run mutations` asks the whole corpus): both accept the same and reject the',
    'same. These are rejected by both for another reason:',
    '',
    row('TypeScript', 'guard', 'why'),
    '|---|---|---|',
    ...reasons,
    '',
  ].join('\n');
}

it('docs/verifiers.md tells what is compared, and every difference that is allowed', async () => {
  await expect(page()).toMatchFileSnapshot(join(ROOT, 'docs', 'verifiers.md'));
});
