import { type Logger, Transient } from '@wbm/runtime';
import type { NetworkSide } from '../engine/network.ts';
import type { MediaFiles } from '../media/media-files.ts';
import type { BotBells, NetworkRows } from '../ports.ts';

type SideOptions = {
  readonly network: NetworkRows;
  readonly bells: Pick<BotBells, 'networkChanged'>;
  readonly files: Pick<MediaFiles, 'lentAs' | 'serve'>;
  /** Whether this runner still holds the bot, by the monotonic clock. */
  readonly leaseHolds: () => boolean;
  readonly log: Logger;
};

/** WhatsApp's servers, as far as the simulated device of one bot needs them. */
export function networkSide({ network, bells, files, leaseHolds, log }: SideOptions): NetworkSide {
  return {
    async device() {
      const device = await network.device();
      return device && { linked: device.linkedAt !== null, ownNumber: device.ownNumber };
    },
    async showRef({ ref }) {
      await network.setRef(ref);
      return null;
    },
    async deliver({ media, ...message }) {
      const { waMessageId } = message;
      // The frame may have waited in the pipe of a runner that was stopped for longer than its lease.
      if (!leaseHolds()) {
        log.warn({ waMessageId }, 'sandbox.delivery-refused');
        throw new Error('the lease has run out');
      }
      log.debug({ waMessageId }, 'sandbox.delivery');
      const file = media && { kind: media.kind, mediaId: files.lentAs(media.path) };
      const { chatId } = await network.deliver({ ...message, media: file });
      bells.networkChanged(chatId);
      return null;
    },
    find: ({ waMessageId }) => network.find(waMessageId),
    async fetch({ waMessageId, path, maxBytes }) {
      const mediaId = await network.mediaOf(waMessageId);
      if (mediaId === null) return { outcome: 'gone' };
      const size = await files.serve(mediaId, path, maxBytes).catch((err: unknown) => {
        if (err instanceof Transient) return 'disk' as const;
        throw err;
      });
      return typeof size === 'number' ? { outcome: 'stored', size, mimeType: null } : { outcome: size };
    },
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
