// One compile cache for the programs that the whole suite starts, in which nothing of another run is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    compileCache: string;
  }
}

export default async function keepCompiled(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-compiled-'));
  project.provide('compileCache', folder);
  return () => rm(folder, { recursive: true, force: true });
}
