// The demo over the sample document, silent, as the benches walk it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoOptions, readDocument, startDemo } from '../src/local/demo.ts';

const SAMPLE = join(import.meta.dirname, '..', 'sample', 'charter.md');

export async function startSampleDemo(options: Pick<DemoOptions, 'now'> & Partial<DemoOptions>) {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const demo = await startDemo({
    ...{ directory, sg1Only: false, logLevel: 'silent', document: await readDocument(SAMPLE) },
    release: {
      root: directory,
      deployedSourceCommit: undefined,
      manifest: async () => undefined,
      attestation: async () => undefined,
    },
    waived: new Set(['PRE-6', 'PRE-7']),
    ...options,
  });
  return {
    demo,
    async end(): Promise<void> {
      await demo.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
