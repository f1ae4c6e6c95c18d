// A value that costs something, asked for more than once.
/** Work that is done when its result is first asked for, and once; of a promise, also while it is under way. */
export function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
