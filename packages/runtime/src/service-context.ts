import type { BaseConfig } from './base-env.ts';
import type { Clock } from './clock.ts';
import type { Readiness, ReadinessCheck } from './health.ts';
import type { Logger } from './log.ts';
import type { MetricsRegistry } from './metrics.ts';
import type { Scope } from './scope.ts';
import type { ServiceName } from './service-name.ts';

/** What `compose` is given: everything a process is made of, and the moments of its life it can hook into. */
export interface ServiceContext<C> {
  readonly name: ServiceName;
  readonly config: C & BaseConfig;
  /** How many Postgres connections this process may hold. */
  readonly poolSize: number;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly scope: Scope;
  /** Aborts at the first request to stop; long waits end on it. */
  readonly stopping: AbortSignal;
  /** Runs, in order, once compose has finished and the internal port listens: where consumers begin to pull. */
  onStart(start: () => unknown): void;
  /** Runs first when stopping, all hooks together: take no more work and finish what is held. */
  onDrain(name: string, drain: () => unknown): void;
  /** One of the things that must hold for this process to be ready. Asked at each probe, so keep it cheap. */
  readiness(name: string, check: ReadinessCheck): void;
  /** What `/ready` of the internal port says, for a service that also shows it on its public one. */
  isReady(): Promise<Readiness>;
  /** Adds to what the `service.ready` line and the parent's `ready` message say, e.g. the public port. */
  announce(facts: Readonly<Record<string, string | number>>): void;
}
