// A record that is made again from git's log is the published one, in whatever order the bot's state keeps the names of what a
// phase found.
import { expect, it } from 'vitest';
import { mark } from '../../src/phases/mark.ts';

it('lists what was marked in one order, however the names come', () => {
  const kinds = { part: 4, article: 13, document: 1, preamble: 1 };
  const sorted = { article: 13, document: 1, part: 4, preamble: 1 };
  const [, line] = mark.report({ profile: 'en', sections: 19, kinds });
  expect(line).toBe('part 4, article 13, document 1, preamble 1');
  expect(mark.report({ profile: 'en', sections: 19, kinds: sorted })[1]).toBe(line);
});
