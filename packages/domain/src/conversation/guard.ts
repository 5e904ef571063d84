import type { Bot } from '../bot/bot.ts';
import type { TurnKind } from '../vocabulary.ts';
import type { AssistantAnswer } from './answer.ts';
import { fold } from './fold.ts';
import type { Message } from './message.ts';
import { instructionsIn } from './persona.ts';
import { instructionMarks } from './prompt.ts';

export type GuardReason = 'empty-reply' | 'too-long' | 'leaks-instructions' | 'leaks-markup' | 'repeats-itself';

export type GuardedAnswer =
  | { readonly ok: true; readonly answer: AssistantAnswer }
  | { readonly ok: false; readonly reason: GuardReason };

export interface GuardFacts {
  readonly kind: TurnKind;
  readonly bot: Bot;
  readonly transcript: readonly Message[];
}

const longestReply = 1_500;

/** Whether an answer may be said. A capture says nothing, so what it would say is left out. */
export function guardAnswer(answer: AssistantAnswer, { kind, bot, transcript }: GuardFacts): GuardedAnswer {
  if (kind === 'capture') return { ok: true, answer: { ...answer, replies: [] } };
  if (answer.replies.length === 0) return { ok: false, reason: 'empty-reply' };
  const last = fold(transcript.findLast(({ sender }) => sender === 'bot')?.text ?? '');
  for (const reply of answer.replies) {
    if (reply.length > longestReply) return { ok: false, reason: 'too-long' };
    if (givesAway(reply, bot.prompt)) {
      return { ok: false, reason: 'leaks-instructions' };
    }
    if (/\[#\d+\]|^\s*[{[]\s*"|\{"id":|```/.test(reply)) return { ok: false, reason: 'leaks-markup' };
    if (fold(reply) === last) return { ok: false, reason: 'repeats-itself' };
  }
  return { ok: true, answer };
}

/** What the business tells about itself may be quoted; what it tells the bot to do may not. */
function givesAway(reply: string, prompt: string): boolean {
  const said = fold(reply);
  return (
    instructionMarks.some((mark) => said.includes(fold(mark))) ||
    instructionsIn(prompt).some((sentence) => said.includes(fold(sentence)))
  );
}
