// pre_write_backup: an encrypted dump of the governed database, complete before anyone is asked to sign SG_1.
import { type Envelope, envelopeSchema } from '../backup/envelope.ts';
import { code, size as formatBytes, literal } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { Phase } from './phase.ts';

export const preWriteBackup: Phase<Envelope, 'pre_write_backup'> = {
  name: 'pre_write_backup',
  output: envelopeSchema,
  async run(context) {
    const envelope = envelopeSchema.safeParse(await context.backup(context.run.runId));
    if (!envelope.success) {
      const missing = envelope.error.issues.map((issue) => issue.path.join('.')).join(', ');
      throw new Stop('incomplete_backup', `the envelope lacks or misstates ${missing}`);
    }
    return envelope.data;
  },
  report: ({ path, bytes, sha256, recipient, dump, encryption }) => [
    `${code(path)}, ${formatBytes(bytes)}, encrypted for ${code(recipient)}`,
    `sha256 ${code(sha256)}`,
    `${literal(dump.tool)} ${literal(dump.version)}, ${literal(encryption.tool)} ${literal(encryption.version)}`,
  ],
};
