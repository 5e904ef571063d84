import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@wbm/testkit';
import { describe, expect, test } from 'vitest';
import type { MediaToSend } from '../../src/engine/port.ts';
import { ANA, anId } from './a-chat.ts';
import { aFolder } from './an-engine.ts';
import { sandboxWorld } from './sandbox-world.ts';
import { aPicture, bytesOf } from './some-bytes.ts';
import { webWorld } from './web-world.ts';
import { aReadyEngine, type FileToSend } from './world.ts';

const MB = 1024 * 1024;

describe.each([sandboxWorld, webWorld()])('$name: files go both ways', (world) => {
  const folder = aFolder('files');
  const at = (name: string) => join(folder, name);

  test('from the customer: described, fetched whole, and for our eyes only', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    const sent: FileToSend[] = [
      { kind: 'image', mimeType: 'image/png', bytes: aPicture, caption: 'my garden' },
      { kind: 'document', mimeType: 'application/pdf', bytes: bytesOf(3 * MB), name: 'offer.pdf' },
      { kind: 'voice', mimeType: 'audio/ogg', bytes: bytesOf(700) },
    ];
    for (const [n, file] of sent.entries()) {
      const id = await ana.sendsFile(file);
      const message = await waitFor(async () => engine.messages().find(({ waMessageId }) => waMessageId === id), {
        what: file.kind,
      });
      expect(message).toMatchObject({ type: file.kind, text: file.caption ?? '', fromMe: false });
      const { kind, mimeType, name = null, bytes } = file;
      expect(message?.media).toMatchObject({ kind, mimeType, name, size: bytes.length });
      const path = at(`in-${n}`);
      const fetched = await engine.call('downloadMedia', { jid: ana.jid, waMessageId: id, path, maxBytes: 16 * MB });
      expect(fetched).toMatchObject({ outcome: 'stored', size: bytes.length });
      expect(readFileSync(path).equals(bytes)).toBe(true);
      const small = { jid: ana.jid, waMessageId: id, path: at('small'), maxBytes: bytes.length - 1 };
      expect(await engine.call('downloadMedia', small)).toEqual({ outcome: 'too-large' });
      expect(existsSync(at('small'))).toBe(false);
    }
  });

  test('to the customer: under the id chosen for it, with its caption, and not taken for an answer from the phone', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const ana = place.customer(ANA);
    await ana.writes('hi');
    await waitFor(async () => engine.messages().length === 1, { what: 'the message' });
    const files: [Omit<MediaToSend, 'path'>, Buffer, string][] = [
      [{ kind: 'image', mimeType: 'image/png', name: 'garden.png' }, aPicture, 'our garden'],
      [{ kind: 'document', mimeType: 'application/pdf', name: 'offer.pdf' }, bytesOf(2 * MB), 'the offer'],
      [{ kind: 'voice', mimeType: 'audio/ogg', name: null }, bytesOf(700), ''],
    ];
    for (const [media, bytes, text] of files) {
      const path = at('out');
      writeFileSync(path, bytes);
      const waMessageId = anId();
      const outcome = await engine.call('send', { jid: ana.jid, text, waMessageId, media: { ...media, path } });
      expect(outcome).toEqual({ outcome: 'sent' });
      const arrived = (await ana.files()).at(-1);
      expect(arrived).toMatchObject({ id: waMessageId, text, mimeType: media.mimeType });
      expect(arrived?.bytes.equals(bytes)).toBe(true);
      await ana.acks(waMessageId, 3);
      await engine.hears('ack', (event) => event.waMessageId === waMessageId && event.ack === 3);
      expect(await engine.call('find', { jid: ana.jid, waMessageId })).toBe('there');
      expect(statSync(path).size).toBe(bytes.length);
    }
    expect(engine.messages()).toHaveLength(1);
  });

  test('a text and a picture to the own number, of which nothing is heard', async () => {
    const place = await world.aPlace();
    const engine = await aReadyEngine(place);
    const jid = `${place.ownNumber.slice(1)}@c.us`;
    const path = at('self');
    writeFileSync(path, aPicture);
    const picture: MediaToSend = { path, kind: 'image', mimeType: 'image/png', name: 'picture.png' };
    for (const media of [null, picture]) {
      const text = media ? '' : 'a test';
      const waMessageId = anId();
      expect(await engine.call('send', { jid, text, waMessageId, media })).toEqual({ outcome: 'sent' });
    }
    await place.customer(ANA).writes('hi');
    await waitFor(async () => engine.messages().length > 0, { what: 'the message' });
    expect(engine.messages().map(({ text }) => text)).toEqual(['hi']);
  });
});
