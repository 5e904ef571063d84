import type { BotState, Capabilities, CapabilityName } from '@wbm/domain';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { EngineEvent } from '../engine/port.ts';
import type { BotBells, BotRows } from '../ports.ts';

/** In these nothing is known of what a session can do: the one before it has ended. */
const WITHOUT_SESSION = new Set<BotState>([
  'starting',
  'needs-scan',
  'pairing-code',
  'logged-out',
  'failed',
  'stopped',
]);
const RETRY_MS = 2_000;

type Told = Extract<EngineEvent, { event: 'capability' }>;
type Options = {
  readonly rows: Pick<BotRows, 'setCapabilities'>;
  readonly bells: Pick<BotBells, 'changed'>;
  readonly log: Logger;
  /** Something that was off is there now. */
  readonly onBack: (name: CapabilityName) => void;
};

/** What a bot's session can do, as its engine tells it: kept in the bot's row, where people see it. */
export class SessionCapabilities {
  readonly #options: Options;
  readonly #write: Coalesced;
  #known: Capabilities = {};
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#write = coalesce(options.log, 'capabilities', async () => {
      if (this.#closed) return;
      try {
        if (await options.rows.setCapabilities(this.#known)) options.bells.changed();
      } catch (err) {
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#write.wake(), RETRY_MS);
        throw err;
      }
    });
  }

  /** False only when the engine said so: what was never checked is tried. */
  can(name: CapabilityName): boolean {
    return this.#known[name]?.available !== false;
  }

  told({ name, available, reason }: Told): void {
    const back = available && !this.can(name);
    this.#known = { ...this.#known, [name]: { available, reason } };
    if (!available) this.#options.log.warn({ capability: name }, 'bot.cannot');
    this.#write.wake();
    if (back) this.#options.onBack(name);
  }

  entered(state: BotState): void {
    if (!WITHOUT_SESSION.has(state) || Object.keys(this.#known).length === 0) return;
    this.#known = {};
    this.#write.wake();
  }

  /** A run begins: what the last one found is void. */
  began(): void {
    this.#known = {};
    this.#write.wake();
  }

  /** The run is over. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
  }
}
