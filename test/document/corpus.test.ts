// The cut against readers: each group of documents, and no document worse than its group unless the cut says so itself.
import { describe, expect, test } from 'vitest';
import { onlyWhere } from '../support/skip.ts';
import { corpus, GROUPS, groupTally, isWellCut, judge, LEAST } from './corpus.ts';
import { precision, recall } from './score.ts';

const documents = corpus();
const judged = documents.flatMap((document) => (document.read ? [judge(document, document.read())] : []));

test('every document of the corpus has answers of a reader', () => {
  expect(documents.length).toBeGreaterThanOrEqual(30);
  for (const { answers } of documents) expect(answers.units.length).toBeGreaterThan(0);
});

test('what is judged in parts is judged in four parts at least', () => {
  for (const { answers } of documents)
    if (answers.ranges) expect(answers.ranges.length).toBeGreaterThanOrEqual(4);
});

describe.each(GROUPS)('%s', (group) => {
  test('are cut as a reader cuts them', () => {
    const tally = groupTally(judged, group);
    expect(precision(tally)).toBeGreaterThanOrEqual(LEAST[group]);
    expect(recall(tally)).toBeGreaterThanOrEqual(LEAST[group]);
  });
});

describe.each(documents.map((document) => [document.name, document] as const))('%s', (name, document) => {
  const one = judged.find((found) => found.document.name === name);

  test(
    'is cut as well as its group, or says that it is not',
    onlyWhere(one, 'shared documents absent'),
    () => {
      const well = one !== undefined && isWellCut(one.score, document.group);
      expect(well || one?.blocked ? [] : one?.score.differences).toEqual([]);
    },
  );

  test('is read as the language that it is in', onlyWhere(one, 'shared documents absent'), () => {
    expect(one?.profile).toBe(document.answers.profile);
  });
});
