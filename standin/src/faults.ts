// Faults for tests: the next matching request is answered with an error, or its connection is cut.

interface Target {
  readonly method: string;
  /** Tried against the path below the API's base, without its query. */
  readonly path: RegExp;
}

export type Fault =
  | (Target & {
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    })
  /** `effective`: the request takes effect first, and only its answer is lost. */
  | (Target & { readonly cut: true; readonly effective?: boolean });

/** A queue: each fault happens once, in the order given. */
export function openFaults(): {
  add(fault: Fault): void;
  take(method: string, path: string): Fault | undefined;
} {
  const waiting: Fault[] = [];
  return {
    add: (fault) => void waiting.push(fault),
    take(method, path) {
      const index = waiting.findIndex((fault) => fault.method === method && fault.path.test(path));
      return index === -1 ? undefined : waiting.splice(index, 1)[0];
    },
  };
}
