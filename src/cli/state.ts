// `countersign state`: the log of a state in PostgreSQL is given to a role that nobody logs in as, so that the bot's own login
// can append to it and do nothing else; and what is kept beside the log is made again from it.
import { Command } from 'commander';
import { processEnvironment, readStateAdminUrl, readStateUrl } from '../deployment/config.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { openStore } from '../deployment/state-database.ts';
import { giveLogAway, LOG_OWNER, waysToRewrite } from '../store/log-owner.ts';
import { tablesOf } from '../store/look.ts';
import { rebuildMeasures } from '../store/measures.ts';
import { rebuildStandings } from '../store/standings.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

export function stateCommand(): Command {
  const state = new Command('state').description(
    "the bot's own state: who may rewrite its log, and what is made from it",
  );
  state
    .command('protect')
    .description("say how the bot's login could rewrite its log; exit 1 when it could")
    .option('--apply', `give the log to ${LOG_OWNER}, a role without login`)
    .addHelpText(
      'after',
      '\nSettings: DATABASE_URL; with --apply also STATE_ADMIN_URL, an administrator of that database.',
    )
    .action(({ apply }: { apply?: true }) => protect(apply === true));
  state
    .command('rebuild-columns')
    .description(
      "make again from the log what the state's columns say of each run; exit 1 when a log cannot be read",
    )
    .option('--data <directory>', 'the data folder of an embedded state', 'data')
    .addHelpText('after', '\nSettings: DATABASE_URL, where the state is a PostgreSQL database.')
    .action(({ data }: { data: string }) => rebuild(data));
  return state;
}

async function rebuild(data: string): Promise<void> {
  const stateUrl = readStateUrl(processEnvironment());
  const store = await openStore(
    { stateUrl, orchestrator: { data } },
    {
      onStoreError: () => undefined,
      openDirectory: (directory) => openEmbeddedDirectory(directory, { existing: true }),
    },
  );
  try {
    const { runs, unreadable } = await store.database.transaction().execute(async (transaction) => {
      const rebuilt = await rebuildStandings(transaction);
      await rebuildMeasures(transaction);
      return rebuilt;
    });
    for (const { runId, unreadable: why } of unreadable)
      process.stdout.write(`${runId}: this version cannot read its log: ${why}\n`);
    process.stdout.write(`${runs} runs: their columns say what their logs say\n`);
    process.exitCode = unreadable.length === 0 ? EXIT.done : EXIT.no;
  } finally {
    await store.close();
  }
}

async function protect(apply: boolean): Promise<void> {
  const url = readStateUrl(processEnvironment());
  if (url === undefined)
    throw new CliFault(
      'DATABASE_URL is not set: an embedded state has one role for everything, and whoever can open its folder can rewrite it',
    );
  if (apply) await giveAway(url);
  const tables = tablesOf(url);
  try {
    const ways = await waysToRewrite(tables);
    for (const way of ways) process.stdout.write(`${way}\n`);
    process.stdout.write(
      ways.length === 0
        ? 'the log can be appended to with this login, and neither changed nor shortened\n'
        : `the log could be rewritten with this login${apply ? '' : ': run `countersign state protect --apply`'}\n`,
    );
    process.exitCode = ways.length === 0 ? EXIT.done : EXIT.no;
  } finally {
    await tables.close();
  }
}

async function giveAway(url: string): Promise<void> {
  const admin = readStateAdminUrl(processEnvironment());
  // Opened once as the bot does it, so that every table there is to give away is there and is the bot's.
  const options = { onStoreError: () => undefined, openDirectory: openEmbeddedDirectory };
  const store = await openStore({ stateUrl: url, orchestrator: { data: '' } }, options);
  await store.close();
  const tables = tablesOf(admin);
  try {
    await giveLogAway(tables, decodeURIComponent(new URL(url).username));
  } finally {
    await tables.close();
  }
}
