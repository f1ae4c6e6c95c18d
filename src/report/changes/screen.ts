// The signing view for a terminal: the same lines as in the comment, all of them.
import { count } from '../markdown.ts';
import { headOf, SECTION_TITLES } from './page.ts';
import { type ChangesView, SECTIONS } from './view.ts';

const COLOURS: Readonly<Record<string, string>> = { '-': '31', '+': '32', '!': '33', '@': '2' };

/** Empty where nothing changes. */
export function changesScreen(view: ChangesView, { color }: { color: boolean }): string {
  const paint = (line: string): string => {
    const colour = COLOURS[line.charAt(0)];
    return color && colour !== undefined ? `\u001b[${colour}m${line}\u001b[0m` : line;
  };
  const strong = (line: string): string => (color ? `\u001b[1m${line}\u001b[0m` : line);
  const names = SECTIONS.filter((name) => (view.units[name] ?? 0) > 0);
  const width = Math.max(0, ...names.map((name) => SECTION_TITLES[name].length));
  const counts = names.map(
    (name) => `${SECTION_TITLES[name].padEnd(width)}  ${count(view.units[name] ?? 0, 'unit')}`,
  );
  const named =
    view.named === 0
      ? []
      : [`${count(view.named, 'character')} cannot be seen, or look like others: each is named, as <U+202E>`];
  const sections = names.flatMap((name) => {
    const changes = view.changes.filter(({ section }) => section === name);
    if (changes.length === 0) return [];
    const lines = changes.flatMap((change) => ['', strong(headOf(change)), ...change.lines.map(paint)]);
    return [['', strong(SECTION_TITLES[name]), ...lines].join('\n')];
  });
  return [...counts, ...named, ...sections].map((line) => `${line}\n`).join('');
}
