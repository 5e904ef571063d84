import { randomBytes } from 'node:crypto';
import type { NetworkNews } from '../network.ts';
import { changeOf, jidOf } from '../network-words.ts';
import type { Engine, SendOutcome } from '../port.ts';
import type { EngineContext } from './engines.ts';

/** As long as WhatsApp shows one QR code, more or less. */
const REF_LIVES_MS = 60_000;

/**
 * A simulated linked device. It behaves like the real thing towards its runner: shows a QR code until a phone scans it,
 * then reports what the phone and the customers do. Its servers are its runner, asked over the same channel.
 */
export function createSandboxEngine({ emit, askNetwork, onNetworkNews }: EngineContext): Engine {
  let linked = false;
  let ownJid = '';
  let refresh: NodeJS.Timeout | undefined;

  const showQr = async () => {
    clearTimeout(refresh);
    const ref = randomBytes(24).toString('base64url');
    await askNetwork('showRef', { ref });
    if (linked) return;
    emit({ event: 'qr', qr: ref, expiresAt: new Date(Date.now() + REF_LIVES_MS).toISOString() });
    refresh = setTimeout(() => void showQr().catch(complain), REF_LIVES_MS);
  };
  const complain = () => emit({ event: 'failure', fatal: false, reason: 'The simulated network did not answer.' });
  const becomeReady = (ownNumber: string) => {
    if (linked) return;
    linked = true;
    ownJid = `${ownNumber.slice(1)}@c.us`;
    clearTimeout(refresh);
    emit({ event: 'authenticated' });
    emit({ event: 'ready', ownNumber });
  };
  const becomeUnlinked = () => {
    if (!linked) return;
    linked = false;
    emit({ event: 'state', state: 'logged-out', reason: 'The phone unlinked this device.' });
    void showQr().catch(complain);
  };

  onNetworkNews((news) => {
    switch (news.news) {
      case 'linked':
        return becomeReady(news.ownNumber);
      case 'unlinked':
        return becomeUnlinked();
      case 'ack':
        return emit({ event: 'ack', waMessageId: news.waMessageId, ack: news.ack });
      case 'message':
        if (linked) emit({ event: 'message', message: asEngineMessage(news) });
        return;
      default:
        if (linked) emit(changeOf(news));
    }
  });

  return {
    async start() {
      const device = await askNetwork('device', {});
      if (!device) emit({ event: 'failure', fatal: true, reason: 'The simulated network has no device for this bot.' });
      else if (device.linked) becomeReady(device.ownNumber);
      else await showQr();
      return null;
    },
    async stop() {
      linked = false;
      clearTimeout(refresh);
      return null;
    },
    async logout() {
      await askNetwork('unlink', {});
      becomeUnlinked();
      return null;
    },
    async requestPairingCode() {
      throw new Error('not-supported');
    },
    async send({ jid, text, waMessageId, media }): Promise<SendOutcome> {
      if (!linked) return { outcome: 'not-sent', reason: 'The device is not linked.' };
      // The chat with oneself is on the phone only: no customer of the simulated network has it.
      if (jid === ownJid) return { outcome: 'sent' };
      try {
        await askNetwork('deliver', { jid, waMessageId, text, media });
      } catch {
        return { outcome: 'unknown' };
      }
      emit({ event: 'ack', waMessageId, ack: 1 });
      return { outcome: 'sent' };
    },
    downloadMedia: ({ waMessageId, path, maxBytes }) => askNetwork('fetch', { waMessageId, path, maxBytes }),
    async sendTyping({ jid, ms }) {
      if (linked) await askNetwork('typing', { jid, ms });
      return null;
    },
    async markSeen() {
      return null;
    },
    // The network keeps what was not relayed and gives it when the device is back: there is no other history.
    async activeChats() {
      return [];
    },
    async historySince() {
      return { messages: [], earlier: null, acks: [] };
    },
    async resolveIdentity({ jid }) {
      return identityOf(jid);
    },
    async find({ waMessageId }) {
      return (await askNetwork('find', { waMessageId })) ? 'there' : 'absent';
    },
    async probe() {
      return { healthy: true };
    },
  };
}

type MessageNews = Extract<NetworkNews, { news: 'message' }>;

/** A hidden number makes the chat's address the LID, as in WhatsApp. */
function asEngineMessage(news: MessageNews) {
  const jid = jidOf(news);
  const { waMessageId, type, text, at, phone, lid, name, media } = news;
  const fromMe = news.author === 'phone';
  return { waMessageId, jid, fromMe, type, text, at, pushName: name, phone, lid, history: false, media };
}

function identityOf(jid: string): { phone: string | null; lid: string | null } {
  const [user = '', server] = jid.split('@');
  if (server === 'lid') return { phone: null, lid: user };
  return { phone: /^\d{6,15}$/.test(user) ? `+${user}` : null, lid: null };
}
