import type { BotStatePatch, HeldBot } from '@wbm/db';
import type { CapabilityName } from '@wbm/domain';
import { type Renewal, type Vitals, vitalsOf } from '../care/bot-care.ts';
import type { Coalesced } from '../coalesce.ts';
import { within } from '../deadline.ts';
import type { EngineEvent } from '../engine/port.ts';
import { isChange } from '../inbound/changes.ts';
import { FrontDoor } from '../inbound/front-door.ts';
import type { HeldRun } from '../lease/held-run.ts';
import { MediaFetcher } from '../media/media-fetcher.ts';
import { AckBatch } from '../outbound/ack-batch.ts';
import { Lane } from '../outbound/lane.ts';
import { Catcher } from '../past/catcher.ts';
import type { BotBells } from '../ports.ts';
import { Relay } from '../sandbox/relay.ts';
import { asksOf } from './asks.ts';
import { SessionCapabilities } from './capabilities.ts';
import { engineDevice } from './engine-device.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import type { RunSurroundings } from './run-surroundings.ts';
import { ShownState } from './shown-state.ts';
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
  readonly #shown: ShownState;
  readonly #door: FrontDoor;
  readonly #acks: AckBatch;
  readonly #media: MediaFetcher;
  readonly #capabilities: SessionCapabilities;
  readonly #relay: Relay;
  readonly #lane: Lane;
  readonly #supervisor: EngineSupervisor;
  readonly #asks: Coalesced;
  readonly #catcher: Catcher;
  readonly #ending = new AbortController();
  /** What to show of a session that is ready, as soon as it may answer; null while it is not ready. */
  #online: BotStatePatch | null = null;
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
    const { rows, files, bells, lease, log, metrics, space, gates, session, settings, network } = surroundings;
    const both = { rows, bells, log };
    this.#shown = new ShownState({ ...both, metrics, botId: held.botId });
    this.#capabilities = new SessionCapabilities({ ...both, onBack: () => this.#media.wake() });
    this.#acks = new AckBatch({
      ...both,
      onRecorded: ({ waMessageId, ack }) => this.#relay.ackRecorded(waMessageId, ack),
      onDropped: ({ waMessageId, ack }) => this.#relay.ackDropped(waMessageId, ack),
    });
    this.#door = new FrontDoor({
      ...both,
      botId: held.botId,
      space,
      metrics,
      onSettled: (waMessageId) => this.#relay.settled(waMessageId),
      onMedia: () => this.#media.wake(),
      onDropped: (waMessageId) => {
        this.#relay.dropped(waMessageId);
        this.#catcher.missed();
      },
    });
    this.#supervisor = new EngineSupervisor({
      log,
      lease,
      gates,
      cacheDir: surroundings.engineCacheDir,
      settings,
      network,
      session,
      engine: () => rows.engine(),
      onEvent: (event) => this.#onEvent(event),
      onGone: (patch) => this.#enter(patch),
      onUnexpectedEnd: () => metrics.engineEnded(this.botId),
      onBadEvent: () => metrics.inboundLost('malformed'),
    });
    this.#asks = asksOf({
      ...both,
      onGivenUp: (reason) => this.#shown.explain(reason),
      session: () =>
        this.leaving
          ? null
          : {
              state: this.#online?.state ?? this.#shown.state,
              ownNumber: this.#online?.ownNumber ?? null,
              process: this.#supervisor.process,
            },
    });
    this.#catcher = new Catcher({
      ...both,
      receive: (...told) => {
        this.#movedAtMs = performance.now();
        this.#door.receive(...told);
      },
      change: (event) => this.#door.change(event),
      acked: (ack) => this.#acks.add(ack),
      received: () => this.#door.received,
      stored: () => this.#door.stored(),
      readyProcess: () => (this.ready && !this.leaving ? this.#supervisor.process : undefined),
      onProgress: (progress) => this.#show({ ...this.#online, state: 'syncing-history', progress }),
      onSettled: () => {
        if (this.#online) this.#show(this.#online);
        this.#lane.wakeFully();
      },
    });
    this.#media = new MediaFetcher({
      ...both,
      media: rows.media,
      files,
      process: () => (this.#can('media-in') ? this.#supervisor.process : undefined),
    });
    this.#relay = new Relay({
      network: rows.network,
      bells,
      log,
      ready: () => this.ready,
      tell: (news) => this.#supervisor.tell(news),
    });
    this.#lane = new Lane({
      ...both,
      workspaceId: held.workspaceId,
      device: engineDevice({
        process: () => this.#supervisor.process,
        files,
        log,
        usable: () => this.ready && !this.leaving && lease.holds(),
        held: () => lease.holds() && !this.#dropped,
        ending: this.#ending.signal,
      }),
      mayAnswer: () => this.#catcher.settled,
      onSent: (seconds) => {
        this.#movedAtMs = performance.now();
        metrics.message(this.botId, 'out');
        metrics.sendSeconds(seconds);
      },
      onHeld: metrics.sendsHeld,
      onRefused: metrics.sendRefused,
    });
  }

  get ready(): boolean {
    return this.#online !== null;
  }

  #can(name: CapabilityName): boolean {
    return this.ready && !this.leaving && this.#with.lease.holds() && this.#capabilities.can(name);
  }

  start(): void {
    this.#capabilities.began();
    this.#enter({ state: 'starting' });
    this.#supervisor.start();
  }

  /** A person asked for a fresh engine. */
  async restart(restartNo: number): Promise<void> {
    this.restartNo = restartNo;
    this.#enter({ state: 'starting' });
    await this.#supervisor.stop();
    if (!this.leaving && !this.#dropped) this.#supervisor.start();
  }

  /** How its engine does; null while there is none. */
  get vitals(): Vitals | null {
    return this.leaving ? null : vitalsOf(this.#supervisor.process, this.ready, this.#movedAtMs);
  }

  get runsIn(): 'browser' | 'simulation' | null {
    if (this.#shown.state === 'failed') return null;
    return this.#supervisor.engine === 'sandbox' ? 'simulation' : 'browser';
  }

  timeZone(): Promise<string | null> {
    return this.#with.rows.timeZone();
  }

  /** Ends the engine in order and starts it again in place; the link stays, and what came meanwhile is read afterwards. */
  async renew({ reason, failed }: Renewal): Promise<void> {
    this.#enter({ state: 'reconnecting', reason });
    await within(FINISH_MS, this.#lane.idle());
    if (!this.leaving && !this.#dropped) await this.#supervisor.renew({ failed });
  }

  /** Ends in order: what is just leaving leaves, what was received is stored. Never throws. */
  async stop(reason: string | null): Promise<void> {
    this.leaving = true;
    this.#ending.abort();
    await within(FINISH_MS, this.#lane.idle());
    await this.#supervisor.stop();
    this.#catcher.away();
    this.#relay.deviceGone();
    await within(FINISH_MS, Promise.all([this.#door.stored(), this.#acks.flush()]));
    this.#enter({ state: 'stopped', reason });
    await within(FINISH_MS, this.#shown.written());
    this.#close();
  }

  /** Ends at once: the bot has another run, or none. What was received is still written. */
  drop(): void {
    this.#dropped = true;
    this.leaving = true;
    this.#ending.abort();
    this.#supervisor.kill();
    this.#with.session.drop();
    this.#relay.deviceGone();
    this.#close();
  }

  /** The lease has run out. */
  fence(): void {
    this.#supervisor.fence();
  }

  leaseRenewed(): void {
    this.#supervisor.leaseRenewed();
  }

  wakeLane(): void {
    this.#lane.wake();
  }

  wakeLaneFully(): void {
    this.#lane.wakeFully();
  }

  wakeRelay(): void {
    this.#relay.wake();
  }

  wakeMedia(): void {
    this.#media.wake();
  }

  /** Sees that nothing written to the bot was missed. Does not throw. */
  async checkHeard(): Promise<void> {
    await this.#catcher.look().catch((err) => this.#with.log.warn({ err }, 'bot.mark-later'));
  }

  /** Somebody may have asked something of the session, or changed what it may send. */
  rowChanged(): void {
    this.#asks.wake();
    this.#lane.budgetChanged();
  }

  #close(): void {
    this.#catcher.away();
    this.#shown.close();
    this.#acks.close();
    this.#capabilities.close();
  }

  #onEvent(event: EngineEvent): void {
    const patch = stateOfEvent(event);
    if (patch) this.#with.session.entered(patch.state, event.event === 'state' && event.kept === true);
    if (event.event === 'qr' && event.reason !== undefined && this.#with.session.damaged()) {
      return void this.renew({ reason: DAMAGED, failed: false });
    }
    if (patch?.state === 'ready') this.#becomeReady(patch);
    else if (patch) this.#enter(patch);
    if (event.event === 'authenticated') this.#linkedAt = new Date();
    if (event.event === 'message') this.#catcher.hear(event.message);
    else if (isChange(event)) this.#catcher.change(event);
    else if (event.event === 'ack') this.#acks.add(event);
    else if (event.event === 'capability') this.#capabilities.told(event);
    else if (event.event === 'unreadable')
      this.#with.log.warn({ waMessageIds: event.waMessageIds }, 'message.unreadable');
    else if (!patch) this.#with.log.debug({ told: event.event }, 'engine.event-ignored');
  }

  /** It shows as ready when its past is read; until then it hears, and a person may already write through it. */
  #becomeReady(patch: BotStatePatch): void {
    if (this.#dropped || this.#online) return;
    this.#online = patch;
    this.#with.onReady();
    this.#catcher.ready(patch.ownNumber ?? null, this.#linkedAt ?? new Date());
    this.#lane.wakeFully();
    this.#relay.wake();
    this.#media.wake();
  }

  /** Into any state but being ready. */
  #enter(patch: BotStatePatch): void {
    this.#online = null;
    this.#capabilities.entered(patch.state);
    this.#catcher.away();
    this.#relay.deviceGone();
    this.#show(patch);
  }

  #show(patch: BotStatePatch): void {
    if (!this.#dropped) this.#shown.show(patch);
  }
}
