import type { BotStatePatch, HeldBot } from '@wbm/db';
import { type Renewal, type Vitals, vitalsOf } from '../care/bot-care.ts';
import { within } from '../deadline.ts';
import type { EngineEvent } from '../engine/port.ts';
import { isChange } from '../inbound/changes.ts';
import type { HeldRun } from '../lease/held-run.ts';
import type { BotBells } from '../ports.ts';
import { partsOf, type RunParts } from './run-parts.ts';
import type { RunSurroundings } from './run-surroundings.ts';
import { stateOfEvent } from './state-of-event.ts';

/** How long a stopping run waits for what is just leaving, and for Postgres to take what was received. */
const FINISH_MS = 5_000;
const DAMAGED = 'The stored session did not work. An earlier copy of it is tried.';

/** One bot in one run: its engine, what comes in, what goes out, and what others are told of it. */
export class BotRun implements HeldRun {
  readonly botId: string;
  readonly runEpoch: number;
  readonly bells: BotBells;
  restartNo: number;
  leaving = false;
  readonly #with: RunSurroundings;
  readonly #parts: RunParts;
  readonly #ending = new AbortController();
  /** What to show of a session that is ready, as soon as it may answer; null while it is not ready. */
  #online: BotStatePatch | null = null;
  /** By the monotonic clock. */
  #readyAtMs: number | null = null;
  #linkedAt: Date | undefined;
  #dropped = false;
  /** When last something came in or went out. */
  #movedAtMs = performance.now();

  constructor(held: HeldBot, surroundings: RunSurroundings) {
    this.botId = held.botId;
    this.runEpoch = held.runEpoch;
    this.restartNo = held.restartNo;
    this.bells = surroundings.bells;
    this.#with = surroundings;
    this.#parts = partsOf(held, surroundings, {
      online: () => this.#online,
      leaving: () => this.leaving,
      dropped: () => this.#dropped,
      ending: this.#ending.signal,
      onEvent: (event) => this.#onEvent(event),
      onState: (patch) => this.#enter(patch),
      onShow: (patch) => this.#show(patch),
      onMoved: () => {
        this.#movedAtMs = performance.now();
      },
    });
  }

  get ready(): boolean {
    return this.#online !== null;
  }

  start(): void {
    this.#parts.capabilities.began();
    this.#enter({ state: 'starting' });
    this.#parts.supervisor.start();
  }

  /** A person asked for a fresh engine. */
  async restart(restartNo: number): Promise<void> {
    this.restartNo = restartNo;
    this.#enter({ state: 'starting' });
    await within(FINISH_MS, this.#parts.lane.idle());
    await this.#parts.supervisor.stop();
    if (!this.leaving && !this.#dropped) this.#parts.supervisor.start();
  }

  /** How its engine does; null while there is none. */
  get vitals(): Vitals | null {
    return this.leaving ? null : vitalsOf(this.#parts.supervisor.process, this.#readyAtMs, this.#movedAtMs);
  }

  get runsIn(): 'browser' | 'simulation' | null {
    if (this.#parts.shown.state === 'failed') return null;
    return this.#parts.supervisor.engine === 'sandbox' ? 'simulation' : 'browser';
  }

  get lacksCopy(): boolean {
    return this.#with.session.lacksCopy;
  }

  timeZone(): Promise<string | null> {
    return this.#with.rows.timeZone();
  }

  /** Ends the engine in order and starts it again in place; the link stays, and what came meanwhile is read afterwards. */
  async renew({ reason, failed }: Renewal): Promise<void> {
    this.#enter({ state: 'reconnecting', reason });
    await within(FINISH_MS, this.#parts.lane.idle());
    if (!this.leaving && !this.#dropped) await this.#parts.supervisor.renew({ failed });
  }

  /** Ends in order: what is just leaving leaves, what was received is stored. Never throws. */
  async stop(reason: string | null): Promise<void> {
    this.leaving = true;
    this.#ending.abort();
    await within(FINISH_MS, this.#parts.lane.idle());
    await this.#parts.supervisor.stop();
    this.#parts.catcher.away();
    this.#parts.relay.deviceGone();
    await within(FINISH_MS, Promise.all([this.#parts.door.stored(), this.#parts.acks.flush()]));
    this.#enter({ state: 'stopped', reason });
    await within(FINISH_MS, this.#parts.shown.written());
    this.#close();
  }

  /** Ends at once: the bot has another run, or none. What was received is still written. */
  drop(): void {
    this.#dropped = true;
    this.leaving = true;
    this.#ending.abort();
    this.#parts.supervisor.kill();
    this.#with.session.drop();
    this.#parts.relay.deviceGone();
    this.#close();
  }

  /** The lease has run out. */
  fence(): void {
    this.#parts.supervisor.fence();
  }

  leaseRenewed(): void {
    this.#parts.supervisor.leaseRenewed();
  }

  wakeLane(): void {
    this.#parts.lane.wake();
  }

  wakeLaneFully(): void {
    this.#parts.lane.wakeFully();
  }

  wakeRelay(): void {
    this.#parts.relay.wake();
  }

  wakeMedia(): void {
    this.#parts.media.wake();
  }

  /** Sees that nothing written to the bot was missed. Does not throw. */
  async checkHeard(): Promise<void> {
    await this.#parts.catcher.look().catch((err) => this.#with.log.warn({ err }, 'bot.mark-later'));
  }

  /** Somebody may have asked something of the session, or changed what it may send. */
  rowChanged(): void {
    this.#parts.asks.wake();
    this.#parts.lane.budgetChanged();
  }

  #close(): void {
    this.#parts.catcher.away();
    this.#parts.shown.close();
    this.#parts.acks.close();
    this.#parts.capabilities.close();
  }

  #onEvent(event: EngineEvent): void {
    const patch = stateOfEvent(event);
    if (patch) this.#with.session.entered(patch.state, event.event === 'state' && event.kept === true);
    if (event.event === 'qr' && this.#with.session.damaged()) {
      return void this.renew({ reason: DAMAGED, failed: false });
    }
    if (patch?.state === 'ready') this.#becomeReady(patch);
    else if (patch) this.#enter(patch);
    if (event.event === 'authenticated') this.#linkedAt = new Date();
    if (event.event === 'message') this.#parts.catcher.hear(event.message);
    else if (isChange(event)) this.#parts.catcher.change(event);
    else if (event.event === 'ack') this.#parts.acks.add(event);
    else if (event.event === 'capability') this.#parts.capabilities.told(event);
    else if (event.event === 'unreadable')
      this.#with.log.warn({ waMessageIds: event.waMessageIds }, 'message.unreadable');
    else if (!patch) this.#with.log.debug({ told: event.event }, 'engine.event-ignored');
  }

  /** It shows as ready when its past is read; until then it hears, and a person may already write through it. */
  #becomeReady(patch: BotStatePatch): void {
    if (this.#dropped || this.#online) return;
    this.#online = patch;
    this.#readyAtMs = performance.now();
    this.#with.onReady();
    this.#parts.catcher.ready(patch.ownNumber ?? null, this.#linkedAt ?? new Date());
    this.#parts.lane.wakeFully();
    this.#parts.relay.wake();
    this.#parts.media.wake();
  }

  /** Into any state but being ready. */
  #enter(patch: BotStatePatch): void {
    this.#online = null;
    this.#readyAtMs = null;
    this.#parts.capabilities.entered(patch.state);
    this.#parts.catcher.away();
    this.#parts.relay.deviceGone();
    this.#show(patch);
  }

  #show(patch: BotStatePatch): void {
    if (!this.#dropped) this.#parts.shown.show(patch);
  }
}
