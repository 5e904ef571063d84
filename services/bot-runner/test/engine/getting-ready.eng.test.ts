import { readdirSync } from 'node:fs';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { ANA, aChat, asideOf, hearsOnce, profileOf, world } from './a-chat.ts';

describe('getting ready', () => {
  test('the page has its chats before the library listens', async () => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    phone.device.behave({ ready: 'early' });
    const again = await place.start();
    await again.hears('ready');
    await hearsOnce(again, 'still there?', () => place.customer(ANA).writes('still there?'));
  });

  test('the page says twice that it is ready', async () => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    phone.device.behave({ ready: 'twice' });
    const again = await place.start();
    await again.hears('ready');
    await hearsOnce(again, 'still there?', () => place.customer(ANA).writes('still there?'));
    expect(again.of('authenticated')).toHaveLength(1);
    expect(again.of('ready')).toHaveLength(1);
  });

  test('the library takes long to listen: ready is told when it does, and nothing written from then on is missed', async () => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    phone.device.behave({ attachMs: 500 });
    const again = await place.start();
    await again.hears('ready');
    await hearsOnce(again, 'still there?', () => place.customer(ANA).writes('still there?'));
    expect(again.of('ready')).toHaveLength(1);
  });

  test('a session that never gets ready is put aside and linked anew, once, with a picture of the page', async () => {
    const { place, engine, phone } = await aChat({ readyDeadlineMs: 4_000 });
    await engine.stop();
    (await world.open()).behave({ ready: 'never' });
    try {
      const again = await place.start();
      const { reason } = await again.hears('state', ({ state }) => state === 'logged-out', 40_000);
      expect(reason).toMatch(/put aside/);
      // One start with it before, and two that never got ready: a second browser before a person is asked to scan.
      expect(phone.device.connections).toBe(3);
      expect(asideOf(place.settings)).toEqual([expect.stringMatching(/^shop\.stuck\./)]);
      await place.scan((await again.hears('qr')).qr);
      const { fatal, reason: why } = await again.hears('failure', () => true, 40_000);
      expect(fatal).toBe(true);
      expect(why).toMatch(/A picture of the page is in .*\.png\.$/);
      expect(readdirSync(place.settings.picturesDir).length).toBe(2);
      expect(phone.devices.length).toBeGreaterThan(1);
    } finally {
      (await world.open()).behave({ ready: 'once' });
    }
  });

  test('a page whose application never starts, and no Chromium is left', async () => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    (await world.open()).behave({ starts: false });
    phone.device.behave({ starts: false });
    try {
      const again = await place.start();
      expect(await again.hears('failure', () => true, 90_000)).toMatchObject({ fatal: false });
      expect(browsersOn(profileOf(place.settings))).toEqual([]);
    } finally {
      (await world.open()).behave({ starts: true });
    }
  }, 300_000);

  test.each([
    ['TOS_BLOCK', { event: 'failure', fatal: true, reason: expect.stringMatching(/has blocked this number/) }],
    ['DEPRECATED_VERSION', { event: 'failure', fatal: true, reason: expect.stringMatching(/no longer accepts this/) }],
    ['CONFLICT', { event: 'state', state: 'conflict', reason: expect.stringMatching(/opened elsewhere/) }],
  ] as const)('refused at the start (%s): it is said at once, and not tried again', async (refusal, told) => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    phone.device.behave({ refusal });
    const again = await place.start();
    await waitFor(async () => again.events.length > 0, { what: 'its word', timeoutMs: 30_000 });
    expect(again.events).toEqual([told]);
    expect(asideOf(place.settings)).toEqual([]);
  });

  test('WhatsApp cannot be reached', async () => {
    const { place, engine } = await aChat({ readyDeadlineMs: 4_000 });
    await engine.stop();
    const web = await world.open();
    web.network('down');
    try {
      const again = await place.start();
      const { fatal, reason } = await again.hears('failure', () => true, 40_000);
      expect([fatal, reason]).toEqual([false, 'WhatsApp cannot be reached and is being tried again.']);
      expect(asideOf(place.settings)).toEqual([]);
    } finally {
      web.network('up');
    }
  });
});
