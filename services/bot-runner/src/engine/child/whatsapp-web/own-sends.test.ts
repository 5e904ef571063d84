import { expect, test } from 'vitest';
import { OwnSends } from './own-sends.ts';

const chats = ['1@c.us', '9@lid'];
const send = { id: 'OURS', chats, type: 'text', text: 'hello' };

test('an echo under the chosen id is ours, also long after', () => {
  const own = new OwnSends();
  own.begin(send)();
  expect(own.claims({ waMessageId: 'OURS', jid: '9@lid', type: 'text', text: 'hello' })).toBe(true);
  expect(own.claims({ waMessageId: 'OTHER', jid: '1@c.us', type: 'text', text: 'hello' })).toBe(false);
});

test('an echo under another id is ours while it is being sent, in its chat, once', () => {
  const own = new OwnSends();
  const done = own.begin(send);
  expect(own.claims({ waMessageId: 'A', jid: '2@c.us', type: 'text', text: 'hello' })).toBe(false);
  expect(own.claims({ waMessageId: 'A', jid: '9@lid', type: 'text', text: 'hullo' })).toBe(false);
  expect(own.claims({ waMessageId: 'A', jid: '9@lid', type: 'voice', text: 'hello' })).toBe(false);
  expect(own.claims({ waMessageId: 'A', jid: '9@lid', type: 'text', text: 'hello' })).toBe(true);
  expect(own.claims({ waMessageId: 'B', jid: '9@lid', type: 'text', text: 'hello' })).toBe(false);
  done();
  expect(own.pageIdOf('OURS')).toBe('A');
  expect(own.acked('A', 2)).toBe('OURS');
  expect(own.heard('OURS')).toBe(2);
});

test('acks of others keep their id, and the best ack counts', () => {
  const own = new OwnSends();
  own.begin(send)();
  expect(own.acked('FOREIGN', 3)).toBe('FOREIGN');
  expect(own.heard('FOREIGN')).toBeNull();
  own.acked('OURS', 3);
  own.acked('OURS', 1);
  expect(own.heard('OURS')).toBe(3);
});
