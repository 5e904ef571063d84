/** What a reading of the past brought that was not known before. */
export class Tally {
  readonly #chats = new Set<string>();
  #messages = 0;

  add(stored: readonly { readonly chatId: string; readonly stored: number }[]): void {
    for (const { chatId, stored: count } of stored) {
      if (count === 0) continue;
      this.#chats.add(chatId);
      this.#messages += count;
    }
  }

  get chats(): number {
    return this.#chats.size;
  }

  get messages(): number {
    return this.#messages;
  }
}
