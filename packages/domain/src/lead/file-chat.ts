import { type Bot, type BotFeatures, ownPhone } from '../bot/bot.ts';
import { type DueTurnFacts, dueTurn } from '../conversation/due-turn.ts';
import { historyWaitMs } from '../conversation/history-wait.ts';
import type { AnyInboundPayload, InboundRow } from '../conversation/inbound.ts';
import { parseJid } from '../identity/jid.ts';
import { ourSpelling, regionOf } from '../identity/phone.ts';
import type { FieldSource, LeadFieldName, TurnKind } from '../vocabulary.ts';
import { extractFacts } from './extract.ts';
import { type FoundFact, type LeadFacts, mergeFacts } from './facts.ts';
import { type FiledChange, type FiledMessage, filedRow } from './filed-row.ts';
import { type Lead, valuesOf } from './lead.ts';
import { type News, newsOf, parseRows, type ReadRow, type Refusal, type WrittenPayload } from './read-rows.ts';
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

/** What the store files, exactly. */
export interface Filing {
  readonly contact: { readonly lid: string | null; readonly phone: string | null; readonly pushName: string | null };
  /** What was written and what became of it since, in order. */
  readonly messages: readonly (FiledMessage | FiledChange)[];
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
  readonly refusals: readonly Refusal[];
  /** Null when nothing is left to file. */
  readonly filing: Filing | null;
}

/** How the raw rows of one chat become messages and facts of a lead, and which turn they make due. */
export function decideFiling({ bot, features, lead, sources, jid, rows, now }: FilingFacts): FilingDecision {
  const person = parseJid(jid);
  if (person.kind !== 'person') return refuseAll(rows, 'not-a-person');
  const own = ownPhone(bot);
  if (person.phone !== null && person.phone === own) return refuseAll(rows, 'own-number');

  const { read, refusals } = parseRows(rows);
  if (read.length === 0) return { refusals, filing: null };

  const contact = contactOf(person, read, own);
  const region = regionOf(contact.phone) ?? regionOf(own);
  const news = newsOf(read);
  const byCustomer = news.filter(({ payload }) => !payload.fromMe);
  const found = features.leadCaptureEnabled ? byCustomer.flatMap((one) => factsOf(one, region, own)) : [];
  const current = valuesOf(lead);
  const { fields, values } = mergeFacts(current, sources, found, region);
  const answeredByPhone = news.some(({ row, payload }) => isWritten(payload) && payload.fromMe && !row.history);
  const owner = answeredByPhone ? 'human' : (lead?.owner ?? 'bot');
  const live = byCustomer.filter(({ row }) => !row.history);
  // The past costs model calls that nobody waits for, so that it can be switched off, and comes later.
  const onlyPast = byCustomer.length > 0 && live.length === 0;
  const waitMs = onlyPast && byCustomer.some(({ payload }) => isWritten(payload)) ? historyWaitMs(jid) : 0;
  const stage = nextStage({
    lead,
    values: { ...current, ...values },
    rule: bot.qualification,
    capturing: features.leadCaptureEnabled,
    reopens: live.some(({ payload }) => isWritten(payload)),
    waits: live.length > 0 && owner === 'bot',
  });
  return {
    refusals,
    filing: {
      contact,
      messages: read.map((one) => filedRow(one, now)),
      facts: { fields, values, ...stage },
      due: onlyPast && !bot.historyCapture ? null : dueOf(news, { features, timeZone: bot.timeZone, owner, now }),
      quietMs: Math.max(bot.quietMs, waitMs),
      maxWaitMs: Math.max(bot.maxWaitMs, waitMs),
      leadId: lead?.id ?? null,
      expectedVersion: lead?.version ?? 0,
    },
  };
}

function refuseAll(rows: readonly InboundRow[], reason: string): FilingDecision {
  return { refusals: rows.map((row) => ({ inboundId: String(row.id), reason })), filing: null };
}

function isWritten(payload: AnyInboundPayload): payload is WrittenPayload {
  return payload.kind === 'message' || payload.kind === 'decrypted';
}

/**
 * A message makes its turn due, unless it is taken back already; what the business has answered on its phone, ever so long ago,
 * has its answer. An edit makes nothing due while somebody has still to read the message; of one that was read before only the
 * facts are worth reading again.
 */
function dueOf(news: readonly News[], facts: Omit<DueTurnFacts, 'history'>): TurnKind | null {
  const answered = news.findLastIndex(({ payload }) => isWritten(payload) && payload.fromMe);
  const there = news.filter(({ gone, payload }) => !gone && !payload.fromMe);
  const written = there.filter(({ payload }) => isWritten(payload));
  const settled = (one: News) => one.row.history || news.indexOf(one) < answered;
  if (written.length > 0) return dueTurn({ ...facts, history: written.every(settled) });
  return there.some(({ answered }) => answered) ? dueTurn({ ...facts, history: true }) : null;
}

/** The chat's id says who it is; the messages add what the id hides. Only the customer's own rows carry the customer's name. */
function contactOf(
  person: { phone: string | null; lid: string | null },
  read: readonly ReadRow[],
  own: string | null,
): Filing['contact'] {
  const written = read.map(({ payload }) => payload).filter(isWritten);
  const phones = written.map(({ phone }) => phone).filter((phone) => phone !== null);
  const told = phones.map(ourSpelling).filter((phone) => phone !== own);
  const names = written.filter(({ fromMe }) => !fromMe).map(({ pushName }) => pushName?.trim() ?? '');
  return {
    lid: person.lid ?? written.find(({ lid }) => lid !== null)?.lid ?? null,
    phone: person.phone ?? told[0] ?? null,
    pushName: names.findLast((name) => name !== '') ?? null,
  };
}

function factsOf(
  { row, payload }: News,
  region: string | undefined,
  own: string | null,
): (FoundFact & { inboundId: string })[] {
  return extractFacts(payload.text, { region })
    .filter((fact) => fact.value !== own)
    .map((fact) => ({ ...fact, source: 'rule' as const, confidence: 1, inboundId: String(row.id) }));
}
