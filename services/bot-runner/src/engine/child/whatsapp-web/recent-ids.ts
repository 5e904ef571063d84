const KEPT = 5_000;

/** The ids that were last named, and no more than so many: a session may run for a long time. */
export class RecentIds {
  readonly #ids = new Set<string>();

  add(id: string): void {
    // Anew, so that what is named often stays.
    this.#ids.delete(id);
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= KEPT) return;
      this.#ids.delete(oldest);
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether it was there. */
  delete(id: string): boolean {
    return this.#ids.delete(id);
  }
}
