import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../port.ts';
import type { EngineContext } from '../engines.ts';
import { CapabilityWatch } from './capability-watch.ts';
import { MediaDownloads } from './download-media.ts';
import { guardRejections } from './guard-rejections.ts';
import { addresses, Identities, identityOfJid } from './identities.ts';
import { Inbox } from './inbox.ts';
import { LONGEST_ID } from './message-key.ts';
import { OwnSends } from './own-sends.ts';
import { addressesOf, showTyping } from './page-chats.ts';
import { chatsSince, messagesSince } from './page-history.ts';
import { seek } from './page-message.ts';
import { unlink } from './page-state.ts';
import { isPersonal } from './read-message.ts';
import { RecentIds } from './recent-ids.ts';
import { sendMessage } from './send-message.ts';
import type { Session } from './session.ts';
import { SessionKeeper } from './session-keeper.ts';
import { MediaUploads } from './upload-media.ts';

/** The page shows typing for 25 seconds by itself. */
const TYPING_LASTS_MS = 20_000;
const FIRST_WORD_MS = 40_000;
const CODE_MS = 45_000;
const HISTORY_MS = 30_000;
/** With the three seconds for who is behind an address, less than the runner waits. */
const FIND_MS = 5_000;
const LOGOUT_MS = 10_000;

/** The real WhatsApp: WhatsApp Web in a Chromium of this bot's own, driven by whatsapp-web.js. */
export function createWhatsAppWebEngine({ emit, settings, mayAct = () => true }: EngineContext): Engine {
  if (!settings) throw new Error('no-settings');
  guardRejections();
  const own = new OwnSends();
  const chats = new RecentIds();
  const uploads = new MediaUploads();
  const typing = new Map<string, NodeJS.Timeout>();
  /** Our own addresses. */
  const mine = new Set<string>();
  let onCode: ((code: string) => void) | undefined;

  const session = (): Session => {
    const ready = keeper.ready;
    if (!ready) throw new Error('not-ready');
    return ready;
  };
  const identities = new Identities((jid, ask) => session().client.evaluateWithin(3_000, addressesOf, jid, ask));
  const capabilities = new CapabilityWatch((capability) => emit({ event: 'capability', ...capability }));
  const downloads = new MediaDownloads(() => session().client, identities);
  let linkedAtMs = 0;
  const inbox = new Inbox({
    own,
    identities,
    linkedAtMs: () => linkedAtMs,
    isMine: (chat) => mine.has(chat),
    emit: (event) => {
      if (event.event === 'message') chats.add(event.message.jid);
      emit(event);
    },
  });
  const keeper = new SessionKeeper({
    settings,
    emit,
    heard: {
      qr: (qr, expiresAt, reason) => emit({ event: 'qr', qr, expiresAt: expiresAt.toISOString(), reason }),
      code: (code) => {
        emit({ event: 'pairing-code', code });
        onCode?.(code);
      },
      passkey: () =>
        emit({
          event: 'state',
          state: 'needs-passkey',
          reason: 'WhatsApp asks for a passkey. Confirm it on the phone, then restart the bot and scan again.',
        }),
      authenticated: () => {
        linkedAtMs = Date.now();
        emit({ event: 'authenticated' });
      },
      progress: (percent) => emit({ event: 'progress', percent }),
      ready: (me, also) => {
        mine.clear();
        for (const address of [me, ...also]) mine.add(address);
        void learnMine(me);
        emit({ event: 'ready', ownNumber: identityOfJid(me).phone });
        capabilities.begin(session().client, me);
      },
      offline: () => {
        capabilities.stop();
        emit({
          event: 'state',
          state: 'reconnecting',
          reason: 'The connection to WhatsApp is lost. It comes back by itself.',
        });
      },
      message: (raw) => inbox.message(raw),
      ack: (raw, ack) => inbox.ack(raw, ack),
      edit: (raw, text) => inbox.edit(raw, text),
      revoke: (raw) => inbox.revoke(raw),
      reaction: (raw) => inbox.reaction(raw),
      undecrypted: (raw) => inbox.undecrypted(raw),
    },
  });
  const learnMine = async (me: string) => {
    for (const one of addresses(me, await identities.of(me, true))) mine.add(one);
  };
  const stopTyping = (jid: string) => {
    clearInterval(typing.get(jid));
    if (!typing.delete(jid)) return;
    void keeper.ready?.client.evaluate(showTyping, jid, 'stop').catch(() => undefined);
  };

  return {
    async start() {
      // A page that cannot reach WhatsApp says nothing for long; it is watched, and nobody need wait for it.
      await Promise.race([keeper.begin(), pause(FIRST_WORD_MS)]);
      return null;
    },
    async stop() {
      for (const jid of [...typing.keys()]) stopTyping(jid);
      capabilities.stop();
      await keeper.stop();
      return null;
    },
    async logout() {
      await session().client.evaluateWithin(LOGOUT_MS, unlink);
      await keeper.unlinked();
      return null;
    },
    async requestPairingCode({ phone }) {
      const digits = phone.replace(/\D/g, '');
      if (!/^\d{6,15}$/.test(digits)) throw new Error('not-a-number');
      // The number must be known before the page asks how to link: a code that is asked for after a QR code never comes.
      const coming = new Promise<string>((resolve) => {
        onCode = resolve;
      });
      const late = setTimeout(() => onCode?.(''), CODE_MS);
      await keeper.begin(digits);
      const code = await coming;
      clearTimeout(late);
      onCode = undefined;
      if (code === '') throw new Error('no-code');
      return { code };
    },
    async send(message) {
      const ready = keeper.ready;
      if (!ready) return { outcome: 'not-sent', reason: 'The session is not ready.' };
      stopTyping(message.jid);
      return sendMessage(message, { client: ready.client, own, identities, chats, mayAct, uploads });
    },
    downloadMedia: (wanted) => downloads.fetch(wanted),
    async sendTyping({ jid, ms }) {
      stopTyping(jid);
      if (ms === 0) return null;
      const { client } = session();
      const untilMs = performance.now() + ms;
      const show = () => void client.evaluate(showTyping, jid, 'typing').catch(() => undefined);
      show();
      const again = () => {
        if (performance.now() >= untilMs) return stopTyping(jid);
        show();
        rearm();
      };
      const rearm = () => {
        const leftMs = Math.max(0, untilMs - performance.now());
        typing.set(jid, setTimeout(again, Math.min(TYPING_LASTS_MS, leftMs)));
      };
      rearm();
      return null;
    },
    async markSeen({ jid }) {
      await session().client.sendSeen(jid);
      return null;
    },
    async activeChats({ since, limit }) {
      const found = await session().client.evaluateWithin(HISTORY_MS, chatsSince, secondsOf(since));
      const theirs = found.filter((chat) => isPersonal(chat) && !mine.has(chat)).slice(0, limit);
      for (const chat of theirs) chats.add(chat);
      return theirs;
    },
    async historySince({ jid, since, until, limit }) {
      const { client } = session();
      const end = until === null ? null : secondsOf(until);
      const past = await client.evaluateWithin(HISTORY_MS, messagesSince, jid, secondsOf(since), end, limit);
      const waMessageIds = past.unreadable.filter((id) => id.length <= LONGEST_ID);
      if (waMessageIds.length > 0) emit({ event: 'unreadable', waMessageIds });
      const earlier = past.earlier === null ? null : new Date(past.earlier * 1_000).toISOString();
      return { messages: await inbox.history(past.messages), earlier, acks: inbox.acksOf(past.messages) };
    },
    async resolveIdentity({ jid }) {
      return identities.of(jid, true);
    },
    async find({ jid, waMessageId }) {
      const heard = own.heard(waMessageId);
      if (heard !== null && heard > 0) return 'there';
      if (own.mayStillLeave(waMessageId)) return 'unknown';
      const { client } = session();
      const names = addresses(jid, await identities.of(jid, false));
      const found = await client.evaluateWithin(FIND_MS, seek, own.pageIdOf(waMessageId), names, true, false);
      if (found === null) return heard === null ? 'absent' : 'unknown';
      // One that waits in the page, or that WhatsApp refused, may still come out or never: only a person can tell.
      return found.ack > 0 ? 'there' : 'unknown';
    },
    async probe() {
      return { healthy: keeper.healthy };
    },
  };
}

function secondsOf(instant: string): number {
  return Math.floor(new Date(instant).getTime() / 1_000);
}
