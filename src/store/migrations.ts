// Numbered migrations of the bot's own state. A migration that has shipped is never edited; a new one follows it.
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

const migrations: Record<string, Migration> = {
  '001_state': { up: createState },
  '002_refused_publications': { up: createRefusedPublications },
  '003_single_use': { up: dropPairOfGateAndRun },
};

/** Brings the state database to the newest version. Throws the first failure; nothing is half applied. */
export async function migrate(database: Kysely<never>): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

// An approval document is used once for ever; a gate of a run may be opened again where the run waits for it (design
// section 2), which its event log decides. The column goes with the rule it was made for; the log names the run.
async function dropPairOfGateAndRun(database: Kysely<unknown>): Promise<void> {
  await sql`alter table approval drop column bound_run_id`.execute(database);
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
