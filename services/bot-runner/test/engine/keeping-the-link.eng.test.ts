import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { killGroup } from '../../src/engine/child/whatsapp-web/kill-group.ts';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { aBareProcess, aLinkedBareProcess, anyChromium } from './a-bare-process.ts';
import { ANA, aChat, anId, asideOf, hearsOnce, profileOf, world } from './a-chat.ts';
import { aReadyEngine } from './world.ts';

/** Within the first seconds Chromium has not written the link to its disk yet. */
const A_MOMENT_MS = 1_000;
/** After so long it has. */
const WRITTEN_MS = 8_000;

describe('ended a moment after it was linked', () => {
  test('bare, trap 9: SIGTERM kills its Chromium, and the link is lost', async () => {
    const bare = await aLinkedBareProcess(await world.open());
    await pause(A_MOMENT_MS);
    bare.kill('SIGTERM');
    await waitFor(() => browsersOn(bare.profile).length === 0, { what: 'Chromium to be killed' });
    bare.kill('SIGKILL');
    await bare.ended;
    const again = aBareProcess(await world.open(), { folder: bare.folder });
    await again.hears('qr');
    expect(again.told.map(({ event }) => event)).not.toContain('ready');
  });

  test('bare, trap 9: kill -9 leaves its Chromium in the way, and the next start cannot use the link', async () => {
    const bare = await aLinkedBareProcess(await world.open());
    await pause(A_MOMENT_MS);
    bare.kill('SIGKILL');
    await bare.ended;
    const again = aBareProcess(await world.open(), { folder: bare.folder });
    if (anyChromium.shell) await again.hears('qr');
    else expect(await again.hears('refused')).toMatch(/already running/);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('ours: %s, and the next start needs no scan', async (signal) => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    await pause(A_MOMENT_MS);
    process.kill(engine.child.pid ?? 0, signal);
    await pause(A_MOMENT_MS);
    // What does not end by itself is killed, as above.
    await engine.kill();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });

  test('ours: when Chromium itself is killed the link is lost, too, and the new code says why', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    await pause(A_MOMENT_MS);
    for (const pid of browsersOn(profileOf(place.settings))) killGroup(pid);
    await engine.hears('failure');
    await engine.stop();
    const again = await place.start();
    expect((await again.hears('qr')).reason).toMatch(/not valid any more/);
    expect(asideOf(place.settings)).toEqual([expect.stringMatching(/^shop\.damaged\./)]);
  });
});

describe('two on one session', () => {
  test('bare: a headless shell takes no lock, so the second starts, and asks for a scan of a number that is linked', async () => {
    const bare = await aLinkedBareProcess(await world.open());
    await pause(WRITTEN_MS);
    const second = aBareProcess(await world.open(), { folder: bare.folder });
    // A whole Chromium does take one.
    if (!anyChromium.shell) return expect(await second.hears('refused')).toMatch(/already running/);
    await second.hears('qr');
    expect(browsersOn(bare.profile)).toHaveLength(2);
    expect(bare.phone.device.linked).toBe(true);
  });

  test('ours: the second does not start, the first goes on, and the next start needs no scan', async () => {
    const { place, engine, ana, phone } = await aChat();
    const second = await place.start();
    expect(await second.hears('failure', () => true, 20_000)).toMatchObject({
      fatal: false,
      reason: expect.stringMatching(/still uses the session folder/),
    });
    expect(second.of('qr')).toEqual([]);
    expect(phone.device.mostLiveSockets).toBe(1);
    const waMessageId = anId();
    expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId, media: null })).toEqual({
      outcome: 'sent',
    });
    await hearsOnce(engine, 'and now?', () => place.customer(ANA).writes('and now?'));
    await second.stop();
    await engine.stop();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });
});
