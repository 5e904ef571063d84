import { expect, test, vi } from 'vitest';
import type { AskNetwork, NetworkNews } from '../network.ts';
import type { EngineEvent } from '../port.ts';
import { createSandboxEngine } from './sandbox-engine.ts';

function aDevice(linked: boolean) {
  const events: EngineEvent[] = [];
  const delivered: unknown[] = [];
  const network = { linked, away: false, ref: '' };
  let hear: (news: NetworkNews) => void = () => undefined;
  const askNetwork = (async (name: string, args: { ref?: string; waMessageId?: string }) => {
    if (network.away) throw new Error('network-away');
    if (name === 'device') return { linked: network.linked, ownNumber: '+15550000001' };
    if (name === 'showRef') network.ref = args.ref ?? '';
    if (name === 'deliver') delivered.push(args);
    if (name === 'find')
      return delivered.some((one) => (one as { waMessageId: string }).waMessageId === args.waMessageId);
    return null;
  }) as AskNetwork;
  const engine = createSandboxEngine({
    emit: (event) => events.push(event),
    askNetwork,
    onNetworkNews: (listener) => {
      hear = listener;
    },
  });
  return {
    engine,
    events,
    network,
    delivered,
    tell: (news: NetworkNews) => hear(news),
    names: () => events.map((one) => one.event),
  };
}
const message = { jid: '1@c.us', text: 'hi', waMessageId: 'x', media: null };

test('a new device shows a code, shows another after a minute, and is ready once it is linked', async () => {
  vi.useFakeTimers();
  const { engine, events, network, tell, names } = aDevice(false);
  await engine.start({});
  expect(events[0]).toMatchObject({ event: 'qr', qr: network.ref });
  const first = network.ref;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(network.ref).not.toBe(first);
  tell({ news: 'linked', ownNumber: '+15550000001' });
  tell({ news: 'linked', ownNumber: '+15550000001' });
  expect(names()).toEqual(['qr', 'qr', 'authenticated', 'ready']);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(names()).toHaveLength(4);
  vi.useRealTimers();
});

test('a linked device is ready without a code', async () => {
  const { engine, names } = aDevice(true);
  await engine.start({});
  expect(names()).toEqual(['authenticated', 'ready']);
});

test('an unlinked one says so and shows a code again', async () => {
  const { engine, tell, names } = aDevice(true);
  await engine.start({});
  tell({ news: 'unlinked' });
  await vi.waitFor(() => expect(names()).toEqual(['authenticated', 'ready', 'state', 'qr']));
  expect(await engine.send(message)).toMatchObject({ outcome: 'not-sent' });
  await engine.stop({});
});

test('sends, and knows afterwards what it sent', async () => {
  const { engine, events, delivered } = aDevice(true);
  await engine.start({});
  expect(await engine.send(message)).toEqual({ outcome: 'sent' });
  expect(delivered).toMatchObject([{ jid: message.jid, text: message.text, waMessageId: message.waMessageId }]);
  expect(events.at(-1)).toEqual({ event: 'ack', waMessageId: 'x', ack: 1 });
  expect(await engine.find({ jid: message.jid, waMessageId: 'x' })).toBe('there');
  expect(await engine.find({ jid: message.jid, waMessageId: 'y' })).toBe('absent');
});

test('a network that does not answer leaves the outcome unknown', async () => {
  const { engine, network } = aDevice(true);
  await engine.start({});
  network.away = true;
  expect(await engine.send(message)).toEqual({ outcome: 'unknown' });
});

test('hears customers and the business’s own phone, by number or by LID', async () => {
  const { engine, events, tell } = aDevice(true);
  await engine.start({});
  const said = { type: 'text', text: 'hi', media: null, at: '2026-03-01T12:00:00.000Z' } as const;
  const news = { news: 'message', waMessageId: 'x', name: 'Ana', ...said } as const;
  tell({ ...news, author: 'customer', phone: '+5511987654321', lid: null });
  tell({ ...news, author: 'phone', phone: null, lid: '998877' });
  expect(events.slice(2)).toMatchObject([
    { message: { jid: '5511987654321@c.us', fromMe: false, phone: '+5511987654321', lid: null, pushName: 'Ana' } },
    { message: { jid: '998877@lid', fromMe: true, phone: null, lid: '998877' } },
  ]);
  expect(await engine.resolveIdentity({ jid: '998877@lid' })).toEqual({ phone: null, lid: '998877' });
});
