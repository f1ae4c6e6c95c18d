// Whatever a bot publishes that is not what its run would give, `sign` refuses, and names it. The genuine records of the same
// run are ready to be signed: so each refusal is for the lie.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { linesOf, planChange } from '../../src/plan/change.ts';
import { planFile, planHead } from '../../src/plan/plan-lines.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { newRecorder } from '../support/recorder.ts';
import { openTown, type Town } from '../support/town.ts';
import {
  askedBy,
  type Lie,
  NOTHING,
  type Published,
  publishedAt,
  withOpening,
  withOutput,
} from './lying-bot.ts';

const WAIT_MS = 60_000;
/** Article 2 is missing, so that there is a diagnostic to be hidden. */
const TEXT = '# Town Charter\n\n## Article 1\n\nBe kind.\n\n## Article 3\n\nReturn the books.\n';

let town: Town;
let first: Published;
let second: Published;
let adopted = '';
beforeAll(async () => {
  town = await openTown({ text: TEXT });
  const { sovereign, gitDirectory } = town;
  const key = town.keys.sovereign;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', gitDirectory, ...args], { encoding: 'utf8' }).trim();
  const recorded = async (status: string): Promise<string> => {
    const find = () => git('log', 'main', '--format=%H', `--grep=^Record .*: ${status}$`);
    await vi.waitFor(() => expect(find()).not.toBe(''), { timeout: WAIT_MS, interval: 200 });
    return find();
  };
  const opened = await sovereign.approve(town.openingDraft());
  const paused = await recorded('AWAITING_CUT_AUTHORIZATION');
  const request = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1/, WAIT_MS);
  await sovereign.approve(unsignedFromComment(request, town.now()));
  const written = await recorded('AWAITING_LIFECYCLE_AUTHORIZATION');
  const runId = /run-\d{8}-[0-9a-f]{16}/.exec(request)?.[0] ?? '';
  const recorder = (await town.deployment.recorder()).current;
  first = publishedAt(paused, { gitDirectory, runId, key, recorder });
  second = publishedAt(written, { gitDirectory, runId, key, recorder });
  adopted = git('rev-list', '--max-parents=0', 'main');
});
afterAll(() => town.close());

const asked = (lie: Lie, at: 'first' | 'second' = 'first', confirmed = NOTHING) =>
  askedBy(lie, { published: at === 'first' ? first : second, confirmed, now: town.now() });

/** The plan of another document, or of this one cut in another way, wherever the record has it. */
function planOf(text: string, options: Parameters<typeof planDocument>[1] = {}): Lie {
  const change = planChange(planDocument(Buffer.from(text), options), [], { documentId: 'charter' });
  const file = planFile(linesOf(change));
  const head = planHead(file.trimEnd().split('\n'));
  return {
    events: withOutput('cutplan', (output) => ({
      ...output,
      ...{ cutplan_sha256: head, rows: change.rows.length, counts: change.counts },
    })),
    kept: (kept) => new Map([...kept, ['plan.jsonl', file]]),
  };
}

describe('the genuine record', () => {
  it('is ready to be signed at the first pause, and at the second', async () => {
    expect(await asked({})).toEqual(['ready']);
    expect(await asked({}, 'second')).toEqual(['ready']);
  });
});

describe('a bot that asks for a signature under', () => {
  it('another plan', async () => {
    expect(await asked(planOf(TEXT.replace('Be kind.', 'Be cruel.')))).toContain('plan_differs');
  });

  it('another digest than its plan has', async () => {
    const lie = { events: withOutput('cutplan', (o) => ({ ...o, cutplan_sha256: 'c'.repeat(64) })) };
    expect(await asked(lie)).toContain('plan_not_signed');
  });

  it('another document', async () => {
    expect(await asked({ events: withOpening(() => ({ document_id: 'statutes' })) })).toContain(
      'approval_not_admitted',
    );
  });

  it('another deployment, whether the approval or the signer knows another', async () => {
    expect(await asked({ events: withOpening(() => ({ deployment: 'elsewhere' })) })).toContain(
      'approval_not_admitted',
    );
    expect(await asked({}, 'first', { ...NOTHING, deployment: 'elsewhere' })).toEqual(['another_deployment']);
  });

  it('another source', async () => {
    const source = { path: 'approvals/README.md', sha256: 'd'.repeat(64) as Sha256 };
    const codes = await asked({ events: withOpening(() => ({ source })) });
    expect(codes).toContain('source_differs');
    expect(codes).toContain('approval_not_admitted');
  });

  it('another profile than the document itself gives, unless the signer says so', async () => {
    const plan = planOf(TEXT, { profile: 'de' });
    const lie: Lie = {
      ...plan,
      events: (events) => {
        const cut = planDocument(Buffer.from(TEXT), { profile: 'de' });
        const opened = withOpening(() => ({ profile: 'de' }))(events) as RunEvent[];
        const planned = plan.events?.(opened) as RunEvent[];
        return withOutput('mark', (output) => ({ ...output, profile: cut.profile }))(planned);
      },
    };
    const codes = await asked(lie);
    expect(codes.some((code) => ['profile_unconfirmed', 'output_differs'].includes(code))).toBe(true);
  });

  it('a finer cut than anybody asked for', async () => {
    const plan = planOf(TEXT, { granularity: 'clause' });
    const lie: Lie = {
      ...plan,
      events: (events) =>
        plan.events?.(withOpening(() => ({ granularity: 'clause' }))(events) as RunEvent[]) ?? [],
    };
    expect(await asked(lie)).toEqual(['profile_unconfirmed']);
    expect(await asked(lie, 'first', { ...NOTHING, granularity: 'clause' })).toEqual(['ready']);
  });

  it('other counts', async () => {
    const counts = { create: 1, revise: 2, move: 0, renumber: 0, keep: 0, retire: 0 };
    expect(await asked({ events: withOutput('cutplan', (o) => ({ ...o, counts })) })).toContain(
      'output_differs',
    );
  });

  it('diagnostics that it hides', async () => {
    const diagnostics = { blocking: 0, warnings: 0, notes: 0, shown: [] };
    expect(await asked({ events: withOutput('mark', (o) => ({ ...o, diagnostics })) })).toContain(
      'output_differs',
    );
  });

  it('a log with an approval that was never merged', async () => {
    expect(await asked({ base: adopted })).toContain('approval_missing');
  });

  it('a longer log, with a gate that nobody opened', async () => {
    const lie: Lie = {
      events: (events) => {
        const [opening] = events;
        if (opening?.type !== 'run_opened') throw new Error('a run begins with its opening');
        const path = 'approvals/made-up.md';
        const approval = { ...opening.approval, path, document_sha256: 'e'.repeat(64) as Sha256 };
        return [...events, { type: 'execution_renewed', approval, at: opening.at }];
      },
    };
    expect(await asked(lie)).toContain('approval_missing');
  });

  it('a shorter log than it has published before', async () => {
    const lie: Lie = { events: () => first.events, kept: () => first.kept };
    const cut: Lie = { ...lie, events: () => first.events.slice(0, -1) };
    expect(await asked({ ...lie, base: second.base })).toEqual(['ready']);
    expect(['nothing waits', 'log_rewritten']).toContain((await asked({ ...cut, base: second.base }))[0]);
    const head = execFileSync('git', ['-C', town.gitDirectory, 'rev-parse', 'main'], {
      encoding: 'utf8',
    }).trim();
    expect(await asked({ ...lie, base: head })).toContain('log_rewritten');
  });

  it('a record that another recorder has signed, or none', async () => {
    expect(await asked({ recorder: newRecorder() })).toContain('statement_untrusted');
    const without: Lie['files'] = (files) =>
      new Map([...files].filter(([path]) => !path.endsWith('.dsse.json')));
    expect(await asked({ files: without })).toContain('statement_missing');
  });

  it('evidence for other rows', async () => {
    const events = withOutput('leg_b_record', (o) => ({ ...o, affected_rows: 7 }));
    expect(await asked({ events }, 'second')).toContain('output_differs');
  });

  it('a past that was rewritten and hashed anew', async () => {
    const events = withOutput('source_pin', (o) => ({ ...o, bytes: 7 }));
    expect(await asked({ events }, 'second')).toContain('log_rewritten');
    expect(await asked({ events })).toContain('output_differs');
  });

  it('a log whose entries do not follow each other', async () => {
    const path = `runs/${first.runId}/events.jsonl`;
    const files: Lie['files'] = (made) =>
      new Map([...made, [path, (made.get(path) ?? '').replace('"bytes":', '"bytes":1')]]);
    expect(await asked({ files })).toContain('log_broken');
  });

  it('a state that is not what its log gives', async () => {
    const path = `runs/${first.runId}/state.json`;
    const files: Lie['files'] = (made) =>
      new Map([...made, [path, (made.get(path) ?? '').replace('"charter"', '"statutes"')]]);
    expect(await asked({ files })).toContain('record_differs');
  });
});
