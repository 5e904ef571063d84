import type { ReadMessage } from './read-message.ts';

const KEPT = 5_000;

interface InFlight {
  readonly id: string;
  readonly chats: readonly string[];
  readonly type: string;
  readonly text: string;
}

/**
 * The messages this session sent itself. A message from us that is not among them was written on the phone. One that
 * came out under another id than the one chosen for it is known by its chat, type and text while it is being sent.
 */
export class OwnSends {
  /** Our id of a message, by the id it has in the page. */
  readonly #ours = new Map<string, string>();
  readonly #inFlight = new Set<InFlight>();
  readonly #seen = new Map<string, number>();

  /** Call before the message is handed to the page, and the answer once its fate is known. */
  begin(send: InFlight): () => void {
    this.#remember(send.id, send.id);
    this.#inFlight.add(send);
    return () => this.#inFlight.delete(send);
  }

  /** Whether a message from us that the page shows is one of ours. */
  claims(message: Pick<ReadMessage, 'waMessageId' | 'jid' | 'type' | 'text'>): boolean {
    const known = this.#ours.get(message.waMessageId);
    if (known !== undefined) {
      this.#note(known, 0);
      return true;
    }
    for (const send of this.#inFlight) {
      if (this.#seen.has(send.id) || send.type !== message.type || send.text !== message.text) continue;
      if (!send.chats.includes(message.jid)) continue;
      this.#remember(message.waMessageId, send.id);
      this.#note(send.id, 0);
      return true;
    }
    return false;
  }

  /** Answers our id of an acknowledged message, which is the page's own for those we did not send. */
  acked(pageId: string, ack: number): string {
    const id = this.idOf(pageId);
    if (this.#ours.has(pageId)) this.#note(id, ack);
    return id;
  }

  /** The id by which a message of the page is known to us. */
  idOf(pageId: string): string {
    return this.#ours.get(pageId) ?? pageId;
  }

  /** The page's id of a message of ours. */
  pageIdOf(id: string): string {
    for (const [pageId, ours] of this.#ours) if (ours === id && pageId !== id) return pageId;
    return id;
  }

  /** The best ack heard of a message; null when the page never showed it. */
  heard(id: string): number | null {
    return this.#seen.get(id) ?? null;
  }

  #note(id: string, ack: number): void {
    const before = this.#seen.get(id);
    this.#seen.set(id, before === undefined || ack < 0 ? ack : Math.max(before, ack));
    forgetOldest(this.#seen);
  }

  #remember(pageId: string, id: string): void {
    this.#ours.set(pageId, id);
    forgetOldest(this.#ours);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= KEPT) return;
    map.delete(key);
  }
}
