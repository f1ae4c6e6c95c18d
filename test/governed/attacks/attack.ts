// An attack, and what came of it in the words of the table in docs/attacks.md.
import { Stop } from '../../../src/stop/stop.ts';
import type { Session, Stage, Thief } from './stage.ts';

export const KINDS = [
  'plant',
  'smuggle',
  'enact',
  'revert',
  'replay',
  'rewind',
  'shadow',
  'lock',
  'fill',
  'read',
  'escalate',
] as const;

export type Kind = (typeof KINDS)[number];

export interface Attack {
  /** What is tried, as the reader of the table knows it. */
  readonly name: string;
  readonly as: string;
  /** Only where separate sessions exist, and with a reason that holds for the whole attack. */
  readonly serverOnly?: true;
  /** It worked once, in a hostile review. */
  readonly review?: true;
  /** Goes through, and changes nothing that is governed; what it does instead. */
  readonly harmless?: string;
  /** May go through, and then leaves something that `db check` must name; and what is done before it is mended. */
  readonly leaves?: { readonly trace: RegExp; readonly mend: readonly string[] };
  /** Does genuine things beside: the rows are then not what they were, and it looks at them itself. */
  readonly writes?: true;
  /** Needs nothing made ready: the last look at the database still holds. */
  readonly plain?: true;
  /** Prepares what the attacker needs, and returns the attempt itself, which answers with a rejection or throws. */
  mount(stage: Stage): Promise<() => Promise<unknown>>;
}

type Extra = Omit<Partial<Attack>, 'name' | 'as' | 'mount'>;
type Text = string | ((stage: Stage) => string);

/** Statements in one transaction, ended by COMMIT. */
export function statements(
  role: Thief | readonly Thief[],
  name: string,
  text: Text | readonly Text[],
  extra: Extra = {},
): Attack {
  const roles = typeof role === 'string' ? [role] : role;
  const texts = typeof text === 'string' || typeof text === 'function' ? [text] : text;
  return {
    ...{ name, as: roles.join(', '), plain: true, ...extra },
    mount: async (stage) => async () => {
      const outcomes: string[] = [];
      for (const one of roles) {
        const outcome = outcomeOf(
          stage.as(one, async (session) => {
            for (const each of texts) await session.query(typeof each === 'string' ? each : each(stage));
          }),
        );
        outcomes.push(await outcome);
      }
      return together(outcomes);
    },
  };
}

/** One statement that stands in no transaction. */
export function alone(role: Thief, name: string, text: Text, extra: Extra = {}): Attack {
  return {
    ...{ name, as: role, serverOnly: true, plain: true, ...extra },
    mount: async (stage) => async () => {
      const client = await stage.connect(role);
      await client.query(typeof text === 'string' ? text : text(stage));
    },
  };
}

export function steps(
  as: string,
  name: string,
  mount: (stage: Stage) => Promise<() => Promise<unknown>>,
  extra: Extra = {},
): Attack {
  return { name, as, mount, ...extra };
}

/** Several answers are told apart only when they differ. */
export function together(outcomes: readonly string[]): string {
  return [...new Set(outcomes)].join('; ');
}

/** What `fn_admit` says of a document. */
export async function admission(
  session: Session,
  { document, signatures }: { document: Uint8Array; signatures: readonly { bytes: Uint8Array }[] },
): Promise<string> {
  const [row] = await session.query<{ verdict: string; reason: string | null }>(
    'SELECT verdict, reason FROM cutter_governance.fn_admit($1, $2::bytea[])',
    [document, signatures.map(({ bytes }) => Buffer.from(bytes))],
  );
  return row?.verdict === 'rejected' ? `rejected: ${row.reason}` : 'accepted';
}

const CONDITIONS: Readonly<Record<string, string>> = {
  '08006': 'connection ended',
  '0A000': 'not supported',
  '21000': 'cardinality',
  '22004': 'null not allowed',
  '22021': 'not in the encoding',
  '22023': 'invalid parameter',
  '22P02': 'invalid text',
  '22P03': 'invalid binary',
  '23502': 'not null',
  '23503': 'foreign key',
  '23505': 'unique',
  '23514': 'check constraint',
  '25001': 'in a transaction',
  '25006': 'read only',
  '28000': 'login refused',
  '28P01': 'wrong password',
  '2BP01': 'others depend on it',
  '42501': 'no privilege',
  '42601': 'syntax',
  '42704': 'no such object',
  '42809': 'wrong kind of object',
  '42883': 'no such function',
  '428C9': 'generated always',
  '42P01': 'no such table',
  '42P17': 'invalid definition',
  '54000': 'too large',
  '54001': 'too deep',
  '55000': 'not in this state',
  '55P03': 'lock not to be had',
  '57014': 'cancelled',
  '57P01': 'session ended',
  '58P01': 'no such file',
};

/** `CG001 reason` of the guard, or the server's SQLSTATE in words; what a door answered, or `done`. */
export async function outcomeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    const answer = await attempt;
    return typeof answer === 'string' ? answer : 'done';
  } catch (error) {
    return refusalOf(error);
  }
}

export function refusalOf(error: unknown): string {
  if (error instanceof Stop) {
    const reason = error.detail.split(':', 1)[0];
    return error.code === 'guard_refused' ? `CG001 ${reason}` : `STOP ${error.code}`;
  }
  if (!(error instanceof Error)) throw error;
  const state = stateOf(error);
  if (state === undefined) throw error;
  if (state === 'CG001') return `CG001 ${/^guard: (\w+):/.exec(error.message)?.[1]}`;
  return `${state} ${CONDITIONS[state] ?? error.message}`;
}

function stateOf(error: Error): string | undefined {
  for (const name of ['sqlState', 'code']) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string' && /^[0-9A-Z]{5}$/.test(value)) return value;
  }
  return undefined;
}

/** Whether the database, or its door, has said no. */
export function isRefused(outcome: string): boolean {
  return outcome.split('; ').every((one) => /^([0-9A-Z]{5} |STOP |rejected: )/.test(one));
}
