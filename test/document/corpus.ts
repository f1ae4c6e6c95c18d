// Documents with the answers of a reader: our own beside their answers, and real ones of which only the answers are kept.
// The group of a document says how well it must be cut.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../src/document/diagnostic.ts';
import { type CutPlan, planDocument } from '../../src/document/plan.ts';
import { type Answers, readAnswers } from './answers.ts';
import { addTallies, precision, recall, type Score, score, type Tally } from './score.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
const SHARED = join(import.meta.dirname, '../../../shared/documents');

/** The least precision and recall, of a group as a whole and of each of its documents. */
export const LEAST = { statutes: 0.99, markdown: 0.97, 'plain-text': 0.9 } as const;

export type Group = keyof typeof LEAST;

export const GROUPS = Object.keys(LEAST) as Group[];

const SHARED_GROUPS: Readonly<Record<string, Group>> = {
  'commonmark-spec-0.30.md': 'markdown',
  'de-bgb.md': 'statutes',
  'de-grundgesetz-gg.md': 'statutes',
  'debian-constitution-1.9.txt': 'plain-text',
  'eu-gdpr.txt': 'statutes',
  'github-terms-of-service.md': 'markdown',
  'k8s-sig-governance.md': 'markdown',
  'rust-rfc-3392-leadership-council.md': 'markdown',
  'us-constitution.md': 'statutes',
  'vn-bo-luat-hinh-su-phap-dien.md': 'statutes',
  'vn-nghi-dinh-142-2026-tri-tue-nhan-tao.md': 'statutes',
  'vn-nghi-dinh-191-2026-quy-che-lam-viec-chinh-phu.md': 'statutes',
};

export interface CorpusDocument {
  readonly name: string;
  readonly group: Group;
  readonly answers: Answers;
  /** Absent where only the answers are kept and the document is not on this machine. */
  readonly read: (() => Uint8Array) | undefined;
}

export interface Judged {
  readonly document: CorpusDocument;
  readonly profile: string;
  readonly score: Score;
  /** The cut itself says that it must be looked at. */
  readonly blocked: boolean;
}

export function corpus(): CorpusDocument[] {
  const own = GROUPS.flatMap((group) =>
    readdirSync(join(CORPUS, group))
      .filter((name) => !name.endsWith('.answers'))
      .map((name) => open(name, { group, folder: join(CORPUS, group), answers: join(CORPUS, group) })),
  );
  const shared = Object.entries(SHARED_GROUPS).map(([name, group]) =>
    open(name, { group, folder: SHARED, answers: join(CORPUS, 'shared') }),
  );
  return [...own, ...shared];
}

function open(
  name: string,
  { group, folder, answers }: { group: Group; folder: string; answers: string },
): CorpusDocument {
  const file = join(folder, name);
  return {
    ...{ name, group },
    answers: readAnswers(readFileSync(join(answers, name.replace(/\.\w+$/, '.answers')), 'utf8')),
    read: existsSync(file) ? () => readFileSync(file) : undefined,
  };
}

export function judge(document: CorpusDocument, bytes: Uint8Array): Judged {
  const { answers } = document;
  const plan = planDocument(bytes, { granularity: answers.granularity });
  return {
    document,
    profile: plan.profile,
    score: score(plan.rows, { answers, bytes }),
    blocked: diagnosticsOf(plan).some(({ severity }) => severity === 'blocking'),
  };
}

function diagnosticsOf(
  plan: CutPlan & { readonly diagnostics?: readonly Diagnostic[] },
): readonly Diagnostic[] {
  return plan.diagnostics ?? [];
}

export function groupTally(judged: readonly Judged[], group: Group): Tally {
  return addTallies(judged.filter(({ document }) => document.group === group).map((one) => one.score.units));
}

export function isWellCut({ units }: Pick<Score, 'units'>, group: Group): boolean {
  return precision(units) >= LEAST[group] && recall(units) >= LEAST[group];
}
