// Every text that people get on GitHub stands on a page of this folder. A word that changes fails here and shows the
// difference; `npm run golden` renders the pages again, to be read from top to bottom before they are committed.
import { describe, expect, it } from 'vitest';
import { BOOK } from './book.ts';

describe('what people are told', () => {
  it.each(BOOK)('stands in $file, word for word', async ({ file, render }) => {
    await expect(await render()).toMatchFileSnapshot(file);
  });
});
