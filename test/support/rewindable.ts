// A bot on one machine whose databases can be set back to an earlier point, as restoring a backup does: PostgreSQL databases
// by a copy, embedded ones by their folder. Nobody is connected meanwhile: the bot is stopped.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { approvalTemplate } from '../../src/approval/template.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { type Sovereign, signedUtc, type UnsignedApproval } from '../../src/local/sovereign.ts';
import type { RecorderKey } from '../../src/record/recorder-key.ts';
import { command } from './command.ts';
import { deploy } from './deployment.ts';
import { openSite } from './site.ts';

const run = promisify(execFile);

export type Part = 'state' | 'governed';

export interface Rewindable {
  readonly sovereign: Sovereign;
  /** Starts the bot; the result ends it. */
  start(): Promise<() => Promise<unknown>>;
  run(...args: string[]): Promise<{ code: number | null; output: string }>;
  /** Remembers a database as it is now; the result sets it back to that. */
  save(part: Part): Promise<() => Promise<void>>;
  /** Backs the state up with the bot's own command; the result restores that backup, as the manual has it. */
  backUpState(): Promise<() => Promise<void>>;
  /** Rows of a query on the governed database, each as one text. Only while the bot is stopped. */
  ask(text: string): Promise<string>;
  opening(): UnsignedApproval;
  /** A file of the default branch. */
  show(path: string): Promise<string>;
  close(): Promise<void>;
}

const showIn = (directory: string) => async (path: string) => {
  const repository = join(directory, 'github', 'town', 'governance.git');
  return (await run('git', ['-C', repository, 'show', `main:${path}`])).stdout;
};

const opening = (deployment: string, text: string, recorder_key: RecorderKey): UnsignedApproval => {
  const bindings = {
    deployment,
    document_id: 'law',
    mode: 'LIVE',
    source_sha256: sha256(text),
    recorder_key,
  };
  const at = signedUtc(new Date());
  const file = `approvals/open-${Date.now()}.md`;
  return { file, document: approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: at }) };
};

function fileIn({ code, output }: { code: number | null; output: string }): string {
  if (code !== 0) throw new Error(`the state could not be backed up: ${output}`);
  return (JSON.parse(output) as { file: string }).file;
}

interface Place {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly keys: { readonly backup: { readonly privateArmored: string } };
}

/** With the private key, which is nowhere else on the machine. */
async function restore({ directory, environment, keys }: Place, args: readonly string[]): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-gpg-'));
  try {
    await writeFile(join(home, 'key.asc'), keys.backup.privateArmored);
    await run('gpg', ['--homedir', home, '--batch', '--import', join(home, 'key.asc')]);
    const env = { ...environment, GNUPGHOME: home };
    const { code, output, errors } = await command(['backup', 'restore', ...args], { cwd: directory, env });
    if (code !== 0) throw new Error(`the state could not be restored: ${output}${errors}`);
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true });
  }
}

export async function onFolders(text: string): Promise<Rewindable> {
  const site = await openSite({ 'documents/law.md': text });
  return {
    ...{ sovereign: site.sovereign, start: site.start, run: site.run, show: showIn(site.directory) },
    opening: () => opening('town', text, site.recorderKey),
    async save(part) {
      const folder = join(site.directory, 'data', part);
      const copy = `${folder}-${Date.now()}`;
      await cp(folder, copy, { recursive: true });
      return async () => {
        await rm(folder, { recursive: true });
        await cp(copy, folder, { recursive: true });
      };
    },
    async backUpState() {
      const file = fileIn(await site.run('backup', 'state', '--json'));
      return async () => {
        await rm(join(site.directory, 'data', 'state'), { recursive: true });
        await restore(site, [file, '--folder', 'data/state']);
      };
    },
    ask: async (query) => (await site.run('query', query, '--data', 'data/governed')).output,
    close: site.close,
  };
}

/** null where no PostgreSQL is installed. */
export async function onServers(text: string): Promise<Rewindable | null> {
  const deployment = await deploy({ law: text });
  if (!deployment) return null;
  const { server } = deployment.backend;
  const nameOf = (part: Part): string =>
    part === 'state'
      ? new URL(deployment.environment['DATABASE_URL'] ?? '').pathname.slice(1)
      : (deployment.environment['DOT_CUTTER_DB_NAME'] ?? '');
  const disconnect = (name: string) =>
    server.query('postgres', 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      name,
    ]);
  return {
    ...{ sovereign: deployment.sovereign, run: deployment.run, show: showIn(deployment.directory) },
    opening: () => deployment.openingDraft('law'),
    async start() {
      const bot = await deployment.startBot();
      return () => bot.stop();
    },
    async save(part) {
      await disconnect(nameOf(part));
      const copy = await server.createDatabase({ template: nameOf(part) });
      return async () => {
        await server.dropDatabase(nameOf(part));
        await server.query('postgres', `ALTER DATABASE ${copy} RENAME TO ${nameOf(part)}`);
        const { mendGrants } = await import('../../src/governed/schema.ts');
        if (part === 'governed') await deployment.database.root.admin(mendGrants);
      };
    },
    async backUpState() {
      const file = fileIn(await deployment.run('backup', 'state', '--json'));
      const { DATABASE_URL: url = '' } = deployment.environment;
      return async () => {
        await server.dropDatabase(nameOf('state'));
        await server.query(
          'postgres',
          `CREATE DATABASE ${nameOf('state')} TEMPLATE template0 ENCODING 'UTF8'`,
        );
        await restore(deployment, [file, '--into', url]);
      };
    },
    ask: async (query) =>
      (await server.query(nameOf('governed'), query)).map((row) => JSON.stringify(row)).join('\n'),
    close: deployment.close,
  };
}
