import { within } from '../deadline.ts';
import type { BuiltEngine } from '../engine/frames.ts';

/** One that hangs while it starts must not keep the others out. */
const LONGEST_TURN_MS = 10_000;
const SANDBOXES_AT_ONCE = 4;

/** A gate for each engine: one that takes long to start does not hold up one that does not. */
export type StartGates = Readonly<Record<BuiltEngine, StartGate>>;

/**
 * A starting Chromium keeps two cores busy. Four at once on two cores were measured to take four times as long each, so
 * a machine of two starts one after the other.
 */
export function startGates(cores: number): StartGates {
  return {
    sandbox: new StartGate(SANDBOXES_AT_ONCE),
    'whatsapp-web.js': new StartGate(Math.max(1, Math.floor(cores / 2))),
  };
}

/** Lets so many bots of a runner start at a time: all at once, each would take as long as all of them together. */
export class StartGate {
  readonly #waiting: (() => void)[] = [];
  readonly #longestTurnMs: number;
  #free: number;

  constructor(width: number, longestTurnMs = LONGEST_TURN_MS) {
    this.#free = width;
    this.#longestTurnMs = longestTurnMs;
  }

  /** Runs `start` when there is room, and resolves when it is done; its place is given on before that if it takes long. */
  async pass(start: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const starting = start();
    try {
      await within(this.#longestTurnMs, starting);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
    await starting;
  }
}
