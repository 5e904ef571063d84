import type { WireMedia, WireMessage } from '../wire.ts';
import type { Line } from './line.ts';
import { MsgKey } from './msg-key.ts';
import { reactionTableMode, tellReaction } from './reactions.ts';
import { type ChatModel, keep, MessageModel, Msg, me } from './store.ts';
import { today } from './today.ts';
import { createWid } from './wid.ts';

type Result = { readonly messageSendResult: 'OK' | 'ERROR_UNKNOWN'; readonly t: number };
type Unsettled = { readonly wire: WireMessage; readonly done: (result: Result) => void };

/** Messages that WhatsApp said nothing about yet. They are sent again when the connection is back, under their ids. */
const unsettled = new Map<string, Unsettled>();

export function settle(key: string, ok: boolean): void {
  unsettled.get(key)?.done({ messageSendResult: ok ? 'OK' : 'ERROR_UNKNOWN', t: Math.floor(Date.now() / 1000) });
  unsettled.delete(key);
}

export function sendUnsettledAgain(line: Line): void {
  for (const { wire } of unsettled.values()) void line.ask('send', { message: wire }).catch(() => undefined);
}

const carried = ['lat', 'lng', 'loc', 'vcardFormattedName', 'vcardList', 'pollName', 'mentionedJidList'] as const;

function wireOf(chat: ChatModel, message: MessageModel): WireMessage {
  return {
    id: message.id.id,
    chat: chat.id._serialized,
    fromMe: true,
    author: message.id.participant?._serialized ?? null,
    type: message.type,
    body: message.body ?? '',
    t: message.t,
    ack: 0,
    notifyName: '',
    quotes: typeof message.quotedStanzaID === 'string' ? message.quotedStanzaID : null,
    media: mediaOf(message),
    fields: Object.fromEntries(carried.map((name) => [name, message[name]])),
  };
}

function mediaOf(message: MessageModel): WireMedia | null {
  const { directPath, mimetype, size, filehash, filename, caption } = message;
  if (typeof directPath !== 'string') return null;
  return {
    directPath,
    mimetype: String(mimetype),
    size: Number(size),
    filehash: String(filehash),
    filename: typeof filename === 'string' ? filename : null,
    caption: typeof caption === 'string' ? caption : '',
    seconds: null,
  };
}

/** The modules that act on messages: sending, editing, deleting, reacting, marking seen, typing, looking back. */
export function outgoingModules(line: Line): Record<string, object> {
  const keyText = (message: MessageModel) => message.id.toString();
  const typing = (state: 'composing' | 'recording' | 'paused') => async (wid: unknown) => {
    await line.ask('typing', { chat: createWid(wid)._serialized, state });
  };
  return {
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat(chat: ChatModel, data: Readonly<Record<string, unknown>>) {
        // What a model keeps of its attributes is named so; one of its own in the data wins over the real one.
        if ('__x_id' in data) throw new Error('Data passed to getter must include an id property');
        const key = data.id instanceof MsgKey ? data.id : MsgKey.fromString(String(data.id));
        const message = new MessageModel({ ...data, id: key, mediaObject: data.directPath ? {} : undefined });
        const wire = wireOf(chat, message);
        const result = new Promise<Result>((done) => {
          unsettled.set(key.toString(), { wire, done });
        });
        return [addAndSend(line, message, wire, result), result];
      },
    },
    WAWebSendMessageEditAction: {
      async sendMessageEdit(message: MessageModel, text: string) {
        await line.ask('edit', { key: keyText(message), text });
        message.set({ [message.mediaObject ? 'caption' : 'body']: text, latestEditSenderTimestampMs: Date.now() });
      },
    },
    WAWebSendReactionMsgAction: {
      async sendReactionToMsg(message: MessageModel, emoji: string) {
        await line.ask('react', { key: keyText(message), emoji });
        const id = await MsgKey.newId();
        const author = me.account?.jid ?? '';
        tellReaction({ id, key: keyText(message), author, fromMe: true, emoji, ms: Date.now() });
      },
    },
    WAWebAddonReactionTableMode: { reactionTableMode },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert: () => undefined } },
    WAWebMsgActionCapability: {
      canEditText: (message: MessageModel) => message.id.fromMe && message.type === 'chat',
      canEditCaption: (message: MessageModel) => message.id.fromMe && Boolean(message.mediaObject),
      canEditMsg: (message: MessageModel) => message.id.fromMe,
      canSenderRevokeMsg: (message: MessageModel) => message.id.fromMe,
      canAdminRevokeMsg: () => false,
      canStarMsg: () => true,
    },
    WAWebMsgReply: { canReplyMsg: () => true },
    WAWebQuotedMsgModelUtils: {
      getQuotedMsgObj: (message: MessageModel) =>
        Msg.getModelsArray().find((one) => one.id.id === message.quotedStanzaID),
    },
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebLinkPreviewChatAction: { getLinkPreview: async () => null },
    WAWebUpdateUnreadChatAction: {
      async sendSeen({ chat }: { readonly chat: ChatModel }) {
        await line.ask('seen', { chat: chat.id._serialized });
        chat.set({ unreadCount: 0 });
      },
    },
    WAWebChatStateBridge: {
      sendChatStateComposing: typing('composing'),
      sendChatStateRecording: typing('recording'),
      sendChatStatePaused: typing('paused'),
    },
    WAWebNonMessageDataRequestPlaceholderMessageResendUtils: { handlePlaceholderMsgsSeen: () => undefined },
  };
}

async function addAndSend(
  line: Line,
  message: MessageModel,
  wire: WireMessage,
  result: Promise<Result>,
): Promise<MessageModel> {
  const { handOverMs } = today.behaviour;
  if (handOverMs > 0) await new Promise((resolve) => setTimeout(resolve, handOverMs));
  keep(message);
  if (today.behaviour.sendReturns === 'undefined') Msg.hideOnce(message.id.toString());
  const returns = await line.ask('send', { message: wire }).catch(() => 'now');
  if (returns === 'never') await new Promise(() => undefined);
  if (returns === 'after-result') await result;
  if (today.behaviour.sendReturns === 'error') throw new Error('the message was added, and then something broke');
  return message;
}
