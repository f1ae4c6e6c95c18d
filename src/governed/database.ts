// The governed database as the phases see it: a role, a transaction, a reader or a writer. PGlite and PostgreSQL stand
// behind the same interface, and no statement that writes is sent without asking first whether execution is enabled.
import { Stop } from '../stop/stop.ts';
import { isTlsFault } from './tls.ts';

export const ROLES = ['workflow_admin', 'cutter_exec', 'cutter_verify'] as const;

export type Role = (typeof ROLES)[number];

export interface Reader {
  /** Rows come from outside: decode them with zod where they are used. */
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Writer extends Reader {
  /** The only way to change anything; asserts that execution is enabled, each time. Throws Stop `kill_switch_off`, `master_off`. */
  write<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Several statements without parameters, asserted like `write`. */
  script(text: string): Promise<void>;
}

/** Throws Stop `kill_switch_off` or `master_off` unless execution is enabled at this very moment (design section 3, invariant 4). */
export type AssertEnabled = () => Promise<void>;

/** The gates behind which something is written. */
export type WriteGate = 'SG_1_cut_authz' | 'SG_2_lifecycle_authz' | 'SG_R_revert_authz';

export interface WriteOptions {
  readonly assertEnabled: AssertEnabled;
  /**
   * As cutter_exec: the database asks for the approval of this gate of this run before anything else, and gives the fence
   * to this run alone. Left out where the one function that is called asks by itself.
   */
  readonly behind?: { readonly runId: string; readonly gate: WriteGate };
}

/** What only an administrator's session offers: the `db` commands and the embedded set-up. */
export interface AdminDatabase {
  /** One transaction without the kill switch: it changes who may write, never what is written. */
  admin<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface GovernedDatabase extends Partial<Pick<AdminDatabase, 'admin'>> {
  /** One read-only, repeatable-read transaction. Throws GovernedFault. */
  read<T>(role: Role, work: (reader: Reader) => Promise<T>): Promise<T>;
  /**
   * One transaction under the fence that lets only one run write at a time. Anything thrown rolls it back. Before each
   * statement that writes and once more before COMMIT, execution is asserted of the bot and of the database's own switch.
   * Throws Stop `database_busy` when another run holds the fence, `guard_refused` when the
   * database finds no signature for it, GovernedFault when the database fails.
   */
  write<T>(role: Role, options: WriteOptions, work: (writer: Writer) => Promise<T>): Promise<T>;
  /**
   * One transaction as cutter_exec that the kill switch does not ask for: only for the functions that take power away or
   * note how far a log has come (schema/writers/053_run_log.sql), each of which goes one way only.
   */
  note<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /** The database's own clock. */
  now(): Promise<Date>;
  close(): Promise<void>;
}

/** What a driver's transaction can do, before anybody asks whether it may. */
export interface Session extends Reader {
  script(text: string): Promise<void>;
}

/**
 * The database's own master switch beside the bot's: off in either place, nothing is written. Read in the very transaction,
 * whose functions lock that row: read elsewhere, an answer would be as old as the reading.
 */
export function askingItsSwitch(session: Session, assertEnabled: AssertEnabled): AssertEnabled {
  return async () => {
    await assertEnabled();
    const [row] = await session.query<{ enabled: unknown }>(
      'SELECT enabled FROM cutter_governance.master_switch',
    );
    if (row?.enabled !== true)
      throw new Stop('master_off', 'the master switch of the governed database is off');
  };
}

/** A writer, and the last question before its transaction may be committed. */
export interface TiedWriter extends Writer {
  beforeCommit(): Promise<void>;
}

/** The one place where a write is tied to the kill switch, whichever driver carries it out. */
export function writerOver(session: Session, assertEnabled: AssertEnabled): TiedWriter {
  let wrote = false;
  const asserted = async (): Promise<void> => {
    await assertEnabled();
    wrote = true;
  };
  return {
    query: session.query,
    async write<Row>(text: string, parameters?: readonly unknown[]) {
      await asserted();
      return session.query<Row>(text, parameters);
    },
    async script(text) {
      await asserted();
      await session.script(text);
    },
    async beforeCommit() {
      if (wrote) await assertEnabled();
    },
  };
}

/**
 * The database failed. After `commit_unknown` nobody knows whether the transaction was committed: ask findWrittenRun.
 * Neither a cause nor the server's DETAIL and CONTEXT are kept: they quote rows.
 */
export class GovernedFault extends Error {
  readonly code: 'connection_lost' | 'commit_unknown' | 'wrong_role' | 'no_tls' | 'refused';
  /** The SQLSTATE, where the server gave one. */
  readonly sqlState: string | undefined;

  constructor(code: GovernedFault['code'], message: string, sqlState?: string) {
    super(message);
    this.name = 'GovernedFault';
    this.code = code;
    this.sqlState = sqlState;
  }
}

/**
 * Sent behind BEGIN in every transaction. Limits, so that a stuck session never holds the fence for good; and what a login
 * may have been given for each of its sessions, since a pooled session would keep it after it was taken away again.
 */
export const TRANSACTION_LIMITS = `
  SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '5s';
  SET LOCAL idle_in_transaction_session_timeout = '2min'; SET LOCAL search_path = pg_catalog, pg_temp;
  SET LOCAL standard_conforming_strings = on`;

/** Asks the database for the gate's signatures, and takes the fence of design section 3, invariant 2. */
export async function openWrite(writer: Writer, { behind }: WriteOptions): Promise<void> {
  if (!behind) return;
  await writer.write('SELECT cutter_governance.fn_open_write($1, $2)', [behind.runId, behind.gate]);
}

const SERIALIZATION_OR_LOCK = new Set(['40001', '40P01', '55P03']);

/** What the writers' functions refuse with (schema/writers/040_refuse.sql). */
const GUARD = 'CG001';

/** Gives whatever a driver throws its place: a Stop passes, a lock conflict becomes one, the rest is a GovernedFault. */
export function governedError(error: unknown): Error {
  if (error instanceof Stop || error instanceof GovernedFault) return error;
  if (!(error instanceof Error))
    return new GovernedFault('refused', 'the governed database failed without a reason');
  const sqlState = sqlStateOf(error);
  if (isTlsFault(error))
    return new GovernedFault('no_tls', `no trusted connection to the governed database: ${error.message}`);
  if (sqlState === undefined) return isConnectionError(error) ? lost(error.message) : error;
  if (sqlState === GUARD) return new Stop('guard_refused', error.message.replace(/^guard: /, ''));
  if (SERIALIZATION_OR_LOCK.has(sqlState)) return new Stop('database_busy', error.message);
  if (sqlState.startsWith('08') || sqlState.startsWith('57P')) return lost(error.message, sqlState);
  return new GovernedFault(
    'refused',
    `the governed database refused: ${error.message} (SQLSTATE ${sqlState})`,
    sqlState,
  );
}

function sqlStateOf(error: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function isConnectionError(error: Error): boolean {
  return (
    /^Connection terminated|^timeout expired|connect timeout|^Query read timeout|^Client (has encountered|was closed)/.test(
      error.message,
    ) || 'syscall' in error
  );
}

function lost(message: string, sqlState?: string): GovernedFault {
  return new GovernedFault(
    'connection_lost',
    `the connection to the governed database was lost: ${message}`,
    sqlState,
  );
}
