import type { BotKind, HeldBot } from '@wbm/db';
import type { Room } from '@wbm/domain';
import { createLog, systemClock } from '@wbm/runtime';
import { vi } from 'vitest';
import type { BotRun } from '../src/bots/bot-run.ts';
import { Lease } from '../src/lease/lease.ts';
import { Placement } from '../src/lease/placement.ts';

export const LEASE_MS = 8_000;
export const aHeldBot: HeldBot = { workspaceId: 'w', botId: 'a', runEpoch: 1, status: 'enabled', restartNo: 0 };

/** A placement on pretended rows: one bot that nobody has, and whatever `hold` says that this runner has. */
export function aPlacement() {
  let held: HeldBot[] = [];
  /** What nobody has. */
  const of: { bot: HeldBot; kind: BotKind } = { bot: aHeldBot, kind: 'browser' };
  const beats: boolean[] = [];
  const fleet = {
    beat: vi.fn(async (_id: string, _host: string, _capacity: number, draining: boolean) => {
      beats.push(draining);
      return held;
    }),
    counts: vi.fn(async () => ({ runners: 1, bots: 1, unplaced: held.length === 0 ? 1 : 0 })),
    take: vi.fn(async (_id: string, _limit: number, kinds: readonly BotKind[] = []): Promise<HeldBot[]> => {
      if (!kinds.includes(of.kind)) return [];
      held = [of.bot];
      return held;
    }),
    release: vi.fn(async (_id: string, botIds: readonly string[]) => {
      held = held.filter(({ botId }) => !botIds.includes(botId));
      return [...botIds];
    }),
    retire: vi.fn(async () => undefined),
    work: vi.fn(async () => []),
    erased: vi.fn(async () => []),
  };
  const runs: (BotRun & { said: string[] })[] = [];
  const openRun = (bot: HeldBot) => {
    const said: string[] = [];
    const say = (word: string) => () => void said.push(word);
    const run = {
      ...bot,
      said,
      leaving: false,
      bells: { released: say('released') },
      start: say('start'),
      drop: say('drop'),
      fence: say('fence'),
      restart: async () => void said.push('restart'),
      stop: async (reason: string | null) => {
        run.leaving = true;
        said.push(reason === null ? 'stop' : 'hand over');
      },
      leaseRenewed: () => undefined,
    } as unknown as BotRun & { said: string[]; leaving: boolean };
    runs.push(run);
    return run;
  };
  const erasures: string[][] = [];
  const erasedNow = new Map<string, () => void>();
  /** Its erasure is done. */
  const erased = (botId: string) => erasedNow.get(botId)?.();
  const openErasure = (bot: HeldBot) => {
    const said: string[] = [];
    erasures.push(said);
    const done = Promise.withResolvers<void>();
    erasedNow.set(bot.botId, done.resolve);
    const erasure = {
      ...bot,
      erases: true,
      leaving: false,
      bells: { released: () => void said.push('released') },
      drop: () => void said.push('drop'),
      fence: () => void said.push('fence'),
      leaseRenewed: () => undefined,
      carryOut: async () => {
        said.push('erase');
        await done.promise;
        erasure.leaving = true;
      },
      stop: async () => {
        said.push('stop');
        erasure.leaving = true;
        done.resolve();
      },
    };
    return erasure;
  };
  const showStopped = vi.fn(async () => true);
  const lease = new Lease(systemClock, LEASE_MS);
  const log = createLog({ service: 'test', level: 'silent' });
  const memory: { room: Room } = { room: { browsers: 9, simulated: 9, carries: 9 } };
  const placement = new Placement({
    runnerId: 'r', host: 'h', capacity: 5, leaseMs: LEASE_MS, lease, fleet, clock: systemClock, log, openRun, showStopped,
    room: () => memory.room, openErasure,
  }); // biome-ignore format: what it is made of
  const hold = (bots: HeldBot[]) => {
    held = bots;
  };
  const tookOf = (kind: BotKind) => fleet.take.mock.calls.filter(([, , kinds]) => kinds?.includes(kind)).length;
  return { placement, fleet, runs, lease, beats, showStopped, hold, memory, log, erasures, erased, of, tookOf };
}
