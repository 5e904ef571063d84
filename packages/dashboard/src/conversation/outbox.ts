import { useSyncExternalStore } from 'react';
import { postLeadMessage } from '../api/leads.ts';

/** A message somebody wrote here that the gateway has not confirmed. */
export interface OutboxItem {
  readonly clientId: string;
  readonly leadId: number;
  readonly text: string;
  readonly at: string;
  /** Null while it is on its way. */
  readonly problem: unknown;
}

export type OutboxChange =
  | { readonly do: 'add'; readonly item: OutboxItem }
  | { readonly do: 'fail'; readonly clientId: string; readonly problem: unknown }
  | { readonly do: 'retry'; readonly clientId: string }
  | { readonly do: 'drop'; readonly clientId: string };

/** Pure: the outbox after a change. */
export function changed(items: readonly OutboxItem[], change: OutboxChange): readonly OutboxItem[] {
  switch (change.do) {
    case 'add':
      return [...items, change.item];
    case 'fail':
      return items.map((i) => (i.clientId === change.clientId ? { ...i, problem: change.problem } : i));
    case 'retry':
      return items.map((i) => (i.clientId === change.clientId ? { ...i, problem: null } : i));
    case 'drop':
      return items.filter((i) => i.clientId !== change.clientId);
  }
}

/** Pure: what is still to be shown, given the messages that arrived: their `clientId` tells which they are. */
export function unconfirmed(
  items: readonly OutboxItem[],
  leadId: number,
  messages: readonly { readonly clientId: string | null }[],
): readonly OutboxItem[] {
  const arrived = new Set(messages.map((m) => m.clientId));
  return items.filter((i) => i.leadId === leadId && !arrived.has(i.clientId));
}

let items: readonly OutboxItem[] = [];
const listeners = new Set<() => void>();

function apply(change: OutboxChange): void {
  items = changed(items, change);
  for (const listener of listeners) listener();
}

/** Lives beside the pages, so that a message is not lost by looking at another lead meanwhile. */
export function useOutbox(): readonly OutboxItem[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => items,
  );
}

type Posted = Awaited<ReturnType<typeof postLeadMessage>>;

/** Shows the message at once and sends it. The same `clientId` goes out on every try, so it becomes one message. */
export async function sendOptimistically(
  leadId: number,
  text: string,
  onPosted: (message: Posted) => void,
): Promise<void> {
  const clientId = crypto.randomUUID();
  apply({ do: 'add', item: { clientId, leadId, text, at: new Date().toISOString(), problem: null } });
  await deliver({ clientId, leadId, text }, onPosted);
}

export async function retry(item: OutboxItem, onPosted: (message: Posted) => void): Promise<void> {
  apply({ do: 'retry', clientId: item.clientId });
  await deliver(item, onPosted);
}

export function discard(item: OutboxItem): void {
  apply({ do: 'drop', clientId: item.clientId });
}

async function deliver(
  { clientId, leadId, text }: Pick<OutboxItem, 'clientId' | 'leadId' | 'text'>,
  onPosted: (message: Posted) => void,
): Promise<void> {
  try {
    onPosted(await postLeadMessage(leadId, { text, clientId }));
    apply({ do: 'drop', clientId });
  } catch (problem) {
    apply({ do: 'fail', clientId, problem });
  }
}
