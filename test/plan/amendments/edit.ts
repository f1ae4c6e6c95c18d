// Edits of a document as a person makes them. Each anchor must occur exactly once: an edit that edits nothing is a mistake.

export type Edit = (text: string) => string;

export function edit(text: string, edits: readonly Edit[]): string {
  return edits.reduce((edited, one) => one(edited), text);
}

export function replace(from: string, to: string): Edit {
  return (text) => {
    const at = find(text, from);
    return text.slice(0, at) + to + text.slice(at + from.length);
  };
}

export function insertBefore(anchor: string, added: string): Edit {
  return (text) => {
    const at = find(text, anchor);
    return text.slice(0, at) + added + text.slice(at);
  };
}

/** From the first anchor up to the second, which stays; to the end without one. */
export function remove(from: string, until?: string): Edit {
  return (text) => {
    const { start, end } = span(text, { from, until });
    return text.slice(0, start) + text.slice(end);
  };
}

export function move(from: string, place: { until: string; before: string }): Edit {
  return (text) => {
    const { start, end } = span(text, { from, until: place.until });
    const rest = text.slice(0, start) + text.slice(end);
    const at = find(rest, place.before);
    return rest.slice(0, at) + text.slice(start, end) + rest.slice(at);
  };
}

/** Two stretches that do not touch or that follow one another: each runs up to its own `until`. */
export function swap(first: { from: string; until: string }, second: { from: string; until: string }): Edit {
  return (text) => {
    const [a, b] = [span(text, first), span(text, second)];
    return (
      text.slice(0, a.start) +
      text.slice(b.start, b.end) +
      text.slice(a.end, b.start) +
      text.slice(a.start, a.end) +
      text.slice(b.end)
    );
  };
}

/** The numbers of all lines that start with `word` and a number of at least `since` grow by `by`. */
export function shift(word: string, numbers: { since: number; by: number }): Edit {
  const label = new RegExp(`^((?:#+ )?${word} )(\\d+)\\b`, 'gm');
  return (text) =>
    text.replace(label, (line, before: string, number: string) =>
      Number(number) >= numbers.since ? `${before}${Number(number) + numbers.by}` : line,
    );
}

function span(text: string, { from, until }: { from: string; until?: string | undefined }) {
  const start = find(text, from);
  const end = until === undefined ? text.length : find(text, until);
  if (end <= start) throw new Error(`'${until}' does not stand behind '${from}'`);
  return { start, end };
}

function find(text: string, anchor: string): number {
  const at = text.indexOf(anchor);
  if (at < 0 || text.indexOf(anchor, at + 1) >= 0) throw new Error(`'${anchor}' does not occur exactly once`);
  return at;
}
