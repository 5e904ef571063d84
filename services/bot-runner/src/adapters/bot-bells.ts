import type { Bus } from '@wbm/bus';
import { botWake, browserEvents, messageReceive } from '@wbm/contracts';
import type { HeldBot } from '@wbm/db';
import type { BotBells } from '../ports.ts';

/** The bus, narrowed to what one bot's run says. The bus logs and counts what Redis did not hear. */
export function botBells(bus: Bus, { workspaceId, botId }: HeldBot): BotBells {
  const { UPDATE_BOT, HISTORY_READ, LEAD_MESSAGE, MESSAGE_STATUS, MESSAGE_SENT, LEAD_UPDATED, SANDBOX_UPDATED } =
    browserEvents;
  return {
    changed: () => void bus.tell(UPDATE_BOT, { workspaceId, botId }),
    historyRead: () => {
      void bus.tell(HISTORY_READ, { workspaceId, botId });
      void bus.tell(UPDATE_BOT, { workspaceId, botId });
    },
    inboundWaits: (chatId) => void bus.send(messageReceive, { workspaceId, botId, chatId }),
    messageMoved: (leadId, messageId) => void bus.tell(MESSAGE_STATUS, { workspaceId, leadId, messageId }),
    messageChanged: (leadId, messageId) => void bus.tell(LEAD_MESSAGE, { workspaceId, leadId, messageId }),
    leadChanged: (leadId) => void bus.tell(LEAD_UPDATED, { workspaceId, leadId }),
    vendorMessageSent: (leadId, messageId) => void bus.tell(MESSAGE_SENT, { workspaceId, leadId, messageId }),
    networkChanged: (chat, typing) =>
      void bus.tell(SANDBOX_UPDATED, { workspaceId, botId, chat, ...(typing === undefined ? {} : { typing }) }),
    released: () => void bus.ring(botWake, { workspaceId, botId }),
  };
}
