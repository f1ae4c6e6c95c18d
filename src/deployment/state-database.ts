// The bot's own state, opened where the settings say: a PostgreSQL database, or a folder beside the software.
import { join } from 'node:path';
import { isTlsFault } from '../governed/tls.ts';
import { holdsGovernedRows } from '../store/separate.ts';
import { type OnStoreError, openEmbeddedStore, openPostgresStore, type Store } from '../store/store.ts';
import type { Config } from './config.ts';
import type { openEmbeddedDirectory } from './embedded-directory.ts';

/** The state database did not let us in. The message holds no part of its URL, which has a password in it. */
export class StateFault extends Error {
  readonly code: 'unreachable' | 'refused' | 'governed' | 'no_tls';

  constructor(code: StateFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateFault';
    this.code = code;
  }
}

/** Throws StateFault, or DirectoryInUse for a folder. */
export async function openStore(
  { stateUrl, orchestrator }: Pick<Config, 'stateUrl'> & { readonly orchestrator: { readonly data: string } },
  options: { onStoreError: OnStoreError; openDirectory: typeof openEmbeddedDirectory },
): Promise<Store> {
  const { onStoreError, openDirectory } = options;
  if (!stateUrl)
    return openEmbeddedStore(await openDirectory(join(orchestrator.data, 'state')), onStoreError);
  try {
    await assertSeparate(stateUrl);
    return await openPostgresStore(stateUrl, onStoreError);
  } catch (error) {
    throw stateFault(error) ?? error;
  }
}

/** Asked before anything is made there. Throws StateFault. */
export async function assertSeparate(stateUrl: string): Promise<void> {
  const governed = await holdsGovernedRows(stateUrl).catch((error: unknown) => {
    throw stateFault(error) ?? error;
  });
  if (governed)
    throw new StateFault(
      'governed',
      'DATABASE_URL names a governed database, which cannot keep the state too',
    );
}

function stateFault(error: unknown): StateFault | undefined {
  if (error instanceof StateFault) return error;
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return undefined;
  const code = 'code' in first ? String(first.code) : '';
  // 28: who logs in; 3D: which database; 42501: what it may do there.
  if (/^(28...|3D...|42501)$/.test(code))
    return new StateFault('refused', `the state database refused: ${first.message}`, { cause: error });
  if (isTlsFault(first))
    return new StateFault('no_tls', `no trusted connection to the state database: ${first.message}`, {
      cause: error,
    });
  if (
    'syscall' in first ||
    /^(08...|57P..|53300)$/.test(code) ||
    /^Connection terminated|timeout/.test(first.message)
  )
    return new StateFault('unreachable', `the state database cannot be reached: ${first.message}`, {
      cause: error,
    });
  return undefined;
}
