// The run's event log: what happened, in order, each entry holding the digest of the one before (design section 3,
// invariant 3). An entry's hash is the SHA-256 of its RFC 8785 form without `hash`, so an auditor needs no code of ours.
import { z } from 'zod';
import { GATES } from '../approval/gates.ts';
import { isRunId, type RunId } from '../approval/run-id.ts';
import { canonicalJson, sha256Schema as digest, digestOf, type Sha256 } from '../digest/digest.ts';
import { GRANULARITIES } from '../document/unit.ts';
import { recorderKeySchema } from '../record/recorder-key.ts';
import { STOPS, type StopCode } from '../stop/stop.ts';
import { PHASE_NAMES } from './road.ts';

const instant = z.iso.datetime({ precision: 3 });
const phase = z.enum(PHASE_NAMES);
const stopCode = z.enum(Object.keys(STOPS) as [StopCode, ...StopCode[]]);

/** An approval as the log refers to it: where it stands in git, what it is, and who signed it until when. */
const approval = z.strictObject({
  gate: z.enum(GATES),
  path: z.string(),
  commit: z.string(),
  pull: z.number().int().positive(),
  document_sha256: digest,
  signers: z.array(z.string()).min(1),
  signed_at: instant,
  valid_until: instant,
});

export type ApprovalReference = z.infer<typeof approval>;

/** A withdrawal in the same way. It belongs to no gate, and what it says it says for ever. */
const withdrawal = approval.omit({ gate: true, valid_until: true });

export type WithdrawalReference = z.infer<typeof withdrawal>;

const happening = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('run_opened'),
      approval,
      repository: z.string(),
      document_id: z.string(),
      /** Absent in logs from before deployments had names. */
      deployment: z.string().optional(),
      /** The recorder that the opening approval names; absent in logs from before there were recorders. */
      recorder_key: recorderKeySchema.optional(),
      source: z.strictObject({ path: z.string(), sha256: digest }),
      /** Digest of the blocking diagnostics that the opening approval accepts; absent where it accepts none. */
      accepts_sha256: digest.optional(),
      granularity: z.enum(GRANULARITIES),
      profile: z.string().nullable(),
      sg1_only: z.boolean(),
    }),
    z.strictObject({ type: z.literal('phase_started'), phase }),
    z.strictObject({
      type: z.literal('phase_finished'),
      phase,
      started_at: instant,
      duration_ms: z.number().int().nonnegative(),
      /** True when the output was read back from the database after a crash, instead of returned by the writer. */
      recovered: z.boolean(),
      output: z.unknown(),
    }),
    z.strictObject({ type: z.literal('stopped'), phase, code: stopCode, detail: z.string() }),
    z.strictObject({ type: z.literal('gate_opened'), approval }),
    z.strictObject({
      type: z.literal('execution_renewed'),
      approval,
      recorder_key: recorderKeySchema.optional(),
    }),
    z.strictObject({
      type: z.literal('revert_planned'),
      revert_plan_sha256: digest,
      hard: z.boolean(),
      effects: z.unknown(),
    }),
    /** An approval that this run has consumed, and that nothing has been done under yet, was taken back by signature. */
    z.strictObject({ type: z.literal('approval_withdrawn'), approval_sha256: digest, withdrawal }),
    z.strictObject({ type: z.literal('abandoned'), by: z.string(), why: z.string() }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union' ? 'is none that this version knows: update countersign to read it' : undefined,
  },
);

const envelope = z.object({
  v: z.literal(1, {
    error: ({ input }) =>
      typeof input === 'number' && input > 1
        ? `is ${input}, written by a newer version: this one reads entries up to 1; update countersign to read it`
        : 'is not 1',
  }),
  seq: z.number().int().positive(),
  run_id: z.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'is not a run_id'),
  at: instant,
  prev: digest,
  hash: digest,
});

/** What happened, before it has a place in a log. */
export type Happening = z.infer<typeof happening>;
export type RunEvent = Happening & z.infer<typeof envelope>;

/** Where a log ends: the next entry continues it. */
export interface Head {
  readonly seq: number;
  readonly hash: Sha256;
}

/** Before the first entry. */
export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) as Sha256 };

export class EventLogFault extends Error {
  readonly code: 'malformed' | 'broken_chain' | 'illegal';

  constructor(code: EventLogFault['code'], message: string) {
    super(message);
    this.name = 'EventLogFault';
    this.code = code;
  }
}

/** Gives a happening its place behind `head`. */
export function chain(head: Head, entry: Happening & { run_id: RunId; at: Date }): RunEvent {
  const { run_id, at, ...what } = entry;
  const body = { v: 1 as const, seq: head.seq + 1, run_id, at: at.toISOString(), prev: head.hash, ...what };
  // Outputs are the record's own JSON from here on: what cannot be written as JSON must not be believed in memory.
  return decodeEvent({ ...JSON.parse(canonicalJson(body)), hash: digestOf(body) });
}

/** Decodes one entry. Throws EventLogFault `malformed` or, when its hash is not its own, `broken_chain`. */
export function decodeEvent(raw: unknown): RunEvent {
  const head = envelope.safeParse(raw);
  if (!head.success) throw malformed(head.error);
  const {
    v: _v,
    seq: _seq,
    run_id: _run,
    at: _at,
    prev: _prev,
    hash,
    ...rest
  } = raw as Record<string, unknown>;
  const what = happening.safeParse(rest);
  if (!what.success) throw malformed(what.error);
  const { hash: _hash, ...body } = raw as Record<string, unknown>;
  if (digestOf(body) !== hash) {
    throw new EventLogFault(
      'broken_chain',
      `entry ${head.data.seq} of ${head.data.run_id} does not have the hash it states`,
    );
  }
  return { ...what.data, ...head.data };
}

/** Decodes a whole log and holds every entry against the one before. Throws EventLogFault. */
export function decodeLog(entries: readonly unknown[]): RunEvent[] {
  let head = GENESIS;
  return entries.map((raw) => {
    const event = decodeEvent(raw);
    if (event.seq !== head.seq + 1 || event.prev !== head.hash) {
      throw new EventLogFault(
        'broken_chain',
        `entry ${event.seq} of ${event.run_id} does not continue entry ${head.seq}`,
      );
    }
    head = event;
    return event;
  });
}

/** One line of `events.jsonl`. */
export function encodeEvent(event: RunEvent): string {
  return `${canonicalJson(event)}\n`;
}

function malformed(error: z.ZodError): EventLogFault {
  const [issue] = error.issues;
  return new EventLogFault(
    'malformed',
    `an entry of the event log is malformed: ${issue?.path.join('.')} ${issue?.message}`,
  );
}
