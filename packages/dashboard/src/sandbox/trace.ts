import type { LeadView, MessageView } from '@wbm/contracts';
import type { LiveEvent } from '../live/frame.ts';

/** One thing the services did, as news told it. */
export interface TraceLine {
  readonly words:
    | 'filed'
    | 'botQueued'
    | 'vendorQueued'
    | 'phoneAnswered'
    | 'changed'
    | 'takenBack'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'read'
    | 'cancelled'
    | 'failed'
    | 'unconfirmed'
    | 'captured'
    | 'qualified'
    | 'claimed'
    | 'released';
  /** Which facts are known, or who claimed it. */
  readonly detail: string | null;
}

const bySender = { customer: 'filed', bot: 'botQueued', vendor: 'vendorQueued', phone: 'phoneAnswered' } as const;

/** What an event says about this lead; null when it is about another one, or says nothing worth a line. */
export function traceLine(
  event: LiveEvent,
  isThis: (lead: LeadView) => boolean,
  leadId: number | null,
): TraceLine | null {
  switch (event.type) {
    case 'LEAD_MESSAGE':
      if (event.payload.message.leadId !== leadId) return null;
      return { words: messageWords(event.payload.message), detail: null };
    case 'MESSAGE_STATUS': {
      const { status } = event.payload;
      if (event.payload.leadId !== leadId || status === 'received' || status === 'queued') return null;
      return { words: status, detail: null };
    }
    case 'LEAD_UPDATED':
      return isThis(event.payload.lead) ? { words: 'captured', detail: knownFacts(event.payload.lead) } : null;
    case 'NEW_QUALIFIED_LEAD':
      return isThis(event.payload.lead) ? { words: 'qualified', detail: null } : null;
    case 'LEAD_ASSIGNED':
      if (!isThis(event.payload.lead)) return null;
      if (event.payload.lead.assignedTo !== null) return { words: 'claimed', detail: event.payload.lead.assignedTo };
      // An answer from the business's phone takes the chat from the bot for nobody in particular; it has a line of its own.
      return event.payload.lead.owner === 'bot' ? { words: 'released', detail: null } : null;
    default:
      return null;
  }
}

/** A message is told again when it was changed: edited, deleted, reacted to. */
function messageWords({ sender, editedAt, revokedAt, reactions }: MessageView): TraceLine['words'] {
  if (revokedAt !== null) return 'takenBack';
  const changed = editedAt !== null || reactions.customer !== null || reactions.business !== null;
  return changed ? 'changed' : bySender[sender];
}

function knownFacts(lead: LeadView): string | null {
  const values = [lead.name, lead.email, lead.phone, lead.location].filter((value) => value !== null);
  return values.length === 0 ? null : values.join(', ');
}

/** The last digits decide: a number may be written with or without Brazil's ninth digit, and with or without a plus. */
export function isLeadOf(lead: LeadView, botId: string, phone: string): boolean {
  const tail = (number: string) => number.replace(/\D/g, '').slice(-8);
  return lead.botId === botId && lead.whatsappNumber !== null && tail(lead.whatsappNumber) === tail(phone);
}
