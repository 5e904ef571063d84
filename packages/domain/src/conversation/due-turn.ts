import type { Bot, BotFeatures } from '../bot/bot.ts';
import type { ChatOwner, TurnKind } from '../vocabulary.ts';
import { isWithinHours } from './hours.ts';

export interface DueTurnFacts {
  readonly features: BotFeatures;
  /** IANA name. */
  readonly timeZone: string;
  readonly owner: ChatOwner;
  /** The message is older than the session: it was read from the chat's history. */
  readonly history: boolean;
  readonly now: Date;
}

/** Which turn a customer's message makes due. A capture is still worth taking where the bot must be silent. */
export function dueTurn({ features, timeZone, owner, history, now }: DueTurnFacts): TurnKind | null {
  const maySpeak =
    !history && owner === 'bot' && features.autoResponseEnabled && isWithinHours(features, timeZone, now);
  if (maySpeak) return 'reply';
  return features.leadCaptureEnabled ? 'capture' : null;
}

export interface TurnKindFacts {
  readonly features: BotFeatures;
  readonly bot: Pick<Bot, 'timeZone' | 'status' | 'archivedAt'>;
  readonly owner: ChatOwner;
  readonly now: Date;
}

/**
 * Asked again right when the work begins, because a turn may wait for long: a reply may have become a capture, or nothing.
 * A capture never becomes a reply; what was history or out of hours then stays unanswered. A bot that was switched off
 * or archived meanwhile has no session to say anything through, so no model is asked for words.
 */
export function turnKind(taken: TurnKind, { features, bot, owner, now }: TurnKindFacts): TurnKind | null {
  const silent = taken === 'capture' || bot.status === 'disabled' || bot.archivedAt !== null;
  return dueTurn({ features, timeZone: bot.timeZone, owner, history: silent, now });
}

/** Whether the bot would answer a customer at this moment, were the chat its own. */
export function mayAnswer(facts: Omit<TurnKindFacts, 'owner'>): boolean {
  return turnKind('reply', { ...facts, owner: 'bot' }) === 'reply';
}
