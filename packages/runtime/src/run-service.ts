import type { z } from 'zod';
import { type BaseConfig, baseEnv } from './base-env.ts';
import { systemClock } from './clock.ts';
import { type ConfigFault, parseConfig } from './config.ts';
import { loadDotenv } from './dotenv.ts';
import { createOpsServer, Health } from './health.ts';
import { createLog, type Logger } from './log.ts';
import { MetricsRegistry } from './metrics.ts';
import { poolSizeOf } from './pool-sizes.ts';
import { createScope } from './scope.ts';
import type { ServiceContext } from './service-context.ts';
import type { ServiceName } from './service-name.ts';
import { Shutdown } from './shutdown.ts';

/**
 * A process from its first line to its last: environment, logs, health, signals, end. The only code that knows
 * `process.env`, signals and `process.exit`.
 *
 * Resolves when the service is up. Exit codes: 0 after an orderly stop (SIGTERM, SIGINT, the parent's IPC channel
 * closing); 1 for a fault in the environment, a failed start, a bug nobody caught, a second signal, the deadline.
 */
export async function runService<S extends z.ZodObject>(
  name: ServiceName,
  schema: S,
  compose: (context: ServiceContext<z.infer<S>>) => Promise<void> | void,
): Promise<void> {
  const config = readConfig(name, schema);
  if (!config) return;
  const log = createLog({ service: name, level: config.LOG_LEVEL });
  const scope = createScope(log);
  const shutdown = new Shutdown({
    log,
    scope,
    deadlineMs: config.SHUTDOWN_DEADLINE_MS,
    exit,
  });
  listenToTheWorld(shutdown, log);

  const metrics = new MetricsRegistry(name);
  metrics.collectProcess();
  const health = new Health();
  let started = false;
  health.add('started', () => started && !shutdown.stopping.aborted);
  const startHooks: (() => unknown)[] = [];
  const facts: Record<string, string | number> = {};

  const start = async () => {
    const ops = createOpsServer(health, metrics);
    scope.own('ops', () => ops.close());
    await compose({
      name, config, poolSize: poolSizeOf(name, config), log, metrics, clock: systemClock, scope, stopping: shutdown.stopping,
      onStart: (hook) => startHooks.push(hook),
      onDrain: (hook, drain) => shutdown.onDrain(hook, drain),
      readiness: (check, passes) => health.add(check, passes),
      isReady: () => health.readiness(),
      announce: (more) => Object.assign(facts, more),
    }); // biome-ignore format: one line for what is, one for each verb
    await ops.listen({ port: config.OPS_PORT, host: config.OPS_HOST });
    const opsPort = portOf(ops.server.address());
    log.info({ port: opsPort }, 'ops.listening');
    for (const hook of startHooks) if (!shutdown.stopping.aborted) await hook();
    if (shutdown.stopping.aborted) return;
    started = true;
    log.info({ opsPort, pid: process.pid, ...facts }, 'service.ready');
    if (process.connected) process.send?.({ ready: { opsPort, ...facts } });
  };

  const starting = start();
  shutdown.waitFor(starting);
  try {
    await starting;
  } catch (err) {
    log.fatal({ err }, 'service.start-failed');
    shutdown.fail('start failed');
  }
}

function readConfig<S extends z.ZodObject>(name: ServiceName, schema: S): (z.infer<S> & BaseConfig) | undefined {
  loadDotenv();
  const [base, own] = [parseConfig(baseEnv, process.env), parseConfig(schema, process.env)];
  if (base.ok && own.ok) return { ...base.config, ...own.config };
  const faults = [...(base.ok ? [] : base.faults), ...(own.ok ? [] : own.faults)];
  process.stderr.write(explain(name, faults));
  exit(1);
}

function explain(name: ServiceName, faults: readonly ConfigFault[]): string {
  const lines = faults.map(
    (fault) => `  ${fault.variable} ${fault.problem}${fault.description ? `\n      ${fault.description}` : ''}`,
  );
  return `${name} cannot start: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the environment\n${lines.join('\n')}\n`;
}

function listenToTheWorld(shutdown: Shutdown, log: Logger): void {
  process.on('SIGTERM', () => shutdown.signal('SIGTERM'));
  process.on('SIGINT', () => shutdown.signal('SIGINT'));
  if (process.connected) process.once('disconnect', () => shutdown.request('parent gone'));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'service.uncaught-exception');
    shutdown.fail('uncaught exception');
  });
  process.on('unhandledRejection', (err) => {
    log.fatal({ err }, 'service.unhandled-rejection');
    shutdown.fail('unhandled rejection');
  });
}

function portOf(address: unknown): number {
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
}

/** Nothing is left to flush: every log line was written before `log` returned. */
function exit(code: 0 | 1): never {
  process.exit(code);
}
