// The bot's own master switch. In PostgreSQL it is a row that every replica reads; beside an embedded state it is a file,
// because it must work while the bot, which alone can open that state, is running. Set by switches.ts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { masterOff } from '../store/master-switch.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';

export function switchFile(data: string): string {
  return join(data, 'master-off');
}

/** Read anew at each call. The governed database's own switch is read beside it, in the transaction that writes. */
export function readsMasterOff(
  { stateUrl, orchestrator }: Config,
  { store }: { store: () => Promise<Store> },
): () => Promise<boolean> {
  return async () =>
    orchestrator.policy.master_off ||
    existsSync(switchFile(orchestrator.data)) ||
    (!!stateUrl && (await masterOff(await store())));
}
