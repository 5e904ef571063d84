import { useSyncExternalStore } from 'react';
import { postLeadMessage } from '../api/leads.ts';
import { isGone, uploadFile } from '../api/uploads.ts';
import { onlyAsDocument } from '../media/files.ts';

/** A message somebody wrote here that the gateway has not confirmed. */
export interface OutboxItem {
  readonly clientId: string;
  readonly leadId: number;
  readonly text: string;
  readonly file: File | null;
  /** What the gateway calls the file, once it is there: another try does not upload it again. */
  readonly mediaId: string | null;
  /** The share of the file that is there, 0 to 1. */
  readonly share: number;
  readonly at: string;
  /** Null while it is on its way. */
  readonly problem: unknown;
}

export type OutboxChange =
  | { readonly do: 'add'; readonly item: OutboxItem }
  | { readonly do: 'share'; readonly clientId: string; readonly share: number }
  | { readonly do: 'uploaded'; readonly clientId: string; readonly mediaId: string }
  | { readonly do: 'gone'; readonly clientId: string }
  | { readonly do: 'fail'; readonly clientId: string; readonly problem: unknown }
  | { readonly do: 'retry'; readonly clientId: string }
  | { readonly do: 'drop'; readonly clientId: string };

/** Pure: the outbox after a change. */
export function changed(items: readonly OutboxItem[], change: OutboxChange): readonly OutboxItem[] {
  if (change.do === 'add') return [...items, change.item];
  const { clientId } = change;
  const put = (news: Partial<OutboxItem>) => items.map((i) => (i.clientId === clientId ? { ...i, ...news } : i));
  switch (change.do) {
    case 'share':
      return put({ share: change.share });
    case 'uploaded':
      return put({ mediaId: change.mediaId, share: 1 });
    case 'gone':
      return put({ mediaId: null, share: 0 });
    case 'fail':
      return put({ problem: change.problem });
    case 'retry':
      return put({ problem: null });
    case 'drop':
      return items.filter((i) => i.clientId !== clientId);
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
const uploads = new Map<string, AbortController>();

/** What the gateway calls the files that are there. One whose message is taken back to be changed is not uploaded twice. */
const uploaded = new WeakMap<File, string>();

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
type OnPosted = (message: Posted) => void;

/** What each lead's newest message waits for: what was sent first leaves first, however long its file takes. */
const lines = new Map<number, Promise<void>>();

/** One that fails does not keep the rest: `deliver` shows why, and ends like any other. */
function inLine(leadId: number, clientId: string, onPosted: OnPosted): Promise<void> {
  const sent = (lines.get(leadId) ?? Promise.resolve()).then(() => deliver(clientId, onPosted));
  lines.set(leadId, sent);
  return sent;
}

/** Shows the message at once and sends it. The same `clientId` goes out on every try, so it becomes one message. */
export function sendOptimistically(
  leadId: number,
  { text, file }: { readonly text: string; readonly file: File | null },
  onPosted: OnPosted,
): Promise<void> {
  const clientId = crypto.randomUUID();
  const at = new Date().toISOString();
  const mediaId = (file && uploaded.get(file)) ?? null;
  const share = mediaId === null ? 0 : 1;
  const item: OutboxItem = { clientId, leadId, text, file, mediaId, share, at, problem: null };
  apply({ do: 'add', item });
  return inLine(leadId, clientId, onPosted);
}

/** Takes its place behind what was sent since. */
export function retry(item: OutboxItem, onPosted: OnPosted): Promise<void> {
  apply({ do: 'retry', clientId: item.clientId });
  return inLine(item.leadId, item.clientId, onPosted);
}

/** Also ends its upload, if one is under way. */
export function discard({ clientId }: OutboxItem): void {
  apply({ do: 'drop', clientId });
  uploads.get(clientId)?.abort();
}

/**
 * Never throws. What is discarded before it has left is no longer here to be sent, or to fail. A file that was uploaded
 * for an earlier try may be gone since: it is uploaded once more.
 */
async function deliver(clientId: string, onPosted: OnPosted): Promise<void> {
  const waits = () => items.find((item) => item.clientId === clientId);
  const item = waits();
  if (!item) return;
  const { leadId, text, file } = item;
  try {
    const mediaId = file === null ? null : (item.mediaId ?? (await upload(clientId, file)));
    if (!waits()) return;
    onPosted(await postLeadMessage(leadId, { text, clientId, ...(mediaId === null ? {} : { mediaId }) }));
    apply({ do: 'drop', clientId });
  } catch (problem) {
    if (item.mediaId === null || !isGone(problem)) return apply({ do: 'fail', clientId, problem });
    apply({ do: 'gone', clientId });
    await deliver(clientId, onPosted);
  }
}

async function upload(clientId: string, file: File): Promise<string> {
  const controller = new AbortController();
  uploads.set(clientId, controller);
  try {
    const as = onlyAsDocument(file) ? 'document' : undefined;
    const onProgress = (share: number) => apply({ do: 'share', clientId, share });
    const { id } = await uploadFile(file, as, onProgress, controller.signal);
    uploaded.set(file, id);
    apply({ do: 'uploaded', clientId, mediaId: id });
    return id;
  } finally {
    uploads.delete(clientId);
  }
}
