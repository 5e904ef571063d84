import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import type { MediaToSend } from '../../src/engine/port.ts';
import { ANA, aChat, anId } from './a-chat.ts';
import { aFolder, type EngineUnderTest } from './an-engine.ts';
import { aPicture, bytesOf } from './some-bytes.ts';

const MB = 1024 * 1024;
const folder = aFolder('media-out');
let files = 0;

function aFile(bytes: Uint8Array, media: Omit<MediaToSend, 'path'>): MediaToSend {
  files += 1;
  const path = join(folder, `file-${files}`);
  writeFileSync(path, bytes);
  return { ...media, path };
}
const picture = () => aFile(aPicture, { kind: 'image', mimeType: 'image/png', name: null });
const { phone: number } = ANA;
const jid = `${number.slice(1)}@c.us`;

async function sending(engine: EngineUnderTest, media: MediaToSend | null, text = '') {
  const waMessageId = anId();
  return { waMessageId, outcome: await engine.call('send', { jid, text, waMessageId, media }, 150_000) };
}

describe('files to customers', () => {
  test('leave under the ids chosen for them, whatever they are', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    const large = bytesOf(3 * MB + 17);
    const kinds: [Omit<MediaToSend, 'path'>, Buffer, string, string][] = [
      [{ kind: 'image', mimeType: 'image/png', name: 'garden.png' }, aPicture, 'my garden', 'image'],
      [{ kind: 'document', mimeType: 'application/pdf', name: 'offer.pdf' }, large, 'the offer', 'document'],
      [{ kind: 'document', mimeType: 'image/png', name: 'plan.png' }, aPicture, '', 'document'],
      [{ kind: 'audio', mimeType: 'audio/mpeg', name: null }, bytesOf(900), '', 'audio'],
      [{ kind: 'voice', mimeType: 'audio/ogg', name: null }, bytesOf(900), '', 'ptt'],
      [{ kind: 'video', mimeType: 'video/mp4', name: null }, bytesOf(900), 'look', 'video'],
      [{ kind: 'sticker', mimeType: 'image/webp', name: null }, bytesOf(900), '', 'sticker'],
    ];
    for (const [media, bytes, text, type] of kinds) {
      const { waMessageId, outcome } = await sending(engine, aFile(bytes, media), text);
      expect([media.kind, outcome]).toEqual([media.kind, { outcome: 'sent' }]);
      const arrived = ana.received.at(-1);
      expect(arrived).toMatchObject({ id: waMessageId, type, text, media: { mimetype: media.mimeType } });
      expect(Buffer.from(arrived?.media?.bytes ?? []).equals(bytes)).toBe(true);
      if (media.name !== null) expect(arrived?.media?.filename).toBe(media.name);
      ana.acks(waMessageId, 3);
      await engine.hears('ack', (event) => event.waMessageId === waMessageId && event.ack === 3);
      expect(await engine.call('find', { jid, waMessageId })).toBe('there');
    }
    expect(ana.received).toHaveLength(kinds.length);
    // Their echoes are nobody's answer from the phone.
    expect(engine.messages()).toHaveLength(1);
  });

  test('the library answers nothing for a file that left, and WhatsApp calls the ids otherwise', async () => {
    const { engine, phone } = await aChat();
    await phone.device.behave({ sendReturns: 'undefined' });
    expect((await sending(engine, picture(), 'one')).outcome).toEqual({ outcome: 'sent' });
    await phone.device.behave({ sendReturns: 'message', messageIdKey: '$1' });
    expect((await sending(engine, picture(), 'two')).outcome).toEqual({ outcome: 'sent' });
    expect(phone.customer(ANA).received.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(engine.messages()).toHaveLength(1);
  });

  test('the upload fails: it is refused with a reason, nothing left, and text still flows', async () => {
    const { engine, phone } = await aChat();
    const ana = phone.customer(ANA);
    for (const broken of ['WAWebMediaMmsV4Upload.uploadMedia', 'WAWebPrepRawMedia.prepRawMedia']) {
      await phone.device.behave({ throwing: [broken] });
      const { outcome } = await sending(engine, picture());
      expect(outcome).toEqual({ outcome: 'refused', why: 'media', reason: expect.stringMatching(/upload/) });
    }
    await phone.device.behave({ throwing: [], missing: ['WAWebMediaMmsV4Upload'] });
    expect((await sending(engine, picture())).outcome).toMatchObject({ outcome: 'refused', why: 'media' });
    expect(ana.received).toEqual([]);
    expect((await sending(engine, null, 'hello')).outcome).toEqual({ outcome: 'sent' });
    await phone.device.behave({ missing: [] });
    expect((await sending(engine, picture())).outcome).toEqual({ outcome: 'sent' });
    expect(ana.received.map(({ type }) => type)).toEqual(['chat', 'image']);
  });

  test('the connection is lost before it is uploaded: it has not left and may be tried again', async () => {
    const { place, engine, phone } = await aChat();
    await phone.device.behave({ reconnectMs: 600_000 });
    phone.device.dropSocket();
    await waitFor(() => phone.device.liveSockets === 0, { what: 'the cut' });
    expect((await sending(engine, picture())).outcome).toMatchObject({ outcome: 'not-sent' });
    expect(place.phone.customer(ANA).received).toEqual([]);
  });

  test.each(['lost', 'unanswered', 'hang'] as const)('nobody says what became of it: %s', async (outcome) => {
    const { engine, phone } = await aChat();
    phone.device.nextSend({ outcome });
    const sent = await sending(engine, picture());
    expect(sent.outcome).toEqual({ outcome: 'unknown' });
    expect(await engine.call('find', { jid, waMessageId: sent.waMessageId })).toBe('unknown');
  });

  test('WhatsApp refuses it, and what cannot be sent at all says why', async () => {
    const { engine, phone } = await aChat();
    phone.device.nextSend({ outcome: 'error' });
    expect((await sending(engine, picture())).outcome).toMatchObject({ outcome: 'refused', why: 'write-first' });
    const refused = async (media: MediaToSend, text = '') => (await sending(engine, media, text)).outcome;
    const voice = aFile(bytesOf(10), { kind: 'voice', mimeType: 'audio/ogg', name: null });
    expect(await refused(voice, 'listen')).toMatchObject({ why: 'media', reason: expect.stringMatching(/of its own/) });
    const png = { ...picture(), kind: 'sticker' } as const;
    expect(await refused(png)).toMatchObject({ why: 'media', reason: expect.stringMatching(/WebP/) });
    const huge = aFile(aPicture, { kind: 'document', mimeType: 'application/zip', name: 'all.zip' });
    truncateSync(huge.path, 33 * MB);
    expect(await refused(huge)).toMatchObject({ why: 'media', reason: expect.stringMatching(/32 MB/) });
    expect(await refused({ ...huge, path: join(folder, 'none') })).toMatchObject({ outcome: 'not-sent' });
    expect(phone.customer(ANA).received).toEqual([]);
  });
});
