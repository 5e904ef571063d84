import { randomUUID } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { openServiceBlobs } from '@wbm/blobs';
import { openBus } from '@wbm/bus';
import { type HeldBot, openServiceDatabase } from '@wbm/db';
import { type Clock, type ServiceContext, startPulse } from '@wbm/runtime';
import type { z } from 'zod';
import { botBells } from './adapters/bot-bells.ts';
import { botRows } from './adapters/bot-rows.ts';
import { sessionRows } from './adapters/session-rows.ts';
import { BotRun } from './bots/bot-run.ts';
import { EngineSupervisor } from './bots/engine-supervisor.ts';
import { Erasure } from './bots/erasure.ts';
import { startGates } from './bots/start-gate.ts';
import { whatsAppSettings } from './bots/whatsapp-settings.ts';
import { botCare } from './care/start-care.ts';
import type { config as schema } from './config.ts';
import type { BuiltEngine } from './engine/frames.ts';
import { machineMs } from './engine/machine-clock.ts';
import { warmEngines } from './engine/warm-engines.ts';
import { onBotWake } from './handlers/bot-wake.ts';
import { onMessageSend } from './handlers/message-send.ts';
import { onSandboxWake } from './handlers/sandbox-wake.ts';
import { BufferSpace } from './inbound/inbound-buffer.ts';
import { Lease } from './lease/lease.ts';
import { Placement } from './lease/placement.ts';
import { openTransit } from './media/media-files.ts';
import { runnerMetrics } from './metrics.ts';
import { networkSide } from './sandbox/network-side.ts';
import { removeLeftovers } from './sessions/leftovers.ts';
import { sessionFolders, sessionsOf } from './sessions/session-of-bot.ts';
import { lookForWork } from './work.ts';

/** What a runner keeps in memory while Postgres is away: a message's text may be 64 kB long, so ten thousand are no bound. */
const BUFFERED = { messages: 10_000, bytes: 64 * 1024 * 1024 };
const LOOK_FOR_WORK_MS = 5_000;
const LEFTOVERS_MS = 60 * 60_000;

export async function compose(service: ServiceContext<z.infer<typeof schema>>): Promise<void> {
  const { config, log, metrics: registry, clock, scope } = service;
  const database = await openServiceDatabase(service, { leaseStatementMs: Math.floor(config.LEASE_MS / 4) });
  const bus = openBus({
    redisUrl: config.REDIS_URL,
    prefix: config.REDIS_PREFIX,
    service: 'bot-runner',
    log,
    metrics: registry,
  });
  scope.own('bus', () => bus.close());

  const blobs = openServiceBlobs(service);
  const transit = openTransit({ blobs, dir: join(config.DATA_DIR, 'transit') });

  const runnerId = randomUUID();
  const leaseClock: Clock = { ...clock, monotonicMs: machineMs };
  const lease = new Lease(leaseClock, config.LEASE_MS);
  const space = new BufferSpace(BUFFERED);
  const gates = startGates(availableParallelism());
  const care = botCare(config, {
    runs: () => placement.runs.values(),
    erasing: () => placement.erasing,
    onRoom: () => placement.wake(),
    metrics: () => metrics,
    clock,
    log,
  });
  const metrics = runnerMetrics(registry, {
    runs: () => placement.runs.size,
    buffered: () => space.used(),
    room: () => care.room().carries,
  });
  const sessionOf = sessionsOf(config, {
    blobs,
    rowsOf: (held) => sessionRows(database, held),
    leaseHolds: () => lease.holds(),
    stopping: service.stopping,
    log,
  });
  const engineCacheDir = join(config.DATA_DIR, 'cache', 'engines');
  const warmed = warmEngines(engineCacheDir);
  const settingsOf = (held: HeldBot) => async (engine: BuiltEngine) => {
    await warmed;
    return engine === 'whatsapp-web.js' ? whatsAppSettings(config, held.botId) : null;
  };
  const openRun = (held: HeldBot) => {
    const rows = botRows(database, held);
    const bells = botBells(bus, held);
    const files = transit.filesOf(held.workspaceId);
    const own = log.child({ botId: held.botId, runEpoch: held.runEpoch });
    return new BotRun(held, {
      session: sessionOf(held),
      network: networkSide({ network: rows.network, bells, files, leaseHolds: () => lease.holds(), log: own }),
      rows,
      files,
      bells,
      lease,
      space,
      gates,
      engineCacheDir,
      settings: settingsOf(held),
      onReady: () => care.botReady(),
      metrics,
      log: own,
    });
  };
  const openErasure = (held: HeldBot) => {
    const rows = botRows(database, held);
    const bells = botBells(bus, held);
    const files = transit.filesOf(held.workspaceId);
    const session = sessionOf(held);
    const own = log.child({ botId: held.botId, runEpoch: held.runEpoch });
    return new Erasure(held, {
      rows: sessionRows(database, held),
      session,
      bells,
      wasLinked: async () => (await database.workspace(held.workspaceId).bots.get(held.botId))?.ownNumber !== null,
      supervise: (heard) =>
        new EngineSupervisor({
          ...heard,
          lease,
          gates,
          cacheDir: engineCacheDir,
          settings: settingsOf(held),
          network: networkSide({ network: rows.network, bells, files, leaseHolds: () => lease.holds(), log: own }),
          engine: () => rows.engine(),
          onUnexpectedEnd: () => metrics.engineEnded(held.botId),
          onBadEvent: () => metrics.inboundLost('malformed'),
          session,
          log: own,
        }),
      log: own,
    });
  };
  const placement = new Placement({
    runnerId,
    host: hostname(),
    capacity: config.RUNNER_CAPACITY,
    leaseMs: config.LEASE_MS,
    lease,
    fleet: database.fleet,
    clock: leaseClock,
    log,
    openRun,
    openErasure,
    room: () => care.room(),
    showStopped: (held) => botRows(database, held).setState({ state: 'stopped' }),
  });

  bus.listen('bot-runner', {
    'message.send': onMessageSend(placement.runs),
    'bot.wake': onBotWake(placement),
    'sandbox.wake': onSandboxWake(placement.runs),
  });
  service.readiness('lease', () => lease.holds());
  service.readiness('redis', () => bus.hears());

  service.onStart(() => {
    log.info({ runnerId, capacity: config.RUNNER_CAPACITY, leaseMs: config.LEASE_MS }, 'runner.started');
    placement.start();
    const leftovers = startPulse({
      task: 'leftovers',
      everyMs: LEFTOVERS_MS,
      log,
      run: async () => {
        await transit.removeLeftovers(log);
        await blobs.removeLeftovers().catch((err) => log.warn({ err }, 'blobs.leftovers-stay'));
        await removeLeftovers({ fleet: database.fleet, log, ...sessionFolders(config) });
      },
    });
    service.onDrain('leftovers', () => leftovers.stop());
    const work = startPulse({
      task: 'work',
      everyMs: LOOK_FOR_WORK_MS,
      log,
      run: () => lookForWork(database.fleet, runnerId, placement.runs),
    });
    bus.onReconnect(() => {
      log.debug('runner.hears-bells');
      placement.wake();
      for (const run of placement.runs.values()) run.wakeRelay();
      work.wake();
    });
    bus.start();
    const rounds = care.begin();
    service.onDrain('work', async () => void (await Promise.all([work.stop(), rounds.stop()])));
  });
  service.onDrain('bots', () => placement.drain());
  service.onDrain('bus', () => bus.drain());
}
