import { describe, expect, test } from 'vitest';
import { readMessage } from './read-message.ts';

const id = { id: '3EB0AA', fromMe: false, remote: '5511987650001@c.us' };
const at = { id, t: 1_790_000_000 };
const preview = `/9j/${'A'.repeat(400)}`;

describe('types and words', () => {
  test.each<[string, object, string, string]>([
    ['a text', { type: 'chat', body: 'hi' }, 'text', 'hi'],
    ['a long text without a space', { type: 'chat', body: 'a'.repeat(300) }, 'text', 'a'.repeat(300)],
    ['a button that was chosen', { type: 'buttons_response', body: 'Yes, please' }, 'text', 'Yes, please'],
    ['a picture', { type: 'image', body: preview, caption: 'garden' }, 'image', 'garden'],
    ['the frame of an album', { type: 'album', body: '' }, 'image', ''],
    ['a voice note', { type: 'ptt' }, 'voice', ''],
    ['a round video', { type: 'ptv', body: preview }, 'video', ''],
    ['a document', { type: 'document', filename: 'offer.pdf' }, 'document', ''],
    ['a document that repeats its name', { type: 'document', filename: 'a.pdf', caption: 'a.pdf' }, 'document', ''],
    ['a document with words', { type: 'document', filename: 'a.pdf', caption: 'the offer' }, 'document', 'the offer'],
    ['a sticker', { type: 'sticker', body: preview }, 'sticker', ''],
    ['a place', { type: 'location', lat: -23.5, lng: -46.6, loc: 'Home' }, 'location', 'Home\n-23.5, -46.6'],
    [
      'where somebody is',
      { type: 'location', lat: -23.5, lng: -46.6, isLive: true, body: preview },
      'location',
      '[live location]\n-23.5, -46.6',
    ],
    ['a place without its place', { type: 'location', lat: 'x' }, 'location', '?, ?'],
    ['a contact', { type: 'vcard', vcardFormattedName: 'Bea', body: 'BEGIN:VCARD' }, 'contact', 'Bea'],
    [
      'contacts',
      { type: 'multi_vcard', vcardList: [{ displayName: 'Bea' }, { displayName: 'Leo' }] },
      'contact',
      'Bea, Leo',
    ],
    [
      'a poll',
      { type: 'poll_creation', pollName: 'When?', pollOptions: [{ name: 'today' }, { name: 'never' }] },
      'other',
      'When?\n- today\n- never',
    ],
    ['an event', { type: 'event_creation', eventName: 'Opening' }, 'other', 'Opening'],
    ['once', { type: 'image', isViewOnce: true, body: preview }, 'image', '[can be viewed once, on the phone]'],
    ['what we do not know', { type: 'from_the_future', body: 'words' }, 'other', 'words'],
    ['what we do not know, with a preview', { type: 'from_the_future', body: preview }, 'other', ''],
    ['what we do not know at all', { type: 42 }, 'other', ''],
  ])('%s', (_, model, type, text) => {
    expect(readMessage({ ...at, ...model })).toMatchObject({ waMessageId: '3EB0AA', type, text });
  });

  test.each(['revoked', 'protocol', 'e2e_notification', 'call_log', 'reaction'])('nobody wrote a %s', (type) => {
    expect(readMessage({ ...at, type })).toBeNull();
  });
});

describe('files', () => {
  test('are described by the message, whatever of it is missing or wrong', () => {
    const read = (model: object) => readMessage({ ...at, ...model })?.media;
    expect(read({ type: 'ptt', mimetype: 'audio/ogg; codecs=opus', size: '900', duration: '7' })).toEqual({
      kind: 'voice',
      mimeType: 'audio/ogg; codecs=opus',
      name: null,
      size: 900,
      seconds: 7,
    });
    expect(read({ type: 'image', size: -1, duration: 3, mimetype: 7 })).toEqual({
      kind: 'image',
      mimeType: 'image/jpeg',
      name: null,
      size: null,
      seconds: null,
    });
    expect(read({ type: 'document', filename: 'x'.repeat(400), size: 1e30 })).toMatchObject({
      name: 'x'.repeat(255),
      size: Number.MAX_SAFE_INTEGER,
    });
    for (const type of ['chat', 'album', 'location', 'vcard', 'poll_creation']) expect(read({ type })).toBeNull();
    expect(read({ type: 'image', isViewOnce: true })).toBeNull();
  });
});
