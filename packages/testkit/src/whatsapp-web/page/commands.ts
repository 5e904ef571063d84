import { Emitter } from './emitter.ts';
import type { Line } from './line.ts';
import { type ChatModel, type MessageModel, Msg } from './store.ts';

class Commands extends Emitter {
  refreshQR: () => void = () => undefined;
  sendRevokeMsgs: (chat: ChatModel, messages: Chosen) => Promise<void> = async () => undefined;

  async sendDeleteMsgs(_chat: ChatModel, { list }: Chosen): Promise<void> {
    for (const message of list) Msg.remove(message);
  }
  async archiveChat(chat: ChatModel, archive: boolean): Promise<void> {
    chat.set({ archive });
  }
  async pinChat(chat: ChatModel, pin: boolean): Promise<void> {
    chat.set({ pin: pin ? 1 : 0 });
  }
  async markChatUnread(chat: ChatModel, unread: boolean): Promise<void> {
    chat.set({ unreadCount: unread ? -1 : 0 });
  }
}

type Chosen = { readonly list: readonly MessageModel[] };

/** The module `WAWebCmd`: what a person does with the page, and events of the application. */
export const Cmd = new Commands();

export function connectCommands(line: Line): void {
  Cmd.sendRevokeMsgs = async (_chat, { list }) => {
    for (const message of list) {
      await line.ask('revoke', { key: message.id.toString() });
      message.set({ type: 'revoked', body: undefined });
    }
  };
}
