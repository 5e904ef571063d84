import type { Bot } from '../bot/bot.ts';
import type { TurnKind } from '../vocabulary.ts';
import type { AssistantAnswer } from './answer.ts';
import type { Message } from './message.ts';
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
/** How much of the business's own text in one piece is a leak and not an answer. */
const longestQuoteOfPrompt = 160;

/** Whether an answer may be said. A capture says nothing, so what it would say is left out. */
export function guardAnswer(answer: AssistantAnswer, { kind, bot, transcript }: GuardFacts): GuardedAnswer {
  if (kind === 'capture') return { ok: true, answer: { ...answer, replies: [] } };
  if (answer.replies.length === 0) return { ok: false, reason: 'empty-reply' };
  const last = fold(transcript.findLast(({ sender }) => sender === 'bot')?.text ?? '');
  for (const reply of answer.replies) {
    if (reply.length > longestReply) return { ok: false, reason: 'too-long' };
    if (instructionMarks.some((mark) => reply.includes(mark)) || quotesPrompt(reply, bot.prompt)) {
      return { ok: false, reason: 'leaks-instructions' };
    }
    if (/\[#\d+\]|^\s*[{[]\s*"|```/.test(reply)) return { ok: false, reason: 'leaks-markup' };
    if (fold(reply) === last) return { ok: false, reason: 'repeats-itself' };
  }
  return { ok: true, answer };
}

function quotesPrompt(reply: string, prompt: string): boolean {
  const text = fold(prompt);
  const said = fold(reply);
  for (let at = 0; at + longestQuoteOfPrompt <= said.length; at += 20) {
    if (text.includes(said.slice(at, at + longestQuoteOfPrompt))) return true;
  }
  return false;
}

function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/gu, ' ').trim();
}
