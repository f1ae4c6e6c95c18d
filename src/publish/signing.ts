// What an offer needs to know besides the run: who may sign, how many are asked for, which names are taken. Read once for
// each publication, and only where something is offered.
import type { Gate } from '../approval/gates.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import type { Signer } from '../report/signers.ts';

export interface Signing {
  readonly signers: readonly Signer[];
  /** Different signers by gate; one where nothing is said. */
  readonly thresholds: Readonly<Partial<Record<Gate, number>>>;
  /** The key that signs the record, which an enable names. */
  readonly recorderKey: RecorderKey;
  /** Every path in approvals/ of the default branch. */
  readonly taken: readonly string[];
  /** Where the record's files stand at their commit, ending with a slash; null where it is not known. */
  readonly recordUrl: string | null;
}

export function thresholdOf({ thresholds }: Pick<Signing, 'thresholds'>, gate: Gate): number {
  return thresholds[gate] ?? 1;
}

/** The earliest of an instant and the ends of these people's keys: a key that has ended covers nothing. */
export function withKeyEnds(
  until: Date,
  { by, signers }: { by: readonly string[]; signers: readonly Signer[] },
): Date {
  const ends = signers.filter(({ fingerprint }) => by.includes(fingerprint)).map(({ endsAt }) => endsAt);
  return ends.reduce<Date>((first, end) => (end !== null && end < first ? end : first), until);
}
