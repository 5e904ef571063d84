import type { BotStatePatch, HeldBot } from '@wbm/db';
import type { Coalesced } from '../coalesce.ts';
import type { EngineEvent } from '../engine/port.ts';
import { FrontDoor } from '../inbound/front-door.ts';
import { MediaFetcher } from '../media/media-fetcher.ts';
import { AckBatch } from '../outbound/ack-batch.ts';
import { Lane } from '../outbound/lane.ts';
import { Catcher } from '../past/catcher.ts';
import { Relay } from '../sandbox/relay.ts';
import { asksOf } from './asks.ts';
import { SessionCapabilities } from './capabilities.ts';
import { engineDevice } from './engine-device.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import type { RunSurroundings } from './run-surroundings.ts';
import { ShownState } from './shown-state.ts';

/** What the parts of a run ask of it, and tell it. */
export type RunHooks = {
  /** What to show of a session that is ready; null while it is not. */
  readonly online: () => BotStatePatch | null;
  /** It is ending, in order or at once. */
  readonly leaving: () => boolean;
  /** The bot has another run, or none. */
  readonly dropped: () => boolean;
  readonly ending: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  /** The session is in another state than being ready. */
  readonly onState: (patch: BotStatePatch) => void;
  /** Something else is to be shown of the state it is in. */
  readonly onShow: (patch: BotStatePatch) => void;
  /** Something came in or went out. */
  readonly onMoved: () => void;
};

/** What a run is made of. */
export interface RunParts {
  readonly shown: ShownState;
  readonly capabilities: SessionCapabilities;
  readonly acks: AckBatch;
  readonly door: FrontDoor;
  readonly supervisor: EngineSupervisor;
  readonly asks: Coalesced;
  readonly catcher: Catcher;
  readonly media: MediaFetcher;
  readonly relay: Relay;
  readonly lane: Lane;
}

/** Wires the parts of one run to each other, and to what it works with. None of them does anything yet. */
export function partsOf(held: HeldBot, surroundings: RunSurroundings, run: RunHooks): RunParts {
  const { rows, files, bells, lease, log, metrics, space, gates, session, settings, network } = surroundings;
  const { botId } = held;
  const { online, leaving, dropped, ending } = run;
  const both = { rows, bells, log };
  const inUse = () => online() !== null && !leaving();

  const shown = new ShownState({ ...both, metrics, botId });
  const capabilities = new SessionCapabilities({ ...both, onBack: () => media.wake() });
  const acks = new AckBatch({
    ...both,
    onRecorded: ({ waMessageId, ack }) => relay.ackRecorded(waMessageId, ack),
    onDropped: ({ waMessageId, ack }) => relay.ackDropped(waMessageId, ack),
  });
  const door = new FrontDoor({
    ...both,
    botId,
    space,
    metrics,
    onSettled: (waMessageId) => relay.settled(waMessageId),
    onMedia: () => media.wake(),
    onDropped: (waMessageId) => {
      relay.dropped(waMessageId);
      catcher.missed();
    },
  });
  const supervisor = new EngineSupervisor({
    log,
    lease,
    gates,
    cacheDir: surroundings.engineCacheDir,
    settings,
    network,
    session,
    engine: () => rows.engine(),
    onEvent: run.onEvent,
    onGone: run.onState,
    onUnexpectedEnd: () => metrics.engineEnded(botId),
    onBadEvent: () => metrics.inboundLost('malformed'),
  });
  const asks = asksOf({
    ...both,
    onGivenUp: (reason) => shown.explain(reason),
    session: () =>
      leaving()
        ? null
        : {
            state: online()?.state ?? shown.state,
            ownNumber: online()?.ownNumber ?? null,
            process: supervisor.process,
          },
  });
  const catcher = new Catcher({
    ...both,
    receive: (...told) => {
      run.onMoved();
      door.receive(...told);
    },
    change: (event) => door.change(event),
    acked: (ack) => acks.add(ack),
    received: () => door.received,
    stored: () => door.stored(),
    readyProcess: () => (inUse() ? supervisor.process : undefined),
    onProgress: (progress) => run.onShow({ ...online(), state: 'syncing-history', progress }),
    onSettled: () => {
      const patch = online();
      if (patch) run.onShow(patch);
      lane.wakeFully();
    },
  });
  const media = new MediaFetcher({
    ...both,
    media: rows.media,
    files,
    process: () => (inUse() && lease.holds() && capabilities.can('media-in') ? supervisor.process : undefined),
  });
  const relay = new Relay({
    network: rows.network,
    bells,
    log,
    ready: () => online() !== null,
    tell: (news) => supervisor.tell(news),
  });
  const lane = new Lane({
    ...both,
    workspaceId: held.workspaceId,
    device: engineDevice({
      process: () => supervisor.process,
      files,
      log,
      usable: () => inUse() && lease.holds(),
      held: () => lease.holds() && !dropped(),
      ending,
    }),
    mayAnswer: () => catcher.settled,
    onSent: (seconds) => {
      run.onMoved();
      metrics.message(botId, 'out');
      metrics.sendSeconds(seconds);
    },
    onHeld: metrics.sendsHeld,
    onRefused: metrics.sendRefused,
  });
  return { shown, capabilities, acks, door, supervisor, asks, catcher, media, relay, lane };
}
