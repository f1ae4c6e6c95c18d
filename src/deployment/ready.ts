// /readyz: whether this process can do its work now. Each part is asked with a deadline; a part that does not answer is
// not ready, and why stands in the log, not on a page that anybody may read.
import { sql } from 'kysely';
import type { GovernedDatabase } from '../governed/database.ts';
import { within } from '../stop/deadline.ts';
import type { Store } from '../store/store.ts';

export interface ReadinessParts {
  readonly store: Store;
  readonly governed: Pick<GovernedDatabase, 'now'>;
  /** Asks GitHub anything as the installation. */
  installation(): Promise<unknown>;
  readonly deadlineMs?: number;
  onFailed(part: string, error: unknown): void;
}

export interface Ready {
  readonly ready: boolean;
  /** One line for each part. */
  readonly text: string;
}

/** A hint that nobody has taken for so long: the workers stand still. */
const QUEUE_AGE_LIMIT_S = 300;
const ANSWER_MS = 5_000;

export async function askReady(parts: ReadinessParts): Promise<Ready> {
  const { store, governed, deadlineMs = ANSWER_MS } = parts;
  const questions: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['state database', () => sql`select 1`.execute(store.database)],
    ['governed database', () => governed.now()],
    ['installation', () => parts.installation()],
    ['queue', () => assertTaken(store)],
  ];
  const answers = await Promise.all(
    questions.map(async ([part, ask]) => {
      try {
        await within(deadlineMs, `asking the ${part}`, ask);
        return { part, ok: true };
      } catch (error) {
        parts.onFailed(part, error);
        return { part, ok: false };
      }
    }),
  );
  return {
    ready: answers.every(({ ok }) => ok),
    text: answers.map(({ part, ok }) => `${part}: ${ok ? 'ok' : 'not ready'}\n`).join(''),
  };
}

async function assertTaken({ database }: Store): Promise<void> {
  const { rows } = await sql<{ age: number }>`
    select coalesce(max(extract(epoch from now() - start_after)), 0)::float8 as age
      from pgboss.job where state in ('created', 'retry') and start_after <= now()`.execute(database);
  const age = rows[0]?.age ?? 0;
  if (age > QUEUE_AGE_LIMIT_S) throw new Error(`a hint has waited for ${Math.round(age)} s`);
}

/** GitHub's calls are counted: one answer serves for a minute, a refusal only for once. */
export function rememberFor(
  ms: number,
  ask: () => Promise<unknown>,
  now: () => Date,
): () => Promise<unknown> {
  let good: number | undefined;
  return async () => {
    if (good !== undefined && now().getTime() - good < ms) return;
    await ask();
    good = now().getTime();
  };
}
