import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../api/keys.ts';
import { changeSandboxMessage, postSandboxMessage, type SandboxChange, sandboxChatQuery } from '../api/sandbox.ts';
import { isGone, uploadFile } from '../api/uploads.ts';
import { useSentence } from '../i18n/sentence.ts';
import { onlyAsDocument } from '../media/files.ts';
import { notify } from '../parts/notify.ts';
import type { Customer } from './customers.ts';

/** Something to be sent from the phone: words, a file, or a file with words. */
export interface Written {
  readonly text: string;
  readonly file: File | null;
}

/** What was written on the phone and has not reached the network yet. */
export interface PendingMessage extends Written {
  readonly id: string;
  /** What the gateway calls the file once it is there. */
  readonly media: string | null;
  readonly fromBusiness: boolean;
  readonly problem: unknown;
}

/** One customer's simulated phone, in conversation with one bot. */
export function usePhone(botId: string, customer: Customer) {
  const client = useQueryClient();
  const sentence = useSentence();
  const chat = useQuery(sandboxChatQuery(botId, customer.phone));
  const [typed, setTyped] = useState<readonly PendingMessage[]>([]);
  const arrived = new Set(chat.data?.items.map((message) => message.id));
  const put = (id: string, news: Partial<PendingMessage>) =>
    setTyped((all) => all.map((m) => (m.id === id ? { ...m, ...news } : m)));

  async function upload({ id, file, media }: PendingMessage): Promise<{ media?: string }> {
    if (file === null) return {};
    if (media !== null) return { media };
    const as = onlyAsDocument(file) ? 'document' : undefined;
    const uploaded = await uploadFile(file, as, () => undefined, new AbortController().signal);
    put(id, { media: uploaded.id });
    return { media: uploaded.id };
  }

  async function deliver(message: PendingMessage): Promise<void> {
    const { id, text, fromBusiness } = message;
    put(id, { problem: null });
    try {
      const { phone: from, name } = customer;
      await postSandboxMessage(botId, { id, from, name, text, fromBusiness, ...(await upload(message)) });
      await client.invalidateQueries({ queryKey: keys.sandboxChat(botId, customer.phone) });
    } catch (problem) {
      put(id, isGone(problem) ? { problem, media: null } : { problem });
    }
  }

  /** Sends in the order given, each as soon as the one before it is kept: a burst stays a burst. */
  async function send(all: readonly Written[], fromBusiness: boolean): Promise<void> {
    const messages = all.map((written) => ({
      ...written,
      id: `web-${crypto.randomUUID()}`,
      media: null,
      fromBusiness,
      problem: null,
    }));
    setTyped((before) => [...before.filter((m) => !arrived.has(m.id)), ...messages]);
    for (const message of messages) await deliver(message);
  }

  /** Edits, takes back or reacts to a message that was sent. */
  const { mutate } = useMutation({
    mutationFn: ({ id, change, fromBusiness }: { id: string; change: SandboxChange; fromBusiness: boolean }) =>
      changeSandboxMessage(botId, id, { from: customer.phone, fromBusiness }, change),
    onError: (problem) => notify.error(sentence(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sandboxChat(botId, customer.phone) }),
  });
  const change = (id: string, what: SandboxChange, fromBusiness: boolean) => mutate({ id, change: what, fromBusiness });

  return { change, chat, pending: typed.filter((m) => !arrived.has(m.id)), send, retry: deliver };
}
