// Which software this is: the version of package.json, and the commit of the release manifest where there is one.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../deployment/release.ts';
import { MANIFEST_FILE, readManifest } from '../readiness/manifest.ts';

const packageSchema = z.object({ version: z.string() });

export async function versionLine(): Promise<string> {
  const { version } = packageSchema.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  const manifest = await readManifest(join(ROOT, MANIFEST_FILE));
  return manifest
    ? `countersign ${version} (commit ${manifest.source_commit})`
    : `countersign ${version} (not a release: there is no ${MANIFEST_FILE})`;
}
