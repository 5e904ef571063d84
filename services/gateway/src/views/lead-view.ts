import type { LeadDetail, LeadFieldView, LeadView } from '@wbm/contracts';
import type { Lead, LeadField } from '@wbm/domain';

/** How much of the newest message a list shows, in characters. */
const PREVIEW = 140;

export function leadViewOf(lead: Lead): LeadView {
  return {
    id: lead.id,
    botId: lead.botId,
    botName: lead.botName,
    whatsappNumber: lead.whatsappNumber,
    displayName: lead.name ?? lead.pushName,
    name: lead.name,
    email: lead.email,
    location: lead.location,
    phone: lead.phone,
    status: lead.status,
    owner: lead.owner,
    ownerVersion: lead.ownerVersion,
    assignedTo: lead.assignedTo,
    capturedAt: lead.capturedAt.toISOString(),
    qualifiedAt: lead.qualifiedAt?.toISOString() ?? null,
    lastMessageAt: lead.lastMessageAt.toISOString(),
    lastMessage: lead.lastMessage === null ? null : shortened(lead.lastMessage),
    waitingSince: lead.waitingSince?.toISOString() ?? null,
    waitingReason: lead.waitingReason,
    writeFirst: lead.writeFirst,
    version: lead.version,
  };
}

export function leadDetailOf(lead: Lead, fields: readonly LeadField[]): LeadDetail {
  return { ...leadViewOf(lead), fields: fields.map(fieldViewOf) };
}

function fieldViewOf(field: LeadField): LeadFieldView {
  return { ...field, at: field.at.toISOString() };
}

/** Cut by characters, so that no emoji is halved. */
function shortened(text: string): string {
  const characters = Array.from(text.slice(0, PREVIEW * 2));
  if (characters.length <= PREVIEW && text.length <= PREVIEW * 2) return text;
  return `${characters.slice(0, PREVIEW - 1).join('')}…`;
}
