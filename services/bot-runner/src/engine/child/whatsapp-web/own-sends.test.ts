import { describe, expect, test } from 'vitest';
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

describe('what was given to the page may still leave', () => {
  const never = () => new Promise(() => undefined);
  const mayLeave = async (answer: () => Promise<unknown>, isThere = true) => {
    const own = new OwnSends();
    own.given('OURS', answer(), () => isThere);
    await new Promise(setImmediate);
    return own.mayStillLeave('OURS');
  };

  test.each([
    ['until the page has answered', never, true],
    ['although nobody waits any longer', () => Promise.reject(new Error('late')), true],
    [
      'although the protocol waits no longer',
      () => Promise.reject(new Error('Runtime.callFunctionOn timed out.')),
      true,
    ],
    ['not when it answered', () => Promise.resolve(undefined), false],
    ['not when it threw', () => Promise.reject(new Error('no chat')), false],
  ])('%s', async (_, answer, may) => {
    expect(await mayLeave(answer)).toBe(may);
  });

  test('not when the page was loaded again', async () => {
    expect(await mayLeave(never, false)).toBe(false);
    expect(new OwnSends().mayStillLeave('OURS')).toBe(false);
  });
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
