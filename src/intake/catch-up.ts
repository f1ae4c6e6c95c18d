// What webhooks may have missed. GitHub does not repeat a failed delivery, so at every start and now and then the bot
// looks for itself, as far back as it last did, and a window more: an approval that was merged while the bot was down gets
// its answer, however late. What it costs follows what is open or was not shown yet, never how many runs there were.
import { VALIDITY_MS } from '../approval/window.ts';
import { caughtUpAt, keepCaughtUp } from '../store/caught-up.ts';
import { unprocessedPulls } from '../store/inbox.ts';
import { judgement, LOG_KEY } from '../store/judgements.ts';
import { hintAll } from '../store/queue.ts';
import { runningRuns, runsToPublish, runsToReport } from '../store/standings.ts';
import type { Store } from '../store/store.ts';
import type { Forge } from './forge.ts';

/** So many open runs are looked at again though nothing of them has changed: what they show may have gone, or be outdated. */
const LOOKED_AT_AGAIN = 20;

export interface CatchUp {
  readonly store: Store;
  readonly forge: Forge;
  /** Whether phase reports go to a knowledge base. */
  readonly reports: boolean;
  /** Whether statements are to have time stamps. */
  readonly stamps: boolean;
  now(): Date;
}

/** Hints at every pull request and run that may have been left behind. Looks at GitHub once, writes nothing there. */
export async function catchUp({ store, forge, reports, stamps, now }: CatchUp): Promise<void> {
  await hintAll(store, 'run', await runningRuns(store));
  await hintAll(store, 'publish', [LOG_KEY, ...(await runsToPublish(store, { besides: LOOKED_AT_AGAIN }))]);
  if (reports) await hintAll(store, 'kb', await runsToReport(store));
  await hintAll(store, 'branch', [forge.name]);
  if (stamps) await hintAll(store, 'stamp', [LOG_KEY]);
  const pulls = new Set(await unprocessedPulls(store));
  const started = now();
  const last = (await caughtUpAt(store, forge.name)) ?? started;
  const since = Math.min(started.getTime(), last.getTime()) - VALIDITY_MS;
  for (const pull of await forge.closedPulls(new Date(since))) {
    if (!pull.merged) continue;
    const judged = await judgement(store, { repository: forge.name, pull: pull.number });
    if (!judged?.published) pulls.add(pull.number);
  }
  await hintAll(store, 'pull', [...pulls].map(String));
  await keepCaughtUp(store, forge.name, started);
}
