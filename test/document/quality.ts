// `npm run quality`: precision and recall of the cut against the answers of readers, by group, kind and document.
// `npm run quality -- NAME` shows where the documents whose name contains NAME differ.
import { corpus, GROUPS, groupTally, type Judged, judge, LEAST } from './corpus.ts';
import { addTallies, precision, recall, type Share, type Tally } from './score.ts';

const wanted = process.argv[2];
const documents = corpus().filter(({ name }) => wanted === undefined || name.includes(wanted));
const judged = documents.flatMap((document) => (document.read ? [judge(document, document.read())] : []));

const lines = wanted === undefined ? overview(judged) : judged.flatMap(differences);
process.stdout.write(`${lines.join('\n')}\n`);

function overview(all: readonly Judged[]): string[] {
  return [
    row('group', ['units', 'precision', 'recall', 'least']),
    ...GROUPS.map((group) => row(group, [...figures(groupTally(all, group)), LEAST[group].toFixed(3)])),
    '',
    row('kind', ['units', 'precision', 'recall', '']),
    ...byKind(all).map(([kind, tally]) => row(kind, figures(tally))),
    '',
    row('document', ['units', 'precision', 'recall', 'parent', 'label', 'title', 'extent']),
    ...all.map(documentRow),
  ];
}

function documentRow({ document, profile, score, blocked }: Judged): string {
  const { units, parents, labels, titles, extents } = score;
  const notes = [
    profile === document.answers.profile ? '' : `read as ${profile}, is ${document.answers.profile}`,
    blocked ? 'says that it must be looked at' : '',
  ];
  const shares = [parents, labels, titles, extents].map(percent);
  return [row(document.name, [...figures(units), ...shares]), ...notes.filter(Boolean)].join('  ');
}

function byKind(all: readonly Judged[]): [string, Tally][] {
  const kinds = [...new Set(all.flatMap(({ score }) => [...score.kinds.keys()]))].sort();
  return kinds.map((kind) => [kind, addTallies(all.flatMap(({ score }) => score.kinds.get(kind) ?? []))]);
}

function figures(tally: Tally): string[] {
  return [String(tally.expected), precision(tally).toFixed(3), recall(tally).toFixed(3)];
}

function percent({ of, right }: Share): string {
  return of === 0 ? '-' : (right / of).toFixed(3);
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(52)}${cells.map((cell) => cell.padStart(10)).join('')}`;
}

function differences({ document, score }: Judged): string[] {
  return [document.name, ...score.differences.map((line) => `  ${line}`), ''];
}
