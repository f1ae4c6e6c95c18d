// Nothing waits for ever. What has not come in time is given up, and the one who waited is told what it was.

export class DeadlinePassed extends Error {
  readonly code = 'no_answer';

  constructor(doing: string, ms: number) {
    super(`${doing} has not ended within ${ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`}`);
    this.name = 'DeadlinePassed';
  }
}

/**
 * What the work gives, or DeadlinePassed. The work itself goes on where it cannot be told to end: it is given a signal, and
 * what becomes of it later is nobody's fault any more.
 */
export async function within<T>(
  ms: number,
  doing: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const control = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const passed = new DeadlinePassed(doing, ms);
      reject(passed);
      control.abort(passed);
    }, ms);
  });
  try {
    return await Promise.race([work(control.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A moment that comes by itself, within what two clocks may be apart: nobody is to blame, and the look is repeated then. */
export class NotYet extends Error {
  readonly code = 'not_yet';
  /** How long until then: a repetition at that time is no failed try. */
  readonly retryAfterMs: number;

  constructor(what: string, ms: number) {
    super(`${what}: this is looked at again when the clock has come so far`);
    this.name = 'NotYet';
    this.retryAfterMs = ms;
  }
}
