// What the orchestrator asks of the witnesses of a log, and tells one of them: the governed database notes how far each log
// has come, before every step and whenever a run comes to rest.
import { GovernedFault } from '../governed/database.ts';
import { type GovernedStanding, isFurther, noteHead, readStanding } from '../governed/standing.ts';
import type { RunLog } from './log.ts';
import type { OrchestratorPorts } from './orchestrator.ts';
import { assertNotRewound, type Witnesses } from './rewind.ts';
import type { RunState } from './state.ts';

export interface WitnessParts {
  readonly log: RunLog;
  readonly witnesses: Witnesses;
  /** For the operator's log: the head of a run that rests could not be noted. */
  onUnnoted(error: unknown, state: RunState): void;
}

export function witnessing({
  log,
  witnesses,
  onUnnoted,
}: WitnessParts): Pick<OrchestratorPorts, 'witness' | 'note'> {
  const { governed } = witnesses;
  const noteFurther = async ({ runId, head }: RunState, standing: GovernedStanding): Promise<void> => {
    // A log that is no further than the noted one is either that one or has been judged already.
    if (!standing.known || !isFurther(head, standing)) return;
    await governed.note((writer) => noteHead(writer, { runId, entries: head.seq, hash: head.hash }));
  };
  return {
    async witness(state, depth) {
      const standing = await assertNotRewound(await log.load(state.runId), { witnesses, depth });
      await noteFurther(state, standing);
    },
    async note(state) {
      try {
        const { runId } = state;
        await noteFurther(state, await governed.read('cutter_exec', (reader) => readStanding(reader, runId)));
      } catch (error) {
        // Without a connection the look is repeated; otherwise the record in git is witness enough.
        if (error instanceof GovernedFault && error.code === 'connection_lost') throw error;
        onUnnoted(error, state);
      }
    },
  };
}
