// Work on many things, a few at a time, with the answers in the order of the things.

export async function inFlight<Item, Answer>(
  items: readonly Item[],
  options: { readonly most: number; work(item: Item, index: number): Promise<Answer> },
): Promise<Answer[]> {
  const answers = new Array<Answer>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await options.work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.most, items.length) }, worker));
  return answers;
}
