// The lines that differ between two texts, short enough to be read in a comment.

export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

// Beyond this many cells a table of common lines costs more than it tells: the middle is then replaced as a whole.
const MAX_CELLS = 250_000;

/** All lines of both texts, each marked as common, added or removed. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const common = (texts: string[]) => texts.map((text): DiffLine => ({ sign: ' ', text }));
  return [
    ...common(old.slice(0, head)),
    ...diffMiddle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...common(old.slice(old.length - tail)),
  ];
}

function diffMiddle(old: readonly string[], now: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ sign: '-', text });
  const added = (text: string): DiffLine => ({ sign: '+', text });
  if (old.length * now.length > MAX_CELLS) return [...old.map(removed), ...now.map(added)];
  const lengths = commonLengths(old, now);
  const width = now.length + 1;
  const diff: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    const [left = '', right = ''] = [old[i], now[j]];
    if (left === right) {
      diff.push({ sign: ' ', text: left });
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) {
      diff.push(removed(left));
      i += 1;
    } else {
      diff.push(added(right));
      j += 1;
    }
  }
  return [...diff, ...old.slice(i).map(removed), ...now.slice(j).map(added)];
}

/** Length of the longest common subsequence of old[i..] and now[j..], at i * (now.length + 1) + j. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const [down = 0, right = 0, both = 0] = [
        lengths[(i + 1) * width + j],
        lengths[i * width + j + 1],
        lengths[(i + 1) * width + j + 1],
      ];
      lengths[i * width + j] = old[i] === now[j] ? both + 1 : Math.max(down, right);
    }
  return lengths;
}
