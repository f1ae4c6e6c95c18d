// The tables of the bot's own state, as Kysely sees them. The event log is the truth about a run (design
// section 3, invariant 3); every other table is a ledger, an inbox or a note of what was published.
import type { ColumnType, Generated } from 'kysely';

type Instant = ColumnType<Date, Date | string, Date | string>;
type Json = ColumnType<unknown, string, string>;

export interface Tables {
  delivery: {
    /** GitHub's X-GitHub-Delivery: a redelivery keeps it, so it is the key of "seen before". */
    id: string;
    event: string;
    action: string;
    repository: string;
    pull: number | null;
    received_at: Instant;
    processed_at: Instant | null;
  };
  run: {
    run_id: string;
    repository: string;
    document_id: string;
    opened_at: Instant;
  };
  /** Where each run stands, kept in the transaction of every event; made again from the log at any time. */
  run_standing: {
    run_id: string;
    repository: string;
    document_id: string;
    opened_at: Instant;
    status: string;
    open: boolean;
    unreadable: string | null;
    /** The entry of the log that these columns know of. */
    seq: number;
    enabled_until: ColumnType<Date | null, Date | string | null, Date | string | null>;
    cut_until: ColumnType<Date | null, Date | string | null, Date | string | null>;
    has_cut: boolean;
    has_enacted: boolean;
    has_reverted: boolean;
    /** Up to which entry it was shown, and reported to the knowledge base. */
    published_seq: number;
    reported_seq: number;
    looked_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  };
  /** What is counted of all that ever happened, kept with what is counted. */
  measure: {
    kind: string;
    name: string;
    bucket: number;
    times: string;
    total_ms: string;
  };
  event: {
    run_id: string;
    seq: number;
    at: Instant;
    hash: string;
    entry: Json;
  };
  approval: {
    document_sha256: string;
    gate: string;
    /** The run that it authorised. */
    run_id: string;
    path: string;
    commit: string;
    pull: number;
    document: Uint8Array;
    signatures: Json;
    consumed_at: Instant;
  };
  /** An approval that was taken back, whether it was ever seen or not. */
  withdrawal: {
    document_sha256: string;
    approval_sha256: string;
    path: string;
    commit: string;
    pull: number;
    document: Uint8Array;
    signatures: Json;
    recorded_at: Instant;
  };
  /** The larger outputs of a run (the whole cut plan); the event log holds their digests. */
  artifact: {
    run_id: string;
    name: string;
    sha256: string;
    content: string;
  };
  /** One row for each merged approval that was judged, so that a delivery handled twice answers once. */
  judgement: {
    repository: string;
    pull: number;
    commit: string;
    run_id: string | null;
    verdict: Json;
    judged_at: Instant;
    published_at: Instant | null;
  };
  /** What was last published where: lets a projection skip what GitHub already shows. */
  publication: {
    repository: string;
    subject: string;
    remote_id: string;
    sha256: string;
    published_at: Instant;
  };
  /** What the deployment's log says, in the order in which it was kept. */
  log_leaf: {
    id: Generated<number>;
    /** What it is about: one leaf for each. */
    subject: string;
    line: string;
    statement: string | null;
  };
  /** The place of a leaf in the log, counted from 0. */
  log_place: {
    place: number;
    leaf: number;
  };
  /** What GitHub refused to show, so that it is not asked for again at every look. */
  refused_publication: {
    repository: string;
    subject: string;
    sha256: string;
    code: string;
    tries: number;
    refused_at: Instant;
  };
  /** The name under which a repository is known here for ever, by GitHub's id. */
  repository: {
    id: string;
    name: string;
  };
  lease: {
    name: string;
    owner: string;
    until: Instant;
  };
  setting: {
    name: string;
    value: Json;
    changed_at: Generated<Date>;
  };
}
