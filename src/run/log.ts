// The port to wherever event logs are kept. An append names the head it continues, so of two writers one loses.
import type { RunId } from '../approval/run-id.ts';
import type { RunEvent } from './events.ts';

/** Another writer appended first. The reader looks again; nothing was written. */
export class LostRace extends Error {
  constructor(runId: RunId) {
    super(`another process has continued the log of ${runId}`);
    this.name = 'LostRace';
  }
}

export interface RunLog {
  /** Every entry in order, decoded and with its chain verified. Throws EventLogFault. */
  load(runId: RunId): Promise<RunEvent[]>;
  /** Writes one entry durably and tells whoever publishes. Throws LostRace. */
  append(event: RunEvent): Promise<void>;
}
