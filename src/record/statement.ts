// What a recorder states of a run at one head of its log: an in-toto Statement v1 whose subjects are the files that the
// head stands for. A pure function of the log and the plan's bytes, so that each head has one statement.
import { z } from 'zod';
import { isRunId, type RunId } from '../approval/run-id.ts';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { canonicalJson, type Sha256, sha256Schema } from '../digest/digest.ts';
import { flawed, type Read, readAs, readCanonical, utf8Of } from './read.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'urn:countersign:run-record:1';

/** Where a repository keeps the newest one of a run. */
export function statementPath(runId: string): string {
  return `runs/${runId}/statement.dsse.json`;
}

const CHANGE_SET = 'database/change-set/';

const named = <T extends z.ZodRawShape>(digest: T) =>
  z.strictObject({ name: z.string().min(1), digest: z.strictObject(digest) });

const predicateSchema = z.strictObject({
  at: z.iso.datetime({ precision: 3 }),
  cutplan_sha256: sha256Schema.nullable(),
  deployment: z.string().min(1),
  document_id: z.string().min(1),
  evidence_sha256: sha256Schema.nullable(),
  log: z.strictObject({ hash: sha256Schema, seq: z.int().positive() }),
  repository: z.string().min(1),
  run_id: z.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'is not a run_id'),
  source_commit: z.string().regex(COMMIT_ID_FORM).nullable(),
  status: z.string().regex(/^[A-Z_]+$/),
});

const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  predicate: predicateSchema,
  predicateType: z.literal(PREDICATE_TYPE),
  subject: z.array(z.union([named({ sha256: sha256Schema }), named({ rfc9162Sha256: sha256Schema })])).min(2),
});

type Statement = z.infer<typeof statementSchema>;
type Subject = Statement['subject'][number];

/** A file and the SHA-256 of its bytes. */
export interface FileDigest {
  readonly path: string;
  readonly sha256: Sha256;
}

export interface RunStatement {
  readonly predicate: z.infer<typeof predicateSchema>;
  readonly eventsSha256: Sha256;
  readonly planSha256: Sha256 | null;
  readonly source: FileDigest;
  /** Every approval that the run consumed, in the order of the log. */
  readonly approvals: readonly FileDigest[];
  /** The ciphertext, by its path below `backup/`. */
  readonly backup: FileDigest | null;
  /** The plan's tree head as the governed database recomputed it from its rows. */
  readonly changeSet: { readonly id: string; readonly treeHead: Sha256 } | null;
}

/** The payload: RFC 8785 JSON in UTF-8. */
export function encodeStatement(statement: RunStatement): Buffer {
  const value: Statement = {
    _type: STATEMENT_TYPE,
    predicate: statement.predicate,
    predicateType: PREDICATE_TYPE,
    subject: subjectsOf(statement),
  };
  return Buffer.from(canonicalJson(value));
}

function subjectsOf({ predicate, ...statement }: RunStatement): Subject[] {
  const { eventsSha256, planSha256, source, approvals, backup, changeSet } = statement;
  const folder = `runs/${predicate.run_id}`;
  const file = (path: string, sha256: Sha256): Subject => ({ name: path, digest: { sha256 } });
  return [
    file(`${folder}/events.jsonl`, eventsSha256),
    ...(planSha256 === null ? [] : [file(`${folder}/plan.jsonl`, planSha256)]),
    ...[source, ...approvals, ...(backup === null ? [] : [backup])].map(({ path, sha256 }) =>
      file(path, sha256),
    ),
    ...(changeSet === null
      ? []
      : [{ name: CHANGE_SET + changeSet.id, digest: { rfc9162Sha256: changeSet.treeHead } }]),
  ];
}

/** The same the other way round; a payload that no statement of this form encodes to is malformed. */
export function decodeStatement(payload: Uint8Array): Read<RunStatement> {
  const text = utf8Of(payload);
  if (text === undefined) return flawed('malformed', 'is not UTF-8');
  const read = readCanonical(text, statementSchema);
  if (!read.ok) return read;
  const statement = statementIn(read.value);
  return statement && encodeStatement(statement).equals(payload)
    ? readAs(statement)
    : flawed('malformed', 'does not list its subjects as a run record does');
}

// Subjects are told apart by their place and their name: events, perhaps the plan, the document, approvals, the rest.
function statementIn({ predicate, subject }: Statement): RunStatement | undefined {
  const rest = subject.map(({ name, digest }) => ({ path: name, ...digest }));
  const take = (wanted: (path: string) => boolean): FileDigest | undefined => {
    const [first] = rest;
    if (first === undefined || !('sha256' in first) || !wanted(first.path)) return undefined;
    rest.shift();
    return { path: first.path, sha256: first.sha256 };
  };
  const folder = `runs/${predicate.run_id}`;
  const events = take((path) => path === `${folder}/events.jsonl`);
  const plan = take((path) => path === `${folder}/plan.jsonl`);
  const source = take(() => true);
  const approvals: FileDigest[] = [];
  for (let next = take(isApproval); next; next = take(isApproval)) approvals.push(next);
  const backup = take((path) => path.startsWith('backup/'));
  const last = rest.shift();
  const changeSet =
    last && 'rfc9162Sha256' in last
      ? { id: last.path.slice(CHANGE_SET.length), treeHead: last.rfc9162Sha256 }
      : null;
  if (!events || !source) return undefined;
  return {
    ...{ predicate, eventsSha256: events.sha256, planSha256: plan?.sha256 ?? null, source },
    ...{ approvals, backup: backup ?? null, changeSet },
  };
}

function isApproval(path: string): boolean {
  return path.startsWith('approvals/');
}
