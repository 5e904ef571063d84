import type { NetworkSide } from '../engine/network.ts';
import type { BotBells, NetworkRows } from '../ports.ts';

type SideOptions = {
  readonly network: NetworkRows;
  readonly bells: Pick<BotBells, 'networkChanged'>;
  /** Whether this runner still holds the bot, by the monotonic clock. */
  readonly leaseHolds: () => boolean;
};

/** WhatsApp's servers, as far as the simulated device of one bot needs them. */
export function networkSide({ network, bells, leaseHolds }: SideOptions): NetworkSide {
  return {
    async device() {
      const device = await network.device();
      return device && { linked: device.linkedAt !== null, ownNumber: device.ownNumber };
    },
    async showRef({ ref }) {
      await network.setRef(ref);
      return null;
    },
    async deliver(message) {
      // The frame may have waited in the pipe of a runner that was stopped for longer than its lease.
      if (!leaseHolds()) throw new Error('the lease has run out');
      const { chatId } = await network.deliver(message);
      bells.networkChanged(chatId);
      return null;
    },
    find: ({ waMessageId }) => network.find(waMessageId),
    async typing({ jid, ms }) {
      const chatId = await network.setTyping(jid, ms > 0 ? ms : null);
      if (chatId !== null) bells.networkChanged(chatId, ms > 0);
      return null;
    },
    async unlink() {
      await network.unlink();
      return null;
    },
  };
}
