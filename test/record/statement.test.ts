// The statement of a run: which files it is about, and that it can be read in one way only.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { decodeStatement, encodeStatement, type RunStatement } from '../../src/record/statement.ts';

const file = (path: string) => ({ path, sha256: sha256(path) });
const whole: RunStatement = {
  predicate: {
    at: '2026-05-21T10:00:00.000Z',
    cutplan_sha256: sha256('plan'),
    deployment: 'town',
    document_id: 'charter',
    evidence_sha256: null,
    log: { hash: sha256('head'), seq: 12 },
    repository: 'lantern/street',
    run_id: 'run-20260521-0123456789abcdef' as RunId,
    source_commit: 'b'.repeat(40),
    status: 'AWAITING_CUT_AUTHORIZATION',
  },
  eventsSha256: sha256('events'),
  planSha256: sha256('lines'),
  source: file('documents/charter.md'),
  approvals: [file('approvals/open.md'), file('approvals/cut.md')],
  backup: file('backup/run.dump.age'),
  changeSet: { id: '7f0c', treeHead: sha256('plan') },
};
const bare: RunStatement = { ...whole, planSha256: null, approvals: [], backup: null, changeSet: null };
const payload = encodeStatement(whole);

describe('a statement', () => {
  it('names its subjects in one order', () => {
    const { subject, _type, predicateType } = JSON.parse(payload.toString());
    expect([_type, predicateType]).toEqual([
      'https://in-toto.io/Statement/v1',
      'urn:countersign:run-record:1',
    ]);
    expect(subject.map(({ name }: { name: string }) => name)).toEqual([
      'runs/run-20260521-0123456789abcdef/events.jsonl',
      'runs/run-20260521-0123456789abcdef/plan.jsonl',
      'documents/charter.md',
      'approvals/open.md',
      'approvals/cut.md',
      'backup/run.dump.age',
      'database/change-set/7f0c',
    ]);
    expect(subject.at(-1).digest).toEqual({ rfc9162Sha256: sha256('plan') });
  });

  it('comes back whatever of it there is', () => {
    const maybe = <T>(value: T) => fc.constantFrom(value, null);
    const statements = fc.record({
      predicate: fc.constant(whole.predicate),
      eventsSha256: fc.constant(whole.eventsSha256),
      planSha256: maybe(whole.planSha256),
      source: fc.constantFrom(whole.source, file('approvals/odd.md'), file('backup/odd.md')),
      approvals: fc.constantFrom([], whole.approvals),
      backup: maybe(whole.backup),
      changeSet: maybe(whole.changeSet),
    });
    fc.assert(
      fc.property(statements, (statement) => {
        expect(decodeStatement(encodeStatement(statement))).toEqual({ ok: true, value: statement });
      }),
    );
  });

  const text = payload.toString();
  const changed = (change: (value: { subject: unknown[]; predicate: object }) => void) => {
    const value = JSON.parse(text);
    change(value);
    return JSON.stringify(value);
  };
  it.each([
    ['no JSON', text.slice(1)],
    ['white space', `${text}\n`],
    ['another predicate type', text.replace('run-record:1', 'run-record:2')],
    ['a field more', text.replace('"status"', '"more":1,"status"')],
    ['no deployment', text.replace('"deployment":"town"', '"deployment":null')],
    ['subjects in another order', changed(({ subject }) => subject.reverse())],
    ['no document', changed(({ subject }) => subject.splice(1))],
    ['no events', changed(({ subject }) => subject.splice(0, 1))],
    ['a subject more', changed(({ subject }) => subject.push(subject[0]))],
    ['a plan of another run', text.replace('abcdef/plan.jsonl', 'abcdee/plan.jsonl')],
    ['a digest of another kind', text.replace('"rfc9162Sha256"', '"sha512"')],
  ])('is not %s', (_, hostile) => {
    expect(hostile).not.toBe(text);
    expect(decodeStatement(Buffer.from(hostile))).toMatchObject({ flaw: { code: 'malformed' } });
  });

  it('is read without what does not exist yet', () => {
    expect(decodeStatement(encodeStatement(bare))).toEqual({ ok: true, value: bare });
    expect(decodeStatement(Buffer.of(0xff)).ok).toBe(false);
  });
});
