// What a newer version wrote is refused, and the word says so; what is no such document at all is refused otherwise.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { envelopeSchema } from '../../src/backup/envelope.ts';
import { canonicalJson, digestOf, sha256 } from '../../src/digest/digest.ts';
import { markedAs } from '../../src/digest/format.ts';
import { PlanFault, readPlan } from '../../src/plan/read-plan.ts';
import { decodeLeaf } from '../../src/record/log-leaf.ts';
import { chain, decodeEvent, GENESIS } from '../../src/run/events.ts';
import { opened, RUN_ID, START } from '../support/run-events.ts';

const NEWER =
  /is countersign\/[a-z-]+\/\d+, written by a newer version: this one reads [a-z-]+ up to 1; update countersign/;

function said(schema: z.ZodType, input: unknown): string {
  const read = schema.safeParse(input);
  return read.success ? 'read' : read.error.issues.map(({ message }) => message).join('; ');
}

describe('the mark of a document', () => {
  const second = z.object({ format: markedAs('countersign/thing/2') });

  it('is read under its own number, and another is told from a newer one', () => {
    expect(said(second, { format: 'countersign/thing/2' })).toBe('read');
    expect(said(second, { format: 'countersign/thing/3' })).toBe(
      'is countersign/thing/3, written by a newer version: this one reads thing up to 2; update countersign to read it',
    );
    expect(said(second, { format: 'countersign/thing/10' })).toContain('newer');
    for (const other of [
      'countersign/thing/1',
      'countersign/other/3',
      'countersign/thing/03',
      'thing/3',
      3,
      undefined,
    ])
      expect(said(second, { format: other })).toBe('is not countersign/thing/2');
  });

  it('of a newer backup, plan or leaf of the log is told, whatever else is new in it', () => {
    expect(said(envelopeSchema, { format: 'countersign/backup/2', more: 1 })).toMatch(NEWER);
    const leaf = { at: START.toISOString(), type: 'head', weather: 'fine', format: 'countersign/log-leaf/2' };
    expect(decodeLeaf(canonicalJson(leaf))).toMatchObject({
      ok: false,
      flaw: { detail: expect.stringMatching(NEWER) },
    });
    const verdict = { ...leaf, type: 'weather' };
    expect(decodeLeaf(canonicalJson(verdict))).toMatchObject({
      flaw: { detail: expect.stringMatching(NEWER) },
    });
    const plan = () => readPlan(`${canonicalJson({ format: 'countersign/plan/2' })}\n`);
    expect(plan).toThrow(PlanFault);
    expect(plan).toThrow(NEWER);
  });
});

describe('an entry of a log', () => {
  const first = chain(GENESIS, { ...opened(), run_id: RUN_ID, at: START });

  function changed(with_: Record<string, unknown>): unknown {
    const { hash: _hash, ...body } = { ...first, ...with_ };
    return { ...body, hash: digestOf(body) };
  }

  it('of a newer form is refused with a word', () => {
    expect(() => decodeEvent(changed({ v: 2 }))).toThrow(
      'v is 2, written by a newer version: this one reads entries up to 1; update countersign to read it',
    );
    expect(() => decodeEvent(changed({ v: 0 }))).toThrow('v is not 1');
    expect(() => decodeEvent(changed({ type: 'run_multiplied' }))).toThrow(
      'type is none that this version knows: update countersign to read it',
    );
  });

  it('with a field more is refused, and named', () => {
    expect(() => decodeEvent(changed({ weather: sha256('fine') }))).toThrow('weather');
  });
});
