import {
  type BotView,
  type BrowserEventId,
  browserEvents,
  type EventPayloadOf,
  type LeadView,
  type MessageView,
  type NewsOf,
  type VendorBotView,
} from '@wbm/contracts';
import type { Role } from '@wbm/domain';
import type { WorkspaceStorage } from '../ports.ts';
import { botViewOf, featuresViewOf, vendorBotViewOf } from '../views/bot-view.ts';
import { leadViewOf } from '../views/lead-view.ts';
import { messageViewOf } from '../views/message-view.ts';

/** News that browsers are told. INIT is no news: each connection gets its own. */
export type ToldEvent = Exclude<BrowserEventId, 'INIT'>;
export type Told = { readonly [K in ToldEvent]: { readonly id: K; readonly news: NewsOf<K> } }[ToldEvent];

type PerRole<K extends ToldEvent> = { readonly [R in Role]: EventPayloadOf<K> };
type Loader<K extends ToldEvent> = (read: Reader, news: NewsOf<K>) => Promise<PerRole<K> | null>;

/** What one flush reads, each row at most once however many pieces of news name it. */
interface Reader {
  readonly workspace: WorkspaceStorage;
  bot(botId: string): Promise<{ admin: BotView; vendor: VendorBotView } | null>;
  lead(leadId: number): Promise<LeadView | null>;
  message(messageId: number): Promise<MessageView | null>;
}

const ofLead = async (read: Reader, { leadId }: NewsOf<'LEAD_UPDATED'>) => {
  const lead = await read.lead(leadId);
  return lead && forBoth({ lead });
};
const ofMessage = async (read: Reader, { messageId }: NewsOf<'LEAD_MESSAGE'>) => {
  const message = await read.message(messageId);
  return message && forBoth({ message });
};

/** From news to what a browser gets, for each role. An event without an entry does not compile; null is gone by now. */
const loaders: { readonly [K in ToldEvent]: Loader<K> } = {
  UPDATE_BOT: async (read, { botId }) => {
    const views = await read.bot(botId);
    return views && { admin: { bot: views.admin }, vendor: { bot: views.vendor } };
  },
  NEW_QUALIFIED_LEAD: ofLead,
  LEAD_ASSIGNED: ofLead,
  LEAD_UPDATED: ofLead,
  LEAD_MESSAGE: ofMessage,
  MESSAGE_SENT: ofMessage,
  NEW_MESSAGE_FOR_SALES: async (read, { leadId, messageId }) => {
    const [lead, message] = [await read.lead(leadId), await read.message(messageId)];
    return lead && message && forBoth({ lead, message });
  },
  MESSAGE_STATUS: async (read, { messageId }) => {
    const message = await read.message(messageId);
    return (
      message &&
      forBoth({ leadId: message.leadId, messageId, status: message.status, statusReason: message.statusReason })
    );
  },
  SCHEDULE_CREATED: async (_read, { botId, scheduleId }) => forBoth({ botId, scheduleId }),
  BOT_FEATURES_UPDATED: async (read, { botId }) => {
    const features = await read.workspace.features.get(botId);
    return features && forBoth({ features: featuresViewOf(features) });
  },
  HISTORY_READ: async (read, { botId }) => {
    const catchUp = (await read.workspace.bots.get(botId))?.catchUp ?? null;
    return catchUp && forBoth({ botId, chats: catchUp.chats, messages: catchUp.messages });
  },
  SANDBOX_UPDATED: async (read, { botId, chat, typing }) => {
    const phone = chat === null ? null : await read.workspace.sandbox.chatPhone(chat);
    return forBoth({ botId, phone, ...(typing === undefined ? {} : { typing }) });
  },
};

function forBoth<T>(payload: T): { admin: T; vendor: T } {
  return { admin: payload, vendor: payload };
}

export interface LoadedEvent {
  readonly type: ToldEvent;
  /** Roles that do not get the event are not in it. */
  readonly payloads: ReadonlyMap<Role, unknown>;
}

/** Loads what a burst of news is about, in its order. Rows of other workspaces are not there, whatever the news says. */
export async function loadEvents(workspace: WorkspaceStorage, burst: readonly Told[]): Promise<LoadedEvent[]> {
  const read = readerOf(workspace, burst);
  const events: LoadedEvent[] = [];
  for (const { id, news } of burst) {
    // One after another: a burst must not take the connections that requests need.
    const loaded = await (loaders[id] as Loader<ToldEvent>)(read, news as NewsOf<ToldEvent>);
    if (loaded === null) continue;
    const roles: readonly Role[] = browserEvents[id].roles;
    events.push({ type: id, payloads: new Map(roles.map((role) => [role, loaded[role]])) });
  }
  return events;
}

function readerOf(workspace: WorkspaceStorage, burst: readonly Told[]): Reader {
  const messageIds = [...new Set(burst.flatMap(({ news }) => ('messageId' in news ? [news.messageId] : [])))];
  let messages: Promise<Map<number, MessageView>> | undefined;
  return {
    workspace,
    bot: remembered(async (botId: string) => {
      const bot = await workspace.bots.get(botId);
      return bot && { admin: botViewOf(bot), vendor: vendorBotViewOf(bot) };
    }),
    lead: remembered(async (leadId: number) => {
      const lead = await workspace.leads.get(leadId);
      return lead && leadViewOf(lead);
    }),
    async message(messageId) {
      messages ??= workspace.messages
        .get(messageIds)
        .then((found) => new Map(found.map((message) => [message.id, messageViewOf(message)])));
      return (await messages).get(messageId) ?? null;
    },
  };
}

function remembered<K, V>(load: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  return (key) => {
    const value = known.get(key) ?? load(key);
    known.set(key, value);
    return value;
  };
}
