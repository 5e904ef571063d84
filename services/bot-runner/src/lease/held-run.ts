import type { BotBells } from '../ports.ts';
import type { LocalRun } from './plan-changes.ts';

/** What this process does with one bot it holds, as placement sees it. */
export interface HeldRun extends LocalRun {
  readonly bells: Pick<BotBells, 'released'>;
  /** Ends in order. Never throws. */
  stop(reason: string | null): Promise<void>;
  /** Ends at once: the bot is not ours any more. */
  drop(): void;
  /** The lease has run out. */
  fence(): void;
  leaseRenewed(): void;
}
