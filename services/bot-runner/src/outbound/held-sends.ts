import type { NextSends } from '@wbm/db';
import type { BotBells } from '../ports.ts';

/** However long the budget is used up, it is looked at this often: somebody may allow more, and bells may be lost. */
const LOOK_AGAIN_MS = 60_000;
const SHORTEST_MS = 100;
/** Of very many that wait, so many are told at once; the others are seen when somebody opens their chat. */
const MOST_TOLD = 100;

type HeldOptions = {
  readonly bells: Pick<BotBells, 'messageMoved' | 'changed'>;
  /** Runs when the budget may have room again. */
  readonly wake: () => void;
  readonly onHeld: (count: number) => void;
  readonly ending: AbortSignal;
};

/** What waits for a bot's budget: told to whoever looks at it, and woken when there is room again. */
export class HeldSends {
  readonly #options: HeldOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HeldOptions) {
    this.#options = options;
    options.ending.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Takes note of what the lane was told. */
  note({ heldNow, held, heldForMs }: Omit<NextSends, 'due'>): void {
    const { bells, onHeld, wake, ending } = this.#options;
    clearTimeout(this.#timer);
    if (heldForMs !== null && !ending.aborted) {
      this.#timer = setTimeout(wake, Math.min(LOOK_AGAIN_MS, Math.max(SHORTEST_MS, heldForMs)));
    }
    for (const { leadId, messageId } of held.slice(0, MOST_TOLD)) bells.messageMoved(leadId, messageId);
    if (heldNow > 0) onHeld(heldNow);
    if (heldNow > 0 || held.length > 0) bells.changed();
  }
}
