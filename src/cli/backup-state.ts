// `countersign backup state`: the bot's own state, dumped and encrypted as the governed database is before each run.
import { join } from 'node:path';
import { takeBackup } from '../backup/backup.ts';
import { parseConnectionUrl } from '../backup/connection-url.ts';
import { type DumpSource, fromEmbedded, fromPostgres } from '../backup/dump.ts';
import { readBackupKey } from '../backup/key.ts';
import type { ToolEnvironment } from '../backup/tool.ts';
import { processEnvironment, readBackup, readStateUrl } from '../deployment/config.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';

/** Beside the backups of the governed database, never among them: retention there must not count these. */
const FOLDER = 'state';

export async function backUpState({ data, json }: { data: string; json?: true }): Promise<void> {
  const { directory, keyDirectory, recipient: fingerprint, tools } = readBackup(processEnvironment());
  const now = new Date();
  const { source, close } = await stateSource(data, tools);
  try {
    const envelope = await takeBackup({
      runId: `state-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`,
      directory: join(directory, FOLDER),
      recipient: await readBackupKey(await readKeyDirectory(keyDirectory), { fingerprint, now }),
      ...{ source, now: () => new Date() },
    });
    const file = join(directory, FOLDER, envelope.path);
    process.stdout.write(
      json
        ? `${JSON.stringify({ file, envelope }, null, 2)}\n`
        : `${file}: the state as of ${envelope.started_at}, encrypted for ${envelope.recipient}\n`,
    );
  } finally {
    await close();
  }
}

async function stateSource(
  data: string,
  tools: ToolEnvironment,
): Promise<{ source: DumpSource; close: () => Promise<void> }> {
  const url = readStateUrl(processEnvironment());
  if (url !== undefined) {
    const source = fromPostgres(parseConnectionUrl(url, { password: undefined }), tools);
    return { source, close: async () => undefined };
  }
  const database = await openEmbeddedDirectory(join(data, 'state'), { existing: true });
  return { source: fromEmbedded(database), close: () => database.close() };
}
