/** Why a call over IPC has no answer. `code` says who gave up: `deadline`, `gone`, or what the other side answered. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type Pending = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallFailed) => void;
  readonly timer: NodeJS.Timeout;
};

/** Calls that went over IPC and wait for their answer; both ends use one. Values come back unparsed. */
export class PendingCalls {
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #gone = false;

  /** Registers a call, hands its id to `send`, and settles at the latest after `deadlineMs`. */
  call(deadlineMs: number, send: (id: number) => void): Promise<unknown> {
    if (this.#gone) return Promise.reject(new CallFailed('gone'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(id, 'deadline'), deadlineMs);
      this.#pending.set(id, { resolve, reject, timer });
      send(id);
    });
  }

  /** An answer that nobody waits for any more is ignored. */
  answer(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  fail(id: number, code: string): void {
    this.#take(id)?.reject(new CallFailed(code));
  }

  /** The other side is gone: everything that waits fails now, and everything later at once. */
  end(): void {
    this.#gone = true;
    for (const id of [...this.#pending.keys()]) this.fail(id, 'gone');
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}
