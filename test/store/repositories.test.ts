import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownName } from '../../src/store/repositories.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { statePglite } from '../support/pglite.ts';

let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore(await statePglite(), (error) => {
    throw error;
  });
});
afterAll(() => store.close());

describe('the name under which the state knows a repository', () => {
  it('is the first that it had, whatever it is called later', async () => {
    expect(await knownName(store, { id: 1, names: ['town/governance', 'Town/Governance'] })).toBe(
      'town/governance',
    );
    expect(await knownName(store, { id: 1, names: ['city/law', 'city/law'] })).toBe('town/governance');
  });

  it('is another one for another repository', async () => {
    expect(await knownName(store, { id: 2, names: ['village/law'] })).toBe('village/law');
  });

  it('is no name that another repository had here', async () => {
    expect(await knownName(store, { id: 9, names: ['village/law'] })).toBe('village/law#9');
  });

  it('is the one that a state from before has used, in its case of letters', async () => {
    const judged = {
      pull: 1,
      commit: 'c'.repeat(40),
      run_id: null,
      judged_at: new Date(),
      published_at: null,
    };
    const row = { ...judged, repository: 'Hamlet/Law', verdict: JSON.stringify({ verdict: 'accepted' }) };
    await store.database.insertInto('judgement').values(row).execute();
    expect(await knownName(store, { id: 3, names: ['hamlet/statutes', 'hamlet/law'] })).toBe('Hamlet/Law');
  });
});
