import { openWhatsAppWeb, type Phone, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import type { WhatsAppWebSettings } from '../../src/engine/whatsapp-web-settings.ts';
import { aFolder, anEngine, type EngineUnderTest } from './an-engine.ts';
import { webSettings } from './web-settings.ts';
import type { Changes, Place, World } from './world.ts';

const noNetwork = new Proxy({} as never, {
  get: () => async () => {
    throw new Error('only the simulated device asks its network');
  },
});
let numbers = 0;

/** A place on the pretended WhatsApp: everything of the common suite, and what only this network can do. */
export interface WebPlace extends Place {
  readonly phone: Phone;
  readonly settings: WhatsAppWebSettings;
}

export interface WebWorld extends World {
  open(): Promise<WhatsAppWeb>;
  aPlace(wanted?: Partial<WhatsAppWebSettings>): Promise<WebPlace>;
}

/** The real library in a real Chromium, on the pretended WhatsApp. */
export function webWorld(): WebWorld {
  let opened: Promise<WhatsAppWeb> | undefined;
  const open = () => (opened ??= openWhatsAppWeb());
  return {
    name: 'whatsapp-web.js',
    open,
    aPlace: async (wanted: Partial<WhatsAppWebSettings> = {}) => aPlace(await open(), wanted),
  };
}

function aPlace(web: WhatsAppWeb, wanted: Partial<WhatsAppWebSettings>): WebPlace {
  numbers += 1;
  const ownNumber = `+1555000${String(numbers).padStart(4, '0')}`;
  const phone = web.phone(ownNumber);
  const settings = webSettings({ folder: aFolder('web'), web, ...wanted });
  const people = new Map<string, ReturnType<Phone['customer']>>();
  return {
    phone,
    settings,
    ownNumber,
    async start(): Promise<EngineUnderTest> {
      const engine = anEngine({ engine: 'whatsapp-web.js', settings, network: noNetwork });
      await engine.call('start', {});
      return engine;
    },
    async scan(qr) {
      await phone.scan(qr);
    },
    customer(who) {
      const customer = phone.customer({ ...who, addressedBy: who.lid === undefined ? 'phone' : 'lid' });
      people.set(customer.jid, customer);
      return {
        jid: customer.jid,
        writes: async (text) => customer.writes(text).id,
        received: async () => customer.received.map(({ id, text }) => ({ id, text })),
        sendsFile: async ({ kind, bytes, mimeType, name, caption }) =>
          customer.writes({
            media: kind,
            bytes,
            mimetype: mimeType,
            ...(name === undefined ? {} : { filename: name }),
            ...(caption === undefined ? {} : { caption }),
          }).id,
        files: async () =>
          customer.received.flatMap(({ id, text, media }) =>
            media ? [{ id, text, mimeType: media.mimetype, bytes: Buffer.from(media.bytes) }] : [],
          ),
        acks: async (id, ack) => customer.acks(id, ack),
        ...changesBy(customer),
      };
    },
    async answers({ jid }, text) {
      const customer = people.get(jid);
      if (!customer) throw new Error('nobody is there');
      return phone.answers(customer, text).id;
    },
    owner: () => changesBy(phone),
    unlink: async () => phone.unlink(),
    async acksNext(acks) {
      phone.device.nextSend({ acks, acksBeforeReturn: true });
    },
    async keepsSilentOfNext(message) {
      const { device } = phone;
      const before = device.sends;
      device.nextSend({ outcome: message === 'arrives' ? 'unanswered' : 'lost' });
      await waitFor(() => device.sends > before, { what: 'a message to be handed over', timeoutMs: 30_000 });
    },
    typing: async () => phone.typing.map(({ chat, state }) => ({ chat, on: state === 'composing' })),
  };
}

function changesBy(who: Pick<Phone, 'edits' | 'revokes' | 'reacts'>): Changes {
  return {
    edits: async (id, text) => who.edits(id, text),
    revokes: async (id) => who.revokes(id),
    reacts: async (id, emoji) => who.reacts(id, emoji),
  };
}
