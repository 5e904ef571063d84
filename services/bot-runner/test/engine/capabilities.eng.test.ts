import { capabilityNames } from '@wbm/domain';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { aChat, anId, hearsOnce } from './a-chat.ts';
import type { EngineUnderTest } from './an-engine.ts';

/** What was told last of each. */
function known(engine: EngineUnderTest) {
  return new Map(engine.of('capability').map(({ name, available, reason }) => [name, { available, reason }]));
}

async function allTold(engine: EngineUnderTest) {
  await waitFor(async () => known(engine).size === capabilityNames.length, { what: 'all that it can do' });
  return known(engine);
}

describe('what a session can do', () => {
  test('is told after each time of getting ready, and nothing is missing on a good day', async () => {
    const { engine, phone } = await aChat();
    for (const name of capabilityNames) {
      expect([name, (await allTold(engine)).get(name)]).toEqual([name, { available: true, reason: null }]);
    }
    engine.forget();
    phone.device.dropSocket();
    await engine.hears('ready');
    expect([...(await allTold(engine)).values()].every(({ available }) => available)).toBe(true);
  });

  test('the parts for files are gone: they are switched off with a reason, and text flows', async () => {
    const { place, engine, ana, phone } = await aChat();
    await engine.stop();
    await phone.device.behave({ missing: ['WAWebMediaMmsV4Upload', 'WAWebDownloadManager'] });
    const again = await place.start();
    await again.hears('ready');
    const can = await allTold(again);
    expect(can.get('media-in')).toEqual({ available: false, reason: expect.stringMatching(/fetched.*wait/) });
    expect(can.get('media-out')).toEqual({ available: false, reason: expect.stringMatching(/from the phone/) });
    expect(can.get('helpers')).toEqual({ available: true, reason: null });
    await hearsOnce(again, 'still there?', () => ana.writes('still there?'));
    const waMessageId = anId();
    expect(await again.call('send', { jid: ana.jid, text: 'yes', waMessageId, media: null })).toEqual({
      outcome: 'sent',
    });
    // They are looked for again after ten seconds and then every minute, and come back without a restart.
    await phone.device.behave({ missing: [] });
    for (const one of ['media-out', 'media-in']) {
      await again.hears('capability', ({ name, available }) => name === one && available, 90_000);
    }
  }, 180_000);

  test('a check that hangs holds nothing up', async () => {
    const { place, engine, phone } = await aChat();
    await engine.stop();
    const hanging = ['WAWebQueryExistsJob.queryWidExists'];
    await phone.device.behave({ hanging, missing: ['WAWebApiContact'] });
    const again = await place.start();
    await again.hears('ready');
    expect((await allTold(again)).get('resolve')).toMatchObject({ available: false });
    expect(known(again).get('media-in')).toMatchObject({ available: true });
  });
});
