// The envelope: what a run's record says about its backup. Complete or refused; there is no partial envelope.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FINGERPRINT_FORM } from '../approval/fingerprint.ts';
import { sha256Schema as digest } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';

const text = z.string().min(1);
const instant = z.iso.datetime();
const count = z.int().nonnegative();

/** What a backup is named after becomes a file name, so nothing that could leave the backup directory is one. */
export const BACKUP_NAME_FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const envelopeSchema = z
  .strictObject({
    format: markedAs('countersign/backup/1'),
    run_id: z.string().regex(BACKUP_NAME_FORM),
    /** Relative to the backup directory, never absolute: a record must not tell about the machine. */
    path: text,
    bytes: z.int().positive(),
    /** Of the ciphertext. */
    sha256: digest,
    /** The primary-key fingerprint of BACKUP_GPG_FPR. */
    recipient: z.string().regex(FINGERPRINT_FORM),
    dump: z.strictObject({ tool: text, version: text, server_version: text }),
    /** `key_id` is read back from the finished file: the encryption subkey that can open it. */
    encryption: z.strictObject({ tool: text, version: text, key_id: z.string().regex(/^[0-9A-F]{16}$/) }),
    /** Every process that took part; none for the embedded database. One that failed leaves no envelope. */
    processes: z.array(z.strictObject({ tool: text, exit_code: z.literal(0), stderr: z.string() })),
    started_at: instant,
    finished_at: instant,
    proof: z
      .strictObject({
        method: z.literal('restore'),
        proved_at: instant,
        tables: z.array(z.strictObject({ name: text, rows: count, sha256: digest })),
      })
      .optional(),
  })
  .refine((envelope) => envelope.path === ciphertextName(envelope.run_id), {
    error: 'path is not the file name of this run',
    path: ['path'],
  });

export type Envelope = Readonly<z.infer<typeof envelopeSchema>>;
export type TableProof = Readonly<NonNullable<Envelope['proof']>['tables'][number]>;

const CIPHERTEXT_SUFFIX = '.sql.gpg';
const ENVELOPE_SUFFIX = '.envelope.json';

export function ciphertextName(runId: string): string {
  return `${runId}${CIPHERTEXT_SUFFIX}`;
}

export function envelopeName(runId: string): string {
  return `${runId}${ENVELOPE_SUFFIX}`;
}

/** The run id in the name of a ciphertext or an envelope; undefined for any other file. */
export function runIdOf(fileName: string): string | undefined {
  const suffix = [CIPHERTEXT_SUFFIX, ENVELOPE_SUFFIX].find((ending) => fileName.endsWith(ending));
  const runId = suffix && fileName.slice(0, -suffix.length);
  return runId && BACKUP_NAME_FORM.test(runId) ? runId : undefined;
}

/** Reads an envelope file: the envelope, or the sentence that says why there is none. */
export async function readEnvelope(path: string): Promise<Envelope | { readonly problem: string }> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'the envelope is not JSON' };
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return {
      problem: missing ? 'there is no envelope beside the file' : `the envelope cannot be read: ${error}`,
    };
  }
  const result = envelopeSchema.safeParse(raw);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'envelope'}: ${issue.message}`,
  );
  return { problem: `the envelope is not complete (${issues.join('; ')})` };
}
