// Every state has a signed exit (design section 3, invariant 9). The model visits every state of a run; each in which the
// run has rows is then made for real, and left by signatures alone, until its units are enacted or taken back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTerminal } from '../../src/run/state.ts';
import { type EmbeddedWorkshop, openWorkshop } from '../support/workshop.ts';
import { type Action, type End, exitOf, nameOf, type Reached, reachable } from './model.ts';
import { play, statusesOf } from './replay.ts';

const ALL = reachable();
const withRows = ALL.filter(({ situation }) => situation.rows !== 'none');
const exitsOf = ({ situation }: Reached) => ({
  enacted: exitOf(situation, 'enacted'),
  reverted: exitOf(situation, 'reverted'),
});

describe('the states of a run', () => {
  it('are all visited', () => {
    expect(ALL.length).toBeGreaterThan(60);
    const statuses = new Set(ALL.map(({ situation }) => situation.state.position.status));
    expect([...statuses].sort()).toEqual([
      ...['ABANDONED', 'AWAITING_CUT_AUTHORIZATION', 'AWAITING_LIFECYCLE_AUTHORIZATION'],
      ...['COMPLETED', 'HELD', 'REVERTED', 'RUNNING'],
    ]);
  });

  it('have each a way out by signatures alone, when the run has rows', () => {
    const stuck = withRows.filter((reached) => {
      const { enacted, reverted } = exitsOf(reached);
      return !enacted && !reverted;
    });
    expect(stuck.map(({ name }) => name)).toEqual([]);
  });

  it('are left by no other way than abandoning, when the run has none', () => {
    const stuck = ALL.filter(
      (reached) =>
        reached.situation.rows === 'none' &&
        !isTerminal(reached.situation.state.position.status) &&
        !exitsOf(reached).enacted,
    );
    expect(stuck.map(({ name }) => name)).toEqual([]);
  });

  it('stand in the table of the docs', async () => {
    await expect(table()).toMatchFileSnapshot('../../docs/exits.md');
  });
});

// That a compensation has been planned besides changes no exit but spares asking for it: those are not walked again.
const walked = withRows.filter(
  ({ name, situation: { state } }) =>
    !name.endsWith('compensation planned') ||
    state.position.status === 'ABANDONED' ||
    inRevert(state.position),
);

function inRevert(position: Reached['situation']['state']['position']): boolean {
  return 'stretch' in position && position.stretch === 'revert';
}

describe('a run that has rows', () => {
  let workshop: EmbeddedWorkshop;
  let serial = 0;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  const ways = walked.flatMap((reached) =>
    Object.entries(exitsOf(reached)).flatMap(([end, exit]) =>
      exit ? [{ ...reached, end: end as End, exit, title: `${reached.name}: ${end}` }] : [],
    ),
  );

  it.each(ways)('$title', async ({ name, sg1Only, path, end, exit }) => {
    serial += 1;
    const documentId = `law-${serial}`;
    const run = await play(workshop, { documentId, sg1Only });
    for (const action of path) await run.act(action);
    expect(nameOf(await run.situation())).toBe(name);
    for (const action of exit) await run.act(action);
    expect((await run.situation()).rows).toBe(end);
    expect(await statusesOf(documentId, workshop)).toEqual([end === 'enacted' ? 'enacted' : 'retired']);
  });
});

function table(): string {
  const said = (path: readonly Action[] | undefined) => {
    if (path === undefined) return '';
    if (path.length === 0) return 'is there';
    return path.map(inWords).join(', ');
  };
  const rows = ALL.filter(
    ({ name }) => !name.endsWith('compensation planned') || name.includes('revert_execute'),
  ).map((reached) => {
    const { enacted, reverted } = exitsOf(reached);
    const none = reached.situation.rows === 'none' && isTerminal(reached.situation.state.position.status);
    const how = none ? 'nothing to leave: a new run may be opened' : said(enacted);
    return `| ${reached.name} | ${how} | ${none ? '' : said(reverted)} |`;
  });
  return `# Where a run may stand, and the signatures that lead out

Every state that a run can come to, found by walking the fold of its log through whatever may happen: phases, stops, the
death of the process right after a commit, the end of every window, abandoning. "Rows" are what the governed database holds
of it. Each state with rows is also made for real in \`test/exits/\`, and left by exactly these signatures. "On" is the bot's
own going on; "plan" is \`countersign revert plan RUN --record\`, or the plan that a hold brings with it.

| state | to enacted | to taken back |
|---|---|---|
${rows.join('\n')}
`;
}

function inWords(action: Action): string {
  switch (action.does) {
    case 'walk':
      return 'on';
    case 'plan revert':
      return 'plan';
    case 'sign':
      return action.gate.replace(/^(GAP7|SG_[A-Z0-9]+)_.*$/, '$1');
    default:
      return action.does;
  }
}
