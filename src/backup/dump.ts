// Where a dump comes from: the embedded database's pg_dump build, or the server's own pg_dump as a child process.
import type { PGlite } from '@electric-sql/pglite';
import { Stop } from '../stop/stop.ts';
import { type Connection, connectionEnvironment, major, withClient } from './connection.ts';
import { dumpEmbedded } from './dump-embedded.ts';
import { type Running, startTool, type ToolEnvironment, toolEnvironment, versionOf } from './tool.ts';

export type DumpSource =
  | { readonly kind: 'embedded'; readonly database: PGlite }
  | { readonly kind: 'postgres'; readonly connection: Connection; readonly tools: ToolEnvironment };

export function fromEmbedded(database: PGlite): DumpSource {
  return { kind: 'embedded', database };
}

/**
 * The login must be able to read everything (a member of pg_read_all_data); it needs no right to write.
 * `tools` says where pg_dump and gpg are found.
 */
export function fromPostgres(connection: Connection, tools: ToolEnvironment): DumpSource {
  return { kind: 'postgres', connection, tools };
}

interface DumpFacts {
  readonly tool: string;
  readonly version: string;
  readonly serverVersion: string;
  /** About how large the plain dump is, for the free-space check. */
  readonly expectedBytes: number;
}

export interface DumpExtent {
  /** A snapshot that another session exported; else pg_dump's own. */
  readonly snapshot?: string | undefined;
  /** Without rows, yet every table is locked and so must be readable: what `backup selftest` tries. */
  readonly schemaOnly?: boolean;
}

/** A dump to be read once: whole in memory (embedded), or as a process still to be started. */
export type Dump = DumpFacts &
  (
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly database: PGlite }
    | {
        readonly kind: 'process';
        readonly connection: Connection;
        /** For whatever else has to be started for it: gpg, psql. */
        readonly tools: ToolEnvironment;
        readonly start: (extent?: DumpExtent) => Running;
      }
  );

/** Throws Stop `incomplete_backup` when the tool or the server cannot give a whole dump. */
export async function openDump(source: DumpSource): Promise<Dump> {
  if (source.kind === 'postgres') return openServerDump(source);
  const { text, version, serverVersion } = await dumpEmbedded(source.database);
  const bytes = new TextEncoder().encode(text);
  return {
    kind: 'bytes',
    tool: 'pg_dump (embedded)',
    version,
    serverVersion,
    expectedBytes: bytes.length,
    bytes,
    database: source.database,
  };
}

type ServerSource = Extract<DumpSource, { kind: 'postgres' }>;

async function openServerDump(source: ServerSource): Promise<Dump> {
  const { connection, tools } = source;
  const version = await versionOf('pg_dump', tools);
  if (!version)
    throw new Stop('incomplete_backup', 'pg_dump is not installed; install the client tools of the server');
  const server = await askServer(connection);
  if (major(version) < major(server.version))
    throw new Stop(
      'incomplete_backup',
      `pg_dump ${version} cannot dump a server of version ${server.version}; install pg_dump ${major(server.version)} or newer`,
    );
  return {
    kind: 'process',
    connection,
    tools,
    tool: 'pg_dump',
    version,
    serverVersion: server.version,
    expectedBytes: server.bytes,
    start: (extent) => startServerDump(source, { version, ...extent }),
  };
}

/**
 * pg_dump's own random `\restrict` key is kept: with a key that can be foreseen, whoever controls the server could
 * hide commands for the psql that restores the dump (CVE-2025-8714).
 */
function startServerDump(
  { connection, tools }: ServerSource,
  { version, snapshot, schemaOnly }: DumpExtent & { version: string },
): Running {
  return startTool({
    name: 'pg_dump',
    args: [
      '--format=plain',
      '--encoding=UTF8',
      '--no-password',
      '--lock-wait-timeout=60s',
      ...(schemaOnly ? ['--schema-only'] : []),
      ...(snapshot ? [`--snapshot=${snapshot}`] : []),
    ],
    env: toolEnvironment(tools, connectionEnvironment(connection, version)),
    stdio: ['ignore', 'pipe', 'pipe'],
    secrets: [connection.login.password],
  });
}

async function askServer(connection: Connection): Promise<{ version: string; bytes: number }> {
  return withClient(connection, async (client) => {
    const { rows } = await client.query<{ version: string; bytes: string }>(
      `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes`,
    );
    const row = rows[0];
    if (!row) throw new Stop('incomplete_backup', 'the server did not tell its version');
    return { version: /^[\d.]+/.exec(row.version)?.[0] ?? row.version, bytes: Number(row.bytes) };
  });
}
