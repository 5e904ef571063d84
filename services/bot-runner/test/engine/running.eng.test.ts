import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { ANA, aChat, anId, hearsOnce, profileOf } from './a-chat.ts';

const ANA_JID = '5511987650001@c.us';

describe('running', () => {
  test.each(['hash', 'iframe', 'reload'] as const)('the page navigates: %s', async (way) => {
    const { place, engine, phone } = await aChat();
    phone.device.navigate(way);
    if (way === 'reload') await waitFor(async () => engine.of('ready').length === 2, { what: 'it to be ready again' });
    else phone.device.navigate('hash');
    const ready = async () =>
      (await engine.call('send', { jid: ANA_JID, text: 'x', waMessageId: anId(), media: null })).outcome === 'sent';
    await waitFor(ready, { what: 'it to send', timeoutMs: 30_000 });
    phone.device.syncAgain();
    await hearsOnce(engine, 'and now?', () => place.customer(ANA).writes('and now?'));
    expect(engine.of('authenticated')).toHaveLength(1);
    expect(engine.of('ready')).toHaveLength(way === 'reload' ? 2 : 1);
    expect(engine.of('failure')).toEqual([]);
  });

  test('the connection drops and comes back', async () => {
    const { place, engine, phone } = await aChat();
    engine.forget();
    phone.device.behave({ reconnectMs: 20_000 });
    phone.device.dropSocket();
    await engine.hears('state', ({ state }) => state === 'reconnecting');
    await engine.hears('ready', () => true, 60_000);
    await hearsOnce(engine, 'and now?', () => place.customer(ANA).writes('and now?'));
  });

  test('the renderer crashes: it is told at once', async () => {
    const { place, engine, phone } = await aChat();
    await phone.device.crashPage();
    expect(await engine.hears('failure', () => true, 10_000)).toMatchObject({ fatal: false });
    expect(browsersOn(profileOf(place.settings))).toEqual([]);
  });

  test('the page freezes: it is told when patience is over', async () => {
    const { engine, phone } = await aChat({ hungMs: 5_000 });
    phone.device.freezePage(60_000);
    expect(await engine.hears('failure', () => true, 40_000)).toMatchObject({ fatal: false });
  });
});
