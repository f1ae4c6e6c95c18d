// Drives any implementation over the corpus: `node test/conformance/run.ts [PART…] -- COMMAND…`. The command reads one question
// a line and writes one answer a line, in order. Exit 0 when no answer is wrong, 1 when one is, 2 when it cannot be driven.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Case, readCases } from './cases.ts';

export interface Count {
  right: number;
  /** Right, and for the reason that the corpus names. */
  sameReason: number;
  unsupported: number;
  readonly wrong: string[];
}

/** Asks one after the other; a command that ends, or answers with no JSON, is an error. */
export async function runCases(
  cases: readonly Case[],
  [program = '', ...args]: readonly string[],
  { answered }: { answered?(one: Case, answer: Readonly<Record<string, unknown>>): void } = {},
): Promise<Map<string, Count>> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const counts = new Map<string, Count>();
  for (const one of cases) {
    child.stdin.write(`${JSON.stringify(one.question)}\n`);
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(`the command ended before it had answered: ${one.part}: ${one.name}`);
    const count = counts.get(one.part) ?? { right: 0, sameReason: 0, unsupported: 0, wrong: [] };
    counts.set(one.part, count);
    const answer = JSON.parse(value) as Record<string, unknown>;
    answered?.(one, answer);
    note(count, one, answer);
  }
  child.stdin.end();
  return counts;
}

function note(count: Count, { name, expected }: Case, answer: Record<string, unknown>): void {
  const { reason, ...due } = expected;
  const odd = Object.entries(due).find(([field, value]) => answer[field] !== value);
  if (answer['verdict'] === 'unsupported') count.unsupported += 1;
  else if (odd)
    count.wrong.push(
      `${name}: ${odd[0]} is ${short(answer[odd[0]])} (${short(answer['reason'])}), expected ${short(odd[1])}`,
    );
  else {
    count.right += 1;
    if (reason === undefined || answer['reason'] === reason) count.sameReason += 1;
  }
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

async function main(given: readonly string[]): Promise<number> {
  const dash = given.indexOf('--');
  const command = given.slice(dash + 1);
  if (dash < 0 || command.length === 0) {
    process.stderr.write(
      'node test/conformance/run.ts [approvals plans proofs receipts clones] -- COMMAND…\n',
    );
    return 2;
  }
  const counts = await runCases(readCases(given.slice(0, dash)), command);
  for (const [part, { right, sameReason, unsupported, wrong }] of counts) {
    const left = unsupported === 0 ? '' : `, ${unsupported} unsupported`;
    process.stdout.write(
      `${part}: ${right} right (${sameReason} for the same reason), ${wrong.length} wrong${left}\n`,
    );
    for (const line of wrong) process.stdout.write(`  ${line}\n`);
  }
  return [...counts.values()].some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
