/** What waits in memory at most. It is as good as unheard until it is stored, and the next reading would find it again. */
const MOST_HELD = 2_000;

type Held = { readonly heardAs: string | null; readonly deliver: () => void };

/**
 * What is heard of a chat whose past has still to be read waits for that, so that a chat is stored in the order in which
 * it was written, and nobody answers the end of a story without its beginning.
 */
export class HeldChats {
  readonly #held = new Map<string, Held[]>();
  #count = 0;
  #unread: 'all' | Set<string> = new Set();

  /** Which chats have to be read is not known yet: all wait. */
  holdAll(): void {
    this.#unread = 'all';
  }

  /** These have to be read. What waits of others is delivered. */
  holdOnly(chats: readonly string[]): void {
    this.#unread = new Set(chats);
    for (const chat of [...this.#held.keys()]) if (!this.#unread.has(chat)) this.#deliver(chat);
  }

  /** Delivers it now, or in its turn. `heardAs`: its id when it is new, null for what is older than the session. */
  take(chat: string, heardAs: string | null, deliver: () => void): void {
    const unread = this.#unread === 'all' || this.#unread.has(chat);
    if (!unread || this.#count >= MOST_HELD) {
      // What waits of it was said before.
      this.#deliver(chat);
      deliver();
      return;
    }
    this.#held.set(chat, [...(this.#held.get(chat) ?? []), { heardAs, deliver }]);
    this.#count += 1;
  }

  /** Somebody waits in this chat, so that it should be read next; undefined when nobody does. */
  get urgent(): string | undefined {
    return this.#held.keys().next().value;
  }

  /** What waits in a chat and is new. */
  idsIn(chat: string): ReadonlySet<string> {
    return new Set(this.#held.get(chat)?.flatMap(({ heardAs }) => heardAs ?? []));
  }

  /** The chat was read, or cannot be. */
  release(chat: string): void {
    if (this.#unread !== 'all') this.#unread.delete(chat);
    this.#deliver(chat);
  }

  /** Nothing waits any more. */
  releaseAll(): void {
    this.holdOnly([]);
  }

  #deliver(chat: string): void {
    const held = this.#held.get(chat) ?? [];
    this.#held.delete(chat);
    this.#count -= held.length;
    for (const { deliver } of held) deliver();
  }
}
