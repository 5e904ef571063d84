import type { Message } from '../conversation/message.ts';
import { regionOf } from '../identity/phone.ts';
import type { Lead } from '../lead/lead.ts';
import type { LeadFieldName } from '../vocabulary.ts';
import { factsAskedFor } from './asked.ts';
import { declinesIn, wantsOutIn } from './intents.ts';
import { type ReadFact, readMessage } from './read-message.ts';

export interface ChatFact extends ReadFact {
  readonly messageId: number;
}

export interface ReadChat {
  /** What nobody answered yet: the customer's messages since the business last spoke. */
  readonly burst: readonly Message[];
  /** Of each fact the newest mention, in the order they were made. */
  readonly facts: readonly ChatFact[];
  /** What the business asked for in its last message. */
  readonly asked: ReadonlySet<LeadFieldName>;
  /** How often each fact was asked for so far. */
  readonly timesAsked: ReadonlyMap<LeadFieldName, number>;
  /** What the customer was asked for and would not say. */
  readonly declined: ReadonlySet<LeadFieldName>;
  /** The customer asked to be left alone, some time. */
  readonly leftAlone: boolean;
  /** Hours between the customer's first open message and what the business said before it; null when it said nothing. */
  readonly pauseHours: number | null;
  /** What the bot said so far. */
  readonly said: readonly string[];
  readonly lastSaid: string | null;
}

/**
 * Reads a whole chat, oldest message first: a bare "Ana" is a name only right after somebody asked for one. `own` is the
 * bot's number in our spelling.
 */
export function readChat(transcript: readonly Message[], lead: Lead, own: string | null): ReadChat {
  const region = regionOf(lead.whatsappNumber) ?? regionOf(own);
  const newest = new Map<LeadFieldName, ChatFact>();
  const timesAsked = new Map<LeadFieldName, number>();
  const said: string[] = [];
  const declined = new Set<LeadFieldName>();
  let asked: ReadonlySet<LeadFieldName> = new Set();
  let open: Set<LeadFieldName> = new Set();
  let late = false;
  let burst: Message[] = [];
  let unanswered: Message[] = [];
  let lastSaid: string | null = null;
  let lastSaidAt: Date | null = null;
  let pauseHours: number | null = null;
  let leftAlone = false;
  for (const message of transcript) {
    if (message.sender !== 'customer') {
      asked = factsAskedFor(message.text);
      // A name may come one message late, after the next question was put.
      late = open.has('name') && !asked.has('name');
      open = new Set(asked);
      for (const name of asked) timesAsked.set(name, (timesAsked.get(name) ?? 0) + 1);
      if (message.sender === 'bot') said.push(message.text);
      lastSaid = message.text;
      lastSaidAt = message.at;
      unanswered = [];
      continue;
    }
    if (unanswered.length === 0 && lastSaidAt !== null) {
      pauseHours = (message.at.getTime() - lastSaidAt.getTime()) / 3_600_000;
    }
    leftAlone ||= wantsOutIn(message.text);
    unanswered.push(message);
    burst = unanswered;
    const context = { asked: open, nameIsLate: late, region, customerNumber: lead.whatsappNumber };
    for (const fact of readMessage(message.text, context)) {
      if (fact.value === own) continue;
      newest.delete(fact.name);
      newest.set(fact.name, { ...fact, messageId: message.id });
      open.delete(fact.name);
      declined.delete(fact.name);
    }
    if (declinesIn(message.text)) for (const name of open) declined.add(name);
  }
  return { burst, facts: [...newest.values()], asked, timesAsked, declined, leftAlone, pauseHours, said, lastSaid };
}
