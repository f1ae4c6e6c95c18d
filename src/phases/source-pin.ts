// source_pin: reads the document at the commit that merged the enabling approval and holds it against the digest
// that was signed. From here on the run is about these bytes and no others.
import { z } from 'zod';
import { sha256, sha256Schema } from '../digest/digest.ts';
import { code, size as formatBytes } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';
import type { Phase } from './phase.ts';

const output = z.strictObject({
  path: z.string(),
  commit: z.string(),
  blob: z.string(),
  sha256: sha256Schema,
  bytes: z.number().int().positive(),
});

export type SourcePin = z.infer<typeof output>;

export const sourcePin: Phase<SourcePin, 'source_pin'> = {
  name: 'source_pin',
  output,
  async run(context) {
    const { path, commit, blob, bytes } = await readPinnedSource(context);
    return { path, commit, blob, sha256: sha256(bytes), bytes: bytes.length };
  },
  report: ({ path, commit, bytes, sha256: digest }) => [
    `${code(path)} at commit ${code(commit.slice(0, 12))}, ${formatBytes(bytes)}`,
    `sha256 ${code(digest)}, as signed`,
  ],
};

/** The document's bytes, held against the signed digest on every reading. Throws Stop `source_changed`. */
export async function readPinnedSource({ run, source }: PhaseContext) {
  const file = await source.read(run.sourcePath, run.sourceCommit);
  if (!file)
    throw new Stop('source_changed', `${run.sourcePath} is not a regular file at ${run.sourceCommit}`);
  const digest = sha256(file.bytes);
  if (digest !== run.sourceSha256) {
    throw new Stop(
      'source_changed',
      `${run.sourcePath} has sha256 ${digest}, the approval names ${run.sourceSha256}`,
    );
  }
  return file;
}
