// What webhooks may have missed. GitHub does not repeat a failed delivery, so at every start and now and then the bot
// looks for itself: a signature is worth nothing after its window, so that window bounds the search.
import type { RunId } from '../approval/run-id.ts';
import { VALIDITY_MS } from '../approval/window.ts';
import { fold } from '../run/state.ts';
import { unprocessedPulls } from '../store/inbox.ts';
import { judgement, LOG_KEY } from '../store/judgements.ts';
import { hint } from '../store/queue.ts';
import { listRuns, runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import type { Forge } from './forge.ts';

/** Hints at every pull request and run that may have been left behind. Looks at GitHub once, writes nothing there. */
export async function catchUp({ store, forge, now }: { store: Store; forge: Forge; now: () => Date }) {
  for (const run of await listRuns(store)) await hintRun(store, run.runId);
  await hint(store, 'publish', { key: LOG_KEY });
  for (const pull of await unprocessedPulls(store)) await hint(store, 'pull', { key: String(pull) });
  for (const pull of await forge.closedPulls(new Date(now().getTime() - VALIDITY_MS))) {
    if (!pull.merged) continue;
    const judged = await judgement(store, { repository: forge.name, pull: pull.number });
    if (!judged?.published) await hint(store, 'pull', { key: String(pull.number) });
  }
}

async function hintRun(store: Store, runId: RunId): Promise<void> {
  const { position } = fold(await runLog(store).load(runId));
  if (position.status === 'RUNNING') await hint(store, 'run', { key: runId });
  await hint(store, 'publish', { key: runId });
}
