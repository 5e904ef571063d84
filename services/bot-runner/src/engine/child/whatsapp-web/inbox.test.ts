import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../port.ts';
import { Identities } from './identities.ts';
import { Inbox } from './inbox.ts';
import { OwnSends } from './own-sends.ts';

const jid = '5511987650001@c.us';
const key = { id: '3EB0AA', fromMe: false, remote: jid };
const text = { id: key, type: 'chat', body: 'hello', t: 1_790_000_000 };
const edited = { ...text, latestEditSenderTimestampMs: 1_790_000_100_000 };

/** What a session would tell of what the page told. */
async function heard(hear: (inbox: Inbox, own: OwnSends) => unknown, linkedAtMs = 0): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const own = new OwnSends();
  const identities = new Identities(async () => ({ phone: null, lid: null }));
  const inbox = new Inbox({
    own,
    identities,
    emit: (event) => events.push(event),
    linkedAtMs: () => linkedAtMs,
    isMine: () => false,
  });
  await hear(inbox, own);
  await new Promise(setImmediate);
  return events;
}

describe('what changed in the page', () => {
  test('the words of a message are an edit, at the time its author edited it', async () => {
    expect(await heard((inbox) => inbox.edit(edited, 'hello'))).toEqual([
      { event: 'edit', waMessageId: '3EB0AA', jid, text: 'hello', fromMe: false, at: '2026-09-21T14:15:00.000Z' },
    ]);
    expect(await heard((inbox) => inbox.edit({ ...text, latestEditSenderTimestampMs: 1e300 }, 'hello'))).toMatchObject([
      { event: 'edit', at: expect.stringMatching(/^20/) },
    ]);
  });

  test.each([
    ['the preview of a picture', { ...text, type: 'image', body: '/9j/4AAQ', caption: 'garden' }, '/9j/4AAQ'],
    ['what cannot be read', { ...text, type: 'ciphertext' }, 'hello'],
    ['a group', { ...text, id: { ...key, remote: '120363000000000000@g.us' } }, 'hello'],
    ['nothing', null, 'hello'],
  ])('%s is no edit', async (_, raw, changed) => {
    expect(await heard((inbox) => inbox.edit(raw, changed))).toEqual([]);
  });

  test('the words of a picture are one', async () => {
    const picture = { ...text, type: 'image', body: '/9j/4AAQ', caption: 'my garden' };
    expect(await heard((inbox) => inbox.edit(picture, 'my garden'))).toMatchObject([{ text: 'my garden' }]);
  });

  test('of what cannot be read only the last thousands are kept in mind', async () => {
    const numbered = (n: number) => ({ ...text, id: { ...key, id: `3EB0${n}` } });
    const events = await heard((inbox) => {
      for (let n = 0; n <= 5_000; n += 1) inbox.undecrypted({ ...numbered(n), type: 'ciphertext' });
      inbox.message(numbered(0));
      inbox.message(numbered(1));
    });
    expect(events.slice(-2).map(({ event }) => event)).toEqual(['message', 'decrypted']);
  });

  test.each([
    ['as a change and as a message', (inbox: Inbox) => [inbox.edit(text, 'hello'), inbox.message(text)]],
    ['as a message alone', (inbox: Inbox) => inbox.message(text)],
    ['as a change alone', (inbox: Inbox) => inbox.edit(text, 'hello')],
    ['as a change of its preview', (inbox: Inbox) => inbox.edit(text, '/9j/4AAQ')],
  ])('what is decrypted late is told as that, once, when the library tells it %s', async (_, tell) => {
    const events = await heard((inbox) => {
      inbox.undecrypted({ ...text, type: 'ciphertext', body: undefined });
      inbox.edit({ ...text, type: 'ciphertext', body: undefined }, '');
      tell(inbox);
      inbox.edit({ ...text, body: 'hello there' }, 'hello there');
    });
    expect(events.map(({ event }) => event)).toEqual(['message', 'decrypted', 'edit']);
    expect(events[1]).toMatchObject({ message: { waMessageId: '3EB0AA', text: 'hello' } });
  });
});

test.each([
  ['after the session began is new', 1_790_000_000_900, false],
  ['before it is history', 1_790_000_001_000, true],
])('what was written %s, also when it is decrypted late', async (_, linkedAtMs, history) => {
  const events = await heard((inbox) => {
    inbox.undecrypted({ ...text, type: 'ciphertext', body: undefined });
    inbox.message(text);
  }, linkedAtMs);
  expect(events).toMatchObject([
    { event: 'message', message: { type: 'undecrypted', history } },
    { event: 'decrypted', message: { type: 'text', history } },
  ]);
});

test('a message of ours is known by our id, whatever the page calls it', async () => {
  const ours = { id: 'PAGE', fromMe: true, remote: jid };
  let past: unknown;
  const events = await heard(async (inbox, own) => {
    own.begin({ id: 'OURS', chats: [jid], type: 'text', text: 'hello' });
    inbox.message({ ...text, id: ours });
    inbox.edit({ ...text, id: ours }, 'hello');
    inbox.reaction({ id: { ...key, id: 'R' }, msgId: ours, reaction: '👍', timestamp: 1e300 });
    inbox.revoke({ id: ours });
    past = await inbox.history([{ ...text, id: ours }]);
  });
  expect(past).toMatchObject([{ waMessageId: 'OURS', fromMe: true }]);
  expect(events.map((event) => [event.event, 'waMessageId' in event && event.waMessageId])).toEqual([
    ['edit', 'OURS'],
    ['reaction', 'OURS'],
    ['revoke', 'OURS'],
  ]);
});

test('what cannot be read and was written on the phone is told like anything else from there, our own echo is not', async () => {
  const onPhone = { ...text, type: 'ciphertext', body: undefined, id: { ...key, fromMe: true } };
  const events = await heard((inbox, own) => {
    own.begin({ id: 'OURS', chats: [jid], type: 'text', text: 'hello' });
    inbox.undecrypted(onPhone);
    inbox.undecrypted({ ...onPhone, id: { ...onPhone.id, id: 'OURS' } });
    inbox.message({ ...text, id: onPhone.id });
  });
  expect(events).toMatchObject([
    { event: 'message', message: { waMessageId: '3EB0AA', fromMe: true, type: 'undecrypted' } },
    { event: 'decrypted', message: { waMessageId: '3EB0AA', fromMe: true, text: 'hello' } },
  ]);
});

test('what the past shows as taken back is told, and is no message', async () => {
  let past: unknown;
  const revoked = { ...text, type: 'revoked', body: undefined, id: { ...key, id: 'P' }, protocolMessageKey: key };
  const events = await heard(async (inbox) => {
    past = await inbox.history([text, revoked]);
  });
  expect(past).toMatchObject([{ waMessageId: '3EB0AA', history: true }]);
  expect(events).toMatchObject([{ event: 'revoke', waMessageId: '3EB0AA', fromMe: false }]);
});

test('what the past shows as acknowledged is known by our id', async () => {
  let acks: unknown;
  const events = await heard((inbox, own) => {
    own.begin({ id: 'OURS', chats: [jid], type: 'text', text: 'hello' });
    inbox.message({ ...text, id: { ...key, id: 'PAGE', fromMe: true } });
    const told = [
      { ...text, ack: 3 },
      ...['PAGE', '3EB0BB'].map((id) => ({ ...text, id: { ...key, id, fromMe: true }, ack: 3 })),
      ...[-1, 0, 5, 1.5, 'x', undefined].map((ack) => ({ ...text, id: { ...key, fromMe: true }, ack })),
      null,
    ];
    acks = inbox.acksOf(told);
  });
  expect(acks).toEqual([
    { waMessageId: 'OURS', ack: 3 },
    { waMessageId: '3EB0BB', ack: 3 },
  ]);
  expect(events).toEqual([]);
});

test('an id that no port takes is heard nowhere: not of a message, not of what changed, not in the past', async () => {
  const long = { ...key, id: 'A'.repeat(129) };
  let past: unknown;
  const events = await heard(async (inbox) => {
    inbox.message({ ...text, id: long });
    inbox.undecrypted({ ...text, id: long, type: 'ciphertext' });
    inbox.edit({ ...edited, id: long }, 'hello');
    inbox.revoke({ id: long, protocolMessageKey: long });
    inbox.reaction({ id: key, msgId: long, reaction: 'x', timestamp: 1 });
    inbox.ack({ id: { ...long, fromMe: true } }, 1);
    past = await inbox.history([{ ...text, id: long }, text]);
  });
  expect(events).toEqual([]);
  expect(past).toMatchObject([{ waMessageId: '3EB0AA' }]);
});

test('what a stranger writes without end is told as far as it is kept', async () => {
  const endless = 'a'.repeat(1_000_000);
  const events = await heard((inbox) => {
    inbox.message({ ...text, body: endless, notifyName: endless });
    inbox.edit({ ...edited, body: endless }, endless);
    inbox.reaction({ id: { ...key, id: 'R' }, msgId: key, reaction: endless, timestamp: 1 });
  });
  expect(events.map(({ event }) => event)).toEqual(['message', 'edit', 'reaction']);
  for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(70_000);
});
