// The operator's master switch. In PostgreSQL it is a row that every replica reads; beside an embedded state it is a
// file, because it must work while the bot, which alone can open that state, is running.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { masterOff, setMasterOff } from '../store/master-switch.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';

export interface MasterSwitch {
  /** Read anew at each call. */
  isOff(): Promise<boolean>;
  set(off: boolean): Promise<void>;
}

export function masterSwitch(
  { stateUrl, orchestrator }: Config,
  { store }: { store: () => Promise<Store> },
): MasterSwitch {
  const file = join(orchestrator.data, 'master-off');
  return {
    isOff: async () =>
      orchestrator.policy.master_off || existsSync(file) || (!!stateUrl && (await masterOff(await store()))),
    async set(off) {
      if (stateUrl) await setMasterOff(await store(), off);
      else if (off) {
        await mkdir(orchestrator.data, { recursive: true });
        await writeFile(file, '');
      } else {
        await rm(file, { force: true });
      }
    },
  };
}
