import type { QualificationRule } from '../bot/bot.ts';
import type { ChatOwner, LeadStatus, WaitingReason } from '../vocabulary.ts';
import type { Lead, LeadValues } from './lead.ts';
import { isQualified } from './qualify.ts';

export interface StageFacts {
  readonly lead: Lead | null;
  /** The values as they will be. */
  readonly values: LeadValues;
  readonly rule: QualificationRule;
  /** Whether the bot captures leads at all; without it nobody becomes qualified. */
  readonly capturing: boolean;
  /** Just now, not read from history. */
  readonly customerWrote: boolean;
  readonly owner: ChatOwner;
}

/**
 * The stage a lead moves to, null for where it is. Only rules move it: capturing becomes qualified when the facts meet the
 * bot's rule, and a won or lost lead who writes again is open once more. Whoever newly counts as qualified waits for a
 * person while the bot still has the chat.
 */
export function nextStage({ lead, values, rule, capturing, customerWrote, owner }: StageFacts): {
  status: LeadStatus | null;
  waitingReason: WaitingReason | null;
} {
  const before = lead?.status ?? 'capturing';
  const closed = before === 'won' || before === 'lost';
  let status: LeadStatus = before;
  if (closed && customerWrote) status = (lead?.qualifiedAt ?? null) === null ? 'capturing' : 'qualified';
  if (status === 'capturing' && capturing && isQualified(rule, values)) status = 'qualified';
  if (status === before) return { status: null, waitingReason: null };
  const waits = status === 'qualified' && owner === 'bot' && customerWrote;
  return { status, waitingReason: waits ? 'qualified' : null };
}
