// Whether nothing can execute, from what was read of the two switches: true only where whoever writes is known to have been
// asked, and never for want of an answer.
import type { GovernedSide, StateSide } from '../deployment/switches.ts';

interface Missing {
  readonly missing: string;
}

export interface Found {
  readonly state: StateSide | Missing;
  /** null: there is no such database yet. */
  readonly governed: GovernedSide | null | Missing;
  readonly offByFile: boolean;
}

export interface Proof {
  readonly proved: boolean;
  /** Both parts could be looked at. */
  readonly looked: boolean;
  readonly lines: readonly string[];
}

export function proofLines({ state, governed, offByFile }: Found): Proof {
  const looked = !isMissing(state) && !isMissing(governed);
  const stateOff = offByFile || (!isMissing(state) && state.off);
  const { proved, sentence } = conclude(governed, stateOff);
  return { proved, looked, lines: [...stateLines(state, offByFile), governedLine(governed), sentence] };
}

function conclude(governed: Found['governed'], stateOff: boolean): { proved: boolean; sentence: string } {
  const not = (sentence: string) => ({ proved: false, sentence });
  if (isMissing(governed))
    return not(
      `It is not proved that nothing can execute: the governed database was not looked at.${stateOff ? ' The bot itself executes nothing while its switch is off.' : ''}`,
    );
  if (governed === null)
    return stateOff
      ? {
          proved: true,
          sentence: 'Nothing can execute: there is no governed database yet, and the switch is off.',
        }
      : not('Something could execute: no switch is off.');
  const [write] = governed.writing;
  if (write) {
    const since = write.since ? ` since ${write.since.toISOString()}` : '';
    return not(
      `A write is still under way: process ${write.pid} (${write.role})${since}. End it, or wait for its end, then ask again.`,
    );
  }
  if (governed.off === true)
    return {
      proved: true,
      sentence:
        'Nothing can execute: no write is under way, and the governed database writes nothing while its switch is off.',
    };
  if (governed.off === null && stateOff)
    return {
      proved: true,
      sentence:
        'Nothing can execute: no write is under way, and the bot, which alone holds the governed database, asks for the switch before each write.',
    };
  return not(
    stateOff
      ? 'Something could execute: the bot does nothing while its switch is off, but the governed database would still write what is signed.'
      : 'Something could execute: a signature is enough.',
  );
}

function stateLines(state: Found['state'], offByFile: boolean): string[] {
  if (isMissing(state)) return [`the bot's switch: not looked at: ${state.missing}`];
  const off = state.off || offByFile;
  const by = offByFile && !state.off ? ', by the configuration file' : '';
  return [`the bot's switch: ${off ? `off${by}` : 'on'}`, ...runLines(state)];
}

function runLines({ runs }: StateSide): string[] {
  if (runs === null) return ['open runs: known to the running bot alone'];
  if (runs.length === 0) return ['open runs: none'];
  return runs.map(({ runId, status, unreadable }) =>
    unreadable === null
      ? `open run: ${runId} (${status})`
      : `open run, for all that is known: ${runId} (this version cannot read its log: ${unreadable})`,
  );
}

function governedLine(governed: Found['governed']): string {
  if (governed === null) return "the governed database's switch: there is no such database yet";
  if (isMissing(governed)) return `the governed database's switch: not looked at: ${governed.missing}`;
  if (governed.off === null)
    return `the governed database's switch: held by process ${governed.heldBy}, the bot`;
  return `the governed database's switch: ${governed.off ? 'off' : 'on'}`;
}

function isMissing(part: unknown): part is Missing {
  return typeof part === 'object' && part !== null && 'missing' in part;
}
