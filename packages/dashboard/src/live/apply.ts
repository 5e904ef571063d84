import type { QueryClient } from '@tanstack/react-query';
import type { LeadDetail, LeadView, MessageView, SessionView } from '@wbm/contracts';
import { type AnyBot, botsQuery } from '../api/bots.ts';
import { keys } from '../api/keys.ts';
import { type LeadFilter, leadQuery } from '../api/leads.ts';
import { sessionQuery } from '../api/session.ts';
import { newestMs, type Pages, withBot, withLead, withMessage, withStatus } from './cache.ts';
import type { LiveEvent } from './frame.ts';

/** Carries one event into the cache. What an event does not carry whole is asked for again, if somebody looks at it. */
export function applyEvent(client: QueryClient, event: LiveEvent): void {
  switch (event.type) {
    case 'INIT':
      client.setQueryData(sessionQuery.queryKey, event.payload.session);
      client.setQueryData(botsQuery.queryKey, event.payload.bots);
      return;
    case 'UPDATE_BOT':
      client.setQueryData(botsQuery.queryKey, (bots: readonly AnyBot[] | undefined) =>
        bots ? withBot(bots, event.payload.bot) : bots,
      );
      return;
    case 'BOT_FEATURES_UPDATED':
      client.setQueryData(keys.features(event.payload.features.botId), event.payload.features);
      return;
    case 'LEAD_UPDATED':
    case 'LEAD_ASSIGNED':
    case 'NEW_QUALIFIED_LEAD':
      applyLead(client, event.payload.lead);
      return;
    case 'NEW_MESSAGE_FOR_SALES':
      applyLead(client, event.payload.lead);
      applyMessage(client, event.payload.message);
      return;
    case 'LEAD_MESSAGE':
    case 'MESSAGE_SENT':
      applyMessage(client, event.payload.message);
      return;
    case 'MESSAGE_STATUS':
      client.setQueryData(keys.messages(event.payload.leadId), (list: Pages<MessageView> | undefined) =>
        list ? withStatus(list, event.payload) : list,
      );
      return;
    case 'SANDBOX_UPDATED':
      applySandbox(client, event.payload);
      return;
    case 'HISTORY_READ':
      // What was read back is told in sum only: which chats it is in, nobody says.
      void client.invalidateQueries({ queryKey: keys.messageLists });
      return;
    case 'SCHEDULE_CREATED':
      return;
  }
}

/** Also used by pages with the answer of their own call, which often comes before the event does. */
export function applyLead(client: QueryClient, lead: LeadView): void {
  const me = client.getQueryData<SessionView>(keys.session)?.user.email ?? '';
  for (const [key, list] of client.getQueriesData<Pages<LeadView>>({ queryKey: keys.leadLists })) {
    const filter = key[1] as LeadFilter;
    if (list) client.setQueryData(key, withLead(list, lead, filter, me));
  }
  const { queryKey } = leadQuery(lead.id);
  const shown = client.getQueryData<LeadDetail>(queryKey);
  if (!shown || shown.version > lead.version) return;
  client.setQueryData<LeadDetail>(queryKey, { ...shown, ...lead });
  // A fact changed: its evidence is not in the event.
  const facts = ['name', 'email', 'location', 'phone'] as const;
  if (facts.some((fact) => shown[fact] !== lead[fact])) void client.invalidateQueries({ queryKey });
}

export function applyMessage(client: QueryClient, message: MessageView): void {
  client.setQueryData(keys.messages(message.leadId), (list: Pages<MessageView> | undefined) =>
    list ? withMessage(list, message) : list,
  );
}

function applySandbox(
  client: QueryClient,
  {
    botId,
    phone,
    typing,
  }: { readonly botId: string; readonly phone: string | null; readonly typing?: boolean | undefined },
): void {
  const chats = client.getQueryCache().findAll({ queryKey: keys.sandboxChats(botId) });
  for (const { queryKey } of chats) {
    if (phone !== null && !samePhone(String(queryKey[2]), phone)) continue;
    if (typing === undefined) void client.invalidateQueries({ queryKey });
    else client.setQueryData(queryKey, (chat: object | undefined) => (chat ? { ...chat, typing } : chat));
  }
}

/** Simulated phones are written with and without a plus. */
export function samePhone(a: string, b: string): boolean {
  return a.replace(/\D/g, '') === b.replace(/\D/g, '');
}

/** A lead's moment is taken with its newest message, though not in the same instant. */
const sameMomentMs = 500;

/**
 * To be called when all events of a frame are applied: a lead with a newer message than its chat has here was read back
 * from history, which tells of its lead alone. Such a chat is asked for again.
 */
export function refetchUntold(client: QueryClient, events: readonly LiveEvent[]): void {
  const leads = new Map(events.flatMap(({ payload }) => ('lead' in payload ? [[payload.lead.id, payload.lead]] : [])));
  for (const { id, lastMessageAt } of leads.values()) {
    const queryKey = keys.messages(id);
    const list = client.getQueryData<Pages<MessageView>>(queryKey);
    if (list && Date.parse(lastMessageAt) - newestMs(list) > sameMomentMs) void client.invalidateQueries({ queryKey });
  }
}

/** After a pause nobody knows what was missed: everything on screen is asked for again, the rest when it is next shown. */
export function refetchMissed(client: QueryClient): void {
  void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
}
