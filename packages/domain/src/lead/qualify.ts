import type { QualificationRule } from '../bot/bot.ts';
import type { LeadValues } from './lead.ts';

/** Whether the facts given in the conversation meet the bot's rule. A rule without entries is never met. */
export function isQualified(rule: QualificationRule, values: LeadValues): boolean {
  return rule.length > 0 && rule.every((anyOf) => anyOf.some((name) => (values[name] ?? '') !== ''));
}
