import type { UnrelayedChange, UnrelayedMessage } from '@wbm/db';
import type { Logger } from '@wbm/runtime';
import { type Coalesced, coalesce } from '../coalesce.ts';
import type { ChangeNews, NetworkNews } from '../engine/network.ts';
import { changeOf } from '../engine/network-words.ts';
import { changeIdOf } from '../inbound/changes.ts';
import type { BotBells, NetworkRows } from '../ports.ts';
import { Expected } from './expected.ts';

const BATCH = 200;

type RelayOptions = {
  readonly network: NetworkRows;
  readonly bells: Pick<BotBells, 'networkChanged'>;
  readonly log: Logger;
  /** To the device; false when there is none. */
  readonly tell: (news: NetworkNews) => boolean;
  /** Whether the device is linked and takes messages. */
  readonly ready: () => boolean;
};

/**
 * Brings what happens in the simulated network to the bot's device, in the order it was written, one batch at a time.
 * A message counts as relayed only when what the device made of it is stored, so nothing is lost by a killed child or
 * runner; the same message again changes nothing.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #loop: Coalesced;
  readonly #expected = new Expected();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#loop = coalesce(options.log, 'relay', () => this.#relay());
  }

  wake(): void {
    this.#loop.wake();
  }

  /** What the device told under this id, a message or a change, is stored, or can never be. */
  settled(waMessageId: string): void {
    this.#expected.came(messageKey(waMessageId));
  }

  /** It could not be kept now; it is relayed again later. */
  dropped(waMessageId: string): void {
    this.#expected.giveUp(messageKey(waMessageId));
  }

  ackRecorded(waMessageId: string, ack: number): void {
    this.#expected.came(ackKey(waMessageId, ack));
  }

  /** It could not be written; it stays unreported, so the next wake tells it again. */
  ackDropped(waMessageId: string, ack: number): void {
    this.#expected.giveUp(ackKey(waMessageId, ack));
  }

  /** The device is gone: nobody waits for what it was told. */
  deviceGone(): void {
    this.#expected.giveUpAll();
  }

  idle(): Promise<void> {
    return this.#loop.idle();
  }

  async #relay(): Promise<void> {
    const { network, tell, ready } = this.#options;
    const device = await network.device();
    if (device === null) return;
    tell(device.linkedAt === null ? { news: 'unlinked' } : { news: 'linked', ownNumber: device.ownNumber });
    if (device.linkedAt === null) return;
    while (ready()) {
      const batch = await network.unrelayed(BATCH);
      if (batch.length === 0) break;
      const stored = await this.#told(batch.map((row) => [messageKey(row.waMessageId), newsOf(row)]));
      const taken = batch.filter((_, index) => stored[index]);
      if (taken.length > 0) await this.#took(taken);
      if (taken.length < batch.length) return;
      if (batch.length < BATCH) break; // What came meanwhile has rung again.
    }
    if (!(await this.#relayChanges())) return;
    await this.#relayAcks();
  }

  /** What was done with messages that the device has. False: it did not take all of it. */
  async #relayChanges(): Promise<boolean> {
    const { network, ready } = this.#options;
    while (ready()) {
      const batch = await network.unrelayedChanges(BATCH);
      if (batch.length === 0) break;
      const news = batch.map(changeNewsOf);
      const stored = await this.#told(news.map((one) => [messageKey(changeIdOf(changeOf(one))), one]));
      await network.markChangesRelayed(batch.filter((_, index) => stored[index]).map(({ changeId }) => changeId));
      if (stored.includes(false)) return false;
      if (batch.length < BATCH) break;
    }
    return true;
  }

  /** The senders' phones show a second tick. */
  async #took(messages: readonly UnrelayedMessage[]): Promise<void> {
    const { network, bells } = this.#options;
    await network.markRelayed(messages.map((message) => message.waMessageId));
    for (const chatId of new Set(messages.map((message) => message.chatId))) bells.networkChanged(chatId);
  }

  async #relayAcks(): Promise<void> {
    const { network, ready } = this.#options;
    if (!ready()) return;
    const acks = await network.unreportedAcks();
    if (acks.length === 0) return;
    const recorded = await this.#told(
      acks.map(({ waMessageId, ack }) => [ackKey(waMessageId, ack), { news: 'ack', waMessageId, ack }]),
    );
    await network.markAcksReported(acks.filter((_, index) => recorded[index]));
  }

  /** Tells the device all of it, and answers of each whether it came to its end. */
  #told(news: readonly (readonly [key: string, news: NetworkNews])[]): Promise<boolean[]> {
    const waits = news.map(([key]) => this.#expected.wait(key));
    for (const [key, item] of news) if (!this.#options.tell(item)) this.#expected.giveUp(key);
    return Promise.all(waits);
  }
}

const messageKey = (waMessageId: string) => `message ${waMessageId}`;
const ackKey = (waMessageId: string, ack: number) => `ack ${ack} ${waMessageId}`;

function newsOf({ waMessageId, author, phone, lid, name, type, text, media, at }: UnrelayedMessage): NetworkNews {
  // A LID hides the number: the device learns one of the two only.
  return {
    news: 'message',
    waMessageId,
    author,
    phone: lid === null ? phone : null,
    lid,
    name,
    type,
    text,
    media,
    at: at.toISOString(),
  };
}

function changeNewsOf({ change, waMessageId, author, phone, lid, text, at }: UnrelayedChange): ChangeNews {
  const about = { waMessageId, author, phone: lid === null ? phone : null, lid, at: at.toISOString() };
  switch (change) {
    case 'edit':
      return { news: 'edit', ...about, text };
    case 'revoke':
      return { news: 'revoke', ...about };
    case 'reaction':
      return { news: 'reaction', ...about, emoji: text };
  }
}
