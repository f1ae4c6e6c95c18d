// Whatever is put in, what comes out can be published: within GitHub's limit, with every fence, fold, table and escape
// whole, and with the document to be signed in it.
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { GATES, PURPOSES } from '../../src/approval/gates.ts';
import { REASONS, type Reason } from '../../src/approval/reasons.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { sha256 } from '../../src/digest/digest.ts';
import type { UnitChange } from '../../src/report/changes/unit-change.ts';
import { shortenedTo, viewOf } from '../../src/report/changes/view.ts';
import { type AcceptedView, type RejectedView, renderCheckRun } from '../../src/report/check-run.ts';
import { compose } from '../../src/report/compose.ts';
import { type Hold, renderHold, renderHoldIssue } from '../../src/report/hold.ts';
import { assignable, issueTitle, LIMITS } from '../../src/report/limits.ts';
import { clip, foldedText, prose } from '../../src/report/pieces.ts';
import { type Progress, renderProgress } from '../../src/report/progress.ts';
import { renderRefusal } from '../../src/report/refusal.ts';
import { renderRequest, type SignatureRequest } from '../../src/report/request.ts';
import type { Signer } from '../../src/report/signers.ts';
import { STOPS, type StopCode } from '../../src/stop/stop.ts';
import { RUN_ID } from '../support/run-events.ts';

const markdown = new MarkdownIt({ html: true });
const RUNS = { numRuns: 40 };
const HEAD = { seq: 7, hash: sha256('head') };
const AT = new Date('2026-05-21T10:00:00Z');

/** What documents, databases and people may put in: long, of many bytes, full of markup, broken in the middle. */
const awkward = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(
          ...[
            '```',
            '~~~~',
            '</details>',
            '<details>',
            '|',
            '`',
            '\\',
            '-->',
            '<!--',
            '\u0000',
            '\n',
            '\r\n',
            '@all',
          ],
          ...['👩‍👩‍👧‍👦', '\ud83d', '\ude00', 'Điều 1', '\u202e', '    ', '* ', '# ', 'x'.repeat(90)],
        ),
        fc.string({ maxLength: 20, unit: 'binary' }),
      ),
      { maxLength: 12 },
    ),
    fc.constantFrom(1, 1, 3, 400, 2_000),
  )
  .map(([parts, times]) => parts.join(' ').repeat(times));

const draftOf = (gate: (typeof GATES)[number]) => ({
  gate,
  file: `approvals/${RUN_ID}-${gate}-2.md`,
  signers: 2,
  bindings: { run_id: RUN_ID, event_log_sha256: sha256('head'), cutplan_sha256: sha256('plan') },
});

const anySigners = fc.constantFrom<Signer[]>(
  [],
  [{ login: 'ada', fingerprint: 'A'.repeat(40), endsAt: AT }],
  Array(1_000).fill({ login: null, fingerprint: 'B'.repeat(40), endsAt: null }),
);

const holds = fc.record<Hold>({
  subject: fc.constant(`hold of ${RUN_ID} at 7`),
  runId: fc.constant(RUN_ID),
  documentId: awkward,
  phase: fc.constantFrom('cut_leg_a', 'write_verify'),
  code: fc.constantFrom(...(Object.keys(STOPS) as StopCode[])),
  detail: awkward,
  since: fc.constant(AT),
  wrote: fc.boolean(),
  release: fc.constant(draftOf('SG_H_release_authz')),
  revert: fc.option(fc.constant(draftOf('SG_R_revert_authz'))),
  reviewers: fc.constantFrom([], ['ada'], Array(10_000).fill('a-login-of-nobody')),
  signers: anySigners,
  head: fc.constant(HEAD),
});

const STANDING = { title: 'One', unit_kind: 'article', section_type: 'normative', parent: null } as const;
const unitChanges = fc
  .tuple(fc.constantFrom('create', 'revise', 'retire'), awkward, awkward, awkward)
  .map(([action, title, before, after]): UnitChange => {
    const standing = { ...STANDING, key: 'art-1', ordinal: 1, title: `${title.toWellFormed()} One` };
    const text = (body: string) => body.toWellFormed();
    return {
      action: action as 'create' | 'revise' | 'retire',
      before: action === 'create' ? null : standing,
      after: action === 'retire' ? null : standing,
      oldText: action === 'create' ? undefined : text(before),
      newText: action === 'retire' ? undefined : text(after),

      similarity: undefined,
    };
  });
const views = fc.option(
  fc
    .tuple(fc.array(unitChanges, { maxLength: 4 }), fc.constantFrom(1, 7, 100_000))
    .map(([changes, lines]) => shortenedTo(viewOf(changes), lines)),
);

const asked = {
  subject: fc.constant(`request of ${RUN_ID}`),
  runId: fc.constant(RUN_ID),
  documentId: awkward,
  counts: fc.constant({ create: 4_000, revise: 3, move: 0, renumber: 0, keep: 0, retire: 1 }),
  enabledUntil: fc.constant(AT),
  signers: anySigners,
  recordUrl: fc.constantFrom(null, `https://github.com/town/governance/blob/HEAD/runs/${RUN_ID}/`),
  renewal: fc.constant(draftOf('GAP7_execution_enable')),
  recordRefused: fc.constantFrom(null, 'branch_protected'),
  head: fc.constant(HEAD),
};
const requests: fc.Arbitrary<SignatureRequest> = fc.oneof(
  fc.record({
    ...asked,
    draft: fc.constant({ ...draftOf('SG_1_cut_authz'), gate: 'SG_1_cut_authz' as const }),
    changes: views,
    outline: awkward,
  }),
  fc.record({
    ...asked,
    draft: fc.constant({ ...draftOf('SG_2_lifecycle_authz'), gate: 'SG_2_lifecycle_authz' as const }),
    unasked: fc.boolean(),
  }),
);

const progresses = fc.record<Progress>({
  subject: fc.constant('progress'),
  runId: fc.constant(RUN_ID),
  documentId: awkward,
  phases: fc.array(
    fc.record({
      name: fc.constantFrom('mark', 'cutplan'),
      state: fc.constantFrom('done' as const, 'stopped' as const),
      durationMs: fc.option(fc.nat()),
      lines: fc.constantFrom([], ['a'], Array(5_000).fill('a line of what was found')),
    }),
    { maxLength: 12 },
  ),
  standing: fc.constantFrom({ is: 'RUNNING' as const }, { is: 'RESTING' as const }),
  notices: fc.constantFrom([], ['a notice'], Array(4_000).fill('a notice that many people should see')),
  head: fc.constant(HEAD),
});

const sheet = fc.array(
  fc.record({ name: fc.constant('signature'), result: fc.constant('fail' as const), detail: awkward }),
  { maxLength: 13 },
);
const reasons = fc.constantFrom(...(Object.keys(REASONS) as Reason[]));
const rehearsals = fc.option(
  fc.record({
    conditions: fc.array(
      fc.record({
        id: fc.constant('PRE-6'),
        title: fc.constant('the tree'),
        pass: fc.boolean(),
        waived: fc.boolean(),
        evidence: awkward,
        close: fc.constant('npm run attest'),
      }),
      { maxLength: 9 },
    ),
    dryRun: fc.option(
      fc.record({
        path: fc.constant('law.md'),
        phases: fc.array(
          fc.record({
            name: fc.constant('mark'),
            lines: fc.array(fc.constant('a line')),
            diagnostics: fc.array(fc.record({ line: fc.nat(), code: awkward, message: awkward })),
          }),
          { maxLength: 300 },
        ),
        stop: fc.option(
          fc.record({
            phase: fc.constant('mark'),
            code: fc.constant('document_invalid' as const),
            detail: awkward,
          }),
        ),
      }),
    ),
  }),
);
const checks: fc.Arbitrary<AcceptedView | RejectedView> = fc.oneof(
  fc.record<AcceptedView>({
    verdict: fc.constant('accepted'),
    gate: fc.constantFrom(...PURPOSES),
    about: fc.oneof(
      fc.record({ opens: awkward }),
      fc.record({ runId: fc.constant(RUN_ID), gate: fc.constantFrom(...GATES) }),
      fc.record({ takesBack: awkward }),
    ),
    signers: fc.constant(['F'.repeat(40)]),
    validUntil: fc.constant(AT),
    warnings: fc.array(awkward, { maxLength: 400 }),
    checks: sheet,
    rehearsal: rehearsals,
    changes: views,
  }),
  fc.record<RejectedView>({
    verdict: fc.constant('rejected'),
    reason: reasons,
    detail: awkward,
    at: fc.option(fc.constant({ path: 'approvals/a.md', line: 3 })),
    checks: sheet,
    rehearsal: rehearsals,
  }),
);

/** Fences, folds and tables are whole, and what follows is read as text again. */
function expectPublishable(text: string, limit: number): void {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
  expect(text.isWellFormed()).toBe(true);
  const after = 'WHAT-STANDS-BEHIND';
  const tokens = markdown.parse(`${text}\n\n${after}\n`, {});
  const last = tokens.slice(-3);
  expect(last.map(({ type }) => type)).toEqual(['paragraph_open', 'inline', 'paragraph_close']);
  expect(last.map(({ level }) => level)).toEqual([0, 1, 0]);
  expect(last[1]?.content).toBe(after);
  const html = tokens.filter(({ type }) => type === 'html_block').map(({ content }) => content);
  const [opens, closes] = [/<details(?: open)?>/g, /<\/details>/g].map(
    (tag) => html.join('').match(tag)?.length ?? 0,
  );
  expect(opens).toBe(closes);
  for (const { type, children } of tokens)
    if (type === 'inline')
      for (const child of children ?? [])
        if (child.type === 'html_inline') expect(child.content).toMatch(/^<\/?sub>$/);
  const lines = text.split('\n');
  for (const { type, map } of tokens)
    if (type === 'fence' && map) for (let line = map[0]; line < map[1]; line += 1) lines[line] = '';
  for (const row of lines.filter((line) => line.startsWith('| '))) expect(row.endsWith(' |')).toBe(true);
}

describe('whatever is put in', () => {
  it('a hold can be published, as a comment and as an issue, with the documents to sign in it', () => {
    fc.assert(
      fc.property(holds, (hold) => {
        const { title, body } = renderHoldIssue(hold);
        expect(Buffer.byteLength(title)).toBeLessThanOrEqual(LIMITS.issueTitle);
        expectPublishable(renderHold(hold), LIMITS.commentBody);
        expectPublishable(body, LIMITS.issueBody);
        for (const draft of [hold.release, hold.revert])
          if (draft) expect(body).toContain(approvalTemplate(draft));
        expect(body).toContain(STOPS[hold.code].next);
      }),
      RUNS,
    );
  });

  it('a request can be published, with the document and the commands in it', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const body = renderRequest(request);
        expectPublishable(body, LIMITS.commentBody);
        expect(body).toContain(approvalTemplate(request.draft));
        expect(body).toContain('gpg --armor --detach-sign approvals/');
      }),
      RUNS,
    );
  });

  it('a progress can be published', () => {
    fc.assert(
      fc.property(progresses, (progress) => expectPublishable(renderProgress(progress), LIMITS.commentBody)),
      RUNS,
    );
  });

  it('a refusal can be published, with what to do', () => {
    fc.assert(
      fc.property(reasons, awkward, sheet, (reason, detail, lines) => {
        const view = {
          subject: 'refusal of #1',
          reason,
          detail,
          at: null,
          checks: lines,
          merged: true,
          names: { taken: 'approvals/a.md', free: 'approvals/a-2.md' },
        };
        const body = renderRefusal(view);
        expectPublishable(body, LIMITS.commentBody);
        expect(body).toContain(REASONS[reason].next);
      }),
      RUNS,
    );
  });

  it('a check can be published, with its annotation', () => {
    fc.assert(
      fc.property(checks, (view) => {
        const { title, summary, annotations } = renderCheckRun(view);
        expect(Buffer.byteLength(title)).toBeLessThanOrEqual(LIMITS.checkTitle);
        expectPublishable(summary, LIMITS.checkSummary);
        for (const annotation of annotations) {
          expect(Buffer.byteLength(annotation.title)).toBeLessThanOrEqual(LIMITS.annotationTitle);
          expect(Buffer.byteLength(annotation.message)).toBeLessThanOrEqual(LIMITS.annotationMessage);
        }
      }),
      RUNS,
    );
  });
});

describe('what has no room', () => {
  const grants = Array.from({ length: 450 }, (_, n) => `excess: stranger_${n} SELECT on public.table_${n}`);

  it('is counted, and the reader is told where the whole is', () => {
    const text = compose(
      [
        'first',
        foldedText('Plan', { text: grants.join('\n'), language: '', whole: '`runs/x/plan.jsonl`' }),
        'last',
      ],
      2_000,
    );
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_900);
    const shown = text.split('\n').filter((line) => line.startsWith('excess:')).length;
    expect(text).toContain(
      `… left out here: ${450 - shown} of 450 lines; the whole is in \`runs/x/plan.jsonl\`.`,
    );
    expect(text).toMatch(/^first\n/);
    expect(text).toMatch(/\nlast$/);
  });

  it('gives way in the folds before it gives way in the sentence that says what is wrong', () => {
    const detail = prose('word '.repeat(300), { whole: 'the log' });
    const plan = foldedText('Plan', { text: 'line\n'.repeat(300), language: '', whole: 'the plan' });
    const text = compose([detail, plan], 2_400);
    expect(text).toContain('word '.repeat(299));
    expect(text).toMatch(/left out here: \d+ of 300 lines; the whole is in the plan/);
    expect(text).not.toContain('the log');
  });

  it('is cut between code points, never inside of one', () => {
    expect(clip('👍👍👍👍', 2)).toBe('👍👍… (2 more characters)');
    expect(clip('👍👍', 2)).toBe('👍👍');
    const emoji = compose([prose('👍'.repeat(10_000), { whole: 'the log' })], 500);
    expect(emoji).toMatch(/^(👍{40})+ … left out here: \d+ of 250 words; the whole is in the log\.$/u);
  });

  it('is dropped whole rather than in half when it must stand whole', () => {
    const text = compose(['marker', 'x'.repeat(3_000), 'y'.repeat(500)], 1_000);
    expect(text).toBe(`marker\n\n⚠️ A part of 3,000 bytes has no room here.\n\n${'y'.repeat(500)}`);
    expect(compose(Array(100).fill('x'.repeat(900)), 1_000)).toBe('⚠️ This text has no room here.');
  });

  it('shows where a character stood that GitHub would mangle', () => {
    expect(compose(['a\u0000b\ud800c'], 100)).toBe('a\ufffdb\ufffdc');
    expect(issueTitle('a\u0000b\ud800')).toBe('a\ufffdb\ufffd');
  });

  it('names as many assignees as GitHub takes', () => {
    expect(assignable(Array(11).fill('ada'))).toHaveLength(10);
  });
});
