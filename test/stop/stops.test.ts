// The table of STOPs is the one place where a hold is put into words.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STOPS, stopsPage } from '../../src/stop/stop.ts';

describe('the table of STOPs', () => {
  it.each(Object.entries(STOPS))(
    '%s reads as one sentence with a next action',
    (code, { sentence, next, undone }) => {
      expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(sentence).not.toMatch(/^[A-Z][a-z]|\.$/);
      expect(next).toMatch(/^[A-Z].*\.$/s);
      expect(undone).toMatch(/^[A-Z].*\.$/s);
    },
  );

  // What is said of every case must hold before the commit and after it: the comment itself says which it was.
  it.each(Object.entries(STOPS))(
    '%s claims nothing about what is in the database',
    (_, { sentence, next }) => {
      expect(`${sentence} ${next}`).not.toMatch(/nothing (was|is|has been) (committed|written|sent)/i);
    },
  );

  it('stands in docs/stops.md as it is', () => {
    const page = readFileSync(new URL('../../docs/stops.md', import.meta.url), 'utf8');
    expect(page).toBe(stopsPage());
  });

  // Codes are permanent: this list may only grow.
  it('still has every code that was ever published', () => {
    expect(Object.keys(STOPS).sort()).toMatchSnapshot();
  });
});
