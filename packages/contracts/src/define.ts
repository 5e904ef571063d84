import { z } from 'zod';

/** The five processes. A command has exactly one consuming service, its owner. */
export const services = ['gateway', 'bot-runner', 'ai-worker', 'lead-worker', 'scheduler'] as const;
export type ServiceName = (typeof services)[number];

/**
 * Work for one service, carried by BullMQ. It is a bell: it names rows, and the handler re-reads what they say is due.
 * Losing, doubling or delaying one must never change a result.
 */
export interface QueueCommand<
  Id extends string = string,
  Owner extends ServiceName = ServiceName,
  S extends z.ZodType = z.ZodType,
> {
  readonly kind: 'queue';
  readonly id: Id;
  readonly owner: Owner;
  readonly payload: S;
  /** Bells with the same key that wait together are one. No `:` in it. */
  readonly dedupe: (payload: z.output<S>) => string;
  /**
   * `keep`: a bell that already waits is enough. `postpone`: a later bell replaces the waiting one and its delay.
   * In both, a bell that arrives while its job is running is kept for one more run.
   */
  readonly coalesce: 'keep' | 'postpone';
  readonly retry: { readonly attempts: number; readonly backoffMs: number };
  /** Milliseconds a handler may take before its signal aborts. */
  readonly deadlineMs: number;
  /** Every shape ever shipped; each must still parse. */
  readonly fixtures: readonly unknown[];
}

/** A bell over pub/sub, for whichever replica of the owner holds the thing named. Nobody hearing it is fine. */
export interface Bell<
  Id extends string = string,
  Owner extends ServiceName = ServiceName,
  S extends z.ZodType = z.ZodType,
> {
  readonly kind: 'bell';
  readonly id: Id;
  readonly owner: Owner;
  readonly payload: S;
  readonly fixtures: readonly unknown[];
}

/**
 * News for browsers. `news` travels between services (ids and a version only); `payload` is what a browser gets after
 * the gateway has loaded what the viewer may see.
 */
export interface BrowserEvent<
  Id extends string = string,
  N extends z.ZodType = z.ZodType,
  P extends z.ZodType = z.ZodType,
> {
  readonly kind: 'event';
  readonly id: Id;
  readonly news: N;
  readonly payload: P;
  readonly roles: readonly ('admin' | 'vendor')[];
  /** One sentence for the generated documentation. */
  readonly says: string;
  readonly fixtures: readonly unknown[];
}

type Given<T> = Omit<T, 'kind'>;

export function queueCommand<const Id extends string, const O extends ServiceName, S extends z.ZodType>(
  given: Given<QueueCommand<Id, O, S>>,
): QueueCommand<Id, O, S> {
  return Object.freeze({ kind: 'queue' as const, ...given });
}

export function bell<const Id extends string, const O extends ServiceName, S extends z.ZodType>(
  given: Given<Bell<Id, O, S>>,
): Bell<Id, O, S> {
  return Object.freeze({ kind: 'bell' as const, ...given });
}

export function browserEvent<const Id extends string, N extends z.ZodType, P extends z.ZodType>(
  given: Given<BrowserEvent<Id, N, P>>,
): BrowserEvent<Id, N, P> {
  return Object.freeze({ kind: 'event' as const, ...given });
}

export const workspaceId = z.uuid();
/** Bot ids are made by us: lower-case, url-safe, and legal as a session folder name. */
export const botId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
/** Ids of leads, messages, turns and schedules: 32-bit serials. */
export const serialId = z.int().positive().max(2_147_483_647);
/** Of what two people may edit: a 32-bit number that grows with each change. */
export const rowVersion = z.int().nonnegative().max(2_147_483_647);
