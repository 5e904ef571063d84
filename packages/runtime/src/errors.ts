/** What a failure may say about itself in a log: ids, counts and codes, never content. */
export type SafeContext = Readonly<Record<string, string | number | boolean | null>>;

type FailureOptions = { readonly cause?: unknown; readonly context?: SafeContext };

/**
 * Something outside failed in a way that may pass: a time-out, a refused connection, a 503.
 * Made at the adapter and nowhere else; whoever runs the work tries again later.
 */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** A short word of the adapter's own, e.g. `ai.timeout`; safe as a metric label. */
  readonly code: string;
  readonly context: SafeContext;

  constructor(code: string, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.context = options.context ?? {};
  }
}

/**
 * Something outside failed in a way that trying again will not mend: bad credentials, a refused model, an
 * unknown number. Not for bugs (throw a plain Error) and not for expected refusals (return a value).
 */
export class Permanent extends Error {
  override readonly name = 'Permanent';
  readonly code: string;
  readonly context: SafeContext;

  constructor(code: string, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.context = options.context ?? {};
  }
}
