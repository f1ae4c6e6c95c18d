import { describe, expect, it } from 'vitest';
import { skewMs } from '../../src/stop/clocks.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 4, 21) + ms);

describe('how far two clocks are apart', () => {
  it('is nothing while the answer may have been made as it was waited for', () => {
    expect(skewMs(at(0), { asked: at(0), answered: at(500) })).toBe(0);
    expect(skewMs(at(200), { asked: at(0), answered: at(500) })).toBeLessThan(0);
    expect(skewMs(at(500), { asked: at(0), answered: at(500) })).toBe(0);
  });

  it('counts from the whole of the waiting, early or late', () => {
    expect(skewMs(at(-700), { asked: at(0), answered: at(500) })).toBe(700);
    expect(skewMs(at(1_200), { asked: at(0), answered: at(500) })).toBe(700);
  });

  it('lets a clock of whole seconds be later than it says, and no earlier', () => {
    const precisionMs = 1_000;
    expect(skewMs(at(-700), { asked: at(0), answered: at(500), precisionMs })).toBeLessThan(0);
    expect(skewMs(at(-1_700), { asked: at(0), answered: at(500), precisionMs })).toBe(700);
    expect(skewMs(at(1_200), { asked: at(0), answered: at(500), precisionMs })).toBe(700);
  });

  it('is not a number for what is no time', () => {
    expect(skewMs(new Date(''), { asked: at(0), answered: at(0) })).toBeNaN();
  });
});
