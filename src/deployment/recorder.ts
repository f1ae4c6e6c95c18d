// The recorder of a deployment, opened from its settings: the key that signs what is new, and older ones for the runs that
// still name them.
import { existsSync } from 'node:fs';
import type { ToolEnvironment } from '../backup/tool.ts';
import type { Recorder } from '../record/recorder-key.ts';
import { externalSigner } from './external-signer.ts';
import { makeRecorderKeyFile, readRecorderKeyFile } from './recorder-key-file.ts';
import type { RecorderSettings } from './recorder-settings.ts';

/** Throws RecorderKeyFault. */
export async function openRecorder(
  { command, files, makesOwn }: RecorderSettings,
  tools: ToolEnvironment,
): Promise<Recorder> {
  const [first] = files;
  if (makesOwn && first !== undefined && !existsSync(first)) await makeRecorderKeyFile(first);
  const held = files.map(readRecorderKeyFile);
  const [current, ...older] = command ? [externalSigner(command, { tools }), ...held] : held;
  if (!current) throw new Error('settings without a recorder were accepted');
  return { current, older };
}
