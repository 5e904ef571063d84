import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { keys } from '../api/keys.ts';
import { applyEvent, refetchMissed, refetchUntold } from './apply.ts';
import { type LiveEvent, readFrame } from './frame.ts';

const emptyChat = { pages: [{ items: [], nextCursor: null }], pageParams: [undefined] };

function frame(...events: readonly object[]): string {
  return JSON.stringify({ events });
}

describe('readFrame', () => {
  it('keeps what is in the book and counts what is not', () => {
    const typing = { type: 'SANDBOX_UPDATED', payload: { botId: 'demo', phone: '+5511987654321', typing: true } };
    const read = readFrame(
      frame(typing, { type: 'FROM_THE_FUTURE', payload: {} }, { type: 'UPDATE_BOT', payload: {} }),
    );
    expect(read.events).toEqual([typing]);
    expect(read.unknown).toBe(2);
  });

  it.each(['', 'null', '[]', '{"events":[{"type":"toString","payload":{}}]}'])('survives %s', (text) => {
    expect(readFrame(text)).toEqual({ events: [], unknown: 1 });
  });
});

describe('applyEvent', () => {
  const sandbox = (over: object) => ({ type: 'SANDBOX_UPDATED', payload: { botId: 'demo', ...over } }) as LiveEvent;
  const chat = { items: [], typing: false };

  it('shows typing at once, only on the phone it is about, with or without its plus', () => {
    const client = new QueryClient();
    client.setQueryData(keys.sandboxChat('demo', '5511987654321'), chat);
    client.setQueryData(keys.sandboxChat('demo', '+447700900123'), chat);
    applyEvent(client, sandbox({ phone: '+5511987654321', typing: true }));
    expect(client.getQueryData(keys.sandboxChat('demo', '5511987654321'))).toEqual({ ...chat, typing: true });
    expect(client.getQueryData(keys.sandboxChat('demo', '+447700900123'))).toEqual(chat);
  });

  it('asks again for every phone of the bot when the news names none', () => {
    const client = new QueryClient();
    client.setQueryData(keys.sandboxChat('demo', '+447700900123'), chat);
    client.setQueryData(keys.sandboxChat('other', '+447700900123'), chat);
    applyEvent(client, sandbox({ phone: null }));
    expect(client.getQueryState(keys.sandboxChat('demo', '+447700900123'))?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.sandboxChat('other', '+447700900123'))?.isInvalidated).toBe(false);
  });

  it('asks for open chats again when a bot has read the past, and for the others when they are next opened', async () => {
    const client = new QueryClient();
    const asked: number[] = [];
    const chatOf = (leadId: number) => {
      const queryKey = keys.messages(leadId);
      client.setQueryData(queryKey, emptyChat);
      const queryFn = () => {
        asked.push(leadId);
        return emptyChat;
      };
      return { queryKey, queryFn, staleTime: Number.POSITIVE_INFINITY };
    };
    const shown = new QueryObserver(client, chatOf(1)).subscribe(() => undefined);
    chatOf(2);
    applyEvent(client, { type: 'HISTORY_READ', payload: { botId: 'demo', chats: 1, messages: 2 } });
    await vi.waitFor(() => expect(client.isFetching()).toBe(0));
    shown();
    expect(asked).toEqual([1]);
    expect(client.getQueryState(keys.messages(2))?.isInvalidated).toBe(true);
  });

  it('asks for everything but the session after a pause', () => {
    const client = new QueryClient();
    client.setQueryData(keys.session, {});
    client.setQueryData(keys.bots, []);
    refetchMissed(client);
    expect(client.getQueryState(keys.bots)?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.session)?.isInvalidated).toBe(false);
  });
});

describe('refetchUntold', () => {
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
  const updated = (lastMessageAt: string) =>
    ({ type: 'LEAD_UPDATED', payload: { lead: { id: 1, lastMessageAt } } }) as LiveEvent;
  const told = (ms: number) =>
    ({ type: 'LEAD_MESSAGE', payload: { message: { id: 9, leadId: 1, seq: 9, at: at(ms) } } }) as LiveEvent;

  it.each([
    ['history, of which only the lead is told', [updated(at(60_000))], true],
    ['a message that is told after its lead', [updated(at(60_000)), told(60_000)], false],
    ['an answer, whose lead is a moment later', [told(60_000), updated(at(60_004))], false],
    ['a lead that changed without a message', [updated(at(0))], false],
  ] as const)('after %s, asks for the chat again: %j', (_what, events, again) => {
    const client = new QueryClient();
    const items = [{ id: 1, leadId: 1, seq: 1, at: at(0) }];
    client.setQueryData(keys.messages(1), { pages: [{ items, nextCursor: null }], pageParams: [undefined] });
    for (const event of events) applyEvent(client, event);
    refetchUntold(client, events);
    expect(client.getQueryState(keys.messages(1))?.isInvalidated).toBe(again);
  });

  it('leaves a chat alone that nobody has opened', () => {
    const client = new QueryClient();
    refetchUntold(client, [updated(at(0))]);
    expect(client.getQueryCache().getAll()).toEqual([]);
  });
});
