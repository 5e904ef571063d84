import type { LeadFilter } from './leads.ts';

/** The name of everything kept in the Query cache. The live client writes to the same names. */
export const keys = {
  session: ['session'] as const,
  bots: ['bots'] as const,
  features: (botId: string) => ['features', botId] as const,
  sending: (botId: string) => ['sending', botId] as const,
  leadLists: ['leads'] as const,
  leads: (filter: LeadFilter) => ['leads', filter] as const,
  lead: (leadId: number) => ['lead', leadId] as const,
  messageLists: ['messages'] as const,
  messages: (leadId: number) => ['messages', leadId] as const,
  sandboxChats: (botId: string) => ['sandbox', botId] as const,
  sandboxChat: (botId: string, phone: string) => ['sandbox', botId, phone] as const,
};
