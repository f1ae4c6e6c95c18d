// A plain dump into a database, by psql: in one transaction that ends with the first error, so a restore is whole or absent.
import type { Writable } from 'node:stream';
import { Stop } from '../stop/stop.ts';
import { type Connection, connectionEnvironment } from './connection.ts';
import { describeEnding, startTool, type ToolEnvironment, toolEnvironment } from './tool.ts';

export interface Feeding {
  readonly tools: ToolEnvironment;
  /** Of psql or of any tool of the same release. */
  readonly toolVersion: string;
  /** Writes the dump and ends the stream only when it is whole: the end is what commits. */
  readonly write: (stdin: Writable) => Promise<void>;
}

/** Throws Stop `incomplete_backup`, the database unchanged, when the writer or psql fails. */
export async function feedPsql(
  connection: Connection,
  { tools, toolVersion, write }: Feeding,
): Promise<void> {
  const { child, ending } = startTool({
    name: 'psql',
    args: ['--no-psqlrc', '--quiet', '--no-password', '--single-transaction', '--set=ON_ERROR_STOP=1'],
    env: toolEnvironment(tools, connectionEnvironment(connection, toolVersion)),
    stdio: ['pipe', 'ignore', 'pipe'],
    secrets: [connection.login.password],
  });
  if (!child.stdin) throw new TypeError('psql has its stdin piped');
  // A psql that died shows as a failed write; its ending says why.
  child.stdin.on('error', () => {});
  const [written] = await Promise.allSettled([write(child.stdin)]);
  if (written.status === 'rejected') child.kill();
  const ended = await ending;
  if (written.status === 'fulfilled' && ended.code === 0) return;
  const byItself = ended.signal === null ? [describeEnding(ended)] : [];
  const told =
    written.status === 'rejected' ? [detailOf(written.reason), ...byItself] : [describeEnding(ended)];
  throw new Stop('incomplete_backup', told.join('; '));
}

function detailOf(reason: unknown): string {
  return reason instanceof Stop ? reason.detail : String(reason);
}
