import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openWhatsAppWeb, type WhatsAppWeb, waitFor } from '@wbm/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import { aBareClient, aLinkedBareClient } from './a-bare-client.ts';
import { aLinkedBareProcess } from './a-bare-process.ts';

/**
 * What fails in the library as it comes. Each is a control run: when one of these fails after an update of the library,
 * the mend beside it may no longer be needed. That ours survives the same is in the `*.eng.test.ts` beside this one,
 * under the names given here; `docs/engines.md` has the list, with those of the traps that are not here.
 */
let web: WhatsAppWeb;
beforeAll(async () => {
  web = await openWhatsAppWeb();
});
/** As long as nothing has to happen before it counts as not happening. */
const NOTHING_MS = 5_000;

describe('the library as it comes', () => {
  test('trap 1: is never ready when the page was faster ("the page has its chats before the library listens")', async () => {
    const { client, folder, phone } = await aLinkedBareClient(web);
    await pause(NOTHING_MS); // Its session must have reached the disk.
    await client.destroy();
    phone.device.behave({ ready: 'early' });
    const again = aBareClient(web, { folder });
    await again.client.initialize();
    await waitFor(() => phone.device.synced, { what: 'the page to have its chats' });
    await pause(NOTHING_MS);
    expect(again.heard).toEqual([]);
  });

  test('trap 2: is ready again at every navigation ("the page navigates")', async () => {
    const { phone, count, client } = await aLinkedBareClient(web);
    phone.device.navigate('hash');
    await waitFor(async () => (await client.pupPage?.evaluate('location.hash')) !== '', { what: 'the navigation' });
    await pause(1_000);
    phone.device.syncAgain();
    await waitFor(() => count('ready') > 2, { what: 'ready again and again' });
    expect(count('authenticated')).toBeGreaterThan(2);
  });

  test('trap 3: a promise of its own that fails ends the whole process ("logged out, and the page never starts again")', async () => {
    const { phone, ended } = await aLinkedBareProcess(web, { client: { authTimeoutMs: 2_000 } });
    web.behave({ starts: false });
    try {
      phone.unlink();
      expect(await ended).toEqual({ code: 1, signal: null });
    } finally {
      web.behave({ starts: true });
    }
  });

  test('trap 3: so does one of a page that is just loading when it is ended ("stopped while its page loads")', async () => {
    const puppeteer = { handleSIGINT: false };
    const { phone, ended, told, kill } = await aLinkedBareProcess(web, { endsInOrder: true, puppeteer });
    await phone.device.behave({ starts: false });
    phone.device.navigate('reload');
    const injected = () => told.filter(({ event }) => event === 'injects').length;
    await waitFor(() => phone.device.connections === 2 && injected() === 2, { what: 'the page to load again' });
    await pause(300); // Now it waits for the page to begin.
    kill('SIGINT');
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(told.map(({ event }) => event)).not.toContain('ended-in-order');
  });

  test('trap 4: says nothing when the renderer dies ("the renderer crashes: it is told at once")', async () => {
    const { phone, heard, client } = await aLinkedBareClient(web);
    const before = heard.length;
    await phone.device.crashPage();
    const state = client.getState().then(
      () => 'answered',
      () => 'answered',
    );
    expect(await Promise.race([state, pause(NOTHING_MS, 'silent')])).toBe('silent');
    expect(heard.slice(before)).toEqual([]);
  });

  test('trap 5: leaves its browser running when it cannot start ("a page whose application never starts")', async () => {
    web.behave({ starts: false });
    try {
      const { client, profile } = aBareClient(web, { client: { authTimeoutMs: 2_000 } });
      await expect(client.initialize()).rejects.toBe('auth timeout');
      expect(client.pupBrowser?.isConnected()).toBe(true);
      expect(browsersOn(profile)).toHaveLength(1);
    } finally {
      web.behave({ starts: true });
    }
  });

  test('trap 6: deletes the session under the living browser, and the new link is lost at the next start ("the phone unlinks it …")', async () => {
    const { client, phone, folder, profile, qrs } = await aLinkedBareClient(web);
    const stored = join(profile, 'Default', 'Local Storage', 'leveldb', 'CURRENT');
    await waitFor(() => existsSync(stored), { what: 'the session to be stored' });
    phone.unlink();
    await waitFor(() => qrs.length > 1, { what: 'another code', timeoutMs: 30_000 });
    phone.scan(qrs.at(-1) ?? '');
    await waitFor(() => phone.device.synced, { what: 'it to be linked again' });
    await pause(NOTHING_MS);
    // What the browser, which still runs, writes goes to files that have no name any more.
    expect(browsersOn(profile)).toHaveLength(1);
    expect(existsSync(stored)).toBe(false);
    await client.destroy();
    const again = aBareClient(web, { folder });
    await again.client.initialize();
    await waitFor(() => again.qrs.length > 0, { what: 'a code', timeoutMs: 30_000 });
    expect(phone.device.linked).toBe(true);
  });

  test('trap 6: ends for good when it is unlinked without a goodbye ("unlinked without a goodbye")', async () => {
    const { client, phone, count, qrs } = await aLinkedBareClient(web);
    phone.unlink(phone.device, 'unpaired');
    await waitFor(() => client.pupBrowser?.isConnected() === false, { what: 'its browser to end' });
    await pause(NOTHING_MS);
    expect([count('disconnected'), qrs.length]).toEqual([1, 1]);
  });

  test('trap 7: says nothing of its own logout ("logs out by itself, and shows a code")', async () => {
    const { client, heard } = await aLinkedBareClient(web);
    const before = heard.length;
    await client.logout();
    await pause(1_000);
    expect(heard.slice(before)).not.toContain('disconnected');
  });

  test('trap 8: never shows another code ("a page that gave up showing codes shows another")', async () => {
    web.behave({ refs: 1, refLivesMs: 2_000 });
    try {
      const { client, qrs } = aBareClient(web);
      await client.initialize();
      await waitFor(() => qrs.length > 0, { what: 'a code' });
      await pause(2_000 + NOTHING_MS);
      expect(qrs).toHaveLength(1);
    } finally {
      web.behave({ refs: 6, refLivesMs: 20_000 });
    }
  });
});
