import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../api/keys.ts';
import { postSandboxMessage, sandboxChatQuery } from '../api/sandbox.ts';
import type { Customer } from './customers.ts';

/** What was typed on the phone and has not reached the network yet. */
export interface PendingMessage {
  readonly id: string;
  readonly text: string;
  readonly fromBusiness: boolean;
  readonly problem: unknown;
}

/** One customer's simulated phone, in conversation with one bot. */
export function usePhone(botId: string, customer: Customer) {
  const client = useQueryClient();
  const chat = useQuery(sandboxChatQuery(botId, customer.phone));
  const [typed, setTyped] = useState<readonly PendingMessage[]>([]);
  const arrived = new Set(chat.data?.items.map((message) => message.id));

  async function deliver({ id, text, fromBusiness }: PendingMessage): Promise<void> {
    setTyped((all) => all.map((m) => (m.id === id ? { ...m, problem: null } : m)));
    try {
      await postSandboxMessage(botId, { id, from: customer.phone, name: customer.name, text, fromBusiness });
      await client.invalidateQueries({ queryKey: keys.sandboxChat(botId, customer.phone) });
    } catch (problem) {
      setTyped((all) => all.map((m) => (m.id === id ? { ...m, problem } : m)));
    }
  }

  /** Sends in the order given, each as soon as the one before it is kept: a burst stays a burst. */
  async function send(texts: readonly string[], fromBusiness: boolean): Promise<void> {
    const messages = texts.map((text) => ({ id: `web-${crypto.randomUUID()}`, text, fromBusiness, problem: null }));
    setTyped((all) => [...all.filter((m) => !arrived.has(m.id)), ...messages]);
    for (const message of messages) await deliver(message);
  }

  return { chat, pending: typed.filter((m) => !arrived.has(m.id)), send, retry: deliver };
}
