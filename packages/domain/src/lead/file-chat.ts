import type { z } from 'zod';
import type { Bot, BotFeatures } from '../bot/bot.ts';
import { dueTurn } from '../conversation/due-turn.ts';
import { type InboundPayload, type InboundRow, inboundPayload } from '../conversation/inbound.ts';
import { parseJid } from '../identity/jid.ts';
import { canonicalPhone, regionOf } from '../identity/phone.ts';
import type { FieldSource, LeadFieldName, MessageType, TurnKind } from '../vocabulary.ts';
import { extractFacts } from './extract.ts';
import { type FoundFact, type LeadFacts, mergeFacts } from './facts.ts';
import { type Lead, valuesOf } from './lead.ts';
import { nextStage } from './stage.ts';

export interface FilingFacts {
  readonly bot: Bot;
  readonly features: BotFeatures;
  /** Null for a chat seen for the first time. */
  readonly lead: Lead | null;
  /** Who found each current value. */
  readonly sources: Partial<Record<LeadFieldName, FieldSource>>;
  readonly jid: string;
  /** In the order they were written. */
  readonly rows: readonly InboundRow[];
  readonly now: Date;
}

export interface FiledMessage {
  readonly inboundId: string;
  readonly waMessageId: string;
  readonly sender: 'customer' | 'phone';
  readonly type: MessageType;
  readonly text: string;
  /** ISO. */
  readonly at: string;
  readonly history: boolean;
  readonly correlationId: string;
}

/** What the store files, exactly. */
export interface Filing {
  readonly contact: { readonly lid: string | null; readonly phone: string | null; readonly pushName: string | null };
  readonly messages: readonly FiledMessage[];
  readonly facts: LeadFacts<{ readonly inboundId: string }>;
  readonly due: TurnKind | null;
  readonly quietMs: number;
  readonly maxWaitMs: number;
  /** The lead these facts were decided on, null for none, and its version, 0 for none. */
  readonly leadId: number | null;
  readonly expectedVersion: number;
}

export interface FilingDecision {
  /** Rows that can never be filed; `reason` names a rule or a path, never content. */
  readonly refusals: readonly { readonly inboundId: string; readonly reason: string }[];
  /** Null when nothing is left to file. */
  readonly filing: Filing | null;
}

interface ReadRow {
  readonly row: InboundRow;
  readonly payload: InboundPayload;
}

/** How the raw rows of one chat become messages and facts of a lead, and which turn they make due. */
export function decideFiling({ bot, features, lead, sources, jid, rows, now }: FilingFacts): FilingDecision {
  const person = parseJid(jid);
  if (person.kind !== 'person') return refuseAll(rows, 'not-a-person');
  if (person.phone !== null && person.phone === bot.ownNumber) return refuseAll(rows, 'own-number');

  const refusals: { inboundId: string; reason: string }[] = [];
  const read: ReadRow[] = [];
  for (const row of rows) {
    const parsed = inboundPayload.safeParse(row.payload);
    if (parsed.success) read.push({ row, payload: parsed.data });
    else refusals.push({ inboundId: String(row.id), reason: `payload: ${pathsOf(parsed.error)}` });
  }
  if (read.length === 0) return { refusals, filing: null };

  const contact = contactOf(person, read, bot);
  const region = regionOf(contact.phone) ?? regionOf(bot.ownNumber);
  const byCustomer = read.filter(({ payload }) => !payload.fromMe);
  const found = features.leadCaptureEnabled
    ? byCustomer.flatMap(({ row, payload }) => factsOf(row, payload, region, bot))
    : [];
  const current = valuesOf(lead);
  const { fields, values } = mergeFacts(current, sources, found, region);
  const answeredByPhone = read.some(({ row, payload }) => payload.fromMe && !row.history);
  const owner = answeredByPhone ? 'human' : (lead?.owner ?? 'bot');
  const live = byCustomer.some(({ row }) => !row.history);
  const stage = nextStage({
    lead,
    values: { ...current, ...values },
    rule: bot.qualification,
    capturing: features.leadCaptureEnabled,
    reopens: live,
    waits: live && owner === 'bot',
  });
  const due =
    byCustomer.length === 0 ? null : dueTurn({ features, timeZone: bot.timeZone, owner, history: !live, now });
  return {
    refusals,
    filing: {
      contact,
      messages: read.map(({ row, payload }) => messageOf(row, payload, now)),
      facts: { fields, values, ...stage },
      due,
      quietMs: bot.quietMs,
      maxWaitMs: bot.maxWaitMs,
      leadId: lead?.id ?? null,
      expectedVersion: lead?.version ?? 0,
    },
  };
}

function refuseAll(rows: readonly InboundRow[], reason: string): FilingDecision {
  return { refusals: rows.map((row) => ({ inboundId: String(row.id), reason })), filing: null };
}

function pathsOf(error: z.ZodError): string {
  const paths = error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || 'not an object');
  return [...new Set(paths)].join(', ');
}

/** The chat's id says who it is; the messages add what the id hides. Only the customer's own rows carry the customer's name. */
function contactOf(
  person: { phone: string | null; lid: string | null },
  read: readonly ReadRow[],
  bot: Bot,
): Filing['contact'] {
  const own = bot.ownNumber;
  const phones = read.map(({ payload }) => payload.phone).filter((phone) => phone !== null);
  const told = phones.map((phone) => canonicalPhone(phone) ?? phone).filter((phone) => phone !== own);
  const names = read.filter(({ payload }) => !payload.fromMe).map(({ payload }) => payload.pushName?.trim() ?? '');
  return {
    lid: person.lid ?? read.find(({ payload }) => payload.lid !== null)?.payload.lid ?? null,
    phone: person.phone ?? told[0] ?? null,
    pushName: names.findLast((name) => name !== '') ?? null,
  };
}

function factsOf(
  row: InboundRow,
  payload: InboundPayload,
  region: string | undefined,
  bot: Bot,
): (FoundFact & { inboundId: string })[] {
  return extractFacts(payload.text, { region })
    .filter((fact) => fact.value !== bot.ownNumber)
    .map((fact) => ({ ...fact, source: 'rule' as const, confidence: 1, inboundId: String(row.id) }));
}

/** A clock that is ahead of ours must not keep its chat above all others. */
function messageOf(row: InboundRow, payload: InboundPayload, now: Date): FiledMessage {
  return {
    inboundId: String(row.id),
    waMessageId: row.waMessageId,
    sender: payload.fromMe ? 'phone' : 'customer',
    type: payload.type,
    text: payload.text,
    at: Date.parse(payload.at) > now.getTime() ? now.toISOString() : payload.at,
    history: row.history,
    correlationId: row.correlationId,
  };
}
