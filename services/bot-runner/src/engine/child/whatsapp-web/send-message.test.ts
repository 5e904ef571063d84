import { expect, test } from 'vitest';
import { OwnSends } from './own-sends.ts';
import { sendPrepared } from './page-files.ts';
import { seek } from './page-message.ts';
import { sendMessage } from './send-message.ts';

const jid = '15550000001@c.us';

/** Sends a picture that was uploaded, where the page then says `words` when the picture is to go, and is looked into. */
const sentWith = (words: string, lookUp: () => Promise<null> = async () => null) =>
  sendMessage(
    {
      jid,
      text: '',
      waMessageId: '3EB0000001',
      media: { kind: 'image', path: '/p', mimeType: 'image/png', name: null },
    },
    {
      client: {
        evaluate: async () => undefined,
        documentWatch: () => () => true,
        evaluateWithin: async (_ms: number, what: unknown) => {
          if (what === sendPrepared) throw new Error(words);
          return what === seek ? lookUp() : null;
        },
      } as never,
      own: new OwnSends(),
      identities: { of: async () => ({ phone: '+15550000001', lid: null }) } as never,
      chats: new Set([jid]),
      mayAct: () => true,
      uploads: { upload: async () => null } as never,
    },
  );

test('a page that was loaded again between upload and sending says nothing of the file', async () => {
  expect(await sentWith('no such file')).toMatchObject({ outcome: 'not-sent' });
});

test('a file that the page does not take is refused for good', async () => {
  expect(await sentWith('media is not valid')).toMatchObject({ outcome: 'refused', why: 'media' });
});

test('what the page said is not believed when nobody could look whether the message is there', async () => {
  const late = () => Promise.reject(new Error('late'));
  for (const words of ['media is not valid', 'no such file', 'error 463']) {
    expect(await sentWith(words, late)).toEqual({ outcome: 'unknown' });
  }
});

test('a number with the digits of a refusal is no refusal', async () => {
  expect(await sentWith('no chat 15554630001@c.us')).toMatchObject({ outcome: 'refused', why: 'media' });
  expect(await sentWith('error 463')).toMatchObject({ outcome: 'refused', why: 'write-first' });
});
