import type { LeadView, MessageView } from '@wbm/contracts';
import type { AnyBot } from '../api/bots.ts';
import type { LeadFilter, Page } from '../api/leads.ts';

/** An infinite list as Query keeps it. */
export interface Pages<T> {
  readonly pages: readonly Page<T>[];
  readonly pageParams: readonly unknown[];
}

/** Puts a bot's news into the list. Older versions than the one shown are ignored; archived bots leave. */
export function withBot(bots: readonly AnyBot[], bot: AnyBot): readonly AnyBot[] {
  const shown = bots.find((b) => b.id === bot.id);
  if (shown && shown.version > bot.version) return bots;
  if (bot.archivedAt !== null) return bots.filter((b) => b.id !== bot.id);
  return shown ? bots.map((b) => (b.id === bot.id ? bot : b)) : [...bots, bot];
}

/** Whether a lead belongs in a list. `unknown` when only the server can tell, as for a search. */
export function belongs(lead: LeadView, filter: LeadFilter, me: string): boolean | 'unknown' {
  if (filter.botId !== undefined && filter.botId !== lead.botId) return false;
  if (filter.status !== undefined && filter.status !== lead.status) return false;
  if (filter.assignedTo === 'nobody' && lead.assignedTo !== null) return false;
  if (filter.assignedTo === 'me' && lead.assignedTo !== me) return false;
  if (filter.waiting && lead.waitingSince === null) return false;
  return filter.q === undefined ? true : 'unknown';
}

/**
 * Puts a lead's news into a list, in the list's order: moves it, adds it, or takes it out.
 * A lead that comes after everything loaded so far is left for the page that will bring it.
 */
export function withLead(list: Pages<LeadView>, lead: LeadView, filter: LeadFilter, me: string): Pages<LeadView> {
  const shown = find(list, lead.id);
  if (shown && shown.version > lead.version) return list;
  const fits = belongs(lead, filter, me);
  if (!shown && fits !== true) return list;
  const without = shown ? mapItems(list, (items) => items.filter((l) => l.id !== lead.id)) : list;
  if (fits === false) return without;
  return insert(without, lead, filter.waiting ? waitsLonger : isNewer);
}

// The gateway's two orders: ISO moments in UTC compare as text, and the id decides between equal ones.
function isNewer(a: LeadView, b: LeadView): boolean {
  return a.lastMessageAt === b.lastMessageAt ? a.id > b.id : a.lastMessageAt > b.lastMessageAt;
}

function waitsLonger(a: LeadView, b: LeadView): boolean {
  const [since, other] = [a.waitingSince ?? '', b.waitingSince ?? ''];
  return since === other ? a.id < b.id : since < other;
}

/** Adds a message to a chat that is kept newest first, once; or replaces it by its newer self. */
export function withMessage(list: Pages<MessageView>, message: MessageView): Pages<MessageView> {
  const shown = find(list, message.id);
  if (!shown) return insert(list, message, (a, b) => a.seq > b.seq);
  if (furtherAlong(shown.status, message.status)) return list;
  // One that could not be read at first moves to the end when it can.
  if (shown.seq !== message.seq) {
    const without = mapItems(list, (items) => items.filter((m) => m.id !== message.id));
    return insert(without, message, (a, b) => a.seq > b.seq);
  }
  return mapItems(list, (items) => items.map((m) => (m.id === message.id ? message : m)));
}

/** When the newest message was written, in epoch milliseconds; a chat without one is older than all. */
export function newestMs(list: Pages<MessageView>): number {
  const all = list.pages.flatMap((page) => page.items.map(({ at }) => Date.parse(at)));
  return all.reduce((newest, at) => Math.max(newest, at), Number.NEGATIVE_INFINITY);
}

export interface StatusNews {
  readonly messageId: number;
  readonly status: MessageView['status'];
  readonly statusReason: string | null;
}

/** Moves a message on. News that overtook each other never move it back. */
export function withStatus(list: Pages<MessageView>, news: StatusNews): Pages<MessageView> {
  const shown = find(list, news.messageId);
  if (!shown || furtherAlong(shown.status, news.status)) return list;
  const moved = { ...shown, status: news.status, statusReason: news.statusReason };
  return mapItems(list, (items) => items.map((m) => (m.id === news.messageId ? moved : m)));
}

/** How far along each status is: the database never moves a message to a lower one (see `app.record_acks`). */
const progress: Record<MessageView['status'], number> = {
  received: 0,
  queued: 0,
  // As far as queued, because what is known never to have left is queued again.
  sending: 0,
  unconfirmed: 1,
  sent: 2,
  // WhatsApp may refuse what its server had taken already; only the phone that got it proves otherwise.
  failed: 3,
  delivered: 4,
  read: 5,
  // Comes from queued alone, and nothing comes after it.
  cancelled: 6,
};

function furtherAlong(shown: MessageView['status'], news: MessageView['status']): boolean {
  return progress[shown] > progress[news];
}

function find<T extends { readonly id: number }>(list: Pages<T>, id: number): T | undefined {
  for (const page of list.pages) {
    const item = page.items.find((i) => i.id === id);
    if (item) return item;
  }
  return undefined;
}

function mapItems<T>(list: Pages<T>, change: (items: readonly T[]) => readonly T[]): Pages<T> {
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) };
}

/** Inserts before the first item that does not come before it; at the very end only when there is no further page. */
function insert<T>(list: Pages<T>, item: T, before: (a: T, b: T) => boolean): Pages<T> {
  const at = list.pages.findIndex((page) => page.items.some((other) => before(item, other)));
  const last = list.pages.length - 1;
  if (at === -1 && (last < 0 || list.pages[last]?.nextCursor !== null)) {
    const empty = list.pages.every((page) => page.items.length === 0);
    if (last < 0 || !empty) return list;
  }
  const target = at === -1 ? last : at;
  const pages = list.pages.map((page, n) => {
    if (n !== target) return page;
    const found = page.items.findIndex((other) => before(item, other));
    const place = found === -1 ? page.items.length : found;
    return { ...page, items: [...page.items.slice(0, place), item, ...page.items.slice(place)] };
  });
  return { ...list, pages };
}
