import { type Bot, type BotFeatures, ownPhone } from '../bot/bot.ts';
import { assistantAnswer, type Turn } from '../conversation/answer.ts';
import { regionOf } from '../identity/phone.ts';
import type { FieldSource, LeadFieldName } from '../vocabulary.ts';
import { believedValue, type EvidenceMessage } from './claim.ts';
import { type FoundFact, type LeadFacts, mergeFacts } from './facts.ts';
import { type Lead, valuesOf } from './lead.ts';
import { nextStage } from './stage.ts';

export interface DeliveryFacts {
  readonly turn: Turn;
  readonly bot: Bot;
  readonly features: BotFeatures;
  readonly lead: Lead;
  readonly sources: Partial<Record<LeadFieldName, FieldSource>>;
  /** Those the answer names, at least. */
  readonly messages: readonly EvidenceMessage[];
  /** What the customer wrote last was read from the past: its facts are kept, and nobody is called for it. */
  readonly history: boolean;
}

export interface Delivery {
  readonly facts: LeadFacts<{ readonly messageId: number }>;
  readonly replies: readonly { readonly text: string }[];
  /** Claimed facts that were not believed. */
  readonly dropped: number;
  /** The lead's version this was decided on. */
  readonly expectedVersion: number;
}

export type DeliveryDecision = Delivery | { readonly refuse: string };

/** What of a stored answer is believed, where the lead stands then, and what is said. */
export function decideDelivery({
  turn,
  bot,
  features,
  lead,
  sources,
  messages,
  history,
}: DeliveryFacts): DeliveryDecision {
  const parsed = assistantAnswer.safeParse(turn.answer);
  if (!parsed.success) return { refuse: 'The answer has not the shape of one.' };
  const answer = parsed.data;
  const capturing = features.leadCaptureEnabled;
  const own = ownPhone(bot);
  const region = regionOf(lead.whatsappNumber) ?? regionOf(own);
  const context = { customerNumber: lead.whatsappNumber, region };
  const byId = new Map(messages.map((message) => [message.id, message]));

  const found: (FoundFact & { messageId: number })[] = [];
  for (const claim of capturing ? answer.fields : []) {
    const value = believedValue(claim, byId.get(claim.messageId), context);
    if (value === null || value === own) continue;
    const { name, quote, confidence, messageId } = claim;
    found.push({ name, value, source: 'model', quote, confidence, messageId });
  }
  const current = valuesOf(lead);
  const { fields, values } = mergeFacts(current, sources, found, region);
  const stage = nextStage({
    lead,
    values: { ...current, ...values },
    rule: bot.qualification,
    capturing,
    reopens: false,
    waits: lead.owner === 'bot' && !history,
  });
  const asks = lead.owner === 'bot' && !history && (answer.handoff ?? null) !== null;
  return {
    facts: { fields, values, status: stage.status, waitingReason: asks ? 'asked-for-person' : stage.waitingReason },
    replies: turn.kind === 'reply' ? answer.replies.map((text) => ({ text })) : [],
    dropped: capturing ? answer.fields.length - found.length : 0,
    expectedVersion: lead.version,
  };
}
