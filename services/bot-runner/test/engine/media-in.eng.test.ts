import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Phone } from '@wbm/testkit';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import { ANA, aChat } from './a-chat.ts';
import { aFolder, type EngineUnderTest } from './an-engine.ts';
import { bytesOf } from './some-bytes.ts';

const MB = 1024 * 1024;
const folder = aFolder('media-in');
let files = 0;

type Content = Extract<Parameters<ReturnType<Phone['customer']>['writes']>[0], { media: string }>;

/** A file of Ana's that was told, and what became of fetching it. */
async function fetching(engine: EngineUnderTest, phone: Phone, content: Partial<Content> = {}, maxBytes = 16 * MB) {
  const bytes = content.bytes ?? bytesOf(2_000);
  const sent: Content = { media: 'image', mimetype: 'image/png', ...content, bytes };
  const ana = phone.customer(ANA);
  const { id } = ana.writes(sent);
  await waitFor(async () => engine.messages().some(({ waMessageId }) => waMessageId === id), { what: 'the message' });
  files += 1;
  const path = join(folder, `file-${files}`);
  const fetched = await engine.call('downloadMedia', { jid: ana.jid, waMessageId: id, path, maxBytes });
  const told = engine.messages().find(({ waMessageId }) => waMessageId === id)?.media;
  return { id, path, bytes, fetched, told, written: existsSync(path) };
}

describe('files of customers', () => {
  test('are described as the message describes them, and fetched as they are', async () => {
    const { engine, phone } = await aChat();
    const voice = await fetching(engine, phone, { media: 'voice', mimetype: 'audio/ogg; codecs=opus', seconds: 7 });
    expect(voice.told).toEqual({
      kind: 'voice',
      mimeType: 'audio/ogg; codecs=opus',
      name: null,
      size: 2_000,
      seconds: 7,
    });
    expect(voice.fetched).toEqual({ outcome: 'stored', size: 2_000, mimeType: 'audio/ogg; codecs=opus' });
    expect(readFileSync(voice.path).equals(voice.bytes)).toBe(true);
    expect(statSync(voice.path).mode & 0o777).toBe(0o600);

    const large = {
      media: 'document',
      mimetype: 'application/pdf',
      filename: 'offer.pdf',
      bytes: bytesOf(5 * MB),
    } as const;
    const offer = await fetching(engine, phone, large);
    expect(offer.told).toMatchObject({ kind: 'document', name: 'offer.pdf', size: 5 * MB, seconds: null });
    expect(offer.fetched).toMatchObject({ outcome: 'stored', size: 5 * MB });
    expect(readFileSync(offer.path).equals(offer.bytes)).toBe(true);
  });

  test('are fetched where WhatsApp calls the ids otherwise, and from what was said before this session', async () => {
    const { place, engine, phone } = await aChat();
    const { id, bytes } = await fetching(engine, phone);
    await engine.stop();
    phone.device.behave({ messageIdKey: '$1' });
    const again = await place.start();
    await again.hears('ready');
    const path = join(folder, 'again');
    const { jid } = phone.customer(ANA);
    expect(await again.call('downloadMedia', { jid, waMessageId: id, path, maxBytes: MB })).toMatchObject({
      outcome: 'stored',
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('too large by their own word: WhatsApp is not even asked', async () => {
    const { engine, phone } = await aChat();
    phone.device.behave({ throwing: ['WAWebDownloadManager.downloadManager'] });
    const { fetched, written, told } = await fetching(engine, phone, {
      claimedSize: 200 * MB,
      media: 'video',
      mimetype: 'video/mp4',
    });
    expect(told).toMatchObject({ size: 200 * MB });
    expect([fetched, written]).toEqual([{ outcome: 'too-large' }, false]);
  });

  test('larger than they said: nothing is written', async () => {
    const { engine, phone } = await aChat();
    const { fetched, written } = await fetching(engine, phone, { bytes: bytesOf(3 * MB), claimedSize: 1_000 }, MB);
    expect([fetched, written]).toEqual([{ outcome: 'too-large' }, false]);
  });

  test('deleted by WhatsApp, or of a message that nobody knows', async () => {
    const { engine, phone } = await aChat();
    const { fetched, written } = await fetching(engine, phone, { gone: true });
    expect([fetched, written]).toEqual([{ outcome: 'gone' }, false]);
    const path = join(folder, 'nothing');
    const { jid } = phone.customer(ANA);
    const unknown = await engine.call('downloadMedia', { jid, waMessageId: '3EB0ABCDEF', path, maxBytes: MB });
    expect(unknown).toEqual({ outcome: 'gone' });
  });

  test('cannot be fetched just now, and can later', async () => {
    const { engine, phone } = await aChat();
    phone.device.behave({ missing: ['WAWebDownloadManager'] });
    const { fetched, written, id, path } = await fetching(engine, phone);
    expect([fetched, written]).toEqual([{ outcome: 'failed' }, false]);
    phone.device.behave({ missing: [] });
    const { jid } = phone.customer(ANA);
    expect(await engine.call('downloadMedia', { jid, waMessageId: id, path, maxBytes: MB })).toMatchObject({
      outcome: 'stored',
    });
  });
});
