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
  /** Messages that the page was given and has not answered for: each with whether it still has them. */
  readonly #unanswered = new Map<string, () => boolean>();

  /** Call before the message is handed to the page, and the answer once its fate is known. */
  begin(send: InFlight): () => void {
    this.#remember(send.id, send.id);
    this.#inFlight.add(send);
    return () => this.#inFlight.delete(send);
  }

  /**
   * A message was given to the page. Waiting for its answer may be given up long before the page gives up the message, so
   * `answered` is about the page alone; `isThere`: whether the document that was given it is still loaded.
   */
  given(id: string, answered: Promise<unknown>, isThere: () => boolean): void {
    this.#unanswered.set(id, isThere);
    forgetOldest(this.#unanswered);
    const settled = () => this.#unanswered.delete(id);
    answered.then(settled, (error: unknown) => isLate(error) || settled());
  }

  /** Whether the page may send this message at any time, although nothing is to be seen of it. */
  mayStillLeave(id: string): boolean {
    return this.#unanswered.get(id)?.() ?? false;
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

/** Nobody waits any longer; that says nothing of what is waited for. */
function isLate(error: unknown): boolean {
  return error instanceof Error && /^late$|timed out/i.test(error.message);
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= KEPT) return;
    map.delete(key);
  }
}
