// Numbered migrations of the bot's own state. A migration that has shipped is never edited; a new one follows it.
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { rebuildMeasures } from './measures.ts';
import { rebuildStandings } from './standings.ts';
import type { Tables } from './tables.ts';

const migrations: Record<string, Migration> = {
  '001_state': { up: createState },
  '002_refused_publications': { up: createRefusedPublications },
  '003_single_use': { up: dropPairOfGateAndRun },
  '004_witnesses': { up: guardTheLog },
  '005_withdrawals': { up: createWithdrawals },
  '006_log': { up: createLog },
  '007_run_standings': { up: createRunStandings },
  '008_committed_tally': { up: createCommittedTally },
  '009_repositories': { up: createRepositories },
  '010_measures': { up: createMeasures },
};

/** Every version that the state has had, the oldest first. */
export const STATE_VERSIONS: readonly string[] = Object.keys(migrations);

/** Brings the state database to the newest version, or to `to`. Throws the first failure; nothing is half applied. */
export async function migrate(database: Kysely<never>, { to }: { to?: string } = {}): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error } = await (to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(to));
  if (error) throw error;
}

// An approval document is used once for ever; a gate of a run may be opened again where the run waits for it (design
// section 2), which its event log decides. The column goes with the rule it was made for; the log names the run.
async function dropPairOfGateAndRun(database: Kysely<unknown>): Promise<void> {
  await sql`alter table approval drop column bound_run_id`.execute(database);
}

// What was committed is looked for at every stretch, so by an index; and a log is no more emptied than rewritten, nor is
// an approval forgotten.
async function guardTheLog(database: Kysely<unknown>): Promise<void> {
  await sql`create index event_commits on event (run_id) where entry ->> 'type' = 'phase_finished'
    and entry ->> 'phase' in ('leg_b_record', 'lifecycle_enact', 'revert_execute')`.execute(database);
  await sql`create trigger event_is_not_emptied before truncate on event
    for each statement execute function refuse_rewriting()`.execute(database);
  for (const table of ['approval', 'run'])
    await sql`create trigger ${sql.raw(table)}_is_append_only before update or delete or truncate on ${sql.raw(table)}
      for each statement execute function refuse_rewriting()`.execute(database);
}

// What was said in the log, and where, is for ever: a checkpoint may have been signed over it.
async function createLog(database: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table log_leaf (
      id integer generated always as identity primary key,
      subject text not null unique,
      line text not null check (line <> '' and position(chr(10) in line) = 0),
      statement text
    )`,
    sql`create table log_place (
      place integer primary key check (place >= 0),
      leaf integer not null unique references log_leaf
    )`,
    ...['log_leaf', 'log_place'].map(
      (
        table,
      ) => sql`create trigger ${sql.raw(table)}_is_append_only before update or delete or truncate on ${sql.raw(table)}
        for each statement execute function refuse_rewriting()`,
    ),
  ];
  for (const statement of statements) await statement.execute(database);
}

// A table of its own, since the one of the runs only grows and may belong to a role that the bot is not. For the same reason
// nothing refers to it.
async function createRunStandings(database: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table run_standing (
      run_id text primary key,
      repository text not null,
      document_id text not null,
      opened_at timestamptz not null,
      status text not null,
      open boolean not null,
      unreadable text,
      seq integer not null check (seq >= 0),
      enabled_until timestamptz,
      cut_until timestamptz,
      has_cut boolean not null,
      has_enacted boolean not null,
      has_reverted boolean not null,
      published_seq integer not null check (published_seq >= 0),
      reported_seq integer not null check (reported_seq >= 0),
      looked_at timestamptz
    )`,
    sql`create index run_standing_open on run_standing (document_id) where open`,
    sql`create index run_standing_shown on run_standing (looked_at nulls first) where open`,
    sql`create index run_standing_unreadable on run_standing (run_id) where unreadable is not null`,
    sql`create index run_standing_running on run_standing (opened_at) where status = 'RUNNING'`,
    sql`create index run_standing_completed on run_standing (document_id, opened_at) where status = 'COMPLETED'`,
    sql`create index run_standing_unpublished on run_standing (run_id) where published_seq < seq`,
    sql`create index run_standing_unreported on run_standing (run_id) where reported_seq < seq`,
    sql`create index run_standing_enabled on run_standing (enabled_until)`,
    sql`create index run_standing_cut on run_standing (cut_until)`,
  ];
  for (const statement of statements) await statement.execute(database);
}

async function createRepositories(database: Kysely<unknown>): Promise<void> {
  await sql`create table repository (id text primary key, name text not null unique)`.execute(database);
}

async function createMeasures(database: Kysely<unknown>): Promise<void> {
  await sql`create table measure (
    kind text not null check (kind in ('phase', 'stop', 'admission')),
    name text not null,
    bucket integer not null check (bucket >= 0),
    times bigint not null,
    total_ms bigint not null,
    primary key (kind, name, bucket)
  )`.execute(database);
  await rebuildMeasures(database as Kysely<Tables>);
}

async function createCommittedTally(database: Kysely<unknown>): Promise<void> {
  await sql`create table committed_tally (
    kind text primary key check (kind in ('cut', 'enacted', 'reverted')),
    runs bigint not null,
    total numeric not null
  )`.execute(database);
  await rebuildStandings(database as Kysely<Tables>);
}

async function createState(database: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table delivery (
      id text primary key,
      event text not null,
      action text not null,
      repository text not null,
      pull integer,
      received_at timestamptz not null,
      processed_at timestamptz
    )`,
    sql`create index delivery_unprocessed on delivery (received_at) where processed_at is null`,
    sql`create table run (
      run_id text primary key check (run_id ~ '^run-[0-9]{8}-[0-9a-f]{16}$'),
      repository text not null,
      document_id text not null,
      opened_at timestamptz not null
    )`,
    sql`create table event (
      run_id text not null references run,
      seq integer not null check (seq > 0),
      at timestamptz not null,
      hash text not null unique check (hash ~ '^[0-9a-f]{64}$'),
      entry jsonb not null,
      primary key (run_id, seq)
    )`,
    // The two uniqueness rules of design section 2: an approval is used once, for ever.
    sql`create table approval (
      document_sha256 text primary key check (document_sha256 ~ '^[0-9a-f]{64}$'),
      gate text not null,
      bound_run_id text,
      run_id text not null references run,
      path text not null,
      commit text not null,
      pull integer not null,
      document bytea not null,
      signatures jsonb not null,
      consumed_at timestamptz not null,
      unique (gate, bound_run_id)
    )`,
    sql`create table artifact (
      run_id text not null,
      name text not null,
      sha256 text not null,
      content text not null,
      primary key (run_id, name)
    )`,
    sql`create table judgement (
      repository text not null,
      pull integer not null,
      commit text not null,
      run_id text references run,
      verdict jsonb not null,
      judged_at timestamptz not null,
      published_at timestamptz,
      primary key (repository, pull)
    )`,
    sql`create table publication (
      repository text not null,
      subject text not null,
      remote_id text not null,
      sha256 text not null,
      published_at timestamptz not null,
      primary key (repository, subject)
    )`,
    sql`create table lease (
      name text primary key,
      owner text not null,
      until timestamptz not null
    )`,
    sql`create table setting (
      name text primary key,
      value jsonb not null,
      changed_at timestamptz not null default now()
    )`,
    // An event log is appended to and never rewritten, whoever asks.
    sql`create function refuse_rewriting() returns trigger language plpgsql as $$
      begin raise exception 'the event log is append-only'; end $$`,
    sql`create trigger event_is_append_only before update or delete on event
      for each statement execute function refuse_rewriting()`,
  ];
  for (const statement of statements) await statement.execute(database);
}

async function createRefusedPublications(database: Kysely<unknown>): Promise<void> {
  await sql`create table refused_publication (
    repository text not null,
    subject text not null,
    sha256 text not null,
    code text not null,
    tries integer not null check (tries > 0),
    refused_at timestamptz not null,
    primary key (repository, subject)
  )`.execute(database);
}

// By what it takes back: an approval may come after its withdrawal. Rows are added and never changed.
async function createWithdrawals(database: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table withdrawal (
      document_sha256 text primary key check (document_sha256 ~ '^[0-9a-f]{64}$'),
      approval_sha256 text not null check (approval_sha256 ~ '^[0-9a-f]{64}$'),
      path text not null,
      commit text not null,
      pull integer not null,
      document bytea not null,
      signatures jsonb not null,
      recorded_at timestamptz not null
    )`,
    sql`create index withdrawal_of_approval on withdrawal (approval_sha256)`,
    sql`create function refuse_unsaying() returns trigger language plpgsql as $$
      begin raise exception 'a withdrawal is for ever'; end $$`,
    sql`create trigger withdrawal_is_for_ever before update or delete on withdrawal
      for each statement execute function refuse_unsaying()`,
  ];
  for (const statement of statements) await statement.execute(database);
}
