import type { Logger } from './log.ts';
import type { ClosableScope } from './scope.ts';

type DrainHook = { readonly name: string; readonly drain: () => unknown };

type ShutdownOptions = {
  readonly log: Logger;
  readonly scope: ClosableScope;
  readonly deadlineMs: number;
  /** Ends the process. Called exactly once unless it returns, which only a test's does. */
  readonly exit: (code: 0 | 1) => void;
};

/**
 * The order in which a process ends: `stopping` aborts (so it is no longer ready), what is held is finished, what
 * was opened is closed newest first. At a second signal, or past the deadline, it ends at once with 1.
 */
export class Shutdown {
  readonly #controller = new AbortController();
  readonly #hooks: DrainHook[] = [];
  readonly #options: ShutdownOptions;
  #starting: Promise<unknown> = Promise.resolve();
  #signals = 0;
  #code: 0 | 1 = 0;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  get stopping(): AbortSignal {
    return this.#controller.signal;
  }

  onDrain(name: string, drain: () => unknown): void {
    this.#hooks.push({ name, drain });
  }

  /** A stop that overtakes the start lets the start finish first, so that nothing is opened behind its back. */
  waitFor(starting: Promise<unknown>): void {
    this.#starting = starting.catch(() => undefined);
  }

  /** Somebody outside wants it to end (a signal). The second one is not polite any more. */
  signal(name: string): void {
    this.#signals += 1;
    if (this.#signals > 1) {
      this.#options.log.warn({ signal: name }, 'service.forced');
      this.#options.exit(1);
      return;
    }
    this.request(name);
  }

  /** Ends it in order. Asking again changes nothing: a parent that is gone often sent a signal before. */
  request(reason: string): void {
    if (!this.#controller.signal.aborted) void this.#run(reason);
  }

  /** A bug or a failed start: the same order, but the process says 1 at the end. */
  fail(reason: string): void {
    this.#code = 1;
    this.request(reason);
  }

  async #run(reason: string): Promise<void> {
    const { log, scope, deadlineMs, exit } = this.#options;
    const began = performance.now();
    log.info({ reason, deadlineMs }, 'service.stopping');
    setTimeout(() => {
      log.error({ deadlineMs }, 'service.deadline-exceeded');
      exit(1);
    }, deadlineMs);
    this.#controller.abort(new Error(reason));
    await this.#starting;
    await Promise.all(this.#hooks.map((hook) => this.#drain(hook)));
    const { failed } = await scope.close();
    if (failed.length > 0) this.#code = 1;
    log.info({ reason, code: this.#code, ms: Math.round(performance.now() - began) }, 'service.stopped');
    exit(this.#code);
  }

  async #drain(hook: DrainHook): Promise<void> {
    try {
      await hook.drain();
      this.#options.log.debug({ hook: hook.name }, 'service.drained');
    } catch (err) {
      this.#code = 1;
      this.#options.log.error({ hook: hook.name, err }, 'service.drain-failed');
    }
  }
}
