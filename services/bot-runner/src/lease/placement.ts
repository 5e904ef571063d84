import type { BotKind, HeldBot } from '@wbm/db';
import { botsToTake, type Room } from '@wbm/domain';
import { type Clock, type Logger, type Pulse, startPulse } from '@wbm/runtime';
import type { BotRun } from '../bots/bot-run.ts';
import type { Fleet } from '../ports.ts';
import { answersWithin, type InTime } from './answers.ts';
import type { HeldRun } from './held-run.ts';
import type { Lease } from './lease.ts';
import { planChanges } from './plan-changes.ts';
import { Shortage } from './shortage.ts';

/** Each needs a browser for a while, whatever the memory says: a deleted bot must not stay linked because others run. */
const ERASED_AT_ONCE = 2;
const HANDED_OVER = 'Its runner is stopping; another one takes over.';

export interface PlacementOptions {
  readonly runnerId: string;
  readonly host: string;
  readonly capacity: number;
  readonly leaseMs: number;
  readonly lease: Lease;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly log: Logger;
  readonly openRun: (held: HeldBot) => BotRun;
  /** For a bot that was deleted. */
  readonly openErasure: (held: HeldBot) => HeldRun & { carryOut(): Promise<void> };
  /** How many more bots the memory carries. */
  readonly room: () => Room;
  /** Says that a bot nobody runs was meant to be stopped. */
  readonly showStopped: (held: HeldBot) => Promise<unknown>;
}

/**
 * Keeps this process running exactly the bots Postgres says it holds. One beat at a time: it renews the lease, reads
 * back what is held, lets go of what has stopped, and takes what nobody has. Waking it does all of that at once.
 */
export class Placement {
  readonly runs = new Map<string, BotRun>();
  readonly #erasures = new Map<string, HeldRun>();
  /** Deleted bots whose turn has not come; by the last beat's answer. */
  readonly #toErase = new Set<string>();
  readonly #options: PlacementOptions;
  readonly #stopped = new Set<string>();
  #pulse: Pulse | undefined;
  #fence: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #draining = false;
  #onEmpty: (() => void) | undefined;
  readonly #shortage: Shortage;

  constructor(options: PlacementOptions) {
    this.#options = options;
    const { leaseMs, clock, log } = options;
    this.#shortage = new Shortage({ beatMs: leaseMs / 4, clock, log });
  }

  start(): void {
    const { leaseMs, lease, log } = this.#options;
    this.#pulse = startPulse({ task: 'lease', everyMs: leaseMs / 4, log, run: () => this.#beat() });
    this.#fence = setInterval(() => {
      if (lease.holds()) return;
      for (const run of this.#all()) run.fence();
      this.#tellIfEmpty();
    }, leaseMs / 20);
  }

  wake(): void {
    this.#pulse?.wake();
  }

  /** How many deleted bots have, or soon have, a browser to be logged out with. */
  get erasing(): number {
    return [...this.#erasures.keys()].filter((botId) => !this.#stopped.has(botId)).length;
  }

  /** Stops all bots together, each let go as soon as its engine has stopped, and takes no more. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const run of this.#all()) this.#stop(run, HANDED_OVER);
    this.wake();
    if (this.#all().length > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    clearInterval(this.#fence);
    await this.#pulse?.stop();
    clearTimeout(this.#soon);
    const { fleet, runnerId, log } = this.#options;
    // All bots are free already; a lease that is not given up runs out.
    await fleet.retire(runnerId).catch((err) => log.warn({ err }, 'runner.retire-failed'));
  }

  async #beat(): Promise<void> {
    const { fleet, runnerId, host, capacity, leaseMs, lease, clock, log } = this.#options;
    const sentAtMs = clock.monotonicMs();
    let held: HeldBot[];
    try {
      held = await answersWithin(leaseMs / 4)(fleet.beat(runnerId, host, capacity, this.#draining, leaseMs));
      lease.renewed(sentAtMs);
    } catch (err) {
      // No answer is no verdict: the engines live on, until the lease has nearly run out.
      log.warn({ err, remainingMs: Math.round(lease.remainingMs()) }, 'lease.beat-failed');
      this.#beatSoon();
      return;
    }
    this.#apply(held);
    for (const run of this.#all()) run.leaseRenewed();
    // The next beat must not wait for what hangs: what comes of it is seen in that beat's answer.
    const inTime = answersWithin(leaseMs / 4);
    try {
      await this.#release(inTime);
      if (!this.#draining) await this.#take(inTime);
    } catch (err) {
      log.warn({ err }, 'placement.later');
      this.#beatSoon();
    }
  }

  #beatSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.wake(), this.#options.leaseMs / 20);
  }

  /** Everything this process does with bots. */
  #all(): HeldRun[] {
    return [...this.runs.values(), ...this.#erasures.values()];
  }

  #run(botId: string): HeldRun | undefined {
    return this.runs.get(botId) ?? this.#erasures.get(botId);
  }

  #forget(botId: string): void {
    this.runs.delete(botId);
    this.#erasures.delete(botId);
    this.#stopped.delete(botId);
  }

  #apply(held: readonly HeldBot[]): void {
    const listed = new Set(held.map(({ botId }) => botId));
    // It was let go after all, by a release whose answer came too late.
    for (const botId of this.#stopped) if (!listed.has(botId)) this.#released(botId);
    this.#toErase.clear();
    for (const step of planChanges(held, this.#all())) {
      if (step.change === 'drop') this.#drop(step.botId);
      else if (step.change === 'start') this.#start(step.held);
      else if (step.change === 'stop') this.#stopHeld(step.held);
      else if (step.change === 'erase') this.#erase(step.held);
      else void this.runs.get(step.held.botId)?.restart(step.held.restartNo);
    }
  }

  #start(held: HeldBot): void {
    if (this.#draining) {
      this.#stopped.add(held.botId);
      return;
    }
    this.#options.log.info({ botId: held.botId, runEpoch: held.runEpoch }, 'bot.taken');
    this.#stopped.delete(held.botId); // It could not be let go in time, and is wanted again.
    const run = this.#options.openRun(held);
    this.runs.set(held.botId, run);
    run.start();
  }

  #erase(held: HeldBot): void {
    const { botId, runEpoch } = held;
    if (this.#draining) {
      this.#stopped.add(botId);
      return;
    }
    if (this.erasing >= ERASED_AT_ONCE) {
      this.#toErase.add(botId);
      return;
    }
    this.#options.log.info({ botId, runEpoch }, 'bot.erasing');
    this.#stopped.delete(botId);
    const erasure = this.#options.openErasure(held);
    this.#erasures.set(botId, erasure);
    this.#showStopped(held);
    void erasure.carryOut().then(() => this.#hasStopped(erasure));
  }

  #drop(botId: string): void {
    this.#options.log.warn({ botId }, 'bot.lost');
    this.#run(botId)?.drop();
    this.#forget(botId);
    this.#tellIfEmpty();
  }

  #stopHeld(held: HeldBot): void {
    const run = this.#run(held.botId);
    if (run) this.#stop(run, null, held.status === 'erase');
    else if (!this.#stopped.has(held.botId)) {
      this.#stopped.add(held.botId);
      this.#showStopped(held);
    }
  }

  #showStopped(held: HeldBot): void {
    const { showStopped, log } = this.#options;
    showStopped(held).catch((err) => log.warn({ botId: held.botId, err }, 'bot.state-later'));
  }

  #stop(run: HeldRun, reason: string | null, toErase = false): void {
    if (run.leaving) return;
    void run.stop(reason).then(() => this.#hasStopped(run, toErase));
  }

  /** It can be let go; or is kept, for who ran a bot last can erase it best. */
  #hasStopped(run: HeldRun, toErase = false): void {
    if (this.#run(run.botId) !== run) return; // Lost meanwhile: not ours to let go.
    if (toErase && !this.#draining) this.#forget(run.botId);
    else this.#stopped.add(run.botId);
    this.wake();
  }

  async #release(inTime: InTime): Promise<void> {
    const { fleet, runnerId } = this.#options;
    const botIds = [...this.#stopped];
    if (botIds.length === 0) return;
    const gone = await inTime(fleet.release(runnerId, botIds));
    for (const botId of gone) this.#released(botId);
    // Somebody has its row locked just now.
    if (gone.length < botIds.length) this.#beatSoon();
  }

  #released(botId: string): void {
    this.#options.log.info({ botId }, 'bot.released');
    // Rung only when the bot shall go on elsewhere; else the wake would bring it to nobody.
    if (this.#draining) this.#run(botId)?.bells.released();
    this.#forget(botId);
    this.#tellIfEmpty();
  }

  async #take(inTime: InTime): Promise<void> {
    const { fleet, runnerId, capacity, room } = this.#options;
    const counts = await inTime(fleet.counts(runnerId));
    this.#shortage.noteUnplaced(counts.unplaced);
    if (counts.unplaced === 0) return this.#shortage.noteFull(false, this.runs.size);
    // These need no room: one that nobody wants is only let go, and one that was deleted is soon gone.
    const letGo = await this.#takeKind('disabled', capacity, inTime);
    const erasing = await this.#takeKind('erase', ERASED_AT_ONCE - this.erasing - this.#toErase.size, inTime);
    const unplaced = counts.unplaced - letGo - erasing;
    const wanted = botsToTake({
      ...counts,
      unplaced,
      capacity,
      held: this.#all().length + this.#toErase.size,
      starvedBeats: this.#shortage.beats,
    });
    const browsers = await this.#takeKind('browser', Math.min(wanted, room().browsers), inTime);
    // The room is asked for anew, for those just taken have to find theirs.
    const simulated = await this.#takeKind('simulated', Math.min(wanted - browsers, room().simulated), inTime);
    const taken = browsers + simulated;
    const full = taken < Math.min(wanted, unplaced) && room().carries === 0;
    // Those that are erased take room for a while only, and whoever waits may be another such.
    if (!full || this.erasing === 0) this.#shortage.noteFull(full, this.runs.size);
  }

  /** Answers how many there were. */
  async #takeKind(kind: BotKind, most: number, inTime: InTime): Promise<number> {
    if (most <= 0) return 0;
    const { fleet, runnerId } = this.#options;
    const taken = await inTime(fleet.take(runnerId, most, [kind]));
    for (const held of taken) {
      if (held.status === 'enabled') this.#start(held);
      else if (held.status === 'erase') this.#erase(held);
      else this.#stopHeld(held);
    }
    return taken.length;
  }

  /** While Postgres is away nobody can let a bot go; one that has stopped is free once the lease has run out. */
  #tellIfEmpty(): void {
    const all = this.#all();
    const left = all.filter(({ botId }) => !this.#stopped.has(botId));
    const holdsAny = (this.#options.lease.holds() ? all : left).length > 0;
    if (!holdsAny) this.#onEmpty?.();
  }
}
