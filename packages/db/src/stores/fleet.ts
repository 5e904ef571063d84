import { type BotStatus, botStatuses } from '@wbm/domain';
import { z } from 'zod';
import type { Connection } from '../connection/connection.ts';

const wanted = [...botStatuses, 'erase'] as const;
/** What its runner should do with a bot. `erase`: it was deleted, and its session must be ended and removed. */
export type Wanted = BotStatus | 'erase';

const kinds = ['browser', 'simulated', 'erase', 'disabled'] as const;
/** What taking a bot would cost: a browser to run it or to erase it with, a child process of little weight, or nothing. */
export type BotKind = (typeof kinds)[number];

/** A bot as the runner that holds it needs to know it. A bot or epoch missing from the next beat is not its any more. */
export type HeldBot = {
  readonly workspaceId: string;
  readonly botId: string;
  readonly runEpoch: number;
  readonly status: Wanted;
  readonly restartNo: number;
};

export type RunnerWork = {
  readonly workspaceId: string;
  readonly botId: string;
  readonly work: 'send' | 'relay' | 'ask' | 'media';
};

/** The bot-runners' way across workspaces: ids and counts only, and no other service may call it. */
export interface FleetStore {
  /** Says this runner lives for another `leaseMs` and reads back what it holds. */
  beat(runnerId: string, host: string, capacity: number, draining: boolean, leaseMs: number): Promise<HeldBot[]>;
  /** `unplaced`: what this runner may take now. */
  counts(runnerId: string): Promise<{ runners: number; bots: number; unplaced: number }>;
  /**
   * Takes up to `limit` bots of these kinds, or of all, that nobody alive holds: one that is disabled only to be shown stopped and let go, one that
   * was deleted to be erased. Those of a runner whose lease has run out only after having lived for half a lease itself:
   * when Postgres was away, the others are about to beat again.
   */
  take(runnerId: string, limit: number, kinds?: readonly BotKind[]): Promise<HeldBot[]>;
  /** Lets go of bots whose engines have stopped, and answers which: not those whose rows somebody has locked just now. */
  release(runnerId: string, botIds: readonly string[]): Promise<string[]>;
  retire(runnerId: string): Promise<void>;
  /** Which of these were deleted and erased: what a machine still has of them is nobody's. */
  erased(botIds: readonly string[]): Promise<string[]>;
  /** Its bots that have something to send, a file to fetch, were asked for something, or, in the sandbox, have something to hear. */
  work(runnerId: string): Promise<RunnerWork[]>;
}

const heldBot = z
  .object({
    workspace_id: z.string(),
    bot_id: z.string(),
    run_epoch: z.int(),
    status: z.enum(wanted),
    restart_no: z.int(),
  })
  .transform(
    (row): HeldBot => ({
      workspaceId: row.workspace_id,
      botId: row.bot_id,
      runEpoch: row.run_epoch,
      status: row.status,
      restartNo: row.restart_no,
    }),
  );

const work = z
  .object({ workspace_id: z.string(), bot_id: z.string(), work: z.enum(['send', 'relay', 'ask', 'media']) })
  .transform((row): RunnerWork => ({ workspaceId: row.workspace_id, botId: row.bot_id, work: row.work }));

const botId = z.object({ bot_id: z.string() }).transform((row) => row.bot_id);

const fleet = z.object({ runners: z.int(), bots: z.int(), unplaced: z.int() });

/** `lease`: the way for what placement does one after the other, and what must not wait for anything else. */
export function fleetStore(connection: Connection, lease: Connection): FleetStore {
  return {
    beat: (runner, host, capacity, draining, leaseMs) =>
      lease.rows('beat_runner', { runner, host, capacity, draining, leaseMs }, heldBot),
    async counts(runner) {
      const [row] = await lease.rows('fleet', { runner }, fleet);
      return row ?? { runners: 0, bots: 0, unplaced: 0 };
    },
    take: (runner, limit, only = kinds) => lease.rows('take_bots', { runner, limit, kinds: only }, heldBot),
    release: (runner, bots) => lease.rows('release_bots', { runner, bots }, botId),
    async retire(runner) {
      await lease.answer('retire_runner', { runner }, z.boolean());
    },
    erased: (bots) => connection.rows('erased_bots', { bots }, botId),
    work: (runner) => connection.rows('runner_work', { runner }, work),
  };
}
