// Where the software lies, and what this deployment carries and says of itself.
import { join } from 'node:path';
import { ATTESTATION_FILE, readAttestation } from '../readiness/attestation.ts';
import { MANIFEST_FILE, readManifest } from '../readiness/manifest.ts';
import type { Release } from '../readiness/probes.ts';

/** The folder above src/. */
export const ROOT = join(import.meta.dirname, '..', '..');

export function deployedRelease(deployedSourceCommit: string | undefined): Release {
  return {
    root: ROOT,
    deployedSourceCommit,
    manifest: () => readManifest(join(ROOT, MANIFEST_FILE)),
    attestation: () => readAttestation(join(ROOT, ATTESTATION_FILE)),
  };
}
