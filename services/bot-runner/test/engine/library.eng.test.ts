import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { browsersOn } from '../../src/engine/child/whatsapp-web/profile-users.ts';
import type { WhatsAppWebSettings } from '../../src/engine/whatsapp-web-settings.ts';
import { processesNaming } from '../processes-naming.ts';
import type { EngineUnderTest } from './an-engine.ts';
import { webWorld } from './web-world.ts';
import { aReadyEngine } from './world.ts';

const world = webWorld();
const ANA = { phone: '+5511987650001', name: 'Ana' };
const anId = () => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
const profileOf = ({ sessionsDir, botId }: WhatsAppWebSettings) => join(sessionsDir, `session-${botId}`);
const asideOf = ({ sessionsDir }: WhatsAppWebSettings) => {
  const aside = join(sessionsDir, 'aside');
  return existsSync(aside) ? readdirSync(aside) : [];
};

/** An engine that is ready, and a customer who has written to it. */
async function aChat(wanted: Partial<WhatsAppWebSettings> = {}) {
  const place = await world.aPlace(wanted);
  const engine = await aReadyEngine(place);
  const ana = place.customer(ANA);
  await ana.writes('hi');
  await waitFor(async () => engine.messages().length === 1, { what: 'the first message' });
  return { place, engine, ana, phone: place.phone };
}

async function hearsOnce(engine: EngineUnderTest, text: string, writes: () => Promise<unknown>): Promise<void> {
  await writes();
  await waitFor(async () => engine.messages().some((one) => one.text === text), { what: text, timeoutMs: 30_000 });
  expect(engine.messages().filter((one) => one.text === text)).toHaveLength(1);
}

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

  test('a session that never gets ready is put aside and linked anew, once, with a picture of the page', async () => {
    const { place, engine, phone } = await aChat({ readyDeadlineMs: 4_000 });
    await engine.stop();
    (await world.open()).behave({ ready: 'never' });
    try {
      const again = await place.start();
      const { reason } = await again.hears('state', ({ state }) => state === 'logged-out', 40_000);
      expect(reason).toMatch(/put aside/);
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

  test('opened elsewhere: it waits for somebody to decide', async () => {
    const { engine, phone } = await aChat();
    phone.device.conflict();
    await engine.hears('state', ({ state }) => state === 'conflict');
    expect(await engine.call('probe', {})).toEqual({ healthy: true });
    expect(engine.of('failure')).toEqual([]);
  });

  test('unlinked without a goodbye', async () => {
    const { place, engine, phone } = await aChat();
    phone.unlink(phone.device, 'unpaired');
    await engine.hears('state', ({ state }) => state === 'logged-out');
    await engine.hears('qr');
    expect(asideOf(place.settings)).toHaveLength(1);
  });
});

describe('running', () => {
  test.each(['hash', 'iframe', 'reload'] as const)('the page navigates: %s', async (way) => {
    const { place, engine, phone } = await aChat();
    phone.device.navigate(way);
    if (way === 'reload') await waitFor(async () => engine.of('ready').length === 2, { what: 'it to be ready again' });
    else phone.device.navigate('hash');
    const ready = async () =>
      (await engine.call('send', { jid: ANA_JID, text: 'x', waMessageId: anId() })).outcome === 'sent';
    await waitFor(ready, { what: 'it to send', timeoutMs: 30_000 });
    await hearsOnce(engine, 'and now?', () => place.customer(ANA).writes('and now?'));
    expect(engine.of('authenticated')).toHaveLength(1);
    expect(engine.of('failure')).toEqual([]);
  });

  test('the connection drops and comes back', async () => {
    const { place, engine, phone } = await aChat();
    engine.forget();
    phone.device.behave({ reconnectMs: 5_000 });
    phone.device.dropSocket();
    await engine.hears('state', ({ state }) => state === 'reconnecting');
    await engine.hears('ready');
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

const ANA_JID = '5511987650001@c.us';

describe('sending', () => {
  test('WhatsApp renames the field of the ids', async () => {
    const web = await world.open();
    web.behave({ messageIdKey: '$1' });
    try {
      const { engine, ana } = await aChat();
      const waMessageId = anId();
      expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId })).toEqual({ outcome: 'sent' });
      expect(await ana.received()).toEqual([{ id: waMessageId, text: 'hello' }]);
      expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('there');
      expect(engine.messages()).toHaveLength(1);
    } finally {
      web.behave({ messageIdKey: '_serialized' });
    }
  });

  test('the library answers nothing for a message that left', async () => {
    const { engine, ana, phone } = await aChat();
    phone.device.behave({ sendReturns: 'undefined' });
    const waMessageId = anId();
    expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId })).toEqual({ outcome: 'sent' });
    expect(await ana.received()).toHaveLength(1);
  });

  test('acks come before the send returns, and in any order', async () => {
    const { engine, ana, phone } = await aChat();
    phone.device.nextSend({ acks: [3, 1, 2], acksBeforeReturn: true });
    const waMessageId = anId();
    expect(await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId })).toEqual({ outcome: 'sent' });
    await engine.hears('ack', (event) => event.waMessageId === waMessageId && event.ack === 3);
    expect(engine.messages()).toHaveLength(1);
  });

  test('WhatsApp refuses it', async () => {
    const { engine, ana, phone } = await aChat();
    phone.device.nextSend({ outcome: 'error' });
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId: anId() });
    expect(answer).toMatchObject({ outcome: 'refused' });
  });

  test.each(['lost', 'unanswered', 'hang'] as const)('nobody says what became of it: %s', async (outcome) => {
    const { engine, ana, phone } = await aChat();
    phone.device.nextSend({ outcome });
    const waMessageId = anId();
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId }, 10_000);
    expect(answer).toEqual({ outcome: 'unknown' });
    expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('unknown');
  });

  test.each([
    ['crash-before', 'absent'],
    ['crash-after', 'there'],
  ] as const)('the page dies while it sends (%s), and afterwards it is %s', async (outcome, found) => {
    const { place, engine, ana, phone } = await aChat();
    phone.device.nextSend({ outcome });
    const waMessageId = anId();
    const answer = await engine.call('send', { jid: ana.jid, text: 'hello', waMessageId }, 10_000);
    expect(answer).toEqual({ outcome: 'unknown' });
    expect(await engine.hears('failure')).toMatchObject({ fatal: false });
    await engine.kill();
    const again = await place.start();
    await again.hears('ready');
    expect(await again.call('find', { jid: ana.jid, waMessageId })).toBe(found);
  });

  test('nobody has the number, and somebody who must write first', async () => {
    const { engine, phone } = await aChat();
    const nobody = phone.customer({ phone: '+5511900000009', onWhatsApp: false });
    const cold = phone.customer({ phone: '+5511900000008', mustWriteFirst: true });
    const send = (jid: string) => engine.call('send', { jid, text: 'hello', waMessageId: anId() });
    expect(await send(nobody.jid)).toEqual({ outcome: 'refused', reason: 'This number is not on WhatsApp.' });
    expect(await send(cold.jid)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/must write first/),
    });
  });
});

describe('what is heard', () => {
  test('all kinds of messages keep their kind, and only persons are heard', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const bytes = new Uint8Array(200).fill(7);
    ana.writes({ media: 'image', bytes, mimetype: 'image/png', caption: 'my garden' });
    ana.writes({ media: 'voice', bytes, mimetype: 'audio/ogg' });
    ana.writes({ media: 'document', bytes, mimetype: 'application/pdf', filename: 'offer.pdf' });
    ana.writes({ media: 'sticker', bytes, mimetype: 'image/webp' });
    ana.writes({ location: { latitude: -23.5, longitude: -46.6, name: 'Home' } });
    ana.writes({ contacts: [{ name: 'Bea', phone: '+5511987650002' }] });
    phone.group('Friends', [ana]).writes(ana, 'in a group');
    phone.broadcast('status@broadcast', ana, 'a status');
    phone.broadcast('120363000000000000@newsletter', ana, 'a channel');
    ana.writes({ type: 'e2e_notification' });
    ana.writes('last');
    await waitFor(async () => engine.messages().at(-1)?.text === 'last', { what: 'the last message' });
    expect(
      engine
        .messages()
        .slice(1)
        .map(({ type, text }) => [type, text]),
    ).toEqual([
      ['image', 'my garden'],
      ['voice', ''],
      ['document', expect.stringMatching(/^(offer\.pdf)?$/)],
      ['sticker', ''],
      ['location', expect.stringContaining('-23.5, -46.6')],
      ['contact', 'Bea'],
      ['text', 'last'],
    ]);
  });

  test('edits, revocations and reactions', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const [typo, secret] = [ana.writes('I live in Rma'), ana.writes('oops')];
    await waitFor(async () => engine.messages().length === 3, { what: 'both messages' });
    ana.edits(typo.id, 'I live in Roma');
    ana.revokes(secret.id);
    ana.reacts(typo.id, '👍');
    expect(await engine.hears('edit')).toMatchObject({ waMessageId: typo.id, jid: ana.jid, text: 'I live in Roma' });
    expect(await engine.hears('revoke')).toMatchObject({ waMessageId: secret.id, jid: ana.jid });
    expect(await engine.hears('reaction')).toMatchObject({ waMessageId: typo.id, emoji: '👍', fromMe: false });
  });

  test('a message that cannot be read in time, and its text when it can', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const { id } = ana.writesUndecrypted();
    await engine.hears('message', ({ message }) => message.type === 'undecrypted', 30_000);
    ana.decrypts(id, 'here it is');
    expect(await engine.hears('edit')).toMatchObject({ waMessageId: id, text: 'here it is' });
  });

  test('the past of a chat since then, oldest first', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const at = (day: number) => new Date(Date.UTC(2026, 2, day));
    ana.history(
      Array.from({ length: 25 }, (_, index) => ({
        from: index % 2 === 0 ? ('customer' as const) : ('business' as const),
        content: `day ${index + 1}`,
        at: at(index + 1),
      })),
    );
    const past = await engine.call('historySince', { jid: ana.jid, since: at(10).toISOString(), limit: 100 });
    expect(past.map(({ text }) => text)).toEqual([
      ...Array.from({ length: 16 }, (_, index) => `day ${index + 10}`),
      'hi',
    ]);
    expect(past[0]).toMatchObject({ history: true, fromMe: true, phone: ANA.phone });
    const few = await engine.call('historySince', { jid: ana.jid, since: at(1).toISOString(), limit: 3 });
    expect(few.map(({ text }) => text)).toEqual(['day 24', 'day 25', 'hi']);
  });

  test('a hidden number that WhatsApp does tell', async () => {
    const { engine, phone } = await aChat();
    const bea = phone.customer({ phone: '+5511987650002', lid: '11223344', addressedBy: 'lid' });
    bea.writes('it is Bea');
    await waitFor(async () => engine.messages().length === 2, { what: 'the message' });
    expect(engine.messages()[1]).toMatchObject({ jid: '11223344@lid', lid: '11223344', phone: '+5511987650002' });
  });
});

describe('processes and files', () => {
  test('a killed child leaves no Chromium, and the session', async () => {
    const { place, engine } = await aChat();
    await engine.kill();
    await waitFor(async () => browsersOn(profileOf(place.settings)).length === 0, { what: 'Chromium to end' });
    const again = await place.start();
    await again.hears('ready');
  });

  test('killed a moment after it was linked, it keeps the link', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    await engine.kill();
    const again = await place.start();
    await again.hears('ready');
    expect(again.of('qr')).toEqual([]);
  });

  test('a Chromium that cannot end by itself is ended by the next start', async () => {
    const { place, engine } = await aChat();
    const profile = profileOf(place.settings);
    const [browser = 0] = browsersOn(profile);
    expect(browser).toBeGreaterThan(1);
    process.kill(browser, 'SIGSTOP');
    await engine.kill();
    expect(browsersOn(profile)).toEqual([browser]);
    const again = await place.start();
    await again.hears('ready');
    expect(browsersOn(profile)).not.toContain(browser);
    expect(place.phone.device.mostLiveSockets).toBeLessThanOrEqual(2);
  });

  test('twenty starts and stops leave no process and no folder behind', async () => {
    const { place, engine } = await aChat();
    const folders = () => readdirSync(tmpdir()).filter((name) => /puppeteer|chromium|org\./i.test(name)).length;
    await engine.stop();
    const before = folders();
    for (let round = 0; round < 20; round += 1) {
      const next = await place.start();
      await next.hears('ready');
      await next.stop();
    }
    expect(processesNaming(profileOf(place.settings))).toEqual([]);
    expect(folders()).toBeLessThanOrEqual(before);
    expect(readdirSync(place.settings.sessionsDir)).toEqual(['session-shop']);
  });

  test('locks of another computer and a lock of a process that is gone are no obstacle', async () => {
    const { place, engine } = await aChat();
    await engine.stop();
    const { sessionsDir } = place.settings;
    writeFileSync(join(sessionsDir, 'session-shop.lock'), JSON.stringify({ host: 'elsewhere', pid: 1, stamp: '1' }));
    const again = await place.start();
    await again.hears('ready');
  });

  test('a second engine on the same session does not start', async () => {
    const { place } = await aChat();
    const second = await place.start();
    expect(await second.hears('failure', () => true, 20_000)).toMatchObject({
      fatal: false,
      reason: expect.stringMatching(/still uses the session folder/),
    });
    expect(place.phone.device.mostLiveSockets).toBe(1);
  });

  test('a session folder that is no folder, and no Chromium', async () => {
    const place = await world.aPlace();
    mkdirSync(place.settings.sessionsDir, { recursive: true });
    writeFileSync(profileOf(place.settings), 'not a folder');
    expect(await (await place.start()).hears('failure')).toMatchObject({ fatal: true });
    const without = await world.aPlace({ chromiumPath: '/nowhere' });
    expect(await (await without.start()).hears('failure')).toMatchObject({
      fatal: true,
      reason: expect.stringMatching(/^CHROMIUM_PATH names no program/),
    });
  });
});
