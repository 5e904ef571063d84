/** Things somebody waits for by their key, and that others report. */
export class Expected {
  readonly #waiting = new Map<string, (came: boolean) => void>();

  /** True when it came, false when it was given up. A second wait for the same key ends the first. */
  wait(key: string): Promise<boolean> {
    this.#waiting.get(key)?.(false);
    return new Promise((resolve) => this.#waiting.set(key, resolve));
  }

  came(key: string): void {
    this.#settle(key, true);
  }

  giveUp(key: string): void {
    this.#settle(key, false);
  }

  giveUpAll(): void {
    for (const key of [...this.#waiting.keys()]) this.giveUp(key);
  }

  #settle(key: string, came: boolean): void {
    const resolve = this.#waiting.get(key);
    this.#waiting.delete(key);
    resolve?.(came);
  }
}
