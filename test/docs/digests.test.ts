// docs/digests.md holds a worked example of every digest that is signed; each is computed again here, from the page's own
// text by this program's own code, and the plan's also by the scripts that the page hands out.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readApproval } from '../../src/approval/front-matter.ts';
import { deriveRunId } from '../../src/approval/run-id.ts';
import { canonicalJson, type Sha256, sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { planRevert } from '../../src/governed/compensation.ts';
import { treeHead } from '../../src/merkle/tree-head.ts';
import { linesOf, planChange } from '../../src/plan/change.ts';
import { planFile } from '../../src/plan/plan-lines.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { evidenceObject, evidenceSha256 } from '../../src/record/evidence.ts';
import { revertPlanSha256 } from '../../src/record/revert-plan.ts';
import { decodeLog } from '../../src/run/events.ts';
import { cut, embeddedBackend } from '../governed/fixture.ts';
import { leaveOut } from '../support/skip.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(DOCS, 'digests.md'), 'utf8');

interface Example {
  /** The fenced block, with the line feed of its last line. */
  readonly input: string;
  readonly digest: string;
}

/** The section's fenced block and the digest that is stated behind it. */
function example(heading: string): Example {
  const section = page.slice(page.indexOf(`\n## \`${heading}\``));
  const [, input = '', digest = ''] =
    section.match(/^```\w*\n([\s\S]*?)^```\n\n[^`]*`([^`]+)`/m) ?? expect.fail(`no example of ${heading}`);
  return { input, digest };
}

const RUN = 'run-20260521-096c76a950a4f408';

describe('the page of digests', () => {
  test('has the bytes of a document right', () => {
    const { input, digest } = example('source_sha256');
    expect(digest).toBe(sha256(input));
  });

  test('has the lines of that document’s plan right, and their head', () => {
    const source = Buffer.from(example('source_sha256').input);
    const { input, digest } = example('cutplan_sha256');
    const change = planChange(planDocument(source, { profile: 'en' }), [], { documentId: 'charter' });
    expect(input).toBe(planFile(linesOf(change)));
    expect(digest).toBe(change.cutplan_sha256);
    for (const { byte_start, byte_end, body_sha256 } of readPlan(input).rows)
      expect(sha256(source.subarray(byte_start, byte_end))).toBe(body_sha256);
  });

  test('has the digest of an approval right, and the run_id that follows from it', () => {
    const { input, digest } = example('approval_sha256');
    expect(digest).toBe(sha256(input));
    const signedAt = new Date(/^signed_utc: (.*)$/m.exec(input)?.[1] ?? '');
    expect(page).toContain(`\`${deriveRunId({ documentSha256: digest as Sha256, signedAt })}\``);
    expect(readApproval(Buffer.from(input))).toMatchObject({ approval: { gate: 'GAP7_execution_enable' } });
  });

  test('has the entries of a log right, and the hash of the last', () => {
    const { input, digest } = example('event_log_sha256');
    const events = decodeLog(
      input
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(events).toHaveLength(2);
    expect(digest).toBe(events.at(-1)?.hash);
    expect(input).toBe(events.map((event) => `${canonicalJson(event)}\n`).join(''));
  });

  test('has the evidence of a cut right', () => {
    const { input, digest } = example('evidence_sha256');
    const evidence = JSON.parse(input);
    expect(digest).toBe(evidenceSha256(evidence));
    expect(input).toBe(`${canonicalJson(evidenceObject(evidence))}\n`);
  });

  test('has a compensation plan right, as the database asks for it', async () => {
    const { input, digest } = example('revert_plan_sha256');
    const backend = await embeddedBackend();
    const { db, close } = await backend.open();
    const { runId } = await cut(db, { documentId: 'charter', markdown: example('source_sha256').input });
    const planned = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
    await close();
    if (planned.verdict !== 'planned') return expect.fail(planned.detail);
    // The run of the page was opened by the approval of the page, years ago.
    const signed = { ...planned.plan, run_id: RUN };
    expect(input).toBe(`${canonicalJson(signed)}\n`);
    expect(revertPlanSha256(signed)).toBe(digest);
  });
});

describe('a script of the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-digests-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const { input, digest } = example('cutplan_sha256');
  const lines = input.trimEnd().split('\n');
  const plans: readonly [why: string, lines: readonly string[], head?: string][] = [
    ['the example', lines, digest],
    ['one line', lines.slice(0, 1)],
    [
      'an odd number of lines, with characters beyond ASCII',
      [...lines, '{"title":"Điều 1 😀\u2028"}', 'x', 'y'],
    ],
  ];

  for (const [program, script] of [
    [process.execPath, 'plan-head.mjs'],
    ['python3', 'plan-head.py'],
  ] as const) {
    test(`${script} prints the head of any plan`, async () => {
      if (spawnSync(program, ['--version']).error) leaveOut('python3 absent');
      const run = (path: string) =>
        execFileSync(program, [join(DOCS, 'recompute', script), path], { encoding: 'utf8', stdio: 'pipe' });
      for (const [why, leaves, head = treeHead(leaves)] of plans)
        expect(run(write('plan.jsonl', planFile(leaves))), why).toBe(`${head}\n`);
      expect(() => run(write('short.jsonl', input.slice(0, -1)))).toThrow(/cut short/);
    });
  }
});
