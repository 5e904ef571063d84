import type { ServiceName } from '@wbm/contracts';
import type { z } from 'zod';
import type { Book, Handlers, Listeners, News, TheBook } from './book.ts';
import type { FailedJob, QueueState } from './queue-state.ts';

/**
 * The nervous system: commands on queues, bells and news on pub/sub, ids only. Any of them may be lost, doubled or
 * late, and nothing may be wrong because of it: the rows say what is due and a sweep rings again.
 */
export interface Bus<B extends Book = TheBook> {
  /**
   * Rings a queue command. True: Redis has it. False: unknown, logged and counted, at the latest after a second.
   * `delayMs` is when it should ring. Throws (ZodError) only when the payload does not fit: a bug.
   */
  send<S extends z.ZodType>(
    command: { readonly id: keyof B['commands'] & string; readonly payload: S },
    payload: z.input<S>,
    options?: { readonly delayMs?: number },
  ): Promise<boolean>;
  /** Rings a pub/sub bell, with the same promise. True even if nobody listened. */
  ring<S extends z.ZodType>(
    bell: { readonly id: keyof B['bells'] & string; readonly payload: S },
    payload: z.input<S>,
  ): Promise<boolean>;
  /** Tells news for the browsers, with the same promise. */
  tell<S extends z.ZodType>(
    event: { readonly id: keyof B['events'] & string; readonly news: S },
    news: z.input<S>,
  ): Promise<boolean>;

  /** Says who handles the commands of `owner`, all of them. Pulling begins with `start`. */
  handle<Owner extends ServiceName>(owner: Owner, handlers: Handlers<B, Owner>): void;
  /** Says who listens to the bells of `owner`, all of them. */
  listen<Owner extends ServiceName>(owner: Owner, listeners: Listeners<B, Owner>): void;
  /** For the gateway: hears all news. */
  onNews(listener: (news: News<B>) => unknown): void;
  /**
   * Runs whenever bells may have gone unheard: each time the subscription is in place (the first time included) and
   * each time Redis answers again. Whoever listens re-reads its rows there.
   */
  onReconnect(hook: () => unknown): void;

  /** Begins to pull and to listen. Returns at once; Redis may come later. */
  start(): void;
  /** Pulls and hears no more; resolves when the handlers at work are done. Sending still works. */
  drain(): Promise<void>;
  close(): Promise<void>;

  /** Whether Redis answered when last asked. */
  hears(): boolean;
  /** Depth and age of the queues: those handled here, or all when none is. Rejects within a second when Redis is away. */
  queues(): Promise<QueueState[]>;
  /** What failed for good and is kept, newest first, by command. */
  failed(limit?: number): Promise<Record<string, FailedJob[]>>;
}
