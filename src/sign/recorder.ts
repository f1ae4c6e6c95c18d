// The key by which the bot signs its record, as an enable is to name it: known from what this person or another trusted signer
// has named before, or confirmed by them now.

import { z } from 'zod';
import { fileAt } from '../audit/evidence.ts';
import type { Court } from '../audit/run.ts';
import { RECORDER_PATH } from '../record/log-files.ts';
import { inGroups, isRecorderKey, type RecorderKey, recorderKeySchema } from '../record/recorder-key.ts';
import { SignFault } from './fault.ts';
import type { Person } from './person.ts';

export interface NamedRecorder {
  readonly key: RecorderKey;
  /** Whether an approval of a trusted signer, or this person here, has named it before. */
  readonly known: boolean;
  /** Where it was found, as a sentence. */
  readonly from: string;
}

const told = z.object({ keys: z.array(z.object({ public_key: recorderKeySchema })).min(1) });

/** Named on the command line; else as the bot's own file says, which is shown and never believed; null where nobody says. */
export async function findRecorder(
  given: string | null,
  { court, confirmed }: { court: Court; confirmed: readonly string[] },
): Promise<NamedRecorder | null> {
  const earlier = namedBefore(court);
  const found = given === null ? ((await toldByTheBot(court)) ?? earlier.at(-1)) : tidied(given);
  if (found === undefined) return null;
  const known = earlier.includes(found) || confirmed.includes(found);
  const from = given === null ? 'as runs/recorder.json says' : 'as you named it';
  return { key: found, known, from };
}

function tidied(given: string): RecorderKey {
  const key = given.replaceAll(' ', '').toLowerCase();
  if (isRecorderKey(key)) return key;
  throw new SignFault('asked_wrongly', `--recorder-key ${given} is no recorder key: 64 hexadecimal digits`);
}

/** By approvals that hold, of signers who are trusted here, in the order of their merges. */
function namedBefore({ approvals }: Court): RecorderKey[] {
  return [...approvals.byPath.values()]
    .sort((a, b) => a.commit.committer.at.getTime() - b.commit.committer.at.getTime())
    .flatMap(({ atMerge }) => {
      const key = atMerge.verdict === 'accepted' ? atMerge.approval.bindings.recorder_key : undefined;
      return key !== undefined && isRecorderKey(key) ? [key] : [];
    });
}

async function toldByTheBot({ evidence }: Court): Promise<RecorderKey | undefined> {
  const file = await fileAt(evidence, { path: RECORDER_PATH, commit: evidence.graph.head.id });
  if (file === undefined) return undefined;
  try {
    return told.parse(JSON.parse(file.toString('utf8'))).keys.at(-1)?.public_key;
  } catch {
    return undefined;
  }
}

const DIGITS = 8;

/** Whether the person has compared a key that nobody named before, and says so by its end. */
export async function confirmRecorder({ key, known, from }: NamedRecorder, person: Person): Promise<boolean> {
  if (known) return true;
  person.say(
    `A recorder key that no trusted approval has named before, ${from}:\n\n  ${inGroups(key)}\n\nCompare it with what the operator read to you, by phone, on paper or face to face. Whoever has this key can sign untrue\nrecords in the name of the bot.\n`,
  );
  const typed = await person.ask(`Type its last ${DIGITS} digits, anything else to sign nothing:`);
  if (typed.replaceAll(' ', '').toLowerCase() === key.slice(-DIGITS)) return true;
  person.say('Those are not its last digits. Nothing was signed, nothing was sent.\n');
  return false;
}
