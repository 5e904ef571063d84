import { cp } from 'node:fs/promises';
import { openWhatsAppWeb, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeEach, expect, test } from 'vitest';
import { aClient, aReadyClient, aSessionFolder } from './a-client.ts';

const NUMBER = '+5511987650001';
/** What hangs is given up by then. It bounds every call from the launch on, so it is no shorter. */
const impatient = { puppeteer: { protocolTimeout: 20_000 } };
let whatsapp: WhatsAppWeb;

beforeEach(async () => {
  whatsapp = await openWhatsAppWeb();
});

test('a dropped connection comes back, with what came meanwhile, and sends what waited', async () => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER);
  const maria = phone.customer('+5511912345678');
  whatsapp.network('down');
  await waitFor(() => bot.told.some(([name, [state]]) => name === 'change_state' && state === 'TIMEOUT'), {
    what: 'TIMEOUT',
  });
  expect(device.liveSockets).toBe(0);
  maria.writes('no escuro');
  const sent = await bot.client.sendMessage(maria.jid, 'espera', { sendSeen: false }).catch((error: unknown) => error);
  expect(sent).toBeInstanceOf(Error);
  whatsapp.network('up');
  await bot.message('no escuro');
  await waitFor(async () => (await bot.client.getState()) === 'CONNECTED', { what: 'CONNECTED' });
  const waiting = bot.client.sendMessage(maria.jid, 'na fila', { sendSeen: false });
  await waiting;
  await waitFor(() => maria.received.length === 1, { what: 'the message to arrive once' });
  device.dropSocket();
  await waitFor(() => device.connections === 3 && device.liveSockets === 1, { what: 'the next connection' });
  expect([device.mostLiveSockets, bot.count('ready'), bot.count('disconnected')]).toEqual([1, 1, 0]);
});

test('a message sent without a connection leaves when there is one, under the same id and once', async () => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER);
  const maria = phone.customer('+5511912345678');
  maria.writes('oi');
  await bot.message('oi');
  whatsapp.network('down');
  await waitFor(async () => (await bot.client.getState()) === 'TIMEOUT', { what: 'TIMEOUT' });
  const sent = await bot.client.sendMessage(maria.jid, 'depois', { sendSeen: false });
  expect(sent.ack).toBe(0);
  whatsapp.network('up');
  await waitFor(() => maria.received.some(({ id }) => id === sent.id.id), { what: 'it to arrive' });
  device.nextSend({ outcome: 'unanswered' });
  await bot.client.sendMessage(maria.jid, 'duas vezes?', { sendSeen: false });
  await waitFor(() => maria.received.length === 2, { what: 'the second message' });
  device.dropSocket();
  await waitFor(() => bot.count('message_ack') === 2, { what: 'the ack after the second attempt' });
  expect(maria.received).toHaveLength(2);
});

test('opened elsewhere: the newer socket wins, and both were seen', async () => {
  const { bot, device, folder } = await aReadyClient(whatsapp, NUMBER);
  device.conflict();
  expect(await bot.next('disconnected')).toEqual(['CONFLICT']);
  await bot.destroy();
  await waitFor(() => device.liveSockets === 0, { what: 'the page to go' });
  expect(device.mostLiveSockets).toBe(1);

  const first = aClient(whatsapp, folder, { takeoverOnConflict: true, takeoverTimeoutMs: 100 });
  await first.client.initialize();
  await first.next('ready');
  device.conflict();
  await waitFor(() => device.connections === 3 && device.liveSockets === 1, { what: 'the takeover' });
  await waitFor(async () => (await first.client.getState()) === 'CONNECTED', { what: 'its page to be connected' });
});

test('two engines on one session: both sockets were seen, and the newer one wins', async () => {
  const { bot, device, folder } = await aReadyClient(whatsapp, NUMBER);
  await bot.destroy();
  const copy = await aSessionFolder();
  await cp(folder, copy, { recursive: true });
  const [older, newer] = [aClient(whatsapp, folder), aClient(whatsapp, copy)];
  await older.client.initialize();
  await older.next('ready');
  await newer.client.initialize();
  expect(await older.next('disconnected')).toEqual(['CONFLICT']);
  await newer.next('ready');
  await waitFor(() => device.liveSockets === 1, { what: 'the older socket to close' });
  expect(device.mostLiveSockets).toBe(2);
});

test('an answer that takes its time', async () => {
  const { bot, phone } = await aReadyClient(whatsapp, NUMBER);
  phone.customer('+5511912345678');
  await whatsapp.behave({ latencyMs: 400 });
  const asked = performance.now();
  expect(await bot.client.isRegisteredUser('5511912345678')).toBe(true);
  expect(performance.now() - asked).toBeGreaterThan(390);
});

test('the phone unlinks the device: a goodbye, then a new code', async () => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER);
  phone.unlink();
  expect(await bot.next('disconnected')).toEqual(['LOGOUT']);
  const [qr] = await bot.next('qr', 1);
  expect(device.linked).toBe(false);
  phone.scan(qr);
  await bot.next('ready', 1);
});

test('a device that becomes unpaired without a word stays where it is', async () => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER);
  phone.unlink(device, 'unpaired');
  expect(await bot.next('disconnected')).toEqual(['UNPAIRED']);
});

test('the library logs out', async () => {
  const { bot, device } = await aReadyClient(whatsapp, NUMBER);
  await bot.client.logout();
  expect([device.linked, bot.count('disconnected')]).toEqual([false, 0]);
});

test.each([
  ['crash-before', 0],
  ['crash-after', 1],
] as const)('the renderer dies in the middle of a send: %s', async (outcome, arrived) => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER, impatient);
  const maria = phone.customer('+5511912345678');
  let crashed = 0;
  bot.client.pupPage?.on('error', () => {
    crashed += 1;
  });
  device.nextSend({ outcome });
  await expect(bot.client.sendMessage(maria.jid, 'no meio', { sendSeen: false })).rejects.toThrow();
  expect(crashed).toBe(1);
  expect(maria.received).toHaveLength(arrived);
  await bot.destroy();
  await waitFor(() => device.liveSockets === 0, { what: 'the socket to close' });
  await expect(device.trace()).rejects.toThrow('no page');
});

test('a page that is busy answers nobody, and then again', async () => {
  const { bot, device } = await aReadyClient(whatsapp, NUMBER);
  const asked = performance.now();
  device.freezePage(1_500);
  // Frames keep their order: who answers this one has thawed.
  await device.trace();
  expect(performance.now() - asked).toBeGreaterThan(1_400);
  expect(await bot.client.getState()).toBe('CONNECTED');
});

test('a send that never returns', async () => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER, impatient);
  device.nextSend({ outcome: 'hang' });
  const sending = bot.client.sendMessage(phone.customer('+5511912345678').jid, 'nunca', { sendSeen: false });
  await expect(sending).rejects.toThrow('protocolTimeout');
  expect(phone.sent).toEqual([]);
});

test('a page that loads again, or only changes its address, keeps its session and is one socket', async () => {
  const { bot, device } = await aReadyClient(whatsapp, NUMBER);
  let injected = 0;
  // Not in its types.
  const library = bot.client as unknown as { inject(): Promise<void> };
  const inject = library.inject.bind(library);
  library.inject = async () => {
    await inject();
    injected += 1;
  };
  device.navigate('hash');
  await waitFor(() => injected === 1, { what: 'the library to listen at the new address' });
  expect(await bot.client.pupPage?.evaluate('location.hash')).not.toBe('');
  device.navigate('iframe');
  await waitFor(() => injected === 2, { what: 'the library to listen once more for the frame' });
  const has = () => bot.client.pupPage?.evaluate("document.querySelector('iframe') !== null");
  await waitFor(async () => !(await has()), { what: 'the frame to go' });
  device.syncAgain();
  // The library listens once more for each of them, and cannot tell one readiness from the next.
  await bot.next('ready', 3);
  expect([device.connections, device.mostLiveSockets]).toEqual([1, 1]);
});

test('a page that loads again becomes ready again, on the same session', async () => {
  const { bot, device } = await aReadyClient(whatsapp, NUMBER);
  device.navigate('reload');
  await bot.next('ready', 1);
  expect([device.connections, device.mostLiveSockets, bot.count('qr')]).toEqual([2, 1, 1]);
});

test('modules that are missing, throw or hang', async () => {
  const { bot, phone, device } = await aReadyClient(whatsapp, NUMBER, impatient);
  const maria = phone.customer('+5511912345678');
  await device.behave({ throwing: ['WAWebSendMsgChatAction.addAndSendMsgToChat'] });
  await expect(bot.client.sendMessage(maria.jid, 'um', { sendSeen: false })).rejects.toThrow('is broken today');
  await device.behave({ throwing: [], missing: ['WAWebUpdateUnreadChatAction'] });
  await expect(bot.client.sendSeen(maria.jid)).rejects.toThrow('unknown module');
  await device.behave({ missing: [], hanging: ['WAWebQueryExistsJob.queryWidExists'] });
  await expect(bot.client.getNumberId('5511912345678')).rejects.toThrow('protocolTimeout');
  await device.behave({ hanging: [] });
  expect(await bot.client.getNumberId('5511912345678')).toMatchObject({ _serialized: maria.jid });
  const { read, missing } = await device.trace();
  expect(read).toContain('WAWebSocketModel.Socket');
  expect(missing).toContain('WAWebUpdateUnreadChatAction');
});
