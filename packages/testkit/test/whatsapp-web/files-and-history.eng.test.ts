import { type Customer, openWhatsAppWeb, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, expect, test } from 'vitest';
import wweb, { type Message } from 'whatsapp-web.js';
import { aClient, aReadyClient } from './a-client.ts';

let whatsapp: WhatsAppWeb;
let setting: Awaited<ReturnType<typeof aReadyClient>>;
let maria: Customer;
const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256);

beforeAll(async () => {
  whatsapp = await openWhatsAppWeb();
  // Today's page refuses the library's own downloads; ours are in services/bot-runner/test/engine.
  await whatsapp.behave({ mediaApi: 'before' });
  setting = await aReadyClient(whatsapp, '+5511987650001');
  maria = setting.phone.customer({ phone: '+5511912345678', name: 'Maria' });
});

const received = (id: string) =>
  waitFor(() => setting.bot.told.map(([, [one]]) => one as Message).find((one) => one?.id?.id === id), {
    what: `message ${id}`,
  });

test.each(['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const)(
  'a file comes in: %s',
  async (media) => {
    const id = `MMMM-${media}`;
    maria.writes({ media, bytes, mimetype: 'application/x-test', caption: 'veja', filename: 'a.bin' }, { id });
    const message = await received(id);
    expect(message).toMatchObject({ hasMedia: true, body: 'veja', type: media === 'voice' ? 'ptt' : media });
    const file = await message.downloadMedia();
    expect(file).toMatchObject({ mimetype: 'application/x-test', filename: 'a.bin', filesize: bytes.length });
    expect(Buffer.from(file.data, 'base64').equals(bytes)).toBe(true);
  },
);

test('a file that WhatsApp has deleted, and one that says it is larger than we take', async () => {
  maria.writes({ media: 'image', bytes, mimetype: 'image/png', gone: true }, { id: 'GONE' });
  expect(await (await received('GONE')).downloadMedia()).toBeUndefined();
  maria.writes({ media: 'video', bytes, mimetype: 'video/mp4', claimedSize: 200_000_000 }, { id: 'LARGE' });
  expect((await received('LARGE')).rawData).toMatchObject({ size: 200_000_000 });
});

test.each([
  ['image', 'image/png', {}],
  ['ptt', 'audio/ogg; codecs=opus', { sendAudioAsVoice: true }],
  ['audio', 'audio/mpeg', {}],
  ['document', 'application/pdf', { sendMediaAsDocument: true }],
] as const)('a file goes out: %s', async (type, mimetype, options) => {
  const file = new wweb.MessageMedia(mimetype, Buffer.from(bytes).toString('base64'), `f.${type}`);
  const sent = await setting.bot.client.sendMessage(maria.jid, file, { caption: 'aqui', ...options });
  expect(sent).toMatchObject({ hasMedia: true, type });
  const arrived = await waitFor(() => maria.received.find(({ id }) => id === sent.id.id), { what: 'the file' });
  expect(arrived).toMatchObject({ type, text: 'aqui', media: { mimetype, filename: `f.${type}` } });
  expect(Buffer.from(arrived.media?.bytes ?? []).equals(bytes)).toBe(true);
});

test('earlier messages are brought page by page, and what came while away is among them', async () => {
  const { bot, phone, device, folder } = setting;
  await bot.destroy();
  const past = phone.customer({ phone: '+5511933334444', name: 'Rui' });
  const start = Date.parse('2026-02-01T00:00:00Z');
  past.history(
    Array.from({ length: 45 }, (_, n) => ({
      from: n % 3 === 0 ? ('business' as const) : ('customer' as const),
      content: `antes ${n}`,
      at: new Date(start + n * 60_000),
    })),
  );
  past.writes('enquanto longe', { id: 'AWAY1' });

  const again = aClient(whatsapp, folder);
  await again.client.initialize();
  await again.next('ready');
  expect(again.count('message_create')).toBe(0);
  const chat = await again.client.getChatById(past.jid);
  expect(chat).toMatchObject({ unreadCount: 1, name: 'Rui', lastMessage: { body: 'enquanto longe' } });
  const messages = await chat.fetchMessages({ limit: 40 });
  expect(messages.map(({ body }) => body).slice(-2)).toEqual(['antes 44', 'enquanto longe']);
  expect(messages).toHaveLength(40);
  expect(await chat.fetchMessages({ limit: 400 })).toHaveLength(46);
  expect((await again.client.getMessageById(`false_${past.jid}_AWAY1`))?.body).toBe('enquanto longe');
  expect(await again.client.getMessageById(`true_${past.jid}_NOSUCH`)).toBeFalsy();
  expect((await again.client.getChats()).map(({ name }) => name)).toContain('Rui');
  expect(await chat.syncHistory()).toBe(true);
  await again.destroy();

  await device.behave({ offlineMessages: 'after-ready' });
  past.writes('chega depois');
  const third = aClient(whatsapp, folder);
  await third.client.initialize();
  expect((await third.message('chega depois')).fromMe).toBe(false);
});
