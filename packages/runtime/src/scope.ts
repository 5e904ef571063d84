import type { Logger } from './log.ts';

/** A stack of closers: whoever opens something pushes how it is closed. */
export interface Scope {
  /** Remembers how to close what was just opened; `name` is what the log calls it. */
  own(name: string, closer: () => unknown): void;
}

export interface ClosableScope extends Scope {
  /** Closes everything, newest first, one after another; a failing closer is logged and does not keep the rest open. */
  close(): Promise<{ readonly failed: readonly string[] }>;
}

/**
 * Something owned after the scope began to close (a start that was overtaken by a stop) is closed at once,
 * because nobody would come back for it.
 */
export function createScope(log: Logger): ClosableScope {
  const stack: { name: string; closer: () => unknown }[] = [];
  const failed: string[] = [];
  let closing: Promise<{ failed: readonly string[] }> | undefined;

  const closeAll = async () => {
    for (let next = stack.pop(); next; next = stack.pop()) {
      try {
        await next.closer();
        log.debug({ resource: next.name }, 'scope.closed');
      } catch (err) {
        failed.push(next.name);
        log.error({ resource: next.name, err }, 'scope.close-failed');
      }
    }
    return { failed };
  };

  return {
    own(name, closer) {
      stack.push({ name, closer });
      if (closing) closing = closing.then(closeAll);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
