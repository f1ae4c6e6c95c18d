// `countersign dry-run DOCUMENT`: what a run of this document would do to the governed database as it stands now, by the
// same dry run as the check on a pull request. Reads one file and the database, and writes nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { CONFIG_FILE, processEnvironment, readGoverned, readOrchestrator } from '../deployment/config.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { gitBlobId } from '../github/facts.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import type { SourceReader } from '../phases/context.ts';
import { type DryRun, dryRunOf } from '../run/dry-run.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

interface Options {
  readonly config: string;
  readonly file?: string;
  readonly json?: true;
}

/** Where a commit would stand: the file is taken as it lies here. */
const AS_IT_LIES = 'working tree';

export function dryRunCommand(): Command {
  return new Command('dry-run')
    .description(
      'plan a document against the governed database, reading only: exit 0 it can be cut, 1 it would stop',
    )
    .argument('<document>', 'the document_id of a target in the configuration')
    .option('--file <path>', "the document's text (default: the target's path, in this folder)")
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .option('--json', 'print JSON')
    .action(async (document: string, options: Options) => {
      const outcome = await rehearse(document, options);
      process.stdout.write(options.json ? `${JSON.stringify(plain(outcome), null, 2)}\n` : asText(outcome));
      process.exitCode = outcome.green ? EXIT.done : EXIT.no;
    });
}

async function rehearse(document: string, { config, file }: Options): Promise<DryRun> {
  const { targets, governed, data } = readOrchestrator(config);
  const target = targets.find(({ document_id }) => document_id === document);
  if (!target) {
    const known = targets.map(({ document_id }) => document_id).join(', ');
    throw new CliFault(`the configuration has no document ${document}; it has ${known}`);
  }
  const source = sourceAt(file ?? target.path);
  const { database, close } = await openGoverned(governed === 'embedded' ? data : null);
  try {
    const parts = { source, governed: database, now: () => new Date() };
    const outcome = await dryRunOf(target, { commit: AS_IT_LIES, parts });
    if (!outcome) throw new CliFault(`${target.path} cannot be read`);
    return outcome;
  } finally {
    await close();
  }
}

/** Read once: every phase sees the same bytes, also when somebody saves the file meanwhile. */
function sourceAt(path: string): SourceReader {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CliFault(
      `${path} cannot be read (${error instanceof Error ? error.message : String(error)}): run this in a clone of the governed repository, or name the file with --file`,
    );
  }
  return {
    now: async () => new Date(),
    read: async (_, commit) => ({ path, commit, blob: gitBlobId(bytes), bytes }),
  };
}

interface OpenedDatabase {
  readonly database: GovernedDatabase;
  close(): Promise<void>;
}

async function openGoverned(data: string | null): Promise<OpenedDatabase> {
  if (data === null) {
    const database = openPostgres(readGoverned(processEnvironment()));
    return { database, close: () => database.close() };
  }
  const files = await openEmbeddedDirectory(join(data, 'governed'), { existing: true });
  const database = openEmbedded(files);
  return {
    database,
    async close() {
      await database.close();
      await files.close();
    },
  };
}

function plain(outcome: DryRun): object {
  const { green, phases } = outcome;
  if (outcome.green) return { green, phases, stop: null };
  const { phase, stop } = outcome.stop;
  return { green, phases, stop: { phase, code: stop.code, detail: stop.detail } };
}

function asText(outcome: DryRun): string {
  // The phases speak Markdown, for the check; a terminal shows its marks for code as noise.
  const shown = outcome.phases.flatMap(({ name, lines }) => [
    name,
    ...lines.map((line) => `  ${line.replaceAll('`', '')}`),
  ]);
  const end = outcome.green
    ? 'It can be cut. Nothing was written.'
    : `It would stop in ${outcome.stop.phase} with ${outcome.stop.stop.code}: ${outcome.stop.stop.detail}\nNothing was written.`;
  return `${[...shown, '', end].join('\n')}\n`;
}
