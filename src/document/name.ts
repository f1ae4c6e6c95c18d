// A unit's name in two parts, as legal citation has it: the label by which it is cited, and the heading that says what
// it is about. Both are words of the title, in its order.
import { abridge } from './inline.ts';
import type { UnitStart } from './unit-start.ts';

export const MAX_TITLE = 240;

export interface Name {
  readonly num: string | null;
  readonly heading: string | null;
}

export function nameOf({ by, title }: UnitStart): Name {
  switch (by.type) {
    case 'label':
      return name(by.label.written, by.label.title);
    case 'enumerator': {
      const num = by.readings[0]?.written ?? '';
      return name(num, title.startsWith(num) ? title.slice(num.length).trim() : '');
    }
    case 'frame':
      return name('', by.nameless ? '' : title);
    case 'wrap_up':
    case 'title':
    case 'heading':
      return name('', title);
  }
}

function name(num: string, heading: string): Name {
  return { num: num || null, heading: abridge(heading, MAX_TITLE) || null };
}
