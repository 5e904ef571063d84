export type Listener = (...args: unknown[]) => unknown;

/** Events as WhatsApp Web has them: several names in one string, and a listener that throws does not stop the others. */
export class Emitter {
  readonly #listeners = new Map<string, Listener[]>();
  readonly #heard = new Map<string, (() => void)[]>();

  on(names: string, listener: Listener): this {
    for (const name of names.split(' ')) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      for (const tell of this.#heard.get(name) ?? []) tell();
      this.#heard.delete(name);
    }
    return this;
  }

  once(names: string, listener: Listener): this {
    const one: Listener = (...args) => {
      this.off(names, one);
      return listener(...args);
    };
    return this.on(names, one);
  }

  off(names: string, listener?: Listener): this {
    for (const name of names.split(' ')) {
      const rest = (this.#listeners.get(name) ?? []).filter((one) => listener !== undefined && one !== listener);
      this.#listeners.set(name, rest);
    }
    return this;
  }

  trigger(name: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(...args);
      } catch (error) {
        reportError(error);
      }
    }
  }

  hears(name: string): boolean {
    return (this.#listeners.get(name) ?? []).length > 0;
  }

  /** Resolves as soon as somebody listens to this event. */
  whenHeard(name: string): Promise<void> {
    if (this.hears(name)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#heard.set(name, [...(this.#heard.get(name) ?? []), resolve]);
    });
  }
}
