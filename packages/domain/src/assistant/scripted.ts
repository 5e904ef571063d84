import type { Bot } from '../bot/bot.ts';
import type { AssistantAnswer } from '../conversation/answer.ts';
import type { Message } from '../conversation/message.ts';
import type { Lead } from '../lead/lead.ts';
import type { TurnKind } from '../vocabulary.ts';

export interface ScriptedFacts {
  readonly bot: Bot;
  readonly lead: Lead;
  /** Oldest first. */
  readonly transcript: readonly Message[];
  readonly kind: TurnKind;
}

/** The built-in assistant, for running without a key of a model: English, deterministic, and honest about what it does not know. */
export function scriptedAnswer({ bot, kind }: ScriptedFacts): AssistantAnswer {
  return { replies: kind === 'reply' ? [`Hi! You are talking to ${bot.name}. What is your name?`] : [], fields: [] };
}
