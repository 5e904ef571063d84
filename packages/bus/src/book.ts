import { bells, browserEvents, queueCommands, type ServiceName } from '@wbm/contracts';
import type { z } from 'zod';

/** The least the bus has to know of a queue command; every contract value fits. */
export interface AnyCommand {
  readonly id: string;
  readonly owner: ServiceName;
  readonly payload: z.ZodType;
  readonly dedupe: (payload: never) => string;
  readonly coalesce: 'keep' | 'postpone';
  readonly retry: { readonly attempts: number; readonly backoffMs: number };
  readonly deadlineMs: number;
}
export interface AnyBell {
  readonly id: string;
  readonly owner: ServiceName;
  readonly payload: z.ZodType;
}
export interface AnyEvent {
  readonly id: string;
  readonly news: z.ZodType;
}

/** All contracts of a bus, by id. Production has one book; tests of the bus itself bring a small one of their own. */
export interface Book {
  readonly commands: Readonly<Record<string, AnyCommand>>;
  readonly bells: Readonly<Record<string, AnyBell>>;
  readonly events: Readonly<Record<string, AnyEvent>>;
}

export const theBook = { commands: queueCommands, bells, events: browserEvents } as const satisfies Book;
export type TheBook = typeof theBook;

type OwnedBy<Table, Owner extends ServiceName> = {
  [Id in keyof Table as Table[Id] extends { owner: Owner } ? Id : never]: Table[Id];
};
type Parsed<Contract> = Contract extends { payload: infer S extends z.ZodType } ? z.output<S> : never;

export interface HandlerContext {
  /** The correlation id of the story this job belongs to; logs inside the handler carry it already. */
  readonly cid: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborts at the contract's deadline. Pass it on to whatever can take long. */
  readonly signal: AbortSignal;
}

/** What is known of a job that cannot be read: its command, and those of its fields that look like ids. */
export interface Poison {
  readonly command: string;
  readonly ids: Readonly<Record<string, string | number>>;
}

export interface Handling<Payload> {
  readonly handler: (payload: Payload, context: HandlerContext) => unknown;
  /** How many jobs one process works on at a time. */
  readonly concurrency: number;
  /**
   * Marks the owner's row, if the ids say which; the job itself is already failed and counted. Not for a row that is
   * due anyway: a spoilt bell says nothing of it, and the sweep rings a sound one. A row that itself cannot be read is
   * for the handler to refuse.
   */
  readonly onPoison?: (poison: Poison) => unknown;
}

/** One entry for every queue command that `Owner` consumes: a missing or a foreign one does not compile. */
export type Handlers<B extends Book, Owner extends ServiceName> = {
  readonly [Id in keyof OwnedBy<B['commands'], Owner>]: Handling<Parsed<B['commands'][Id]>>;
};

/** One listener for every bell of `Owner`. Nobody retries a bell: a failing listener is logged, the sweep rings again. */
export type Listeners<B extends Book, Owner extends ServiceName> = {
  readonly [Id in keyof OwnedBy<B['bells'], Owner>]: (
    payload: Parsed<B['bells'][Id]>,
    context: { readonly cid: string },
  ) => unknown;
};

/** A piece of news as the gateway gets it; `id` tells which and types `news`. */
export type News<B extends Book> = {
  [Id in keyof B['events'] & string]: {
    readonly id: Id;
    readonly news: z.output<B['events'][Id]['news']>;
    readonly cid: string;
  };
}[keyof B['events'] & string];
