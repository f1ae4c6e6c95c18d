// The operator's master switch. It can only take away: off, nothing executes; on, nothing is enabled by it alone.
import { keepSetting, readSetting } from './settings.ts';
import type { Store } from './store.ts';

const NAME = 'master_off';

/** The operator's own switch (`countersign disable`). It can only take away; alone it never enables anything. */
export async function masterOff(store: Pick<Store, 'database'>): Promise<boolean> {
  const noted = await readSetting(store, NAME);
  return noted !== undefined && noted !== false;
}

export async function setMasterOff(store: Pick<Store, 'database'>, off: boolean): Promise<void> {
  await keepSetting(store, { name: NAME, value: off });
}
