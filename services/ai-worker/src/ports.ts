import type { Bus } from '@wbm/bus';
import type { Database } from '@wbm/db';
import type { Bot, Lead, Message, PromptMessage, TurnKind } from '@wbm/domain';
import type { Clock, Logger } from '@wbm/runtime';
import type { TurnMetrics } from './turn-metrics.ts';

/** What an assistant answers to. A model reads the prompt made of it; the built-in assistant reads it as it is. */
export interface Conversation {
  readonly bot: Bot;
  readonly lead: Lead;
  /** Oldest first. */
  readonly transcript: readonly Message[];
  readonly kind: TurnKind;
}

/** What came back, unread: `content` is meant to be a JSON object, and is checked by the rules of the domain. */
export interface Completion {
  readonly content: string;
  /** Null where nothing is counted. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** Whoever writes the answers. */
export interface Assistant {
  /** Which model, for metrics and stored turns. */
  readonly model: string;
  /**
   * One call, never repeated by itself. Rejects with `Transient` (time-out, overload, unreachable, not a completion;
   * `context.retryAfterMs` where the server said so), with `Permanent` when asking again cannot help, and soon after
   * `signal` aborts.
   */
  answer(conversation: Conversation, prompt: readonly PromptMessage[], signal: AbortSignal): Promise<Completion>;
}

/** What answering a turn needs from outside. */
export interface Ports {
  readonly workspaces: Pick<Database, 'workspace'>;
  readonly bells: Pick<Bus, 'send' | 'tell'>;
  readonly assistant: Assistant;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: TurnMetrics;
  /** Aborts when the process is asked to stop: turns are given back at once. */
  readonly stopping: AbortSignal;
}
