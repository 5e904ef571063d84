import { type Bot, ownPhone } from '../bot/bot.ts';
import type { AssistantAnswer } from '../conversation/answer.ts';
import { fold } from '../conversation/fold.ts';
import type { Message } from '../conversation/message.ts';
import { businessNameIn } from '../conversation/persona.ts';
import { type Lead, valuesOf } from '../lead/lead.ts';
import type { LeadFieldName, TurnKind } from '../vocabulary.ts';
import { composeReply } from './compose-reply.ts';
import { intentsOf } from './intents.ts';
import { Wording } from './phrases.ts';
import { type ChatFact, readChat } from './read-chat.ts';

export interface ScriptedFacts {
  readonly bot: Bot;
  readonly lead: Lead;
  /** Oldest first. */
  readonly transcript: readonly Message[];
  readonly kind: TurnKind;
}

/**
 * The built-in assistant, for running without a model's key: English, deterministic, and honest about what it does not
 * know. It reads the whole chat each time, answers everything open at once, and says nothing twice while it has another
 * wording left. What it claims to have read passes the same checks as what a model claims.
 */
export function scriptedAnswer({ bot, lead, transcript, kind }: ScriptedFacts): AssistantAnswer {
  const chat = readChat(transcript, lead, ownPhone(bot));
  const intents = intentsOf(chat.burst);
  const wantsPerson = intents.wantsPerson || (offeredPerson(chat.lastSaid) && agrees(chat.burst));
  const known = valuesOf(lead);
  const fields = chat.facts.filter((fact) => fold(fact.value) !== fold(known[fact.name] ?? ''));
  const answer: AssistantAnswer = {
    replies: [],
    fields: fields.map(({ name, value, messageId, quote, confidence }) => ({
      name,
      value,
      messageId,
      quote,
      confidence,
    })),
    handoff: wantsPerson ? { reason: 'The customer asks for a person.' } : null,
  };
  if (kind === 'capture') return answer;

  const current: Record<LeadFieldName, string | null> = { ...known };
  for (const { name, value } of fields) current[name] = value;
  const wording = new Wording(chat.said, lead.id + chat.said.length, {
    who: callName(current.name),
    business: businessNameIn(bot.prompt) ?? bot.name,
  });
  const reply = composeReply({
    chat,
    intents: { ...intents, wantsPerson },
    current,
    fresh: freshIn(chat.facts, chat.burst),
    prompt: bot.prompt,
    rule: bot.qualification,
    alreadyWaiting: lead.waitingReason === 'asked-for-person',
    wording,
  });
  return { ...answer, replies: [reply] };
}

/** The facts given since the business last spoke. */
function freshIn(facts: readonly ChatFact[], burst: readonly Message[]): ReadonlySet<LeadFieldName> {
  const ids = new Set(burst.map(({ id }) => id));
  return new Set(facts.filter(({ messageId }) => ids.has(messageId)).map(({ name }) => name));
}

function offeredPerson(lastSaid: string | null): boolean {
  return lastSaid !== null && /\b(?:a colleague to take over|bring in a colleague)\b/.test(fold(lastSaid));
}

function agrees(burst: readonly Message[]): boolean {
  return burst.some(({ text }) =>
    /^(?:yes|yeah|yep|sure|please|ok|okay|sim|si|do it|go ahead)\b/.test(fold(text.slice(0, 100))),
  );
}

/** ", Ana": the first name when it is one that can be said, otherwise nothing. */
function callName(name: string | null): string {
  const first = name?.trim().split(/\s+/u)[0] ?? '';
  return /^\p{L}[\p{L}\p{M}'’-]{1,19}$/u.test(first) ? `, ${first}` : '';
}
