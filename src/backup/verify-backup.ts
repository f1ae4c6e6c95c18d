// Everything that can be said for a backup file without its private key, check by check.
import { basename, dirname, join } from 'node:path';
import { type Ciphertext, inspectCiphertext } from './ciphertext.ts';
import { type Envelope, envelopeName, readEnvelope, runIdOf } from './envelope.ts';

export interface BackupCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface BackupVerification {
  readonly ok: boolean;
  readonly path: string;
  readonly checks: readonly BackupCheck[];
  readonly envelope: Envelope | undefined;
}

/** Whom the file must be encrypted to. Without it, the envelope is believed about the recipient. */
export interface ExpectedRecipient {
  readonly fingerprint: string;
  /** Of all its (sub)keys; undefined where the public key is not at hand. */
  readonly keyIds: readonly string[] | undefined;
}

/** Checks envelope, size, digest, packets and recipient of a `<run_id>.sql.gpg`; every check is made whatever the others say. */
export async function verifyBackup(path: string, expected?: ExpectedRecipient): Promise<BackupVerification> {
  const runId = runIdOf(basename(path));
  const read = runId
    ? await readEnvelope(join(dirname(path), envelopeName(runId)))
    : { problem: `${basename(path)} is not named <run_id>.sql.gpg` };
  const envelope = 'problem' in read ? undefined : read;
  const file = await inspectCiphertext(path).catch((error: NodeJS.ErrnoException) => error);
  const checks =
    file instanceof Error
      ? [{ name: 'file', ok: false, detail: `cannot be read: ${file.message}` }]
      : [...againstEnvelope(file, envelope), packets(file), recipient(file, { envelope, expected })];
  checks.unshift({
    name: 'envelope',
    ok: envelope !== undefined,
    detail: 'problem' in read ? read.problem : `complete, finished ${read.finished_at}`,
  });
  return { ok: checks.every(({ ok }) => ok), path, checks, envelope };
}

function againstEnvelope(file: Ciphertext, envelope: Envelope | undefined): BackupCheck[] {
  if (!envelope) return [];
  return [
    {
      name: 'size',
      ok: file.bytes === envelope.bytes,
      detail: compared(`${file.bytes} bytes`, {
        same: file.bytes === envelope.bytes,
        to: `${envelope.bytes}`,
      }),
    },
    {
      name: 'digest',
      ok: file.sha256 === envelope.sha256,
      detail: compared(`sha256 ${file.sha256}`, {
        same: file.sha256 === envelope.sha256,
        to: envelope.sha256,
      }),
    },
  ];
}

function compared(found: string, { same, to }: { same: boolean; to: string }): string {
  return same ? found : `${found}, but the envelope says ${to}`;
}

function packets({ problem }: Ciphertext): BackupCheck {
  return { name: 'packets', ok: !problem, detail: problem ?? 'one whole encrypted OpenPGP message' };
}

function recipient(
  { keyIds }: Ciphertext,
  { envelope, expected }: { envelope: Envelope | undefined; expected: ExpectedRecipient | undefined },
): BackupCheck {
  const named = keyIds.join(', ') || 'nobody';
  const fingerprint = expected?.fingerprint ?? envelope?.recipient;
  const allowed = expected?.keyIds ?? (envelope ? [envelope.encryption.key_id] : undefined);
  const fail = (detail: string): BackupCheck => ({ name: 'recipient', ok: false, detail });
  if (!fingerprint || !allowed) return fail(`encrypted to ${named}; nothing says who it should be`);
  if (envelope && envelope.recipient !== fingerprint)
    return fail(`the envelope names ${envelope.recipient}, expected ${fingerprint}`);
  if (keyIds.length !== 1 || !keyIds.every((id) => allowed.includes(id)))
    return fail(`encrypted to ${named}, which is not (only) a key of ${fingerprint}`);
  return { name: 'recipient', ok: true, detail: `${fingerprint} by its key ${named}` };
}
