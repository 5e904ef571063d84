export interface PlacementFacts {
  /** How many bots this runner can carry. */
  readonly capacity: number;
  /** How many it carries now. */
  readonly held: number;
  /** All bots that should run, placed or not. */
  readonly bots: number;
  /** Living runners that take work, this one included. */
  readonly runners: number;
  readonly unplaced: number;
  /**
   * Heartbeats in a row after which bots were still unplaced. A fair share that ignores how small the others are would
   * leave bots unplaced for ever, so after three such beats a runner with room takes one more at a time.
   */
  readonly starvedBeats?: number;
  /** How many more its memory carries. */
  readonly room?: number;
}

/** How many unplaced bots a runner takes now: up to its fair share of all bots, never above its capacity, nor above what its memory carries. */
export function botsToTake(facts: PlacementFacts): number {
  const { capacity, held, bots, runners, unplaced, starvedBeats = 0 } = facts;
  const room = Math.min(capacity - held, facts.room ?? Number.POSITIVE_INFINITY);
  const share = Math.ceil(bots / Math.max(1, runners)) - held;
  const wanted = Math.max(share, starvedBeats >= 3 ? 1 : 0);
  return Math.max(0, Math.min(room, wanted, unplaced));
}
