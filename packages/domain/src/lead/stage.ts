import type { QualificationRule } from '../bot/bot.ts';
import type { LeadStatus, WaitingReason } from '../vocabulary.ts';
import type { Lead, LeadValues } from './lead.ts';
import { isQualified } from './qualify.ts';

export interface StageFacts {
  readonly lead: Lead | null;
  /** The values as they will be. */
  readonly values: LeadValues;
  readonly rule: QualificationRule;
  /** Whether the bot captures leads at all; without it nobody becomes qualified. */
  readonly capturing: boolean;
  /** The customer wrote just now: a won or lost lead is open once more. */
  readonly reopens: boolean;
  /** Whether a lead who now counts as qualified waits for a person: yes while the bot has the chat, no for history. */
  readonly waits: boolean;
}

/**
 * The stage a lead moves to, null for where it is. Only rules move it: capturing becomes qualified when the facts meet the
 * bot's rule, and a won or lost lead who writes again goes back to where it was before somebody had it.
 */
export function nextStage({ lead, values, rule, capturing, reopens, waits }: StageFacts): {
  status: LeadStatus | null;
  waitingReason: WaitingReason | null;
} {
  const before = lead?.status ?? 'capturing';
  let status: LeadStatus = before;
  if (reopens && (before === 'won' || before === 'lost')) {
    status = (lead?.qualifiedAt ?? null) === null ? 'capturing' : 'qualified';
  }
  if (status === 'capturing' && capturing && isQualified(rule, values)) status = 'qualified';
  if (status === before) return { status: null, waitingReason: null };
  return { status, waitingReason: status === 'qualified' && waits ? 'qualified' : null };
}
