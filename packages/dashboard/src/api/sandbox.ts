import { queryOptions } from '@tanstack/react-query';
import { sandboxChat, type sandboxPost, sandboxPosted, type sandboxReact } from '@wbm/contracts';
import type { z } from 'zod';
import { keys } from './keys.ts';
import { command, request } from './request.ts';

/** The conversation as the customer's simulated phone shows it. Reading it marks the bot's messages as read. */
export function sandboxChatQuery(botId: string, phone: string) {
  return queryOptions({
    queryKey: keys.sandboxChat(botId, phone),
    queryFn: ({ signal }) =>
      request(sandboxChat, `/api/sandbox/bots/${botId}/chats/${encodeURIComponent(phone)}/messages`, { signal }),
  });
}

export function scanQr(botId: string): Promise<void> {
  return command(`/api/sandbox/bots/${botId}/scan`);
}

export function postSandboxMessage(botId: string, message: z.input<typeof sandboxPost>) {
  return request(sandboxPosted, `/api/sandbox/bots/${botId}/messages`, { method: 'POST', body: message });
}

/** Who does something to a message that was sent: the customer of the chat, or the business on its own phone. */
type Who = Pick<z.input<typeof sandboxReact>, 'from' | 'fromBusiness'>;

export type SandboxChange =
  | { readonly do: 'edit'; readonly text: string }
  | { readonly do: 'revoke' }
  /** An empty emoji takes the reaction back. */
  | { readonly do: 'react'; readonly emoji: string };

export function changeSandboxMessage(botId: string, messageId: string, who: Who, change: SandboxChange): Promise<void> {
  const { do: verb, ...what } = change;
  return command(`/api/sandbox/bots/${botId}/messages/${encodeURIComponent(messageId)}/${verb}`, {
    body: { ...who, ...what },
  });
}
