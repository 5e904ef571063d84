import type { MessageView } from '@wbm/contracts';
import type { Message } from '@wbm/domain';

export function messageViewOf(message: Message): MessageView {
  return {
    id: message.id,
    leadId: message.leadId,
    seq: message.seq,
    sender: message.sender,
    author: message.author,
    type: message.type,
    text: message.text,
    status: message.status,
    statusReason: message.statusReason,
    clientId: message.clientId,
    at: message.at.toISOString(),
    editedAt: message.editedAt?.toISOString() ?? null,
    revokedAt: message.revokedAt?.toISOString() ?? null,
    reactions: message.reactions,
    media: message.media,
  };
}
