import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLog, EventLogFault, encodeEvent } from '../../src/run/events.ts';
import { COMPLETE, logOf } from '../support/run-events.ts';

const log = logOf(COMPLETE);
const lines = log.map(encodeEvent);
const decodeLines = (texts: readonly string[]) => decodeLog(texts.map((text) => JSON.parse(text)));

describe('the event log', () => {
  it('comes back from its lines as it was written', () => {
    expect(decodeLines(lines)).toEqual(log);
  });

  it('can be checked with a SHA-256 and a JSON parser alone', () => {
    for (const [index, line] of lines.entries()) {
      const { hash, ...body } = JSON.parse(line) as { hash: string; prev: string };
      // The lines are canonical already (keys sorted), so taking the hash out leaves canonical JSON.
      expect(createHash('sha256').update(JSON.stringify(body)).digest('hex')).toBe(hash);
      expect(body.prev).toBe(index === 0 ? '0'.repeat(64) : JSON.parse(lines[index - 1] ?? '').hash);
    }
  });

  it('is refused when any entry is left out or moved', () => {
    for (const index of lines.keys()) {
      if (index === lines.length - 1) continue;
      expect(() => decodeLines(lines.toSpliced(index, 1))).toThrow(EventLogFault);
      expect(() =>
        decodeLines(lines.toSpliced(index, 2, lines[index + 1] ?? '', lines[index] ?? '')),
      ).toThrow(EventLogFault);
    }
  });

  it('is refused when any character of any entry is changed to another', () => {
    const places = fc.record({
      line: fc.nat(lines.length - 1),
      at: fc.nat(10_000),
      by: fc.constantFrom(...'0a9"{z:,'),
    });
    fc.assert(
      fc.property(places, ({ line, at, by }) => {
        const text = (lines[line] ?? '').trimEnd();
        const place = at % text.length;
        const changed = text.slice(0, place) + by + text.slice(place + 1);
        fc.pre(changed !== text);
        expect(() => decodeLines(lines.with(line, changed))).toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('refuses an entry with a field that no version knows', () => {
    const extra = { ...JSON.parse(lines[1] ?? ''), more: true };
    expect(() => decodeLog([JSON.parse(lines[0] ?? ''), extra])).toThrow(/malformed/);
  });
});
