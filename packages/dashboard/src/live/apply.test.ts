import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { keys } from '../api/keys.ts';
import { applyEvent, refetchMissed } from './apply.ts';
import { type LiveEvent, readFrame } from './frame.ts';

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

  it('asks for everything but the session after a pause', () => {
    const client = new QueryClient();
    client.setQueryData(keys.session, {});
    client.setQueryData(keys.bots, []);
    refetchMissed(client);
    expect(client.getQueryState(keys.bots)?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.session)?.isInvalidated).toBe(false);
  });
});
