// PRE-1 … PRE-8 (design section 4): what must hold before a run opens, each PASS or OPEN with its evidence and the
// command that closes it. Whatever cannot be probed is OPEN: never a pass for want of an answer.
import { Stop } from '../stop/stop.ts';

export const CONDITIONS = {
  'PRE-1': 'a valid SG_1 approval exists',
  'PRE-2': 'the GAP7 enable is authorised',
  'PRE-3': 'the backup key is provisioned and usable',
  'PRE-4': 'the target document is known and its dry run is green',
  'PRE-5': 'the grants are applied',
  'PRE-6': 'the deployed tree equals the release manifest',
  'PRE-7': 'the full suite passed on exactly this tree',
  'PRE-8': 'execution is disabled at rest',
} as const;

export type ConditionId = keyof typeof CONDITIONS;

export interface Probed {
  readonly pass: boolean;
  readonly evidence: string;
}

export interface Condition extends Probed {
  readonly id: ConditionId;
  readonly title: string;
  /** What closes it while it is open. */
  readonly close: string;
  /** Only the demo waives anything, and says so. */
  readonly waived: boolean;
}

export type Probes = { readonly [Id in ConditionId]: () => Promise<Probed> };

const CLOSES: { readonly [Id in ConditionId]: string } = {
  'PRE-1': 'merge the SG_1_cut_authz approval that the bot prints at the first pause',
  'PRE-2': 'merge a signed GAP7_execution_enable approval',
  'PRE-3': 'countersign backup selftest',
  'PRE-4': 'countersign plan <document>',
  'PRE-5': 'countersign db grants --apply',
  'PRE-6': 'npm run release-manifest, in the release; then deploy exactly that tree',
  'PRE-7': 'npm run attest',
  'PRE-8': 'countersign disable',
};

export async function assess(probes: Probes, waived: ReadonlySet<ConditionId>): Promise<Condition[]> {
  const ids = Object.keys(CONDITIONS) as ConditionId[];
  return Promise.all(
    ids.map(async (id) => {
      const { pass, evidence } = await probe(probes[id]);
      return {
        id,
        title: CONDITIONS[id],
        pass,
        evidence,
        close: CLOSES[id],
        waived: !pass && waived.has(id),
      };
    }),
  );
}

async function probe(ask: () => Promise<Probed>): Promise<Probed> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Stop) return { pass: false, evidence: error.message };
    return {
      pass: false,
      evidence: `it could not be probed (${error instanceof Error ? error.name : 'unknown error'})`,
    };
  }
}

/** What stands between an approval and the opening of its run: PRE-1 comes only later, at the first pause. */
export function blocking(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.filter(({ id, pass, waived }) => id !== 'PRE-1' && !pass && !waived);
}
