import { openWhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeEach, expect, test } from 'vitest';
import { aClient, aReadyClient, aSessionFolder } from './a-client.ts';

const NUMBER = '+5511987650001';
let whatsapp: Awaited<ReturnType<typeof openWhatsAppWeb>>;

beforeEach(async () => {
  whatsapp = await openWhatsAppWeb();
  // Slow as the machine may be, the code it shows is the one that is scanned.
  await whatsapp.behave({ refLivesMs: 600_000 });
});

test('a code is shown, scanned, and the device is ready; a later start needs no scan', async () => {
  const folder = await aSessionFolder();
  const bot = aClient(whatsapp, folder);
  const phone = whatsapp.phone(NUMBER);
  await bot.client.initialize();
  const [qr] = await bot.next('qr');
  expect(qr.split(',')).toHaveLength(5);
  expect(whatsapp.unlinkedPages).toBe(1);
  const device = phone.scan(qr);
  await bot.next('ready');
  await waitFor(() => device.synced, { what: 'the page to say that it has its chats' });
  expect(bot.told.map(([event]) => event)).toEqual(['qr', 'loading_screen', 'authenticated', 'ready']);
  expect(bot.client.info).toMatchObject({ pushname: 'Shop', wid: { user: '5511987650001' } });
  expect(await bot.client.getState()).toBe('CONNECTED');
  expect([device.linked, device.liveSockets, device.connections]).toEqual([true, 1, 1]);
  await bot.destroy();
  await waitFor(() => device.liveSockets === 0, { what: 'the socket to close' });

  const again = aClient(whatsapp, folder);
  await again.client.initialize();
  await again.next('ready');
  expect(again.count('qr')).toBe(0);
  expect([device.mostLiveSockets, device.connections]).toEqual([1, 2]);
});

test('codes are replaced by new ones, until the page waits for a person; then one may ask for more', async () => {
  const bot = aClient(whatsapp, await aSessionFolder());
  await bot.client.initialize();
  await bot.next('qr');
  // Only now: the library is not told of a code that is gone before it listens.
  await whatsapp.behave({ refLivesMs: 1_500, refs: 2 });
  const askForMore = () => bot.client.pupPage?.evaluate("window.require('WAWebCmd').Cmd.refreshQR()");
  await askForMore();
  const [first] = await bot.next('qr', 1);
  const [second] = await bot.next('qr', 2);
  expect(second).not.toBe(first);
  expect(() => whatsapp.phone(NUMBER).scan(first)).toThrow('no page shows this code');
  await waitFor(async () => (await bot.client.getState()) === 'UNPAIRED_IDLE', { what: 'the page to wait' });
  await askForMore();
  await bot.next('qr', 3);
});

test('a pairing code links as a scan does, and only to the number it was made for', async () => {
  const bot = aClient(whatsapp, await aSessionFolder(), {
    pairWithPhoneNumber: { phoneNumber: '5511987650001', showNotification: true, intervalMs: 180_000 },
  });
  await bot.client.initialize();
  const [code] = await bot.next('code');
  expect(code).toMatch(/^[0-9A-F]{8}$/);
  expect(() => whatsapp.phone('+5511987650002').enterCode(code)).toThrow('another number');
  whatsapp.phone(NUMBER).enterCode(`${code.slice(0, 4)}-${code.slice(4)}`);
  await bot.next('ready');
});

test('a pairing code can be asked for while a QR code is shown', async () => {
  const bot = aClient(whatsapp, await aSessionFolder());
  await bot.client.initialize();
  await bot.next('qr');
  const code = await bot.client.requestPairingCode('5511987650001');
  whatsapp.phone(NUMBER).enterCode(code);
  await bot.next('ready');
});

test('an account that needs a passkey is not linked, and the page says so', async () => {
  await whatsapp.behave({ passkey: true });
  const bot = aClient(whatsapp, await aSessionFolder());
  await bot.client.initialize();
  const [qr] = await bot.next('qr');
  expect(() => whatsapp.phone(NUMBER).scan(qr)).toThrow('passkey');
  const text = await bot.client.pupPage
    ?.waitForSelector('[role=dialog]')
    .then((dialog) => dialog?.evaluate((one) => one.textContent));
  expect(text).toContain('passkey');
  expect(whatsapp.devices).toEqual([]);
  expect(await bot.client.getState()).toBe('UNPAIRED');
});

test('a page that never has its chats is connected and never ready', async () => {
  await whatsapp.behave({ ready: 'never', progress: [10, 40] });
  const bot = aClient(whatsapp, await aSessionFolder());
  await bot.client.initialize();
  const [qr] = await bot.next('qr');
  const device = whatsapp.phone(NUMBER).scan(qr);
  expect((await bot.next<[number, string]>('loading_screen', 1))[0]).toBe(40);
  expect(await bot.client.getState()).toBe('CONNECTED');
  expect([device.synced, bot.count('authenticated')]).toEqual([false, 0]);
});

test('a page that says twice that it has its chats makes the library ready twice', async () => {
  await whatsapp.behave({ ready: 'twice' });
  const { bot } = await aReadyClient(whatsapp, NUMBER);
  await bot.next('ready', 1);
  expect(bot.count('authenticated')).toBe(2);
});

test('chats that are there before the library listens are missed, and there for who asks', async () => {
  const { bot, device, folder } = await aReadyClient(whatsapp, NUMBER);
  await bot.destroy();
  await device.behave({ ready: 'early' });
  const again = aClient(whatsapp, folder);
  await again.client.initialize();
  await waitFor(() => device.synced, { what: 'the page to have its chats' });
  expect(await again.client.pupPage?.evaluate("window.require('WAWebSocketModel').Socket.hasSynced")).toBe(true);
  expect(again.told).toEqual([]);
  await again.client.pupPage?.evaluate('window.onAppStateHasSyncedEvent()');
  await again.next('ready');
});

test('an application that never starts is an auth timeout', async () => {
  await whatsapp.behave({ starts: false });
  const bot = aClient(whatsapp, await aSessionFolder(), { authTimeoutMs: 600 });
  await expect(bot.client.initialize()).rejects.toBe('auth timeout');
});

test('a session that WhatsApp does not know any more leads to a new code', async () => {
  const { bot, device, phone, folder } = await aReadyClient(whatsapp, NUMBER);
  await bot.destroy();
  phone.unlink(device);
  const again = aClient(whatsapp, folder);
  await again.client.initialize();
  await again.next('qr');
  expect(device.linked).toBe(false);
});
