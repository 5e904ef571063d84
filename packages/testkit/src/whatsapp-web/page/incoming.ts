import type { Line } from './line.ts';
import { knownPerson } from './people.ts';
import { Chat, type ChatModel, chatOf, type MessageModel, Msg, messageModel } from './store.ts';
import { today } from './today.ts';
import { createWid } from './wid.ts';

/** The modules that look at chats: the collections, opening a chat, and what was said earlier. */
export function incomingModules(line: Line): Record<string, object> {
  Msg.getMessagesById = async (keys) => {
    const found = await Promise.all(
      keys.map(async (key) => {
        const known = Msg.get(key);
        if (known || key === undefined) return known;
        const wire = await line.ask('find', { key: String(key) });
        return wire ? adopt(messageModel(wire, false)) : undefined;
      }),
    );
    return { messages: found.filter((message) => message !== undefined) };
  };
  return {
    WAWebFindChatAction: { findOrCreateLatestChat: (wid: unknown) => findChat(line, wid) },
    WAWebChatLoadMessages: {
      async loadEarlierMsgs({ chat }: { readonly chat: ChatModel }): Promise<MessageModel[]> {
        const oldest = inOrder(chat)[0];
        const before = oldest?.id.toString() ?? null;
        const limit = today.behaviour.historyPage;
        const earlier = await line.ask('earlier', { chat: chat.id._serialized, before, limit });
        return earlier.map((wire) => adopt(messageModel(wire, false)));
      },
    },
    WAWebChatGetters: {
      getIsNewsletter: (chat: ChatModel) => chat.id.isNewsletter(),
      getIsBroadcast: (chat: ChatModel) => chat.id.isBroadcast(),
      getIsGroup: (chat: ChatModel) => chat.id.isGroup(),
    },
    WAWebSendNonMessageDataRequest: { sendPeerDataOperationRequest: async () => undefined },
    WALinkify: { findLink: (text: unknown) => linksIn(text)[0] ?? null, findLinks: linksIn },
  };
}

/** A message that was there all the time: into its chat, and nobody is told. */
function adopt(message: MessageModel): MessageModel {
  const known = Msg.get(message.id);
  if (known) return known;
  chatOf(message.id.remote._serialized).msgs.add(message);
  return Msg.add(message);
}

function inOrder(chat: ChatModel): MessageModel[] {
  return chat.msgs.getModelsArray().sort((one, other) => one.t - other.t);
}

async function findChat(line: Line, like: unknown): Promise<{ chat: ChatModel }> {
  const wid = createWid(like);
  const known = Chat.get(wid);
  if (known) return { chat: known };
  const person = await knownPerson(line, wid);
  if (!person) throw new Error('No LID for user');
  return { chat: chatOf(person.jid, person.name) };
}

function linksIn(text: unknown): { href: string; suspiciousCharacters: Set<string> }[] {
  const found = typeof text === 'string' ? (text.match(/https?:\/\/\S+/g) ?? []) : [];
  return found.map((href) => ({ href, suspiciousCharacters: new Set<string>() }));
}
