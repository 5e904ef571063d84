import { expect, test } from 'vitest';
import { jidOf, messageKey } from './message-key.ts';

const whole = 'false_5511987650001@c.us_3EB0AA';
const key = { id: '3EB0AA', fromMe: false, chat: '5511987650001@c.us' };
const wid = { server: 'c.us', user: '5511987650001', _serialized: '5511987650001@c.us' };

test.each([
  ['today', { id: '3EB0AA', fromMe: false, remote: '5511987650001@c.us', _serialized: whole }],
  ['an address as an object', { id: '3EB0AA', fromMe: false, remote: wid, _serialized: whole }],
  ['renamed', { id: '3EB0AA', fromMe: false, remote: { ...wid, _serialized: undefined, $1: 'x' }, $1: whole }],
  ['only the whole key', { $1: whole }],
  ['text', whole],
  ['text of a group', `${whole}_5511987650002@c.us`],
  ['the device within the account', { id: '3EB0AA', fromMe: false, remote: '5511987650001:12@c.us' }],
])('%s', (_, raw) => {
  expect(messageKey(raw)).toEqual(key);
});

test.each([null, undefined, 5, '', 'true_x', {}, { id: '', fromMe: true, remote: 'a@b' }])('%o is none', (raw) => {
  expect(messageKey(raw)).toBeNull();
});

test('an id or an address that is longer than any is no key, wherever it stands', () => {
  const long = 'A'.repeat(129);
  expect(messageKey({ ...key, remote: key.chat, id: 'A'.repeat(128) })).not.toBeNull();
  expect(messageKey({ ...key, remote: key.chat, id: long, _serialized: whole })).toBeNull();
  expect(messageKey({ ...key, remote: `${'5'.repeat(129)}@c.us` })).toBeNull();
  expect(messageKey(`false_5511987650001@c.us_${long}`)).toBeNull();
});

test('the other name of the same server', () => {
  expect(jidOf('5511987650001@s.whatsapp.net')).toBe('5511987650001@c.us');
});
