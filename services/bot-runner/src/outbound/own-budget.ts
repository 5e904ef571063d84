import { type SendingBudget, type SendingFacts, sendingBudget } from '@wbm/domain';

/** A bell may be lost, so what people set for a bot is read again after this long. */
const KNOWN_FOR_MS = 60_000;

type BudgetSource = {
  /** Null: there is no such bot any more. */
  readonly read: () => Promise<SendingFacts | null>;
  readonly now: () => Date;
};

/** What one bot may send, reckoned anew each time from facts that are read once a minute, or when somebody says they changed. */
export class OwnBudget {
  readonly #source: BudgetSource;
  #facts: { readonly read: Promise<SendingFacts | null>; readonly atMs: number } | undefined;

  constructor(source: BudgetSource) {
    this.#source = source;
  }

  /** What it depends on may have changed. */
  forget(): void {
    this.#facts = undefined;
  }

  /** Rejects as `read` does; the next call reads again. */
  async current(): Promise<SendingBudget> {
    const atMs = this.#source.now().getTime();
    if (this.#facts === undefined || atMs - this.#facts.atMs >= KNOWN_FOR_MS) {
      this.#facts = { read: this.#source.read(), atMs };
    }
    const asked = this.#facts;
    try {
      const facts = await asked.read;
      const nobodys: SendingFacts = { engine: 'whatsapp-web.js', linkedAt: null, perMinute: null, perDay: null };
      return sendingBudget({ ...(facts ?? nobodys), now: this.#source.now() });
    } catch (error) {
      if (this.#facts === asked) this.#facts = undefined;
      throw error;
    }
  }
}
