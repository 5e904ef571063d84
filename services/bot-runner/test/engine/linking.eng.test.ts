import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { aChat, asideOf, world } from './a-chat.ts';

describe('linking', () => {
  test('a page that gave up showing codes shows another', async () => {
    const web = await world.open();
    web.behave({ refs: 1, refLivesMs: 3_000 });
    try {
      const engine = await (await world.aPlace()).start();
      await waitFor(async () => engine.of('qr').length >= 3, { what: 'three codes', timeoutMs: 40_000 });
    } finally {
      web.behave({ refs: 6, refLivesMs: 20_000 });
    }
  });

  test('by a code instead, also after a QR code was shown', async () => {
    const place = await world.aPlace();
    const engine = await place.start();
    await engine.hears('qr');
    const { code } = await engine.call('requestPairingCode', { phone: place.ownNumber });
    expect(code).toMatch(/^\w{8}$/);
    expect(await engine.hears('pairing-code')).toEqual({ event: 'pairing-code', code });
    await place.phone.enterCode(code);
    await engine.hears('ready');
  });

  test('logged out, and the page never starts again: it is told, and a later start shows a code', async () => {
    const web = await world.open();
    const { place, engine, phone } = await aChat();
    web.behave({ starts: false });
    try {
      phone.unlink();
      await engine.hears('state', ({ state }) => state === 'logged-out');
      expect(await engine.hears('failure', () => true, 90_000)).toMatchObject({ fatal: false });
      expect(await engine.call('probe', {})).toEqual({ healthy: true });
    } finally {
      web.behave({ starts: true });
    }
    await engine.stop();
    await (await place.start()).hears('qr');
  }, 300_000);

  test('stopped while its page loads: it ends in order, and the next start needs no scan', async () => {
    const { place, engine, phone } = await aChat();
    await phone.device.behave({ starts: false });
    phone.device.navigate('reload');
    await waitFor(() => phone.device.connections === 2, { what: 'the page to load again' });
    await engine.call('stop', {});
    expect(await engine.call('probe', {})).toEqual({ healthy: true });
    expect(engine.of('failure')).toEqual([]);
    await engine.stop();
    await phone.device.behave({ starts: true });
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });

  test('the account asks for a passkey', async () => {
    const web = await world.open();
    web.behave({ passkey: true });
    try {
      const place = await world.aPlace();
      const engine = await place.start();
      await place.scan((await engine.hears('qr')).qr).catch(() => undefined);
      const { reason } = await engine.hears('state', ({ state }) => state === 'needs-passkey');
      expect(reason).toMatch(/passkey/);
    } finally {
      web.behave({ passkey: false });
    }
  });

  test('a page that asks for a passkey and goes on making codes shows none of them', async () => {
    const web = await world.open();
    web.behave({ passkey: 'with-codes', refLivesMs: 3_000 });
    try {
      const place = await world.aPlace();
      const engine = await place.start();
      await place.scan((await engine.hears('qr')).qr).catch(() => undefined);
      await engine.hears('state', ({ state }) => state === 'needs-passkey');
      engine.forget();
      await pause(8_000); // Two more codes.
      expect(engine.events).toEqual([]);
    } finally {
      web.behave({ passkey: false, refLivesMs: 20_000 });
    }
  });

  test('opened elsewhere: it waits for somebody to decide', async () => {
    const { engine, phone } = await aChat();
    phone.device.conflict();
    await engine.hears('state', ({ state }) => state === 'conflict');
    expect(await engine.call('probe', {})).toEqual({ healthy: true });
    expect(engine.of('failure')).toEqual([]);
  });

  test('unlinked without a goodbye', async () => {
    const { place, engine, phone } = await aChat();
    engine.forget();
    phone.unlink(phone.device, 'unpaired');
    await engine.hears('state', ({ state }) => state === 'logged-out');
    expect((await engine.hears('qr')).reason).toMatch(/The phone unlinked this device. Scan the code/);
    expect(asideOf(place.settings)).toHaveLength(1);
  });
});
