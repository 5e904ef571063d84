import type { WireAccount, WireChat, WireMessage } from '../wire.ts';
import { Collection, Model } from './model.ts';
import { MsgKey } from './msg-key.ts';
import { createWid, type Wid } from './wid.ts';

export class MessageModel extends Model {
  declare readonly id: MsgKey;
  declare readonly type: string;
  declare readonly t: number;
  declare readonly body: string | undefined;
  declare readonly isNewMsg: boolean;

  unsafe(): this {
    return this;
  }

  canReply(): boolean {
    return true;
  }

  /** What an answer to this message carries of it. */
  msgContextInfo(): object {
    return {
      quotedMsg: { type: this.type, body: this.body },
      quotedStanzaID: this.id.id,
      quotedParticipant: this.author ?? this.from,
    };
  }

  /** Media is always there, or gone for good. */
  async downloadMedia(): Promise<void> {}
}

export class ChatModel extends Model {
  declare readonly id: Wid;
  declare readonly unreadCount: number;
  declare readonly msgs: Collection<MessageModel>;

  override serialize(): Record<string, unknown> {
    const msgs = this.msgs.getModelsArray().map((message) => ({ id: message.id }));
    return { ...super.serialize(), msgs };
  }
}

class MessageCollection extends Collection<MessageModel> {
  readonly modelClass = MessageModel;
  #hidden: string | undefined;

  /** The next look at this message does not find it. */
  hideOnce(key: string): void {
    this.#hidden = key;
  }

  override get(id: unknown): MessageModel | undefined {
    if (this.#hidden !== undefined && String(id) === this.#hidden) {
      this.#hidden = undefined;
      return undefined;
    }
    return super.get(id);
  }

  /** Replaced by the module that can ask the servers. */
  async getMessagesById(_keys: readonly unknown[]): Promise<{ messages: MessageModel[] }> {
    return { messages: [] };
  }
}

export const Msg = new MessageCollection();
export const Chat = new Collection<ChatModel>();

/** Who this page is logged in as. */
export const me: { account: WireAccount | undefined } = { account: undefined };

const notifications = new Set(['e2e_notification', 'notification_template', 'gp2', 'protocol', 'call_log']);

/** A message of the servers as the page's own model; not yet in any collection. */
export function messageModel(wire: WireMessage, isNewMsg: boolean): MessageModel {
  const chat = createWid(wire.chat);
  const own = me.account && createWid(me.account.jid);
  const author = wire.author === null ? undefined : createWid(wire.author);
  return new MessageModel({
    id: new MsgKey({ fromMe: wire.fromMe, remote: chat, id: wire.id, participant: author }),
    type: wire.type,
    body: wire.media ? undefined : wire.body,
    from: wire.fromMe ? own : chat,
    to: wire.fromMe ? chat : own,
    author,
    self: wire.fromMe ? 'out' : 'in',
    t: wire.t,
    ack: wire.ack,
    notifyName: wire.notifyName,
    isNewMsg,
    isNotification: notifications.has(wire.type),
    isStatusV3: chat.isStatus(),
    broadcast: chat.isBroadcast(),
    mentionedJidList: [],
    ...(wire.quotes === null ? {} : { quotedStanzaID: wire.quotes, quotedMsg: { type: 'chat', body: '' } }),
    ...mediaAttributes(wire),
    ...wire.fields,
  });
}

function mediaAttributes({ media, type, t }: WireMessage): object {
  if (!media) return {};
  return {
    ...media,
    filename: media.filename ?? undefined,
    // As text, as WhatsApp Web keeps it.
    duration: media.seconds === null ? undefined : String(media.seconds),
    encFilehash: media.filehash,
    mediaKey: 'c3R1YiBtZWRpYSBrZXk=',
    mediaKeyTimestamp: t,
    mediaData: { mediaStage: 'RESOLVED', type },
    mediaObject: { type },
  };
}

export function chatModel(wire: WireChat): ChatModel {
  const id = createWid(wire.jid);
  return new ChatModel({
    id,
    name: wire.name,
    formattedTitle: wire.name,
    unreadCount: wire.unread,
    t: wire.last?.t,
    archive: false,
    pin: 0,
    isLocked: false,
    mute: { expiration: 0 },
    muteExpiration: 0,
    endOfHistoryTransferType: 0,
    lastReceivedKey: undefined,
    msgs: new Collection<MessageModel>(),
    ...(wire.members ? { groupMetadata: groupMetadata(id, wire) } : {}),
  });
}

function groupMetadata(id: Wid, wire: WireChat): Model {
  const participants = (wire.members ?? []).map((member) => ({ id: createWid(member), isAdmin: false }));
  return new Model({ id, subject: wire.name, participants, announce: false, isLidAddressingMode: false });
}

/** The chat of an address; made when it is not there yet. */
export function chatOf(jid: string, name = jid, members: readonly string[] | null = null): ChatModel {
  return Chat.get(jid) ?? Chat.add(chatModel({ jid, name, unread: 0, last: null, members }));
}

/** Puts a message into its chat and tells whoever listens. One that is there already stays as it is. */
export function keep(message: MessageModel): MessageModel {
  const known = Msg.get(message.id);
  if (known) return known;
  const chat = chatOf(message.id.remote._serialized);
  // The chat's own list does not speak: a model's events belong to the collection of all messages.
  chat.msgs.add(message);
  Msg.add(message);
  const { t = 0 } = chat as { t?: number };
  chat.set({ t: Math.max(t, message.t), lastReceivedKey: message.id });
  if (message.isNewMsg && !message.id.fromMe) chat.set({ unreadCount: chat.unreadCount + 1 });
  return message;
}
