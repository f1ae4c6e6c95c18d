// A part of a deployment that is opened by whoever asks for it first, and closed once if it was opened at all.
import type { DumpSource } from '../backup/dump.ts';
import type { ProofRequest } from '../backup/proof.ts';
import type { GovernedDatabase } from '../governed/database.ts';

/** The governed database with what a backup needs to know of it. */
export interface OpenedGoverned {
  readonly database: GovernedDatabase;
  readonly source: DumpSource;
  /** For BACKUP_PROOF=restore: who restores. */
  readonly proof: ProofRequest;
  close(): Promise<void>;
}

export interface Opened<Part> {
  /** The same part at every call. A failed opening is tried again by the next one who asks. */
  get(): Promise<Part>;
  close(): Promise<void>;
}

export function openOnce<Part extends { close(): Promise<void> }>(open: () => Promise<Part>): Opened<Part> {
  let part: Promise<Part> | undefined;
  return {
    get() {
      part ??= open().catch((error: unknown) => {
        part = undefined;
        throw error;
      });
      return part;
    },
    async close() {
      const opened = await part;
      part = undefined;
      await opened?.close();
    },
  };
}
