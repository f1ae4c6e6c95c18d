// Planning against block parsing alone by a Markdown parser, in CPU time and peak memory: a real law repeated, a made-up one
// and a document of very many articles. Each measurement is a process of its own: one operation's garbage must not be
// another's memory or time; the rounds take turns, so that a busy minute of the machine slows all alike.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import MarkdownIt from 'markdown-it';
import { z } from 'zod';
import { planDocument } from '../src/document/plan.ts';
import { linesOf, planChange } from '../src/plan/change.ts';
import { renderOutline } from '../src/plan/outline.ts';
import { planFile } from '../src/plan/plan-lines.ts';

const BGB = join(import.meta.dirname, '../../shared/documents/de-bgb.md');
const SIZES_MB = [1, 5, 10, 20] as const;
const ROUNDS = 3;
// As `npm start` has it: V8 otherwise lets what is young grow to many times what a plan takes.
const AS_STARTED = '--max-semi-space-size=8';

const OPERATIONS = {
  /** The blocks of the whole document, as the parser finds them. */
  parse: (bytes: Buffer) => parser.parse(bytes.toString(), {}).length,
  plan: (bytes: Buffer) => planDocument(bytes).rows.length,
  /** Planning and all that the phase `cutplan` makes of it. */
  cutplan: (bytes: Buffer) => {
    const change = planChange(planDocument(bytes), [], { documentId: 'bench' });
    return planFile(linesOf(change)).length + renderOutline(change, { maxRows: 120 }).length;
  },
};

type Operation = keyof typeof OPERATIONS;

/** By size: in MB, or in articles. */
const DOCUMENTS = {
  bgb: (size: number) => repeatBgb(size * 1_000_000),
  law: (size: number) => writeLaw(size * 1_000_000),
  articles: (size: number) => writeArticles(size),
};

type Document = keyof typeof DOCUMENTS;

const parser = new MarkdownIt('commonmark');
parser.core.ruler.enableOnly(['normalize', 'block']);

const measurement = z.object({ cpuMs: z.number(), peakMiB: z.number(), result: z.number() });
type Measurement = z.infer<typeof measurement>;

interface Task {
  readonly operation: Operation;
  readonly document: Document;
  readonly size: number;
}

export async function benchDocument(): Promise<void> {
  const laws: readonly Document[] = existsSync(BGB) ? ['bgb', 'law'] : ['law'];
  if (laws.length === 1) process.stdout.write('document: the shared documents are absent; no BGB\n');
  for (const document of laws) await compareSizes(document);
  const articles = { document: 'articles', size: 200_000 } as const;
  const [plan, parse] = measureInTurn([
    { operation: 'plan', ...articles },
    { operation: 'parse', ...articles },
  ]);
  const headings = measureInTurn([{ operation: 'cutplan', document: 'articles', size: 100_000 }])[0];
  process.stdout.write(
    [
      `document: 200,000 articles: plan ${describe(plan)} (goal <= 400 MiB), block parsing alone ${describe(parse)}`,
      `document: 100,000 articles: plan, change, lines and outline ${describe(headings)}\n`,
    ].join('\n'),
  );
}

async function compareSizes(document: Document): Promise<void> {
  const tasks = SIZES_MB.flatMap((size): Task[] => [
    { operation: 'parse', document, size },
    { operation: 'plan', document, size },
  ]);
  const medians = measureInTurn(tasks);
  for (const [index, size] of SIZES_MB.entries()) {
    const [parse, plan] = medians.slice(index * 2);
    const ratio = (plan?.cpuMs ?? Number.NaN) / (parse?.cpuMs ?? Number.NaN);
    process.stdout.write(
      `document: ${document} of ${size} MB (${plan?.result} units): plan ${describe(plan)}${size === 20 ? ' (goal <= 250)' : ''}, ` +
        `block parsing alone ${describe(parse)}; ratio ${ratio.toFixed(2)} (goal <= 1.0)\n`,
    );
  }
  const [first, last] = [medians[1]?.cpuMs ?? Number.NaN, medians.at(-1)?.cpuMs ?? Number.NaN];
  process.stdout.write(`  growth from 1 to 20 MB ${(last / first).toFixed(1)} x (goal <= 22)\n`);
}

function describe(measured: Measurement | undefined): string {
  return `${measured?.cpuMs.toFixed(0)} ms, peak ${measured?.peakMiB.toFixed(0)} MiB`;
}

/** The medians of each task, in their order. */
function measureInTurn(tasks: readonly Task[]): Measurement[] {
  const rounds = Array.from({ length: ROUNDS }, () => tasks.map(measureApart));
  return tasks.map((_, index) => {
    const of = (field: keyof Measurement) =>
      median(rounds.map((round) => round[index]?.[field] ?? Number.NaN));
    return { cpuMs: of('cpuMs'), peakMiB: of('peakMiB'), result: of('result') };
  });
}

function measureApart(task: Task): Measurement {
  const child = spawnSync(
    process.execPath,
    [AS_STARTED, fileURLToPath(import.meta.url), JSON.stringify(task)],
    {
      encoding: 'utf8',
    },
  );
  if (child.status !== 0) throw new Error(`measuring ${task.operation} failed: ${child.stderr}`);
  return measurement.parse(JSON.parse(child.stdout));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const WARMING_BYTES = 200_000;

function measure({ operation, document, size }: Task): Measurement {
  const bytes = DOCUMENTS[document](size);
  const run = OPERATIONS[operation];
  // Three times with a piece of it: what is measured is the work, not the compiler's warming up.
  const small = bytes.subarray(0, bytes.indexOf('\n', WARMING_BYTES) + 1);
  for (let warm = 0; warm < 3; warm += 1) run(small);
  const before = process.cpuUsage();
  const result = run(bytes);
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, peakMiB: process.resourceUsage().maxRSS / 1024, result };
}

/** As often as it takes, the last time not to its end. Its front matter is text from the second time on. */
function repeatBgb(size: number): Buffer {
  const once = readFileSync(BGB);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += once.length) once.copy(bytes, at);
  return bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
}

/** `count` headings, each with a sentence below. */
export function writeArticles(count: number): Buffer {
  const pieces = ['# Law of the Rivers\n\n'];
  for (let article = 1; article <= count; article += 1)
    pieces.push(
      `## Article ${article}. Of locks and weirs\n\nEvery barge passes in the order of its coming.\n\n`,
    );
  return Buffer.from(pieces.join(''));
}

/** A law of this size: chapters, articles of numbered clauses with lettered points, hard-wrapped. */
function writeLaw(size: number): Buffer {
  const bytes = Buffer.alloc(size + 2_000);
  let written = bytes.write('# Law of the Rivers\n\n');
  for (let article = 1; written < size; article += 1) {
    const headings = article % 40 === 1 ? `## Chapter ${(article - 1) / 40 + 1}. Of locks and weirs\n\n` : '';
    const clauses = [1, 2, 3].map((clause) => `${clause}. ${SENTENCE}\n`).join('');
    const points = `   (a) where the river is wider than the barge;\n\n   (b) where “it” is not – in § ${article}.\n\n`;
    const piece = `${headings}### Article ${article}. Passage of barges\n\n${PARAGRAPH}\n\n${clauses}\n${points}`;
    written += bytes.write(piece, written);
  }
  return bytes.subarray(0, written);
}

const SENTENCE =
  'The keeper of a lock lets every barge pass in the order of its coming,\n   by day and by night.';
const PARAGRAPH = Array.from(
  { length: 4 },
  () =>
    'A barge that waits before a weir shows a lamp, and the keeper answers it\nwith another; nobody passes in the dark.',
).join('\n');

const [task] = process.argv.slice(2);
if (import.meta.main && task?.startsWith('{'))
  process.stdout.write(JSON.stringify(measure(JSON.parse(task))));
