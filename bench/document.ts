// Planning a 10 MB law against block parsing alone with the same parser, and how both grow from 1 MB.
// Each measurement is a process of its own: one operation's garbage must not be another's memory or time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import MarkdownIt from 'markdown-it';
import { z } from 'zod';
import { planDocument } from '../src/document/plan.ts';

const SIZES_MB = [1, 10] as const;
const ROUNDS = 7;
const OPERATIONS = ['parse', 'plan'] as const;

type Operation = (typeof OPERATIONS)[number];

const measurement = z.object({ tookMs: z.number(), peakMiB: z.number(), units: z.number() });
type Measurement = z.infer<typeof measurement>;

export async function benchDocument(): Promise<void> {
  const results = new Map<string, Measurement[]>();
  // The rounds are interleaved, so that a busy minute of the machine slows both alike.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const megabytes of SIZES_MB)
      for (const operation of OPERATIONS) {
        const name = `${operation} ${megabytes}`;
        results.set(name, [...(results.get(name) ?? []), measureApart(operation, megabytes)]);
      }
  const tookMs = (operation: Operation, megabytes: number) =>
    median(results, { operation, megabytes, of: 'tookMs' });
  const peakMiB = (operation: Operation) => median(results, { operation, megabytes: 10, of: 'peakMiB' });
  const units = median(results, { operation: 'plan', megabytes: 10, of: 'units' });
  const ratio = tookMs('plan', 10) / tookMs('parse', 10);
  const growth = tookMs('plan', 10) / tookMs('plan', 1);
  process.stdout.write(
    [
      `document: plan 10 MB (${units} units) ${tookMs('plan', 10).toFixed(0)} ms, block parsing alone ${tookMs('parse', 10).toFixed(0)} ms`,
      `  ratio ${ratio.toFixed(2)} (target <= 1.4)`,
      `  peak memory ${peakMiB('plan').toFixed(0)} MiB (target <= 300), block parsing alone ${peakMiB('parse').toFixed(0)} MiB`,
      `  growth from 1 to 10 MB ${growth.toFixed(1)} x (target <= 11)\n`,
    ].join('\n'),
  );
}

function measureApart(operation: Operation, megabytes: number): Measurement {
  const file = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, [file, operation, String(megabytes)], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`measuring ${operation} failed: ${child.stderr}`);
  return measurement.parse(JSON.parse(child.stdout));
}

function median(
  results: ReadonlyMap<string, readonly Measurement[]>,
  { operation, megabytes, of }: { operation: Operation; megabytes: number; of: keyof Measurement },
): number {
  const values = (results.get(`${operation} ${megabytes}`) ?? [])
    .map((result) => result[of])
    .sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

function measure(operation: Operation, megabytes: number): Measurement {
  const bytes = writeLaw(megabytes * 1_000_000);
  const parser = new MarkdownIt('commonmark');
  parser.core.ruler.enableOnly(['normalize', 'block']);
  // Once with a small law: what is measured is the work, not the compiler's warming up.
  const small = writeLaw(200_000);
  const run = (law: Buffer) =>
    operation === 'plan' ? planDocument(law).rows.length : parser.parse(law.toString(), {}).length;
  for (let warm = 0; warm < 3; warm += 1) run(small);
  const startedAt = performance.now();
  const units = run(bytes);
  const tookMs = performance.now() - startedAt;
  return { tookMs, peakMiB: process.resourceUsage().maxRSS / 1024, units };
}

/** A law of this size: chapters, articles of numbered clauses with lettered points, hard-wrapped. */
function writeLaw(size: number): Buffer {
  const pieces = ['# Law of the Rivers\n\n'];
  let written = 0;
  for (let article = 1; written < size; article += 1) {
    const headings = article % 40 === 1 ? `## Chapter ${(article - 1) / 40 + 1}. Of locks and weirs\n\n` : '';
    const clauses = [1, 2, 3].map((clause) => `${clause}. ${SENTENCE}\n`).join('');
    const points = `   (a) where the river is wider than the barge;\n\n   (b) where “it” is not – in § ${article}.\n\n`;
    const piece = `${headings}### Article ${article}. Passage of barges\n\n${PARAGRAPH}\n\n${clauses}\n${points}`;
    pieces.push(piece);
    written += piece.length;
  }
  return Buffer.from(pieces.join(''));
}

const SENTENCE =
  'The keeper of a lock lets every barge pass in the order of its coming,\n   by day and by night.';
const PARAGRAPH = Array.from(
  { length: 4 },
  () =>
    'A barge that waits before a weir shows a lamp, and the keeper answers it\nwith another; nobody passes in the dark.',
).join('\n');

const [operation, megabytes] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url) && OPERATIONS.includes(operation as Operation))
  process.stdout.write(JSON.stringify(measure(operation as Operation, Number(megabytes))));
