export type { Book, HandlerContext, Handlers, Handling, Listeners, News, Poison, TheBook } from './book.ts';
export type { Bus } from './bus.ts';
export { openBus } from './open-bus.ts';
export type { FailedJob, QueueState } from './queue-state.ts';
