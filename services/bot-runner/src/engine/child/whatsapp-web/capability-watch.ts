import type { BotClient } from './bot-client.ts';
import { type Capability, checkCapabilities } from './check-capabilities.ts';

/** WhatsApp Web loads some of its parts late, so what is missing is looked for again soon, and then now and then. */
const AGAIN_MS = [10_000, 60_000];

type Check = (client: BotClient, me: string) => Promise<readonly Capability[]>;

/** Tells what a session can do each time it becomes ready, and afterwards what has changed about it. */
export class CapabilityWatch {
  readonly #tell: (capability: Capability) => void;
  readonly #check: Check;
  #timer: NodeJS.Timeout | undefined;
  /** Told apart from a check of before that still waits for its answers. */
  #watch = 0;

  constructor(tell: (capability: Capability) => void, check: Check = checkCapabilities) {
    this.#tell = tell;
    this.#check = check;
  }

  /** `me`: our own address. Nothing waits for what is found. */
  begin(client: BotClient, me: string): void {
    this.stop();
    void this.#look(client, me, this.#watch, 0, []);
  }

  stop(): void {
    this.#watch += 1;
    clearTimeout(this.#timer);
  }

  async #look(client: BotClient, me: string, watch: number, times: number, told: readonly Capability[]): Promise<void> {
    const found = await this.#check(client, me);
    if (watch !== this.#watch || client.closed) return;
    for (const one of found) {
      if (!told.some(({ name, available }) => name === one.name && available === one.available)) this.#tell(one);
    }
    if (found.every(({ available }) => available)) return;
    const again = () => void this.#look(client, me, watch, times + 1, found);
    this.#timer = setTimeout(again, AGAIN_MS[Math.min(times, AGAIN_MS.length - 1)]);
    this.#timer.unref();
  }
}
