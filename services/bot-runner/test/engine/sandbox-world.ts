import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { NetworkArgs, NetworkNews, NetworkSide } from '../../src/engine/network.ts';
import { aFolder, anEngine, type EngineUnderTest } from './an-engine.ts';
import { webSettings } from './web-settings.ts';
import type { Arrived, ArrivedFile, Changes, Customer, FileToSend, Place, World } from './world.ts';

/** The simulated network, with its rows in memory. */
export const sandboxWorld: World = { name: 'sandbox', aPlace: async () => aPlace() };

/** What becomes of the next message that the engine sends. */
type NextMessage = {
  readonly acks?: readonly number[];
  readonly silent?: { readonly message: 'arrives' | 'is lost'; readonly taken: () => void };
};

function aPlace(): Place {
  const ownNumber = '+15550000001';
  const delivered: (Arrived & { readonly chat: string })[] = [];
  const files: (ArrivedFile & { readonly chat: string })[] = [];
  const sent = new Map<string, FileToSend>();
  const typing: { chat: string; on: boolean }[] = [];
  const missed: NetworkNews[] = [];
  let ref = '';
  let linked = false;
  let engine: EngineUnderTest | undefined;
  let next: NextMessage = {};
  const folder = aFolder('sandbox');

  const arrive = async ({ jid, waMessageId, text, media }: NetworkArgs<'deliver'>) => {
    if (delivered.some(({ id }) => id === waMessageId)) return;
    delivered.push({ id: waMessageId, text, chat: jid });
    if (media === null) return;
    const bytes = await readFile(media.path);
    files.push({ id: waMessageId, text, chat: jid, mimeType: media.mimeType, bytes });
  };
  const network: NetworkSide = {
    device: async () => ({ linked, ownNumber }),
    showRef: async (shown) => {
      ref = shown.ref;
      return null;
    },
    deliver: async (message) => {
      const { silent, acks = [] } = next;
      next = {};
      if (silent?.message !== 'is lost') await arrive(message);
      for (const ack of acks) tell({ news: 'ack', waMessageId: message.waMessageId, ack });
      silent?.taken();
      return silent ? new Promise(() => undefined) : null;
    },
    fetch: async ({ waMessageId, path, maxBytes }) => {
      const bytes = sent.get(waMessageId)?.bytes;
      if (!bytes) return { outcome: 'gone' };
      if (bytes.length > maxBytes) return { outcome: 'too-large' };
      await writeFile(path, bytes);
      return { outcome: 'stored', size: bytes.length, mimeType: null };
    },
    find: async ({ waMessageId }) => delivered.some(({ id }) => id === waMessageId),
    typing: async ({ jid, ms }) => {
      typing.push({ chat: jid, on: ms > 0 });
      return null;
    },
    unlink: async () => {
      linked = false;
      return null;
    },
  };
  const tell = (news: NetworkNews) => {
    if (engine && linked) engine.child.tell(news);
    else missed.push(news);
  };
  const message = (
    author: 'customer' | 'phone',
    who: { phone: string; lid?: string; name?: string },
    text: string,
    file?: FileToSend,
  ) => {
    const waMessageId = `wa-${randomUUID()}`;
    const { lid = null, name = null } = who;
    const at = new Date().toISOString();
    const type = file?.kind ?? 'text';
    const media = file
      ? { kind: file.kind, mimeType: file.mimeType, name: file.name ?? null, size: file.bytes.length, seconds: null }
      : null;
    if (file) sent.set(waMessageId, file);
    const phone = lid === null ? who.phone : null;
    tell({ news: 'message', waMessageId, author, phone, lid, name, type, text, media, at });
    return waMessageId;
  };
  const people = new Map<string, { phone: string; lid?: string }>();
  const changes = (author: 'customer' | 'phone', who: { phone: string; lid?: string }): Changes => {
    const { lid = null } = who;
    const about = (waMessageId: string) => {
      const at = new Date().toISOString();
      return { waMessageId, author, phone: lid === null ? who.phone : null, lid, at };
    };
    return {
      edits: async (id, text) => tell({ news: 'edit', ...about(id), text }),
      revokes: async (id) => tell({ news: 'revoke', ...about(id) }),
      reacts: async (id, emoji) => tell({ news: 'reaction', ...about(id), emoji }),
    };
  };
  return {
    ownNumber,
    async start() {
      const started = anEngine({ engine: 'sandbox', settings: webSettings({ folder }), network });
      engine = started;
      void started.child.ended.then(() => {
        if (engine === started) engine = undefined;
      });
      await started.call('start', {});
      if (linked) for (const news of missed.splice(0)) started.child.tell(news);
      return started;
    },
    async scan(qr) {
      if (qr !== ref) throw new Error('nobody shows this code');
      linked = true;
      tell({ news: 'linked', ownNumber });
    },
    customer(who): Customer {
      const jid = who.lid === undefined ? `${who.phone.slice(1)}@c.us` : `${who.lid}@lid`;
      people.set(jid, who);
      return {
        jid,
        writes: async (text) => message('customer', who, text),
        received: async () => delivered.filter(({ chat }) => chat === jid).map(({ id, text }) => ({ id, text })),
        sendsFile: async (file) => message('customer', who, file.caption ?? '', file),
        files: async () => files.filter(({ chat }) => chat === jid),
        acks: async (id, ack) => tell({ news: 'ack', waMessageId: id, ack }),
        ...changes('customer', who),
      };
    },
    answers: async ({ jid }, text) => message('phone', people.get(jid) ?? { phone: '' }, text),
    owner: ({ jid }) => changes('phone', people.get(jid) ?? { phone: '' }),
    async unlink() {
      tell({ news: 'unlinked' });
      linked = false;
    },
    typing: async () => typing,
    async acksNext(acks) {
      next = { acks };
    },
    keepsSilentOfNext: (message) =>
      new Promise((taken) => {
        next = { silent: { message, taken } };
      }),
  };
}
