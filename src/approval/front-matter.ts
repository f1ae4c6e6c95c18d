// From the bytes of an approval to what it authorises, or the reason why it authorises nothing.
// Total and linear in the size: any bytes give an approval or a refusal, never an exception.
import { z } from 'zod';
import { isSha256, type Sha256, sha256 } from '../digest/digest.ts';
import { DEPLOYMENT_NAME_WORDS, isDeploymentName } from './deployment-name.ts';
import { DOCUMENT_ID_WORDS, isDocumentId } from './document-id.ts';
import { type Decoded, type Flaw, flawed, quoted, refusalIn } from './flaw.ts';
import { BINDINGS, type BindingName, isPurpose, PURPOSES, type Purpose } from './gates.ts';
import { type Entries, readKeyValues } from './key-values.ts';
import { readPlainText } from './plain-text.ts';
import type { Refusal } from './reasons.ts';
import { isRunId } from './run-id.ts';

export interface Approval {
  readonly gate: Purpose;
  /** The instant that signed_utc names. */
  readonly signedAt: Date;
  readonly signedUtc: string;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  /** The exact text that was signed, front matter included. */
  readonly text: string;
  /** Digest of the exact bytes: the identity under which the approval is used once. */
  readonly sha256: Sha256;
}

export type ReadResult =
  | { readonly ok: true; readonly approval: Approval }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads an approval document (design section 2). `path` is only what a refusal points at. */
export function readApproval(bytes: Uint8Array, path = 'approval'): ReadResult {
  const refuse = (flaw: Flaw): ReadResult => ({ ok: false, refusal: refusalIn(path, flaw) });
  const plain = readPlainText(bytes);
  if (!plain.ok) return refuse(plain.flaw);
  const entries = readKeyValues(plain.value, isKey);
  if (!entries.ok) return refuse(entries.flaw);
  const fields = decodeFields(entries.value);
  if (!fields.ok) return refuse(fields.flaw);

  const { gate, signedUtc, bindings } = fields.value;
  const signedAt = new Date(signedUtc);
  return {
    ok: true,
    approval: { gate, signedAt, signedUtc, bindings, text: plain.value, sha256: sha256(bytes) },
  };
}

const ENVELOPE = ['gate', 'signed_utc', 'allowance'] as const;

const DIGEST = { schema: z.string().refine(isSha256), words: '64 lower-case hexadecimal digits' };
const FORMS: Readonly<Record<BindingName, { schema: z.ZodType<string>; words: string }>> = {
  document_id: { schema: z.string().refine(isDocumentId), words: DOCUMENT_ID_WORDS },
  deployment: { schema: z.string().refine(isDeploymentName), words: DEPLOYMENT_NAME_WORDS },
  run_id: { schema: z.string().refine(isRunId), words: 'run-<8 digits>-<16 hexadecimal digits>' },
  mode: { schema: z.literal('LIVE'), words: 'LIVE' },
  recorder_key: {
    schema: z.string().regex(/^[0-9a-f]{64}$/),
    words: '64 lower-case hexadecimal digits without blanks',
  },
  source_sha256: DIGEST,
  accepts_sha256: DIGEST,
  cutplan_sha256: DIGEST,
  evidence_sha256: DIGEST,
  revert_plan_sha256: DIGEST,
  event_log_sha256: DIGEST,
  approval_sha256: DIGEST,
};

const isBindingName = (text: string): text is BindingName => Object.hasOwn(FORMS, text);
const isKey = (text: string) => ENVELOPE.some((key) => key === text) || isBindingName(text);

/** `YYYY-MM-DDTHH:MM:SSZ` that names a real second: a date that must be corrected is not the one that was signed. */
function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return false;
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text.replace('Z', '.000Z');
}

/** Bindings are optional here; the admission requires those that its asker expects. */
function fieldsOf(gate: Purpose) {
  const names = [...BINDINGS[gate].needs, ...BINDINGS[gate].may];
  const envelope = {
    gate: z.literal(gate),
    signed_utc: z.string().refine(isInstant),
    allowance: z.literal('explicit'),
  };
  const bindings = Object.fromEntries(names.map((name) => [name, FORMS[name].schema.optional()]));
  return z.strictObject({ ...envelope, ...bindings });
}

const FIELDS = Object.fromEntries(PURPOSES.map((gate) => [gate, fieldsOf(gate)])) as Readonly<
  Record<Purpose, ReturnType<typeof fieldsOf>>
>;

interface Fields {
  readonly gate: Purpose;
  readonly signedUtc: string;
  readonly bindings: Partial<Record<BindingName, string>>;
}

function decodeFields(entries: Entries): Decoded<Fields> {
  for (const key of ENVELOPE) if (!entries.has(key)) return flawed('missing_key', `\`${key}\` is missing`, 1);

  const gate = envelopeValue(entries, 'gate');
  if (!isPurpose(gate)) return flawed('gate_unknown', `\`${quoted(gate)}\``, entries.get('gate')?.line);
  const values = Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));
  const parsed = FIELDS[gate].safeParse(values);
  if (!parsed.success) return { ok: false, flaw: explain(parsed.error.issues[0], entries) };

  const bindings: Fields['bindings'] = {};
  for (const [key, { value }] of entries) if (isBindingName(key)) bindings[key] = value;
  return { ok: true, value: { gate, signedUtc: envelopeValue(entries, 'signed_utc'), bindings } };
}

function envelopeValue(entries: Entries, key: (typeof ENVELOPE)[number]): string {
  return entries.get(key)?.value ?? '';
}

/** Every zod issue left at this point is either a key of another gate or a malformed value. */
function explain(issue: z.core.$ZodIssue | undefined, entries: Entries): Flaw {
  const key = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue?.path[0]);
  const { value = '', line = 1 } = entries.get(key) ?? {};
  const shown = `\`${key}: ${quoted(value)}\``;
  if (issue?.code === 'unrecognized_keys')
    return { reason: 'unknown_key', detail: `\`${key}\` is no key for this gate`, line };
  if (key === 'signed_utc') return { reason: 'signed_utc_invalid', detail: shown, line };
  if (key === 'allowance') return { reason: 'allowance_not_explicit', detail: shown, line };
  const form = isBindingName(key) ? `, expected ${FORMS[key].words}` : '';
  return { reason: 'value_invalid', detail: shown + form, line };
}
